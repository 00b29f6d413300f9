"""The wizard is for those who may open tickets, and a draft for the firm that makes it."""

import pytest
from django.urls import reverse

from tests.base import deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Role

pytestmark = pytest.mark.django_db


def draft_of(people, **options):
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def page(ticket, slug):
    return reverse("ticket-draft", args=[ticket.reference, slug])


@pytest.mark.parametrize("role", [Role.APPROVER, Role.EDITOR, Role.VIEWER])
def test_a_role_that_may_not_open_tickets_gets_no_wizard(people, role):
    ticket, client = draft_of(people), signed_in(people.alpha.members[role])
    assert client.get(reverse("ticket-new")).status_code == 403
    assert client.get(page(ticket, "note")).status_code == 403
    assert client.post(page(ticket, "note"), {"note": "x"}).status_code == 403


def test_another_firms_draft_is_not_found(people):
    ticket = draft_of(people)
    for member in (people.cy, people.dee):
        for path in (page(ticket, "note"), reverse("ticket-resume", args=[ticket.reference])):
            assert signed_in(member).get(path).status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_comes_back(people, client):
    ticket = draft_of(people)
    response = client.get(page(ticket, "note"))
    assert response["Location"] == f"{reverse('account_login')}?next={page(ticket, 'note')}"


def test_a_page_that_does_not_exist_is_not_found(people, ada):
    assert ada.get(page(draft_of(people), "nonsense")).status_code == 404


def test_the_pages_take_few_queries(people, ada, django_assert_max_num_queries):
    deposit(people.alpha.vault, BTC="1", ETH="2", USDC="3")
    ticket = draft_of(people, kind="two_way", receive=[("USDC", "1")] * 5, send=[("BTC", "1")] * 5)
    for slug in ("type", "profile", "funding", "assets", "expiration", "note", "external-id", "review"):
        with django_assert_max_num_queries(12):
            assert ada.get(page(ticket, slug)).status_code == 200
