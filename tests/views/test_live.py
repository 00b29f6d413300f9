"""The question that open pages repeat: what is told, to whom, and how little it costs."""

import re

import pytest
from django.test import Client

from console.live import FAR, Stamp
from tests.base import connect, signed_in
from tests.factories import TicketFactory
from tickets.models import Connection, Event

pytestmark = pytest.mark.django_db


def open_ticket(people, **options):
    return TicketFactory(connection=people.connection, by=people.ada, status=options.pop("status", "open"), **options)


def ask(member, since, what="tickets", tag=None, **query):
    headers = {"If-None-Match": f'"{tag}"'} if tag else {}
    return signed_in(member).get("/live/", {"what": what, "since": str(since), **query}, headers=headers)


def told(member, since, what="tickets", **query):
    response = ask(member, since, what, **query)
    assert response.status_code in (200, 204)
    return response.content.decode()


def test_while_nothing_happens_the_answer_costs_three_queries(people, django_assert_max_num_queries):
    open_ticket(people)
    client, now = signed_in(people.cy), str(Stamp.now())
    with django_assert_max_num_queries(3):  # the session, its person's settings, and the latest events
        response = client.get("/live/", {"what": "tickets", "since": now}, headers={"If-None-Match": f'"{now}"'})
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", f'"{now}"')


def test_a_tag_that_a_proxy_weakened_is_known_again(people):
    now = str(Stamp.now())
    response = signed_in(people.cy).get("/live/", {"since": now}, headers={"If-None-Match": f'W/"{now}"'})
    assert response.status_code == 304


def test_changes_are_counted_by_ticket_however_many_acts_there_were(people):
    since = Stamp.now()
    first = open_ticket(people)
    assert told(people.cy, since) == "1 ticket changed"
    open_ticket(people)
    first.cancel(by=people.ada, reason="No longer needed")
    assert told(people.cy, since) == "2 tickets changed"
    assert told(people.cy, since, "history") == "1 ticket changed"


def test_what_is_none_of_the_firm_s_business_is_not_told(people):
    since = Stamp.now()
    open_ticket(people)
    open_ticket(people, status="draft")
    response = ask(people.dee, since)
    assert (response.status_code, response.content) == (204, b"")
    assert response["ETag"] == f'"{Stamp.now()}"'  # from which that page goes on
    assert told(people.cy, since) == "1 ticket changed"  # not the draft
    assert told(people.ada, since) == "2 tickets changed"


def test_a_note_changes_no_list_but_the_ticket(people):
    ticket = open_ticket(people)
    since = Stamp.now()
    ticket.add_note("Block 3 of 5", by=people.ada)
    assert told(people.cy, since) == ""
    assert told(people.cy, since, "ticket", ticket=ticket.reference) == "This ticket changed"
    assert told(people.dee, since, "ticket", ticket=ticket.reference) == ""


def test_the_dashboard_is_also_told_of_connections(people):
    since = Stamp.now()
    Connection.objects.request(local=people.gamma.profile, remote=people.alpha.profile, by=people.gamma.admin)
    assert told(people.ada, since, "dashboard") == "1 connection changed"
    open_ticket(people)
    assert told(people.ada, since, "dashboard") == "1 ticket and 1 connection changed"
    connect(people.beta, people.gamma)
    assert told(people.dee, since, "connections") == "2 connections changed"


def test_an_event_that_commits_late_is_still_told(people):
    open_ticket(people)
    late = Event.objects.filter(ticket__isnull=False).last()
    since = Stamp(late.pk + 1, (late.pk,))  # as if the next number had been there before
    assert told(people.cy, since) == "1 ticket changed"


def test_a_gap_in_the_numbers_is_part_of_the_stamp(people):
    last = Event.objects.last().pk
    Event.objects.create(pk=last + 3, at=people.connection.created_at, kind="note.added")
    stamp = Stamp.now()
    assert (stamp.last, stamp.missing[-2:]) == (last + 3, (last + 1, last + 2))
    assert Stamp.read(str(stamp)) == stamp


def test_a_page_that_is_very_old_is_told_so_without_counting(people):
    last = Event.objects.last().pk
    Event.objects.create(pk=last + FAR + 1, at=people.connection.created_at, kind="note.added")
    assert told(people.dee, Stamp(last)) == "Much has changed"


@pytest.mark.parametrize("since", ["", "x", "-1", "1..2", "1.x", "1" * 30, "٣", "1." * 100])
def test_a_stamp_that_no_page_was_given_is_refused(people, since):
    assert ask(people.ada, since).status_code == 400


def test_a_page_that_there_is_not_is_refused(people):
    assert ask(people.ada, Stamp.now(), "secrets").status_code == 400


def test_a_stranger_to_the_console_learns_nothing():
    response = Client().get("/live/", {"what": "tickets", "since": "1"}, headers={"If-None-Match": '"0"'})
    assert response.status_code == 401
    assert "ETag" not in response


def test_it_only_answers(people):
    assert signed_in(people.ada).post("/live/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/history/", "/connections/", "/offers/", "/offers/sent/"])
def test_a_list_carries_the_stamp_of_the_moment_before_it_was_read(people, path):
    page = signed_in(people.ada).get(path).content.decode()
    assert re.search(r'data-since="([\d.]+)"', page)[1] == str(Stamp.now())
    assert page.count("data-live-state>As of ") == 1


def test_a_page_with_nothing_to_tell_asks_nothing(people):
    assert b"data-since" not in signed_in(people.ada).get("/vaults/").content
