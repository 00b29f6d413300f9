"""Settling: where the assets are after each act, whatever the way a ticket ends."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import InsufficientFunds, Invalid, NotAllowed, WrongStatus
from tickets.models import Account, Asset, Posting, PostingKind, Ticket

pytestmark = pytest.mark.django_db
BOTH_WAYS = {"receive": [("USDC", "100"), ("ETH", "2")], "send": [("BTC", "1"), ("LTC", "5")]}


def funded_market():
    market = cast()
    deposit(market.alpha.vault, BTC="3", LTC="50")
    deposit(market.beta.vault, USDC="1000", ETH="20")
    return market


@pytest.fixture
def market():
    return funded_market()


def make(market, kind="two_way", **options):
    options = {"status": "open", "connection": market.connection, "kind": kind} | BOTH_WAYS | options
    if kind == "one_way":
        options["send"] = []
    return TicketFactory(**options)


def legs(ticket, member):
    return list(ticket.terms.sent_by(member).order_by("number"))


def fund(ticket, member, numbers=None, vault=None, now=NOON):
    vault = vault or Account.objects.vaults_of(member.workspace).first()
    chosen = [leg for leg in legs(ticket, member) if numbers is None or leg.number in numbers]
    ticket.fund({leg.pk: vault for leg in chosen}, by=member, now=now)


def holdings(firm):
    """What the firm's vault has available, and what is held beside it, without the nothings."""
    balances = {b.asset_id: f"{b.amount.normalize():f}" for b in firm.vault.balances.order_by("asset") if b.amount}
    held = {b.asset_id: f"{b.amount.normalize():f}" for b in firm.vault.hold.balances.order_by("asset") if b.amount}
    return balances, held


ALPHA, BETA = {"BTC": "3", "LTC": "50"}, {"ETH": "20", "USDC": "1000"}
ALPHA_AFTER = {"BTC": "2", "ETH": "2", "LTC": "45", "USDC": "100"}
BETA_AFTER = {"BTC": "1", "ETH": "18", "LTC": "5", "USDC": "900"}


def statuses(ticket):
    return list(Ticket.objects.get(pk=ticket.pk).terms.order_by("number").values_list("status", flat=True))


# Settling


def test_two_assets_requested_one_way_move_as_each_is_funded(market):
    ticket = make(market, "one_way")
    fund(ticket, market.cy, [1])
    assert (ticket.status, statuses(ticket)) == ("in_settlement", ["settled", "unfunded"])
    assert holdings(market.alpha) == ({"BTC": "3", "LTC": "50", "USDC": "100"}, {})
    fund(ticket, market.cy, [2])
    assert (ticket.status, ticket.ended_at, ticket.ended_by) == ("fulfilled", NOON, None)
    assert holdings(market.alpha) == ({"BTC": "3", "ETH": "2", "LTC": "50", "USDC": "100"}, {})
    assert holdings(market.beta) == ({"ETH": "18", "USDC": "900"}, {})


@pytest.mark.parametrize("first", ["ada", "cy"])
def test_two_assets_each_way_settle_together_when_the_last_is_funded(market, first):
    ticket = make(market)
    one, other = (market.ada, market.cy) if first == "ada" else (market.cy, market.ada)
    fund(ticket, one)
    assert (ticket.status, ticket.clock_stopped_at) == ("in_settlement", None)
    assert not Posting.objects.filter(kind=PostingKind.SETTLE).exists()
    fund(ticket, other, [legs(ticket, other)[0].number])
    assert ticket.status == "in_settlement"
    fund(ticket, other, [legs(ticket, other)[1].number])
    assert (ticket.status, set(statuses(ticket))) == ("fulfilled", {"settled"})
    assert holdings(market.alpha) == (ALPHA_AFTER, {})
    assert holdings(market.beta) == (BETA_AFTER, {})
    assert not Posting.objects.unresolved().exists()


def test_two_assets_each_way_settle_leg_by_leg(market):
    ticket = make(market, settlement="leg_by_leg")
    fund(ticket, market.cy)
    assert holdings(market.alpha) == ({"BTC": "3", "ETH": "2", "LTC": "50", "USDC": "100"}, {})
    fund(ticket, market.ada)
    assert (ticket.status, holdings(market.alpha), holdings(market.beta)) == (
        "fulfilled",
        (ALPHA_AFTER, {}),
        (BETA_AFTER, {}),
    )
    assert not Posting.objects.holds().exists()


def test_what_arrives_in_the_same_act_cannot_pay_for_it(market):
    """Together or not, a party funds from what it has, not from what it is about to receive."""
    ticket = make(market, receive=[("SOL", "1")], send=[("SOL", "1")])
    deposit(market.beta.vault, SOL="1")
    fund(ticket, market.cy)
    with pytest.raises(InsufficientFunds):
        fund(ticket, market.ada)


def test_the_same_asset_can_go_both_ways(market):
    deposit(market.alpha.vault, SOL="5")
    deposit(market.beta.vault, SOL="5")
    ticket = make(market, receive=[("SOL", "3")], send=[("SOL", "1")])
    fund(ticket, market.cy)
    fund(ticket, market.ada)
    assert (holdings(market.alpha)[0]["SOL"], holdings(market.beta)[0]["SOL"]) == ("7", "3")


def test_legs_can_be_funded_from_several_vaults_in_one_act(market):
    second = Account.objects.add_vault(market.beta.workspace, "Second")
    deposit(second, ETH="2")
    ticket = make(market)
    usdc, eth = legs(ticket, market.cy)
    ticket.fund({usdc.pk: market.beta.vault, eth.pk: second}, by=market.cy, now=NOON)
    assert (second.available(eth.asset), second.held(eth.asset), market.beta.vault.held(usdc.asset)) == (0, 2, 100)
    ticket.reject(by=market.cy, reason="Not agreed", now=NOON)
    assert (second.available(eth.asset), second.held(eth.asset)) == (2, 0)


def test_a_hundred_legs_settle_together_in_one_act(market):
    deposit(market.beta.vault, NEO="99")
    ticket = make(market, receive=[("NEO", "1")] * 99, send=[("BTC", "1")])
    fund(ticket, market.ada)
    fund(ticket, market.cy)
    assert ticket.status == "fulfilled"
    assert market.alpha.vault.available(Asset.objects.get(pk="NEO")) == Decimal(99)


# All or none


@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
def test_several_legs_in_one_act_are_all_funded_or_none(market, settlement):
    ticket = make(market, settlement=settlement, receive=[("USDC", "1000"), ("ETH", "20.000000000000000001")])
    with pytest.raises(InsufficientFunds, match=r"0\.000000000000000001 ETH too little"):
        fund(ticket, market.cy)
    assert (statuses(ticket)[:2], Ticket.objects.get().status) == (["unfunded", "unfunded"], "open")
    assert (holdings(market.beta), holdings(market.alpha)) == ((BETA, {}), (ALPHA, {}))
    assert not ticket.events.filter(kind__startswith="leg.").exclude(kind="leg.added").exists()


def test_a_receiver_that_would_hold_too_much_refuses_the_whole_settlement(market):
    deposit(market.alpha.vault, USDC="9999999999999999999999999999.999999")
    ticket = make(market)
    fund(ticket, market.cy)
    with pytest.raises(Invalid, match="Alpha Treasury would hold more USDC than can be counted"):
        fund(ticket, market.ada)
    assert Ticket.objects.get().status == "in_settlement"
    assert (holdings(market.beta)[1], holdings(market.alpha)[1]) == ({"ETH": "2", "USDC": "100"}, {})
    ticket.cancel(by=market.ada, reason="It cannot arrive", now=NOON)
    assert holdings(market.beta) == (BETA, {})


# Who, from where, which


def test_only_the_sender_funds_a_leg_and_only_from_its_own_vault(market):
    ticket, other = make(market), make(market)
    theirs, ours = legs(ticket, market.cy)[0], legs(ticket, market.ada)[0]
    for sources, refusal in (
        ({theirs.pk: market.alpha.vault}, NotAllowed),
        ({ours.pk: market.beta.vault}, NotAllowed),
        ({ours.pk: market.alpha.vault.hold}, NotAllowed),
        ({ours.pk: Account.objects.outside_world()}, NotAllowed),
        ({ours.pk: market.alpha.vault, theirs.pk: market.alpha.vault}, NotAllowed),
        ({legs(other, market.ada)[0].pk: market.alpha.vault}, Invalid),
        ({}, Invalid),
    ):
        with pytest.raises(refusal):
            ticket.fund(sources, by=market.ada, now=NOON)
    assert holdings(market.alpha) == (ALPHA, {})


def test_a_funded_leg_is_not_funded_again(market):
    ticket = make(market)
    fund(ticket, market.cy)
    with pytest.raises(WrongStatus, match="Nothing moved twice"):
        fund(ticket, market.cy, [1])


def test_a_removed_connection_stops_funding_but_not_the_end(market):
    ticket = make(market)
    fund(ticket, market.cy)
    market.connection.remove(by=market.beta.admin, reason="We parted", now=NOON)
    with pytest.raises(WrongStatus, match="are not connected"):
        fund(ticket, market.ada)
    with pytest.raises(WrongStatus, match="are not connected"):
        ticket.fund_manually(legs(ticket, market.ada)[0], "0xa", by=market.ada, now=NOON)
    ticket.reject(by=market.cy, reason="We parted", now=NOON)
    assert holdings(market.beta) == (BETA, {})
