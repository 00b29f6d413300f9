"""Filing: the words under which a firm finds a ticket that has ended.

What has ended stays as it is. So all that a list of ended tickets can be narrowed by is written once, beside the firm's
own part in the ticket: one index then answers for any combination, and a count needs no other table.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Lookup

from tickets import amounts

if TYPE_CHECKING:
    from tickets.models.term import Party, Term
    from tickets.models.ticket import Ticket

VIA_INTERMEDIARY = "via:intermediary"


class WordsField(models.Field):
    """Words in no order, each once; null where nothing is filed. An array in PostgreSQL, JSON text elsewhere."""

    def db_type(self, connection: Any) -> str:
        return "text[]" if connection.vendor == "postgresql" else "text"

    def get_db_prep_value(self, value: Collection[str] | None, connection: Any, prepared: bool = False) -> Any:
        if value is None or connection.vendor == "postgresql":
            return value
        return json.dumps(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[str] | None:
        return json.loads(value) if isinstance(value, str) else value


class _Words(Lookup):
    """`filed_under__all` and `filed_under__any`, of a list of words."""

    prepare_rhs = False
    operator: str
    conjunction: str
    of_none: str  # what holds of no words

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        words: Sequence[str] = [*self.rhs]
        if connection.vendor == "postgresql":
            return f"{column} {self.operator} CAST(%s AS text[])", [*parameters, words]
        asked = f" {self.conjunction} ".join([f"instr({column}, %s) > 0"] * len(words))
        return f"({asked or self.of_none})", [value for word in words for value in (*parameters, json.dumps(word))]


@WordsField.register_lookup
class All(_Words):
    lookup_name, operator, conjunction, of_none = "all", "@>", "AND", "1 = 1"


@WordsField.register_lookup
class Any_(_Words):
    lookup_name, operator, conjunction, of_none = "any", "&&", "OR", "1 = 0"


def of_status(status: str) -> str:
    return f"status:{status}"


def of_kind(kind: str) -> str:
    return f"kind:{kind}"


def of_firm(workspace: UUID) -> str:
    return f"firm:{workspace.hex}"


def of_profile(profile: UUID) -> str:
    return f"profile:{profile.hex}"


def of_asset(asset: str) -> str:
    return f"asset:{asset}"


def of_amount(amount: Decimal, asset: str = "") -> str:
    return f"amount:{amounts.plain(amount, 0)} {asset}".rstrip()


def filings_of(ticket: "Ticket") -> Iterator[tuple["Party", list[str] | None]]:
    """Each party of a ticket that has ended, with the words for its firm; None where that never saw the ticket."""
    parties, legs = ticket.parties.all(), ticket.terms.all()
    profiles = {of_profile(party.profile_id) for party in parties if party.profile_id}
    shared = {of_status(ticket.status), of_kind(ticket.kind), *profiles, *_of_legs(legs)}
    if ticket.intermediary:
        shared.add(VIA_INTERMEDIARY)
    for party in parties:
        is_seen = party.workspace_id and (ticket.opened_at or party.workspace_id == ticket.workspace_id)
        others = {of_firm(each.workspace_id) for each in parties if each.workspace_id and each is not party}
        yield party, sorted(shared | others) if is_seen else None


def _of_legs(legs: Iterable["Term"]) -> Iterator[str]:
    for leg in legs:
        yield of_asset(leg.asset_id)
        yield of_amount(leg.amount)
        yield of_amount(leg.amount, leg.asset_id)
