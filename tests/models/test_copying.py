"""A new draft from the terms of a ticket: the same deal for the firm that asks, whoever made the first."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.base import NOON, cast
from tests.factories import TicketFactory
from tickets.errors import Conflict, NotAllowed, WrongStatus
from tickets.models import Asset, Connection, Deal, Event, Ticket

pytestmark = pytest.mark.django_db
HUGE = "1234567890123456789012345678.123456789012345678"


@pytest.fixture
def people():
    return cast()


def ticket_of(people, **options):
    made = {"kind": "two_way", "hours": 4, "status": "open", "send": [("BTC", "3.75"), ("ETH", HUGE)]} | options
    ticket = TicketFactory(connection=people.connection, by=people.ada, **made)
    return Ticket.objects.with_legs().get(pk=ticket.pk)


def legs(ticket):
    return [
        (term.sender.workspace.name, term.receiver.workspace.name, term.asset_id, term.amount, term.status)
        for term in ticket.terms.all()
    ]


def test_the_draft_has_the_same_terms_but_no_external_id(people):
    ticket = ticket_of(people)
    ticket.set_external_id("OTC-1", by=people.ada)
    draft = Ticket.objects.draft_like(ticket, by=people.ada, now=NOON + timedelta(hours=1))
    for name in ("kind", "settlement", "note", "expires_in"):
        assert getattr(draft, name) == getattr(ticket, name)
    assert legs(draft) == legs(ticket)
    assert (draft.initiator.profile, draft.counterparty.profile) == (people.alpha.profile, people.beta.profile)
    assert (draft.status, draft.initiator.external_id, draft.opened_at, draft.expires_at) == ("draft", "", None, None)
    assert draft.reference != ticket.reference
    event = Event.objects.get(ticket=draft)
    assert (event.kind, event.by, event.is_private, event.facts["reference"]) == (
        "ticket.copied",
        people.ada,
        True,
        ticket.reference,
    )


@pytest.mark.parametrize("status", ["fulfilled", "cancelled", "rejected", "expired", "in_settlement"])
def test_a_ticket_that_has_ended_or_moved_gives_terms_that_have_not(people, status):
    draft = Ticket.objects.draft_like(ticket_of(people, status=status), by=people.ada)
    assert {term.status for term in draft.terms.all()} == {"unfunded"}
    assert {(term.source, term.destination, term.funded_at) for term in draft.terms.all()} == {(None, None, None)}
    assert draft.initiator.agreed_at is None
    draft.submit(by=people.ada)
    assert draft.status == "open"


def test_the_other_firm_drafts_the_same_deal_as_its_own(people):
    ticket = ticket_of(people)
    draft = Ticket.objects.draft_like(ticket, by=people.cy)
    assert draft.workspace == people.beta.workspace
    assert (draft.initiator.profile, draft.counterparty.profile) == (people.beta.profile, people.alpha.profile)
    assert legs(draft) == legs(ticket)
    assert not Ticket.objects.visible_to(people.ada).filter(pk=draft.pk).exists()
    draft.submit(by=people.cy)


def test_a_one_way_ticket_is_sent_again_by_the_firm_that_sent_it(people):
    draft = Ticket.objects.draft_like(ticket_of(people, kind="one_way", send=[]), by=people.cy)
    assert [(sender, receiver) for sender, receiver, *_ in legs(draft)] == [("Beta", "Alpha")]
    draft.submit(by=people.cy)
    assert draft.status == "open"


def test_a_connection_that_was_removed_is_left_to_be_chosen(people):
    ticket = ticket_of(people)
    people.connection.remove(by=people.beta.admin, reason="We parted")
    draft = Ticket.objects.draft_like(ticket, by=people.ada)
    assert (draft.initiator.profile, draft.counterparty.profile) == (people.alpha.profile, None)
    assert [term.amount for term in draft.terms.all()] == [term.amount for term in ticket.terms.all()]
    again = Connection.objects.request(local=people.alpha.profile, remote=people.beta.profile, by=people.alpha.admin)
    again.approve(by=people.beta.admin)
    draft.set_connection(again, by=people.ada)
    draft.submit(by=people.ada)


def test_the_same_key_finds_the_first_draft_and_is_no_other_firm_s(people):
    ticket, key = ticket_of(people), uuid.uuid4()
    first = Ticket.objects.draft_like(ticket, by=people.ada, key=key)
    assert Ticket.objects.draft_like(ticket, by=people.ada, key=key) == first
    with pytest.raises(Conflict):
        Ticket.objects.draft_like(ticket, by=people.cy, key=key)
    assert Ticket.objects.count() == 2


def test_who_may_not_open_tickets_or_is_no_party_is_refused(people):
    ticket = ticket_of(people)
    for member in (people.bo, people.alpha.viewer, people.dee):
        with pytest.raises(NotAllowed):
            Ticket.objects.draft_like(ticket, by=member)
    draft = ticket_of(people, status="draft")
    with pytest.raises(NotAllowed):
        Ticket.objects.draft_like(draft, by=people.cy)
    assert Ticket.objects.count() == 2


def test_the_firm_between_two_others_uses_the_api(people):
    deal = Deal(people.alpha.profile, people.beta.profile, Asset.objects.get(pk="USDC"), Decimal(5))
    arranged = Ticket.objects.propose(
        profile=people.gamma.profile, settlement="leg_by_leg", deals=[deal], by=people.dee
    )
    with pytest.raises(WrongStatus, match="through the API"):
        Ticket.objects.draft_like(arranged, by=people.dee)
