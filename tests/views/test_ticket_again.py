"""The button that drafts another ticket from the terms of one."""

import re
import uuid

import pytest

from tests.base import signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(people):
    return TicketFactory(connection=people.connection, by=people.ada, kind="two_way", status="fulfilled")


def press(member, ticket, **data):
    return signed_in(member).post(f"/tickets/{ticket.reference}/again/", {"key": str(uuid.uuid4()), **data})


def test_it_leads_to_the_review_of_a_draft_with_these_terms(people, ticket):
    client = signed_in(people.ada)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    key = re.search(r'name="key" value="([\w-]+)"', page)[1]
    for _ in range(2):  # sent twice
        response = client.post(f"/tickets/{ticket.reference}/again/", {"key": key})
        draft = Ticket.objects.get(pk=key)
        assert (response.status_code, response.url) == (303, f"/tickets/{draft.reference}/draft/review/")
    assert Ticket.objects.count() == 2
    review = client.get(response.url).content.decode()
    assert f"This draft has the terms of {ticket.reference}" in review
    assert "250\xa0000" in review
    assert client.get(f"/tickets/{draft.reference}/draft/").url == response.url  # also on another device


def test_its_making_is_told_in_the_timeline(people, ticket):
    press(people.ada, ticket)
    draft = Ticket.objects.get(status="draft")
    draft.submit(by=people.ada)
    page = signed_in(people.ada).get(f"/tickets/{draft.reference}/").content.decode()
    assert f"You drafted the ticket from the terms of {ticket.reference}" in page


def test_the_page_after_opening_offers_it_too(people, ticket):
    assert b"from these terms" in signed_in(people.ada).get(f"/tickets/{ticket.reference}/opened/").content


def test_where_the_connection_is_gone_another_is_asked_for(people, ticket):
    people.connection.remove(by=people.beta.admin, reason="We parted")
    client = signed_in(people.ada)
    response = client.post(f"/tickets/{ticket.reference}/again/", {"key": str(uuid.uuid4())})
    draft = Ticket.objects.get(status="draft")
    assert response.url == f"/tickets/{draft.reference}/draft/funding/?next=review"
    assert "no longer connected" in client.get(response.url).content.decode()


def test_who_may_not_open_tickets_has_no_button_and_a_forged_press_is_refused(people, ticket):
    assert b"from these terms" not in signed_in(people.bo).get(f"/tickets/{ticket.reference}/").content
    assert press(people.bo, ticket).status_code == 403
    assert Ticket.objects.count() == 1


def test_a_stranger_finds_nothing(people, ticket):
    assert press(people.dee, ticket).status_code == 404


def test_looking_makes_nothing(people, ticket):
    assert signed_in(people.ada).get(f"/tickets/{ticket.reference}/again/").status_code == 405


def test_a_key_that_no_page_gave_out_leads_back(people, ticket):
    response = press(people.ada, ticket, key="again")
    assert (response.status_code, response.url) == (303, f"/tickets/{ticket.reference}/")
    assert Ticket.objects.count() == 1
