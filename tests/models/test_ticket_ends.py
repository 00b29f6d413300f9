"""How a ticket ends other than by settling, its clock, and legs that moved by hand."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.base import MOMENT, NOON
from tests.models.test_ticket_settlement import ALPHA, BETA, fund, funded_market, holdings, legs, make, statuses
from tickets.errors import Expired, Invalid, NotAllowed, WrongStatus
from tickets.models import Posting, PostingKind, TermStatus, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return funded_market()


@pytest.mark.parametrize("end", ["cancel", "reject", "expire"])
@pytest.mark.parametrize("funded", [["cy"], ["ada"], ["part"]])
def test_every_hold_goes_back_when_the_ticket_ends_otherwise(market, end, funded):
    ticket = make(market, hours=1)
    if funded == ["part"]:
        fund(ticket, market.cy, [1])
        fund(ticket, market.ada, [4])
    else:
        fund(ticket, getattr(market, funded[0]))
    held = ticket.terms.filter(status=TermStatus.HELD).count()
    match end:
        case "cancel":
            ticket.cancel(by=market.ada, reason="Changed our mind", now=NOON)
        case "reject":
            ticket.reject(by=market.cy, reason="Not agreed", now=NOON)
        case "expire":
            ticket.expire(now=NOON + timedelta(hours=1))
    assert (holdings(market.alpha), holdings(market.beta)) == ((ALPHA, {}), (BETA, {}))
    assert statuses(ticket).count("released") == held == len(ticket.events.last().facts["released"])
    assert ticket.ended_by == {"cancel": market.alpha.workspace, "reject": market.beta.workspace}.get(end)


def test_after_a_leg_moved_only_its_sender_ends_the_ticket_and_nothing_comes_back(market):
    ticket = make(market, settlement="leg_by_leg")
    fund(ticket, market.cy, [1])
    with pytest.raises(NotAllowed, match="only the firm that sent it"):
        ticket.cancel(by=market.ada, reason="Changed our mind", now=NOON)
    assert not ticket.can_be_ended_by(market.ada, NOON) and ticket.can_be_ended_by(market.cy, NOON)
    ticket.reject(by=market.cy, reason="They never sent theirs", now=NOON)
    assert statuses(ticket) == ["settled", "unfunded", "unfunded", "unfunded"]
    assert holdings(market.alpha)[0]["USDC"] == "100"


# The clock


@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
def test_a_ticket_is_good_until_one_microsecond_before_it_expires(market, settlement):
    ticket = make(market, settlement=settlement, hours=1)
    at = NOON + timedelta(hours=1)
    for late in (at, at + MOMENT, at + timedelta(days=9)):
        with pytest.raises(Expired, match=r"expired .* before this arrived\. Nothing was moved"):
            fund(ticket, market.cy, now=late)
    with pytest.raises(WrongStatus), transaction.atomic():
        ticket.expire(now=at - MOMENT)
    assert (ticket.is_due(at - MOMENT), ticket.is_due(at)) == (False, True)
    assert [list(rows(at)) for rows in (Ticket.objects.due, Ticket.objects.ended)] == [[ticket], [ticket]]
    assert not Ticket.objects.due(at - MOMENT) and not Ticket.objects.active(at) and not Ticket.objects.live(at)
    fund(ticket, market.cy, now=at - MOMENT)


def test_the_clock_stops_when_a_leg_moves_but_not_when_it_is_held(market):
    moved, held = make(market, settlement="leg_by_leg", hours=1), make(market, hours=1)
    for ticket in (moved, held):
        fund(ticket, market.cy, [1], now=NOON + timedelta(minutes=59))
    late = NOON + timedelta(days=1)
    assert (moved.is_due(late), held.is_due(late)) == (False, True)
    assert list(Ticket.objects.due(late)) == [held]
    assert moved.clock_stopped_at == NOON + timedelta(minutes=59)
    fund(moved, market.cy, [2], now=late)
    assert moved.clock_stopped_at == NOON + timedelta(minutes=59)


# By hand


@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
def test_legs_that_moved_outside_make_no_postings_and_are_closed_by_a_person(market, settlement):
    ticket = make(market, settlement=settlement, hours=1, receive=[("USDC", "100")], send=[("BTC", "1")])
    usdc, btc = ticket.terms.order_by("number")
    ticket.fund_manually(usdc, " 0xfeed ", by=market.cy, now=NOON)
    late = NOON + timedelta(days=1)
    with pytest.raises(WrongStatus, match="Not every leg has moved"):
        ticket.fulfil(by=market.cy, now=late)
    ticket.fund_manually(btc, "a" * 128, by=market.ada, now=late)
    assert (ticket.status, ticket.can_be_fulfilled_by(market.cy)) == ("in_settlement", True)
    ticket.fulfil(by=market.cy, now=late)
    assert (ticket.status, ticket.terms.get(number=1).tx_hash) == ("fulfilled", "0xfeed")
    assert (holdings(market.alpha), holdings(market.beta)) == ((ALPHA, {}), (BETA, {}))
    assert not Posting.objects.exclude(kind=PostingKind.DEPOSIT).exists()


def test_held_and_by_hand_do_not_mix_when_legs_settle_together(market):
    held, by_hand = make(market), make(market)
    fund(held, market.cy, [1])
    with pytest.raises(WrongStatus, match="none by hand"):
        held.fund_manually(legs(held, market.ada)[0], "0xa", by=market.ada, now=NOON)
    by_hand.fund_manually(legs(by_hand, market.ada)[0], "0xa", by=market.ada, now=NOON)
    with pytest.raises(WrongStatus, match="the others must be too"):
        fund(by_hand, market.cy)


def test_leg_by_leg_the_last_leg_closes_the_ticket_though_another_moved_by_hand(market):
    ticket = make(market, settlement="leg_by_leg")
    ticket.fund_manually(legs(ticket, market.cy)[0], "0xa", by=market.cy, now=NOON)
    fund(ticket, market.cy, [2])
    fund(ticket, market.ada)
    assert ticket.status == "fulfilled"


@pytest.mark.parametrize("tx_hash", ["", "  ", "a" * 129, "two words", "né", "0x\n1"])
def test_a_leg_by_hand_needs_the_hash_of_its_transaction(market, tx_hash):
    ticket = make(market)
    with pytest.raises(Invalid) as refusal:
        ticket.fund_manually(legs(ticket, market.cy)[0], tx_hash, by=market.cy, now=NOON)
    assert refusal.value.field == "tx_hash"
