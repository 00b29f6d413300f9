"""How often lists of tickets ask the database: as often for a full page as for one row, and twelve times at most."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from console.paging import PAGE_ROWS
from tests.base import cast, connect, signed_in
from tests.copies import copy
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
MAX = 12
PAGES = {
    "/": 10,
    "/tickets/": 9,
    "/tickets/?status=open&kind=two_way&asset=USDC&sort=-made": 9,
    "/tickets/?status=yours": 9,
    "/tickets/?party={firm}": 9,
    "/tickets/?profile={profile}": 9,
    "/tickets/?q=gamma": 10,
    "/tickets/?q=1250.5": 10,
    "/history/": 11,
    "/history/?sort=ended": 11,
    "/history/?status=cancelled&kind=two_way&asset=USDC": 11,
    "/history/?party={firm}": 11,
    "/history/?profile={profile}": 11,
    "/history/?since=2026-01-01": 11,
    "/history/?q=gamma": 12,
    "/history/?q=Lot": 12,
    "/history/?q=OTC": 12,
    "/history/?q=USDC": 12,
}
"""Each list, and how many questions it takes while all it finds is on one page."""


@pytest.fixture
def gamma():
    """A market with one active ticket, one that has ended and one that is merely due."""
    people = cast()
    link = connect(people.alpha, people.gamma)
    options = {"connection": link, "kind": "two_way", "by": people.ada, "receive": [("USDC", "1250.5")]}
    for status, ago, hours in (("open", 0, 9), ("cancelled", 0, 9), ("open", 2, 1)):
        ticket = TicketFactory(status=status, now=timezone.now() - timedelta(hours=ago), hours=hours, **options)
        ticket.set_external_id("OTC-1", by=people.ada)
        Ticket.objects.filter(pk=ticket.pk).update(note="Lot 1 of the day")
    people.firm, people.profile = people.gamma.workspace.pk, people.alpha.profile.pk
    return people


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_a_full_page_takes_as_many_queries_as_one_row(gamma):
    client = signed_in(gamma.alpha.admin)
    urls = {url: url.format(firm=gamma.firm, profile=gamma.profile) for url in PAGES}
    counts = {url: queries(client, address) for url, address in urls.items()}
    assert counts == PAGES
    for ticket in list(Ticket.objects.all()):
        copy(ticket, PAGE_ROWS - 1)
    assert {url: queries(client, address) for url, address in urls.items()} == PAGES


def test_a_page_of_many_takes_twelve_queries_at_most(gamma, monkeypatch):
    monkeypatch.setattr("tickets.models.ticket_finding.KEYS_MAX", 2)
    client = signed_in(gamma.alpha.admin)
    for ticket in list(Ticket.objects.all()):
        copy(ticket, PAGE_ROWS + 3)
    for url in PAGES:
        response = client.get(url.format(firm=gamma.firm, profile=gamma.profile))
        assert response.context["stretch"].older
        assert queries(client, response.wsgi_request.get_full_path()) <= MAX


def test_a_dashboard_with_nothing_on_it_takes_twelve_queries_at_most(gamma):
    assert queries(signed_in(gamma.dee), "/") <= MAX
