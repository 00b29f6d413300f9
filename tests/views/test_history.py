"""History: how and when tickets ended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.base import NOON, signed_in
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
URL = "/history/"


def ticket_of(people, status, **options):
    options = {"kind": "two_way"} | options
    return TicketFactory(connection=people.connection, by=people.ada, status=status, **options)


def page(member, url=URL):
    response = signed_in(member).get(url)
    assert response.status_code == 200
    return response


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("status", "words"),
    [("fulfilled", "Settled"), ("cancelled", "Cancelled"), ("rejected", "Rejected"), ("expired", "Expired")],
)
def test_every_outcome_is_told_to_both_firms(people, status, words):
    ticket = ticket_of(people, status)
    for member in (people.ada, people.cy):
        shown = text(page(member))
        assert ticket.reference in shown and f"</span>{words}</span>" in shown
    assert ticket.reference not in text(page(people.dee))


def test_reasons_stand_below_the_outcome(people):
    ticket_of(people, "rejected")
    assert "Not agreed" in text(page(people.ada))


def test_newest_end_first(people):
    first = ticket_of(people, "cancelled", now=NOON - timedelta(hours=2))
    last = ticket_of(people, "fulfilled", now=NOON)
    middle = ticket_of(people, "rejected", now=NOON - timedelta(hours=1))
    rows = page(people.ada).context["rows"]
    assert [row.ticket for row in rows] == [last, middle, first]


def test_a_ticket_past_its_time_is_expired_though_the_worker_sleeps(people):
    ticket = ticket_of(people, "in_settlement", now=timezone.now() - timedelta(hours=2), hours=1)
    assert ticket.status == "in_settlement"
    response = page(people.ada)
    assert "</span>Expired</span>" in text(response) and "Nothing moved" in text(response)
    assert response.context["rows"][0].ended_at == ticket.expires_at


def test_what_had_moved_before_the_end_is_told(people):
    ticket = ticket_of(people, "in_settlement", settlement="leg_by_leg", now=timezone.now())
    ticket.reject(by=people.cy, reason="Over")
    assert "1 of 2 legs moved" in text(page(people.ada))


def test_a_discarded_draft_is_ours_alone(people):
    draft = ticket_of(people, "draft")
    draft.discard(by=people.ada)
    assert "Draft discarded" in text(page(people.ada))
    assert draft.reference not in text(page(people.cy))


def test_active_tickets_are_elsewhere(people):
    ticket = ticket_of(people, "open", now=timezone.now())
    shown = text(page(people.ada))
    assert ticket.reference not in shown and "No ticket has ended yet" in shown


def test_many_tickets_need_no_more_queries(people, django_assert_max_num_queries):
    for _ in range(6):
        ticket_of(people, "fulfilled")
    client = signed_in(people.ada)
    with django_assert_max_num_queries(12):
        client.get(URL)
