"""Holding and agreeing apart: the two steps of a ticket that settles together."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import InsufficientFunds, Invalid, NotAllowed, WrongStatus
from tickets.models import Asset, TermStatus, Ticket, TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, BTC="100", ETH="100")
    deposit(market.beta.vault, USDC="1000000")
    return market


@pytest.fixture
def ticket(market):
    return TicketFactory(connection=market.connection, kind="two_way", status="open")


def legs_of(ticket, firm):
    return {term.pk: firm.vault for term in ticket.terms.filter(sender__workspace=firm.workspace)}


def hold(ticket, firm):
    ticket.hold(legs_of(ticket, firm), by=firm.trader, now=NOON)


def fund(ticket, firm):
    ticket.fund(legs_of(ticket, firm), by=firm.trader, now=NOON)


def agree(ticket, firm):
    ticket.agree(by=firm.trader, now=NOON)


def statuses(ticket):
    return {term.status for term in Ticket.objects.get(pk=ticket.pk).terms.all()}


def test_legs_held_move_only_once_both_sides_have_agreed(market, ticket):
    for firm in (market.alpha, market.beta):
        hold(ticket, firm)
    assert (ticket.status, statuses(ticket)) == (TicketStatus.IN_SETTLEMENT, {TermStatus.HELD})
    agree(ticket, market.beta)
    assert statuses(ticket) == {TermStatus.HELD}
    assert [event.kind for event in ticket.events.all()][-1] == "ticket.agreed"
    agree(ticket, market.alpha)
    assert (ticket.status, statuses(ticket)) == (TicketStatus.FULFILLED, {TermStatus.SETTLED})
    assert [event.kind for event in ticket.events.all()][-2:] == ["ticket.agreed", "ticket.fulfilled"]


@pytest.mark.parametrize("order", [(hold, fund, agree), (fund, hold, agree), (hold, agree, fund)])
def test_to_fund_is_to_hold_and_to_agree_in_one_act(market, ticket, order):
    """Alpha takes the two steps, Beta the one, in any order."""
    for step in order:
        step(ticket, market.beta if step is fund else market.alpha)
    assert (ticket.status, statuses(ticket)) == (TicketStatus.FULFILLED, {TermStatus.SETTLED})


def test_a_side_that_funds_one_of_its_legs_has_not_agreed_yet(market, ticket):
    fund(ticket, market.beta)
    ours = list(legs_of(ticket, market.alpha))
    if len(ours) == 1:
        draft = TicketFactory(connection=market.connection, kind="two_way", status="draft")
        draft.add_term(
            draft.initiator, draft.counterparty, Asset.objects.get(pk="ETH"), Decimal(2), by=market.ada, now=NOON
        )
        draft.submit(by=market.ada, now=NOON)
        ticket, ours = draft, list(legs_of(draft, market.alpha))
        fund(ticket, market.beta)
    ticket.fund({ours[0]: market.alpha.vault}, by=market.ada, now=NOON)
    assert ticket.party_of(market.ada).agreed_at is None
    ticket.fund({ours[1]: market.alpha.vault}, by=market.ada, now=NOON)
    assert ticket.status == TicketStatus.FULFILLED


def test_nobody_agrees_before_its_own_legs_are_held_nor_twice(market, ticket):
    with pytest.raises(WrongStatus) as refusal:
        agree(ticket, market.alpha)
    assert refusal.value.code == "TERMS_NOT_ALL_FUNDED"
    hold(ticket, market.alpha)
    assert ticket.can_be_agreed_by(market.ada)
    agree(ticket, market.alpha)
    assert not Ticket.objects.get(pk=ticket.pk).can_be_agreed_by(market.ada)
    with pytest.raises(WrongStatus) as refusal:
        agree(ticket, market.alpha)
    assert refusal.value.code == "TERM_ALREADY_FUNDED"
    with pytest.raises(NotAllowed):
        agree(ticket, market.gamma)


def test_what_is_held_but_not_agreed_goes_back_at_the_end(market, ticket):
    hold(ticket, market.alpha)
    hold(ticket, market.beta)
    agree(ticket, market.alpha)
    ticket.reject(by=market.cy, reason="Changed our mind", now=NOON)
    assert statuses(ticket) == {TermStatus.RELEASED}
    assert market.beta.vault.available(Asset.objects.get(pk="USDC")) == Decimal(1000000)


def test_the_two_steps_are_for_tickets_that_settle_together(market):
    ticket = TicketFactory(connection=market.connection, kind="two_way", status="open", settlement="leg_by_leg")
    for step in (hold, agree):
        with pytest.raises(WrongStatus) as refusal:
            step(ticket, market.alpha)
        assert refusal.value.code == "DVP_NOT_ENABLED"


def test_a_hold_that_the_vault_cannot_bear_changes_nothing(market, ticket):
    deposit(market.gamma.vault, BTC="1")
    empty = TicketFactory(connection=market.connection, kind="two_way", status="open")
    empty_vault = type(market.alpha.vault).objects.add_vault(market.alpha.workspace, "Empty")
    with pytest.raises(InsufficientFunds):
        empty.hold(dict.fromkeys(legs_of(empty, market.alpha), empty_vault), by=market.ada, now=NOON)
    assert Ticket.objects.get(pk=empty.pk).status == TicketStatus.OPEN
    with pytest.raises(Invalid, match="at least one leg"):
        empty.hold({}, by=market.ada, now=NOON)
