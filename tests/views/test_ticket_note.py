"""Notes on a ticket: said to all its firms, inert, at any time; and what else the API adds to the timeline."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.base import cast, signed_in
from tests.factories import TicketFactory
from tests.views.test_ticket_page import page, text
from tickets.models import Role

pytestmark = pytest.mark.django_db


def ticket_of(people, status="open", **options):
    return TicketFactory(connection=people.connection, by=people.ada, status=status, **options)


def url(ticket, name="ticket-note"):
    return reverse(name, args=[ticket.reference])


def seen(response):
    """What the page was given to send back."""
    return response.context["form"]["seen"].value()


def test_a_note_reaches_both_firms_inert_and_with_its_lines(people):
    ticket, cy = ticket_of(people, hours=1), signed_in(people.cy)
    assert url(ticket) in page(people.cy, ticket).content.decode()
    assert "Alpha will read it, and it stays on the ticket." in text(cy.get(url(ticket)))
    response = cy.post(url(ticket), {"note": " <b>Friday</b>\r\nat {noon} "})
    assert (response.status_code, response["Location"]) == (303, url(ticket, "ticket"))
    for member, who in ((people.cy, "You"), (people.ada, "Beta"), (people.beta.viewer, "Cy")):
        html = page(member, ticket).content.decode()
        assert "&lt;b&gt;Friday&lt;/b&gt;<br>at {noon}</span>" in html and f"{who} added a note" in html
    assert "Your note is added." in cy.get(response["Location"]).content.decode()


@pytest.mark.parametrize("status", ["fulfilled", "cancelled", "rejected", "expired"])
def test_an_ended_ticket_still_takes_notes_and_keeps_its_own(people, status):
    ticket = ticket_of(people, "draft", hours=1)
    ticket.set_note("Block 3 of 5", by=people.ada)
    TicketFactory._reach(ticket, status, people.ada, ticket.created_at)
    assert signed_in(people.ada).post(url(ticket), {"note": "For the record"}).status_code == 303
    shown = text(page(people.cy, ticket))
    assert "Block 3 of 5" in shown and "Alpha added a note For the record" in shown


def test_before_opening_only_colleagues_read_it():
    people = cast(auto_approval=False)
    ticket, bo = ticket_of(people, "awaiting_approval"), signed_in(people.bo)
    assert "Only your colleagues will read it, also once the ticket is open" in text(bo.get(url(ticket)))
    bo.post(url(ticket), {"note": "Ask Ada first"})
    assert "Ask Ada first" in text(page(people.ada, ticket))
    ticket.refresh_from_db()
    ticket.approve(by=people.bo)
    assert "Ask Ada first" not in text(page(people.cy, ticket))


def test_sent_twice_it_is_said_once_and_may_be_said_again(people):
    ticket, cy = ticket_of(people), signed_in(people.cy)
    data = {"note": "On our way\r\nnow", "seen": seen(cy.get(url(ticket)))}
    assert [cy.post(url(ticket), data).status_code for _ in range(2)] == [303, 303]
    assert ticket.events.filter(kind="note.added").count() == 1
    cy.post(url(ticket), data | {"seen": seen(cy.get(url(ticket)))})
    cy.post(url(ticket), {"note": "On our way\nnow"})
    assert ticket.events.filter(kind="note.added").count() == 3


def test_a_note_that_cannot_be_taken_is_kept_as_typed(people):
    ticket, cy = ticket_of(people), signed_in(people.cy)
    empty = cy.post(url(ticket), {"note": " \n"})
    assert empty.status_code == 422 and "Write the note." in empty.content.decode()
    assert "<title>Error: Add a note" in empty.content.decode()
    long = cy.post(url(ticket), {"note": "x" * 1025})
    assert long.status_code == 422 and "x" * 1025 in long.content.decode()
    assert "Shorten the note to 1024 characters or fewer" in long.content.decode()
    for strange in ("-1", "9" * 30, "x"):
        assert cy.post(url(ticket), {"note": "a", "seen": strange}).status_code == 422
    assert not ticket.events.filter(kind="note.added").exists()


@pytest.mark.parametrize("role", Role)
def test_everybody_but_a_viewer_may_add_one(people, role):
    ticket, member = ticket_of(people), people.beta.members[role]
    client, is_allowed = signed_in(member), role != Role.VIEWER
    assert (url(ticket) in page(member, ticket).content.decode()) == is_allowed
    assert client.get(url(ticket)).status_code == (200 if is_allowed else 403)
    assert client.post(url(ticket), {"note": "a"}).status_code == (303 if is_allowed else 403)


def test_strangers_drafts_and_unsafe_methods(people):
    ticket, draft = ticket_of(people), ticket_of(people, "draft")
    assert signed_in(people.dee).post(url(ticket), {"note": "a"}).status_code == 404
    assert signed_in(people.cy).get(url(draft)).status_code == 404
    assert signed_in(people.ada).put(url(ticket)).status_code == 405
    assert signed_in(people.ada).post(url(draft), {"note": "a"})["Location"] == url(draft, "ticket")
    assert not draft.events.filter(kind="note.added").exists()


def test_an_expiration_set_after_opening_is_told_to_both(people):
    ticket = ticket_of(people)
    ticket.set_expiration(Decimal(6), by=people.ada, now=ticket.opened_at)
    assert "You set the expiration: 6 hours after opening" in text(page(people.ada, ticket))
    assert "Alpha set the expiration: 6 hours after opening" in text(page(people.cy, ticket))
