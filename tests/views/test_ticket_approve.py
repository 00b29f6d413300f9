"""After handing in: the page that says what happens next, and the second person, who approves or declines."""

import re

import pytest
from django.urls import reverse

from tests.base import bare, cast, signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast(auto_approval=False)


@pytest.fixture
def ticket(people):
    return TicketFactory(
        connection=people.connection, by=people.ada, kind="two_way", status="awaiting_approval", hours=4
    )


def url(ticket, act="approve"):
    return reverse(f"ticket-{act}", args=[ticket.reference])


def page_of(ticket):
    return reverse("ticket", args=[ticket.reference])


def status(ticket):
    return Ticket.objects.get(pk=ticket.pk).status


def test_the_approver_reads_the_terms_and_opens_the_ticket(people, ticket):
    bo = signed_in(people.bo)
    assert f'href="{url(ticket)}">Approve</a>' in bo.get(page_of(ticket)).content.decode()
    html = bo.get(url(ticket)).content.decode()
    assert f"Approve ticket {ticket}</button>" in html and "its 4 hours begin" in html
    response = bo.post(url(ticket))
    assert (response.status_code, response["Location"]) == (303, page_of(ticket))
    assert status(ticket) == "open"
    assert "You approved and opened the ticket" in bo.get(page_of(ticket)).content.decode()


def test_the_maker_has_no_button_but_the_reason_and_a_forged_post_is_forbidden(people, ticket):
    ada = signed_in(people.ada)
    assert "Waiting for a second approver: not you, you made it." in ada.get(page_of(ticket)).content.decode()
    html = ada.get(url(ticket)).content.decode()
    assert "so a second person must approve it: not you" in html
    assert "<button class" not in html.split("<main")[1].split("</main")[0]
    for act, data in (("approve", {}), ("decline", {"reason": "x"})):
        assert ada.post(url(ticket, act), data).status_code == 403
    assert status(ticket) == "awaiting_approval"


def test_sent_twice_it_opens_once(people, ticket):
    bo = signed_in(people.bo)
    assert [bo.post(url(ticket)).status_code for _ in range(2)] == [303, 303]
    assert ticket.events.filter(kind="ticket.opened").count() == 1


def test_a_colleague_who_was_second_reads_that_there_is_nothing_to_approve(people, ticket):
    signed_in(people.bo).post(url(ticket))
    response = signed_in(people.alpha.admin).post(url(ticket))
    assert response.status_code == 409 and "there is nothing to approve" in response.content.decode()
    assert signed_in(people.alpha.admin).get(url(ticket))["Location"] == page_of(ticket)


def test_the_other_firm_strangers_and_viewers_are_kept_out(people, ticket):
    for act in ("approve", "decline"):
        for member in (people.cy, people.dee):
            assert signed_in(member).get(url(ticket, act)).status_code == 404
            assert signed_in(member).post(url(ticket, act), {"reason": "x"}).status_code == 404
        assert signed_in(people.alpha.viewer).get(url(ticket, act)).status_code == 403
        assert signed_in(people.alpha.viewer).post(url(ticket, act), {"reason": "x"}).status_code == 403
    assert signed_in(people.bo).delete(url(ticket)).status_code == 405
    assert status(ticket) == "awaiting_approval"


def test_declining_needs_a_reason_and_stays_inside_the_firm(people, ticket):
    bo = signed_in(people.bo)
    empty = bo.post(url(ticket, "decline"), {"reason": ""})
    assert empty.status_code == 422 and "Give a reason: your colleagues will read it." in empty.content.decode()
    for _ in range(2):
        response = bo.post(url(ticket, "decline"), {"reason": "Over our limit"})
        assert (response.status_code, response["Location"]) == (303, page_of(ticket))
    assert status(ticket) == "cancelled"
    assert "You declined the ticket. Reason: Over our limit" in bo.get(page_of(ticket)).content.decode()
    assert signed_in(people.cy).get(page_of(ticket)).status_code == 404


def test_without_the_connection_it_cannot_be_opened_and_says_so(people, ticket):
    people.connection.remove(by=people.beta.admin, reason="We parted")
    bo = signed_in(people.bo)
    assert "so this ticket cannot be opened now" in bo.get(page_of(ticket)).content.decode()
    response = bo.post(url(ticket))
    assert response.status_code == 409 and "are not connected" in response.content.decode()
    assert status(ticket) == "awaiting_approval"


def test_the_page_after_handing_in_names_those_who_can_approve(people, ticket):
    page = bare(signed_in(people.ada).get(url(ticket, "opened")))
    assert f"Ticket {ticket} is waiting for approval" in page
    assert re.search(r"Bo.* approves it Not you: you made it\. now", page)
    assert "within 4 hours" in page


def test_the_page_after_opening_says_who_acts_next_and_stays_true(people, ticket):
    ada, path = signed_in(people.ada), url(ticket, "opened")
    signed_in(people.bo).post(url(ticket))
    page = bare(ada.get(path))
    assert f"Ticket {ticket} is open" in page and "Bo approved it" in page
    assert "You fund 3.75000000 BTC" in page and "Beta funds 250 000.000000 USDC" in page
    ticket.refresh_from_db()
    ticket.reject(by=people.cy, reason="Not agreed")
    assert f"Ticket {ticket} is rejected" in bare(ada.get(path))
    assert signed_in(people.cy).get(path)["Location"] == page_of(ticket)
    assert signed_in(people.dee).get(path).status_code == 404
