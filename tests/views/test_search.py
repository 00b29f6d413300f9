"""Search from any page: one ticket that is named leads to itself, anything else to the list that has what fits."""

from urllib.parse import quote

import pytest
from django.utils import timezone

from tests.base import signed_in
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db


def ticket_of(people, status="open", **options):
    return TicketFactory(connection=people.connection, status=status, now=timezone.now(), **options)


def leads_to(member, text):
    response = signed_in(member).get(f"/search/?q={quote(text)}")
    assert response.status_code == 302
    return response["Location"]


@pytest.mark.parametrize("asked", ["{reference}", "{lower}", "{short}", " {reference} ", "OTC-88131"])
@pytest.mark.parametrize("status", ["draft", "open", "cancelled"])
def test_a_whole_reference_or_own_external_id_leads_to_its_ticket(people, status, asked):
    ticket = ticket_of(people, "draft", by=people.ada)
    ticket.set_external_id("OTC-88131", by=people.ada)
    if status != "draft":
        ticket.submit(by=people.ada)
    if status == "cancelled":
        ticket.cancel(by=people.ada, reason="Over")
    ticket_of(people)
    text = asked.format(reference=ticket.reference, lower=ticket.reference.lower(), short=ticket.reference[3:])
    assert leads_to(people.ada, text) == f"/tickets/{ticket.reference}/"


@pytest.mark.parametrize(
    ("asked", "leads"), [("beta", "/tickets/"), ("ETH", "/tickets/"), ("USDT", "/history/"), ("x & y", "/history/")]
)
def test_what_names_no_ticket_leads_to_the_list_that_has_what_fits(people, asked, leads):
    ticket_of(people, receive=[("ETH", "1")])
    ticket_of(people, "rejected", receive=[("USDT", "2")])
    to = leads_to(people.ada, asked)
    assert to.startswith(f"{leads}?q=")
    page = signed_in(people.ada).get(to)
    assert page.context["form"]["q"].value() == asked
    assert len(page.context["rows"]) == (asked != "x & y")


def test_an_external_id_of_two_tickets_leads_to_the_list_of_both(people):
    for _ in range(2):
        ticket_of(people, "draft", by=people.ada).set_external_id("OTC-1", by=people.ada)
    assert leads_to(people.ada, "OTC-1") == "/tickets/?q=OTC-1"


def test_nobody_learns_what_is_not_theirs(people):
    ticket = ticket_of(people)
    ticket.set_external_id("OTC-2", by=people.cy)
    assert leads_to(people.ada, "OTC-2").startswith("/history/")
    assert leads_to(people.cy, "OTC-2") == f"/tickets/{ticket.reference}/"
    draft = ticket_of(people, "draft", by=people.ada)
    assert leads_to(people.cy, draft.reference).startswith("/history/")


def test_without_a_text_there_is_a_page_to_enter_one(people):
    for query in ("", "?q=", "?q=%20"):
        page = signed_in(people.ada).get(f"/search/{query}")
        assert page.status_code == 200 and page.context["section"] == "search"


@pytest.mark.parametrize(("asked", "says"), [("x" * 129, "at most 128 characters"), ("a\0b", "Null characters")])
def test_a_text_that_cannot_be_read_is_kept_and_said(people, asked, says):
    page = signed_in(people.ada).get("/search/", {"q": asked})
    assert says in page.content.decode() and page.context["form"]["q"].value() == asked
    assert "<title>Error: Find a ticket" in page.content.decode()


def test_each_list_leads_to_the_other_for_the_same_text(people):
    ticket_of(people)
    for here, other, says in (
        ("/tickets/", "/history/", "Search the history as well"),
        ("/history/", "/tickets/", "Search active tickets as well"),
    ):
        page = signed_in(people.ada).get(f"{here}?q=a+%26+b&kind=two_way").content.decode()
        assert f'<a href="{other}?q=a+%26+b">{says}</a>' in page
        assert says not in signed_in(people.ada).get(f"{here}?kind=two_way").content.decode()


def test_every_page_of_a_member_has_the_field_and_asks_no_more_for_it(people, django_assert_max_num_queries):
    ticket_of(people)
    for page in ("/", "/tickets/", "/vaults/", "/settings/", "/search/"):
        assert 'action="/search/"' in signed_in(people.ada).get(page).content.decode(), page
    client = signed_in(people.ada)
    with django_assert_max_num_queries(12):
        client.get("/search/?q=beta")
