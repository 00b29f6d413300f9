"""GET /v1/transactions/{id}: what became of a movement, told to each firm without the other's vaults."""

import uuid

import pytest
from fireblocks.models.transaction_response import TransactionResponse

from tests.api.base import Caller, machine
from tests.api.official import answered, strict
from tests.base import NOON, cast, connect, deposit, firm
from tests.factories import TicketFactory
from tickets.models import Posting, PostingKind, Role

pytestmark = pytest.mark.django_db
OURS = {"type": "VAULT_ACCOUNT", "id": "0", "name": "Alpha Treasury"}
THEIRS = {"type": "VAULT_ACCOUNT", "id": "0", "name": "Beta Treasury"}


def other(name):
    return {"type": "NETWORK_CONNECTION", "id": None, "name": name}


class Market:
    """Alpha pays 3.75 BTC for 250,000 USDC of Beta's."""

    def __init__(self):
        self.cast = cast()
        deposit(self.cast.alpha.vault, BTC="10")
        deposit(self.cast.beta.vault, USDC="1000000")
        self.alpha, self.beta, self.gamma = (
            Caller(machine(getattr(self.cast, name), Role.VIEWER)) for name in ("alpha", "beta", "gamma")
        )

    def swap(self, **options):
        return TicketFactory(connection=self.cast.connection, kind="two_way", status="open", **options)

    def fund(self, ticket, member, vault):
        ticket.fund({leg.pk: vault for leg in ticket.legs_to_fund(member)}, by=member, now=NOON)

    def hold(self, ticket):
        """Alpha's leg is funded and held."""
        self.fund(ticket, self.cast.ada, self.cast.alpha.vault)
        return Posting.objects.get(kind=PostingKind.HOLD)


@pytest.fixture
def market():
    return Market()


def read(caller, pk, status=200):
    answer = caller.get(f"/v1/transactions/{pk}")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_hold_waits_and_each_firm_reads_its_own_side(market):
    hold = market.hold(market.swap())
    milliseconds = 1795262400000
    assert read(market.alpha, hold.pk) == {
        "id": str(hold.pk),
        "status": "PENDING_AUTHORIZATION",
        "operation": "TRANSFER",
        "assetId": "BTC",
        "amountInfo": {"amount": "3.75", "requestedAmount": "3.75", "netAmount": "3.75"},
        "source": OURS,
        "destination": other("Beta Desk"),
        "txHash": None,
        "createdAt": milliseconds,
        "lastUpdated": milliseconds,
    }
    theirs = read(market.beta, hold.pk)
    assert (theirs["source"], theirs["destination"]) == (other("Alpha Desk"), THEIRS)
    assert "Alpha Treasury" not in str(theirs)
    assert read(market.gamma, hold.pk, 404)["code"] == 40400


def test_a_hold_that_settled_is_completed_and_so_is_what_settled_it(market):
    ticket = market.swap()
    hold = market.hold(ticket)
    market.fund(ticket, market.cast.cy, market.cast.beta.vault)
    settle = hold.resolution
    for pk in (hold.pk, settle.pk):
        ours, theirs = read(market.alpha, pk), read(market.beta, pk)
        assert ours["status"] == theirs["status"] == "COMPLETED"
        assert ours["txHash"] == settle.pk.hex
        assert (ours["source"], ours["destination"]) == (OURS, other("Beta Desk"))
        assert (theirs["source"], theirs["destination"]) == (other("Alpha Desk"), THEIRS)


def test_a_hold_that_was_given_back_is_cancelled_and_goes_home(market):
    ticket = market.swap()
    hold = market.hold(ticket)
    ticket.cancel(by=market.cast.ada, reason="No longer needed", now=NOON)
    cancelled = read(market.alpha, hold.pk)
    assert (cancelled["status"], cancelled["txHash"]) == ("CANCELLED", None)
    release = read(market.alpha, hold.resolution.pk)
    assert (release["status"], release["source"], release["destination"]) == ("COMPLETED", OURS, OURS)
    theirs = read(market.beta, hold.resolution.pk)
    assert theirs["source"] == theirs["destination"] == other("Alpha Desk")


def test_a_leg_that_moved_at_once_is_completed(market):
    ticket = market.swap(settlement="leg_by_leg")
    market.fund(ticket, market.cast.ada, market.cast.alpha.vault)
    pk = Posting.objects.get(kind=PostingKind.SETTLE).pk
    ours = read(market.alpha, pk)
    assert (ours["status"], ours["source"], ours["destination"]) == ("COMPLETED", OURS, other("Beta Desk"))


def test_a_deposit_comes_from_outside_and_is_the_firms_own(market):
    deposited = Posting.objects.get(kind=PostingKind.DEPOSIT, asset="BTC")
    ours = read(market.alpha, deposited.pk)
    assert (ours["status"], ours["source"]["type"], ours["destination"]) == ("COMPLETED", "UNKNOWN", OURS)
    assert read(market.beta, deposited.pk, 404)


def test_what_is_unknown_is_not_found(market):
    for pk in (uuid.uuid4(), "x"):
        assert read(market.alpha, pk, 404)["code"] == 40400


def test_a_firm_in_another_deal_of_the_same_firm_sees_nothing(market):
    delta = firm("Delta")
    connect(market.cast.alpha, delta)
    hold = market.hold(market.swap())
    assert read(Caller(machine(delta)), hold.pk, 404)


@strict
@pytest.mark.django_db(transaction=True)
def test_the_official_client_reads_it(market, official):
    hold = market.hold(market.swap())
    transactions = official(market.alpha.member).transactions
    transaction = answered(transactions.get_transaction(tx_id=str(hold.pk)), TransactionResponse)
    assert (transaction.status, transaction.amount_info.amount) == ("PENDING_AUTHORIZATION", "3.75")
    assert (transaction.source.id, transaction.destination.type) == ("0", "NETWORK_CONNECTION")
