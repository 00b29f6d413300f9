"""Drafts made through deals: in one act, leg by leg, and between two other firms."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast, connect, deposit
from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models import Asset, Deal, Event, Kind, PartyRole, Profile, Ticket, TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    """Gamma, which is a stranger elsewhere, is connected with both here: it can be their intermediary."""
    market = cast()
    connect(market.gamma, market.alpha)
    connect(market.gamma, market.beta)
    for firm in (market.alpha, market.beta):
        deposit(firm.vault, BTC="10", USDC="1000000")
    return market


def deal(sender, receiver, amount="100", ticker="USDC"):
    return Deal(sender.profile, receiver.profile, Asset.objects.get(pk=ticker), Decimal(amount))


def propose(firm, *deals, settlement="leg_by_leg", **options):
    options = {"profile": firm.profile, "settlement": settlement, "by": firm.trader, "now": NOON} | options
    return Ticket.objects.propose(deals=deals, **options)


def ends(ticket):
    return {party.role: party.profile.name for party in ticket.parties.all() if party.profile}


def swap(market):
    return deal(market.alpha, market.beta), deal(market.beta, market.alpha, "1", "BTC")


# In one act


def test_a_draft_is_made_in_one_act_with_one_event(market):
    before = Event.objects.count()
    ticket = propose(market.alpha, *swap(market), note="Mind the gap", external_id="A-1", hours=Decimal("1.5"))
    assert (ticket.status, ticket.kind, ticket.settlement) == ("draft", "two_way", "leg_by_leg")
    assert ends(ticket) == {"initiator": "Alpha Desk", "counterparty": "Beta Desk"}
    assert [str(term) for term in ticket.terms.all()] == ["100.000000 USDC", "1.00000000 BTC"]
    assert (ticket.note, ticket.expires_in.total_seconds(), ticket.maker.external_id) == ("Mind the gap", 5400, "A-1")
    assert [event.kind for event in Event.objects.all()[before:]] == ["ticket.proposed"]
    assert ticket.is_made_by(market.ada)
    assert {ticket.created_at, ticket.updated_at, ticket.maker.created_at, ticket.terms.first().created_at} == {NOON}


@pytest.mark.parametrize("sender", ["alpha", "beta"])
def test_a_one_way_draft_goes_either_way(market, sender):
    other = "beta" if sender == "alpha" else "alpha"
    ticket = propose(market.alpha, deal(getattr(market, sender), getattr(market, other)))
    assert ticket.kind == Kind.ONE_WAY
    ticket.submit(by=market.ada, now=NOON)
    assert ticket.status == TicketStatus.OPEN


def test_a_draft_may_have_no_legs_yet_and_then_cannot_be_opened(market):
    ticket = propose(market.alpha)
    assert ends(ticket) == {"initiator": "Alpha Desk"}
    with pytest.raises(Invalid) as refusal:
        ticket.submit(by=market.ada, now=NOON)
    assert refusal.value.code == "TICKET_HAS_NO_TERMS"


def test_what_cannot_be_proposed_leaves_nothing_behind(market):
    alpha, beta, gamma = market.alpha, market.beta, market.gamma
    other = Profile.objects.create(workspace=alpha.workspace, name="Alpha Other", party="o::1", vault=alpha.vault)
    for_alpha = {"by": market.ada}
    refused = {
        "NETWORK_ID_NOT_OWNED": lambda: propose(beta, deal(alpha, beta), **for_alpha),
        "TERM_SAME_PARTY": lambda: propose(alpha, deal(alpha, alpha)),
        "TICKET_OF_TWO_PARTIES": lambda: propose(alpha, deal(alpha, beta), deal(alpha, gamma)),
        "EXPIRES_IN_OUT_OF_RANGE": lambda: propose(alpha, deal(alpha, beta), hours=Decimal(0)),
        "BAD_AMOUNT": lambda: propose(alpha, deal(alpha, beta, "0.0000001")),
    }
    for code, act in refused.items():
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.code == code
    with pytest.raises(Invalid, match="same profile of yours"):
        propose(alpha, Deal(other, beta.profile, Asset.objects.get(pk="USDC"), Decimal(1)))
    with pytest.raises(NotAllowed):
        propose(alpha, deal(alpha, beta), by=market.bo)
    assert not Ticket.objects.exists()


# Leg by leg


def test_the_first_leg_says_who_the_other_end_is_and_the_type_follows_the_legs(market):
    ticket = propose(market.alpha)
    first = ticket.add_deal(deal(market.alpha, market.beta), by=market.ada, now=NOON)
    assert (ends(ticket)["counterparty"], ticket.kind) == ("Beta Desk", "one_way")
    second = ticket.add_deal(deal(market.beta, market.alpha, "2"), by=market.ada, now=NOON)
    assert (first.number, second.number, ticket.kind) == (1, 2, "two_way")
    with pytest.raises(Invalid, match="between Alpha Desk and Beta Desk"):
        ticket.add_deal(deal(market.gamma, market.alpha), by=market.ada, now=NOON)
    ticket.remove_deal(first, by=market.ada, now=NOON)
    assert (ticket.kind, ticket.terms.get().number) == ("one_way", 1)


def test_a_leg_that_changes_keeps_its_id_and_place(market):
    ticket = propose(market.alpha, *swap(market))
    first = ticket.terms.get(number=1)
    changed = ticket.change_deal(first, deal(market.beta, market.alpha, "7", "NEO"), by=market.ada, now=NOON)
    assert (changed.pk, changed.number, str(changed), ticket.kind) == (first.pk, 1, "7 NEO", "one_way")


def test_the_only_leg_may_turn_its_maker_into_an_intermediary_and_back(market):
    ticket = propose(market.gamma, deal(market.gamma, market.alpha), external_id="G-1")
    leg = ticket.terms.get()
    leg = ticket.change_deal(leg, deal(market.alpha, market.beta), by=market.dee, now=NOON)
    assert ends(ticket) == {"intermediary": "Gamma Desk", "initiator": "Beta Desk", "counterparty": "Alpha Desk"}
    ticket.change_deal(leg, deal(market.beta, market.gamma), by=market.dee, now=NOON)
    assert ends(ticket) == {"initiator": "Gamma Desk", "counterparty": "Beta Desk"}
    assert (ticket.intermediary, ticket.maker.external_id) == (None, "G-1")


# Between two others


def test_an_intermediary_opens_a_ticket_that_the_two_ends_settle(market):
    ticket = propose(market.gamma, *swap(market), settlement="together")
    assert not Ticket.objects.visible_to(market.ada).exists()
    ticket.submit(by=market.dee, now=NOON)
    assert ticket.intermediary.profile == market.gamma.profile
    for member in (market.ada, market.cy, market.dee):
        assert Ticket.objects.visible_to(member).get() == ticket
    assert ticket.other_party(market.ada).profile == market.beta.profile
    for firm in (market.alpha, market.beta):
        ticket.fund({ticket.terms.get(sender__workspace=firm.workspace).pk: firm.vault}, by=firm.trader, now=NOON)
    assert ticket.status == TicketStatus.FULFILLED
    assert market.beta.vault.available(Asset.objects.get(pk="USDC")) == Decimal("1000100")


def test_an_intermediary_funds_nothing_and_may_cancel_until_something_moved(market):
    ticket = propose(market.gamma, *swap(market))
    ticket.submit(by=market.dee, now=NOON)
    leg = ticket.terms.get(sender__workspace=market.alpha.workspace)
    with pytest.raises(NotAllowed) as refusal:
        ticket.fund({leg.pk: market.gamma.vault}, by=market.dee, now=NOON)
    assert refusal.value.code == "TERM_NOT_YOURS"
    ticket.fund({leg.pk: market.alpha.vault}, by=market.ada, now=NOON)
    for member, end in ((market.dee, "cancel"), (market.cy, "reject")):
        with pytest.raises(NotAllowed) as refusal:
            getattr(ticket, end)(by=member, reason="No", now=NOON)
        assert refusal.value.code == "CANCEL_NOT_ALLOWED"
    ticket.reject(by=market.ada, reason="They do not pay", now=NOON)
    assert ticket.ended_by == market.alpha.workspace


@pytest.mark.parametrize("pair", [("gamma", "alpha"), ("gamma", "beta"), ("alpha", "beta")])
def test_all_three_must_be_connected_with_each_other(market, pair):
    ticket = propose(market.gamma, *swap(market))
    one, other = (getattr(market, name) for name in pair)
    connection = one.profile.requests_made.filter(peer=other.profile).get()
    connection.remove(by=one.admin, reason="Over", now=NOON)
    with pytest.raises(WrongStatus) as refusal:
        ticket.submit(by=market.dee, now=NOON)
    assert refusal.value.code == "NETWORK_NOT_CONNECTED"


def test_each_of_three_keeps_its_own_external_id(market):
    ticket = propose(market.gamma, *swap(market), external_id="G-1")
    ticket.submit(by=market.dee, now=NOON)
    for member, own in ((market.ada, "A-1"), (market.cy, "B-1")):
        ticket.set_external_id(own, by=member, now=NOON)
    ids = {party.role: party.external_id for party in Ticket.objects.get().parties.all()}
    assert ids == {PartyRole.INTERMEDIARY: "G-1", PartyRole.COUNTERPARTY: "A-1", PartyRole.INITIATOR: "B-1"}


def test_the_pages_of_the_wizard_do_not_shape_an_intermediarys_draft(market):
    ticket = propose(market.gamma, *swap(market))
    for act in (
        lambda: ticket.set_kind("two_way", by=market.dee, now=NOON),
        lambda: ticket.set_profile(market.gamma.profile, by=market.dee, now=NOON),
        lambda: ticket.set_connection(market.connection, by=market.dee, now=NOON),
    ):
        with pytest.raises(WrongStatus, match="intermediary"):
            act()
