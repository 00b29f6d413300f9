"""Everything that the market can refuse, in one tree.

    Refused                what was asked cannot be done; nothing changed
    ├── Invalid            a value cannot be read or kept: correct it
    │   └── BadAmount      an amount that is malformed, not positive or too fine
    ├── NotAllowed         this person's role, firm or part in the deal forbids it
    ├── WrongStatus        the thing has moved on, or is not there yet
    │   └── Expired        its time has run out
    ├── Conflict           somebody changed it since it was shown
    │   ├── Taken          an offer has used this id already; it is in `offer`
    │   └── InFlight       the same request is being carried out at this moment
    └── InsufficientFunds  an account holds less than the act needs

A message is a whole sentence that tells a person what to do next; `code` is for machines and never changes.
"""


class Refused(Exception):
    """`code` says what was refused more narrowly than the class does, where a machine may act on the difference."""

    code = "REFUSED"

    def __init__(self, message: str, code: str | None = None):
        super().__init__(message)
        self.code = code or self.code

    @property
    def message(self) -> str:
        return str(self)


class Invalid(Refused):
    """`field` names the value at fault where a form has several."""

    code = "INVALID"

    def __init__(self, message: str, field: str | None = None, code: str | None = None):
        super().__init__(message, code)
        self.field = field


class BadAmount(Invalid):
    code = "BAD_AMOUNT"


class NotAllowed(Refused):
    code = "NOT_ALLOWED"


class WrongStatus(Refused):
    code = "WRONG_STATUS"


class Expired(WrongStatus):
    code = "EXPIRED"


class Conflict(Refused):
    code = "CONFLICT"


class Taken(Conflict):
    code = "TAKEN"

    def __init__(self, message: str, offer: object):
        super().__init__(message)
        self.offer = offer


class InFlight(Conflict):
    code = "IN_FLIGHT"


class InsufficientFunds(Refused):
    code = "INSUFFICIENT_FUNDS"
