"""The legs of a draft: added, changed, removed, and given all at once."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast
from tests.factories import TermFactory, TicketFactory
from tickets.errors import BadAmount, Conflict, Invalid
from tickets.models import Asset, Event
from tickets.models.drafting import LEGS_MAX, Leg

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def draft(market):
    legs = {"receive": [("USDC", "100"), ("ETH", "2")], "send": [("BTC", "1")]}
    return TicketFactory(connection=market.connection, kind="two_way", **legs)


def asset(ticker):
    return Asset.objects.get(pk=ticker)


def amounts(ticket):
    return [(term.number, str(term)) for term in ticket.terms.order_by("number")]


AS_MADE = [(1, "100.000000 USDC"), (2, "2.000000000000000000 ETH"), (3, "1.00000000 BTC")]


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001", "1E+28", "NaN"])
def test_an_amount_that_its_asset_cannot_have_is_refused(market, draft, amount):
    with pytest.raises(BadAmount):
        TermFactory(ticket=draft, ticker="USDC", amount=amount)
    with pytest.raises(BadAmount):
        draft.change_term(draft.terms.first(), asset("USDC"), Decimal(amount), by=market.ada, now=NOON)
    assert amounts(draft) == AS_MADE


def test_a_leg_can_change_its_asset_and_amount(market, draft):
    first = draft.terms.first()
    draft.change_term(first, asset("NEO"), Decimal(7), by=market.ada, now=NOON)
    assert amounts(draft)[0] == (1, "7 NEO")
    draft.change_term(draft.terms.first(), asset("NEO"), draft.terms.first().amount, by=market.ada, now=NOON)
    assert amounts(draft)[0] == (1, "7 NEO")


def test_legs_after_a_removed_one_move_up(market, draft):
    draft.remove_term(draft.terms.get(number=1), by=market.ada, now=NOON)
    assert amounts(draft) == [(1, "2.000000000000000000 ETH"), (2, "1.00000000 BTC")]


def test_a_leg_that_is_gone_or_of_another_ticket_is_not_touched(market, draft):
    gone, other = draft.terms.first(), TicketFactory(connection=market.connection)
    theirs = other.terms.get()
    draft.remove_term(gone, by=market.ada, now=NOON)
    for term in (gone, theirs):
        term.pk = term.pk or gone.id
        with pytest.raises(Invalid, match="removed from the draft meanwhile"):
            draft.change_term(term, asset("NEO"), Decimal(7), by=market.ada, now=NOON)
        with pytest.raises(Invalid, match="removed from the draft meanwhile"):
            draft.remove_term(term, by=market.ada, now=NOON)
    assert amounts(other) == [(1, "250000.000000 USDC")]


def test_a_leg_goes_from_one_party_of_the_ticket_to_the_other(market, draft):
    other = TicketFactory(connection=market.connection)
    ours, theirs = draft.initiator, draft.counterparty
    for sender, receiver in ((ours, ours), (theirs, theirs), (ours, other.counterparty), (other.initiator, theirs)):
        with pytest.raises(Invalid, match="from one party of the ticket to the other"):
            draft.add_term(sender, receiver, asset("USDC"), Decimal(1), by=market.ada, now=NOON)


def test_a_ticket_has_a_hundred_legs_at_most(market, draft):
    ours, theirs = draft.initiator, draft.counterparty
    one = Leg(theirs, ours, asset("NEO"), Decimal(1))
    draft.set_terms([*as_legs(draft), *[one] * (LEGS_MAX - 3)], by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="at most 100 legs"):
        draft.add_term(*one[:4], by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="at most 100 legs"):
        draft.set_terms([*as_legs(draft), one], by=market.ada, now=NOON)
    assert draft.terms.count() == LEGS_MAX


# All at once


def as_legs(draft):
    return [Leg(t.sender, t.receiver, t.asset, t.amount, t.pk) for t in draft.terms.order_by("number")]


def test_the_same_legs_again_change_nothing(market, draft):
    before = Event.objects.count()
    draft.set_terms(as_legs(draft), by=market.ada, revision=draft.revision, now=NOON)
    assert (amounts(draft), Event.objects.count()) == (AS_MADE, before)


def test_legs_are_kept_changed_removed_and_added_in_the_order_given(market, draft):
    usdc, eth, btc = as_legs(draft)
    new = Leg(usdc.sender, usdc.receiver, asset("NEO"), Decimal(4))
    draft.set_terms([btc, new, usdc._replace(amount=Decimal(50))], by=market.ada, now=NOON)
    assert amounts(draft) == [(1, "1.00000000 BTC"), (2, "4 NEO"), (3, "50.000000 USDC")]
    assert set(draft.terms.values_list("pk", flat=True)) >= {usdc.id, btc.id}
    assert not draft.terms.filter(pk=eth.id).exists()


def test_a_leg_that_turned_round_is_a_new_one_and_the_old_one_is_gone(market, draft):
    usdc, *rest = as_legs(draft)
    turned = usdc._replace(sender=usdc.receiver, receiver=usdc.sender)
    draft.set_terms([turned, *rest], by=market.ada, now=NOON)
    assert amounts(draft) == AS_MADE
    assert draft.terms.get(number=1).sender == draft.initiator


def test_one_leg_cannot_stand_in_two_rows(market, draft):
    usdc, *rest = as_legs(draft)
    with pytest.raises(Invalid, match="twice"):
        draft.set_terms([usdc, usdc._replace(amount=Decimal(1)), *rest], by=market.ada, now=NOON)
    assert amounts(draft) == AS_MADE


def test_a_leg_of_another_ticket_is_copied_not_taken(market, draft):
    other = TicketFactory(connection=market.connection)
    theirs, kept = other.terms.get(), as_legs(draft)
    draft.set_terms([*kept, kept[0]._replace(id=theirs.pk, amount=Decimal(9))], by=market.ada, now=NOON)
    assert amounts(draft) == [*AS_MADE, (4, "9.000000 USDC")]
    assert amounts(other) == [(1, "250000.000000 USDC")]


def test_one_bad_leg_refuses_all(market, draft):
    usdc, eth, _ = as_legs(draft)
    before = Event.objects.count()
    with pytest.raises(BadAmount):
        draft.set_terms([eth._replace(amount=Decimal(3)), usdc._replace(amount=Decimal(0))], by=market.ada, now=NOON)
    assert (amounts(draft), Event.objects.count()) == (AS_MADE, before)


def test_legs_for_a_draft_that_moved_on_are_refused(market, draft):
    shown = draft.revision
    draft.set_note("Meanwhile", by=market.ada, now=NOON)
    with pytest.raises(Conflict, match="changed elsewhere"):
        draft.set_terms([], by=market.ada, revision=shown, now=NOON)
    assert amounts(draft) == AS_MADE
