"""Events: one for each change, told to whom it concerns, and never altered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.base import NOON, cast, deposit
from tests.factories import TicketFactory
from tickets.errors import Refused
from tickets.models import Event, Posting, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, BTC="10")
    deposit(market.beta.vault, USDC="1000000")
    return market


def told(ticket, member):
    return [event.kind for event in ticket.events.visible_to(member)]


def test_the_life_of_a_ticket_is_told_once_and_in_order(market):
    ticket = TicketFactory(connection=market.connection, kind="two_way", hours=1)
    ticket.submit(by=market.ada, now=NOON)
    for member, vault in ((market.cy, market.beta.vault), (market.ada, market.alpha.vault)):
        ticket.fund({ticket.terms.sent_by(member).get().pk: vault}, by=member, now=NOON)
    assert list(ticket.events.values_list("kind", "status", "is_private")) == [
        ("ticket.kind_set", "draft", True),
        ("ticket.profile_set", "draft", True),
        ("ticket.counterparty_set", "draft", True),
        ("leg.added", "draft", True),
        ("leg.added", "draft", True),
        ("ticket.expiration_set", "draft", True),
        ("ticket.opened", "open", False),
        ("leg.held", "in_settlement", False),
        ("leg.held", "in_settlement", False),
        ("ticket.fulfilled", "fulfilled", False),
    ]


def test_the_other_party_reads_what_is_shared_and_not_the_making(market):
    ticket = TicketFactory(connection=market.connection)
    ticket.set_external_id("A-1", by=market.ada, now=NOON)
    ticket.submit(by=market.ada, now=NOON)
    ticket.set_external_id("B-1", by=market.cy, now=NOON)
    assert told(ticket, market.cy) == ["ticket.opened", "ticket.external_id_set"]
    assert told(ticket, market.ada)[-2:] == ["ticket.external_id_set", "ticket.opened"]
    assert {event.facts.get("external_id") for event in ticket.events.visible_to(market.cy)} == {None, "B-1"}


def test_a_stranger_reads_nothing_of_what_two_other_firms_do(market):
    TicketFactory(connection=market.connection, kind="two_way", status="fulfilled")
    assert Event.objects.visible_to(market.cy).filter(ticket__isnull=False).exists()
    assert not Event.objects.visible_to(market.dee).exists()


def test_approval_within_the_firm_stays_there():
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection, status="open")
    opened = ticket.events.last()
    assert told(ticket, market.cy) == ["ticket.opened"]
    assert (opened.facts, opened.own_facts, opened.by) == ({}, {"approved": True}, market.bo)


def test_from_which_vault_a_leg_was_funded_is_not_among_the_shared_facts(market):
    ticket = TicketFactory(connection=market.connection, status="open")
    ticket.fund({ticket.terms.get().pk: market.beta.vault}, by=market.cy, now=NOON)
    event = ticket.events.get(kind="leg.settled")
    assert event.own_facts == {"vault": "Beta Treasury"}
    assert event.facts == {
        "leg": 1,
        "amount": "250000.000000 USDC",
        "sender": "Beta Desk",
        "receiver": "Alpha Desk",
    }


def test_no_event_ever_tells_an_external_id_or_a_vault_to_the_other_side(market):
    ticket = TicketFactory(connection=market.connection, kind="two_way", hours=1)
    ticket.set_external_id("SECRET-A", by=market.ada, now=NOON)
    ticket.submit(by=market.ada, now=NOON)
    ticket.set_external_id("SECRET-B", by=market.cy, now=NOON)
    ticket.fund({ticket.terms.sent_by(market.cy).get().pk: market.beta.vault}, by=market.cy, now=NOON)
    ticket.cancel(by=market.ada, reason="Changed our mind", now=NOON)
    for member, theirs in ((market.ada, ["SECRET-B", "Beta Treasury"]), (market.cy, ["SECRET-A", "Alpha Treasury"])):
        shared = " ".join(str(event.facts) for event in ticket.events.visible_to(member))
        assert not [word for word in theirs if word in shared]


def test_an_end_tells_its_reason_and_what_went_back(market):
    ticket = TicketFactory(connection=market.connection, kind="two_way", status="in_settlement")
    ticket.reject(by=market.cy, reason="  Not\r\nagreed ", now=NOON)
    assert ticket.events.last().facts == {"reason": "Not\nagreed", "released": ["250000.000000 USDC"]}
    assert ticket.reason == "Not\nagreed"


def test_the_clock_acts_in_nobodys_name(market):
    ticket = TicketFactory(connection=market.connection, status="open", hours=1)
    ticket.expire(now=NOON + timedelta(hours=1))
    event = ticket.events.last()
    assert (event.by, event.staff, event.workspace, event.actor) == (None, None, None, "Countersign")


def test_support_is_named_as_support(market):
    posting = market.alpha.vault.deposit(
        Posting.objects.first().asset, Posting.objects.first().amount, reason="Counted in", staff=market.sam, now=NOON
    )
    event = Event.objects.last()
    assert (event.actor, event.facts["posting"]) == ("Sam, support", str(posting.pk))
    assert list(Event.objects.filter(pk=event.pk).visible_to(market.cy)) == []
    assert list(Event.objects.filter(pk=event.pk).visible_to(market.bo)) == [event]


def test_an_event_has_one_actor_and_concerns_one_thing(market):
    ticket = TicketFactory(connection=market.connection)
    for fields in (
        {"by": market.ada, "staff": market.sam},
        {"ticket": ticket, "connection": market.connection},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.create(at=NOON, kind="made.up", **fields)


def test_an_event_is_never_changed_nor_deleted(market):
    event = Event.objects.last()
    for attempt in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(kind="made.up"),
        lambda: Event.objects.bulk_update([event], ["kind"]),
        lambda: market.ada.events.update(kind="made.up"),
        lambda: Event.objects.visible_to(market.ada).delete(),
    ):
        with pytest.raises(Refused), transaction.atomic():
            attempt()


def test_a_refused_act_tells_nothing(market):
    ticket = TicketFactory(connection=market.connection, status="open")
    before = Event.objects.count()
    with pytest.raises(Refused), transaction.atomic():
        Ticket.objects.get().cancel(by=market.ada, reason="", now=NOON)
    with pytest.raises(Refused), transaction.atomic():
        ticket.reject(by=market.cy, reason="x" * 501, now=NOON)
    assert Event.objects.count() == before
