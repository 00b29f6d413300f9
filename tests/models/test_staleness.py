"""Who acts on what was read before meets the new truth: races told in sequence."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import Conflict, WrongStatus
from tickets.models import Asset, Balance, Event, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.beta.vault, USDC="1000000")
    return market


def act(name, ticket, market):
    match name:
        case "cancel":
            ticket.cancel(by=market.ada, reason="Changed our mind", now=NOON)
        case "reject":
            ticket.reject(by=market.cy, reason="Not agreed", now=NOON)
        case "expire":
            ticket.expire(now=ticket.expires_at)
        case "fund":
            ticket.fund({ticket.terms.get().pk: market.beta.vault}, by=market.cy, now=NOON)


@pytest.mark.parametrize("first", ["cancel", "reject", "expire", "fund"])
@pytest.mark.parametrize("second", ["cancel", "reject", "expire", "fund"])
def test_the_second_act_on_a_stale_instance_is_refused(market, first, second):
    TicketFactory(status="open", connection=market.connection, hours=1)
    stale = Ticket.objects.get()
    act(first, Ticket.objects.get(), market)
    kept = Ticket.objects.values().get(), Event.objects.count(), list(Balance.objects.values())
    with pytest.raises(WrongStatus):
        act(second, stale, market)
    assert (Ticket.objects.values().get(), Event.objects.count(), list(Balance.objects.values())) == kept


def test_a_draft_that_moved_on_after_it_was_shown_is_not_submitted(market):
    ticket = TicketFactory(connection=market.connection)
    shown = ticket.revision
    Ticket.objects.get().change_term(ticket.terms.get(), Asset.objects.get(pk="USDC"), Decimal(1), by=market.ada)
    with pytest.raises(Conflict, match="changed after this page was shown"):
        ticket.submit(by=market.ada, revision=shown)
    ticket.submit(by=market.ada, revision=Ticket.objects.get().revision)


def test_every_change_of_a_draft_makes_a_new_revision(market):
    ticket = TicketFactory(connection=market.connection)
    [leg], usdc = ticket.terms.all(), Asset.objects.get(pk="USDC")
    ours, theirs = ticket.initiator, ticket.counterparty
    for change in (
        lambda: ticket.set_profile(market.alpha.profile, by=market.ada),
        lambda: ticket.set_connection(market.connection, by=market.ada),
        lambda: ticket.add_term(theirs, ours, usdc, Decimal(1), by=market.ada),
        lambda: ticket.change_term(leg, usdc, Decimal(2), by=market.ada),
        lambda: ticket.remove_term(leg, by=market.ada),
        lambda: ticket.set_expiration(Decimal(1), by=market.ada),
        lambda: ticket.set_note("Read this", by=market.ada),
        lambda: ticket.set_external_id("A-1", by=market.ada),
        lambda: ticket.set_kind("two_way", by=market.ada),
    ):
        before = Ticket.objects.get().revision
        change()
        assert Ticket.objects.get().revision > before


def test_a_write_that_was_overtaken_is_a_conflict(market):
    """The last guard, should a database ever hand out a row that is not locked."""
    ticket = TicketFactory(connection=market.connection)
    Ticket.objects.get().set_note("First", by=market.ada)
    with pytest.raises(Conflict, match="changed by somebody else just now"):
        ticket._write(note="Second")
    assert Ticket.objects.get().note == "First"
