"""Ending a ticket: cancel by the firm that opened it, reject by the other, each with a reason that both read."""

import pytest
from django.urls import reverse

from tests.base import signed_in
from tests.factories import TicketFactory
from tickets.models import Asset, Settlement, Ticket

pytestmark = pytest.mark.django_db


def ticket_of(people, **options):
    options = {"status": "open", "kind": "two_way"} | options
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def url(ticket, act="cancel"):
    return reverse(f"ticket-{act}", args=[ticket.reference])


def page_of(ticket):
    return reverse("ticket", args=[ticket.reference])


@pytest.mark.parametrize(("act", "who", "status"), [("cancel", "ada", "cancelled"), ("reject", "cy", "rejected")])
def test_each_side_ends_it_in_its_own_way_and_both_read_why(people, act, who, status):
    ticket, client = ticket_of(people), signed_in(getattr(people, who))
    html = client.get(url(ticket, act)).content.decode()
    assert f"{act.capitalize()} ticket {ticket}</button>" in html and "Nothing has been funded" in html
    response = client.post(url(ticket, act), {"reason": "Agreed by phone\nwith Dana"})
    assert (response.status_code, response["Location"]) == (303, page_of(ticket))
    assert Ticket.objects.get(pk=ticket.pk).status == status
    for member in (people.ada, people.cy):
        assert "Agreed by phone<br>with Dana" in signed_in(member).get(page_of(ticket)).content.decode()


def test_the_page_says_what_is_given_back_and_to_whom(people):
    ticket = ticket_of(people, status="in_settlement")
    html = signed_in(people.ada).get(url(ticket)).content.decode()
    assert "Given back, each to the vault it came from:" in html and "USDC</span></data> to Beta." in html
    signed_in(people.ada).post(url(ticket), {"reason": "Changed our mind"})
    assert people.beta.vault.available(Asset.objects.get(pk="USDC")) == 250000


def test_sent_twice_it_ends_once_and_keeps_the_first_reason(people):
    ticket, ada = ticket_of(people), signed_in(people.ada)
    for reason in ("First", "Second"):
        assert ada.post(url(ticket), {"reason": reason})["Location"] == page_of(ticket)
    assert Ticket.objects.get(pk=ticket.pk).reason == "First"
    assert ticket.events.filter(kind="ticket.cancelled").count() == 1


def test_a_reason_is_needed_and_what_was_typed_is_kept(people):
    ticket, ada = ticket_of(people), signed_in(people.ada)
    response = ada.post(url(ticket), {"reason": " "})
    html = response.content.decode()
    assert response.status_code == 422 and 'href="#id_reason">Give a reason: Beta will read it.' in html
    assert "<title>Error: Cancel ticket" in html
    long = "x" * 501
    response = ada.post(url(ticket), {"reason": long})
    assert response.status_code == 422 and "Shorten the reason to 500 characters" in response.content.decode()
    assert long in response.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_the_wrong_side_is_refused(people):
    ticket = ticket_of(people)
    assert signed_in(people.cy).post(url(ticket), {"reason": "x"}).status_code == 403
    assert signed_in(people.ada).post(url(ticket, "reject"), {"reason": "x"}).status_code == 403
    assert signed_in(people.cy).get(url(ticket))["Location"] == page_of(ticket)
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_strangers_viewers_and_unsafe_methods(people):
    ticket = ticket_of(people)
    assert signed_in(people.dee).get(url(ticket)).status_code == 404
    assert signed_in(people.dee).post(url(ticket), {"reason": "x"}).status_code == 404
    assert signed_in(people.alpha.viewer).get(url(ticket)).status_code == 403
    assert signed_in(people.alpha.viewer).post(url(ticket), {"reason": "x"}).status_code == 403
    assert signed_in(people.ada).put(url(ticket)).status_code == 405


def test_after_a_leg_moved_only_its_sender_may_end_it(people):
    ticket = ticket_of(people, status="in_settlement", settlement=Settlement.LEG_BY_LEG)
    ada, cy = signed_in(people.ada), signed_in(people.cy)
    assert "You cannot cancel it: a leg has moved already" in ada.get(page_of(ticket)).content.decode()
    assert ada.get(url(ticket))["Location"] == page_of(ticket)
    assert ada.post(url(ticket), {"reason": "x"}).status_code == 403
    assert "Nothing comes back of what has moved already:" in cy.get(url(ticket, "reject")).content.decode()
    assert cy.post(url(ticket, "reject"), {"reason": "x"}).status_code == 303


def test_whoever_comes_second_reads_what_happened_and_keeps_the_reason(people):
    ticket = ticket_of(people)
    signed_in(people.cy).post(url(ticket, "reject"), {"reason": "Not agreed"})
    response = signed_in(people.ada).post(url(ticket), {"reason": "Too late"})
    html = response.content.decode()
    assert response.status_code == 409 and "This ticket is rejected. Beta ended it at " in html
    assert "Your reason was not sent: “Too late”" in html
    assert Ticket.objects.get(pk=ticket.pk).reason == "Not agreed"


def test_a_draft_is_not_cancelled_here(people):
    draft = ticket_of(people, status="draft")
    response = signed_in(people.ada).post(url(draft), {"reason": "x"})
    assert response.status_code == 409 and "A draft is discarded, not cancelled." in response.content.decode()


def test_the_external_id_is_kept_and_shown(people):
    ticket, path = ticket_of(people), "external-id"
    response = signed_in(people.cy).post(url(ticket, path), {"external_id": " B-1 "})
    assert (response.status_code, response["Location"]) == (303, page_of(ticket))
    assert Ticket.objects.get(pk=ticket.pk).party_of(people.cy).external_id == "B-1"
    assert Ticket.objects.get(pk=ticket.pk).party_of(people.ada).external_id == ""


def test_an_external_id_used_before_is_asked_about_once(people):
    earlier, ticket = ticket_of(people), ticket_of(people)
    earlier.set_external_id("OTC-1", by=people.ada)
    ada, path = signed_in(people.ada), url(ticket, "external-id")
    asked = ada.post(path, {"external_id": "OTC-1"})
    html = asked.content.decode()
    assert asked.status_code == 409 and page_of(earlier) in html and 'name="confirmed" value="OTC-1"' in html
    assert Ticket.objects.get(pk=ticket.pk).party_of(people.ada).external_id == ""
    assert ada.post(path, {"external_id": "OTC-1", "confirmed": "OTC-1"}).status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).party_of(people.ada).external_id == "OTC-1"


def test_an_external_id_too_long_is_refused_and_kept_as_typed(people):
    ticket = ticket_of(people)
    response = signed_in(people.ada).post(url(ticket, "external-id"), {"external_id": "x" * 65})
    assert response.status_code == 422 and "x" * 65 in response.content.decode()
    assert "Shorten the external ID to 64 characters" in response.content.decode()
    assert signed_in(people.bo).get(url(ticket, "external-id")).status_code == 403
    assert signed_in(people.dee).get(url(ticket, "external-id")).status_code == 404
