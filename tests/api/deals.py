"""Two firms whose machines deal with each other over the API, and a third that is a stranger to both."""

from dataclasses import dataclass
from typing import Any

from tests.api.base import Caller, machine
from tests.base import Cast, cast, connect, deposit
from tickets.models import Role

BASE = "/v1/smart-transfers"
RECEIVED = ("USDC", "250000", "beta", "alpha")
SENT = ("BTC", "3.75", "alpha", "beta")


@dataclass
class Market:
    """`ada` signs for Alpha, `cy` for Beta, `dee` for Gamma. Alpha has 10 BTC, Beta 1,000,000 USDC."""

    cast: Cast
    ada: Caller
    cy: Caller
    dee: Caller

    def network(self, firm: str) -> str:
        return str(getattr(self.cast, firm).profile.pk)

    def term(self, asset: str, amount: str, sender: str, receiver: str) -> dict[str, str]:
        return {
            "asset": asset,
            "amount": amount,
            "fromNetworkId": self.network(sender),
            "toNetworkId": self.network(receiver),
        }

    def body(self, *legs: tuple[str, str, str, str], type: str = "ASYNC", by: str = "alpha", **more) -> dict[str, Any]:
        return {
            "createdByNetworkId": self.network(by),
            "type": type,
            "terms": [self.term(*leg) for leg in legs or (RECEIVED,)],
        } | more

    def draft(self, *legs, caller: Caller | None = None, **more) -> dict[str, Any]:
        answer = (caller or self.ada).post(BASE, self.body(*legs, **more))
        assert answer.status_code == 201, answer.content
        return answer.json()["data"]

    def open(self, *legs, **more) -> dict[str, Any]:
        return self.draft(*legs, submit=True, **more)

    def swap(self, **more) -> dict[str, Any]:
        """Open, USDC for BTC, both at once."""
        return self.open(RECEIVED, SENT, type="DVP", **more)

    def funding(self, term: dict[str, Any], **more) -> dict[str, Any]:
        return {
            "asset": term["asset"],
            "amount": term["amount"],
            "networkConnectionId": str(self.cast.connection.pk),
            "srcId": "0",
            "srcType": "VAULT_ACCOUNT",
        } | more


def market(*, auto_approval: bool = True) -> Market:
    found = cast(auto_approval=auto_approval)
    deposit(found.alpha.vault, BTC="10")
    deposit(found.beta.vault, USDC="1000000")
    return Market(found, *(Caller(machine(firm, Role.SIGNER)) for firm in (found.alpha, found.beta, found.gamma)))


def connect_gamma(found: Market) -> None:
    """Gamma, the stranger, becomes connected with both: it can stand between them."""
    connect(found.cast.gamma, found.cast.alpha)
    connect(found.cast.gamma, found.cast.beta)


def at(ticket: dict[str, Any], *parts: str) -> str:
    return "/".join((BASE, ticket["id"], *parts))


def term_at(term: dict[str, Any], *parts: str) -> str:
    return "/".join((BASE, term["ticketId"], "terms", term["id"], *parts))


def legs(found: Market, ticket: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The terms as Alpha sees them now, by asset."""
    return {term["asset"]: term for term in found.ada.get(at(ticket)).json()["data"]["terms"]}


def refused(answer, status: int, code: str) -> None:
    """The answer is that refusal, in the envelope whose code is text."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.content
    assert set(answer.json()) == {"message", "code"} and answer.json()["message"]
