"""Tickets as a file: what the filter shows, exact, and nothing that a spreadsheet would calculate."""

import csv
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from console import ticket_csv
from console.export import cell
from tests.base import NOON, cast, signed_in
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
EXACT = "123456789012345678901234567890.123456789012345678"[-37:]


@pytest.fixture
def people():
    return cast()


def ticket_of(people, status="open", **options):
    options = {"kind": "two_way", "now": timezone.now()} | options
    return TicketFactory(connection=people.connection, by=people.ada, status=status, **options)


def file(member, url):
    response = signed_in(member).get(url)
    assert response.status_code == 200 and response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return response, list(csv.DictReader(text.splitlines(keepends=True)))


def test_a_line_for_each_leg_with_the_columns_of_its_ticket(people):
    ticket = ticket_of(people, send=[("ETH", EXACT), ("NEO", "3")], receive=[("USDC", "1250.5")], hours=4)
    ticket.set_external_id("OTC-1", by=people.ada)
    response, lines = file(people.ada, "/tickets/csv/")
    assert response["Content-Disposition"] == f'attachment; filename="tickets-{timezone.now():%Y-%m-%d}.csv"'
    assert [(line["Leg"], line["Direction"], line["Amount"], line["Asset"]) for line in lines] == [
        ("1", "in", "1250.500000", "USDC"),
        ("2", "out", EXACT, "ETH"),
        ("3", "out", "3", "NEO"),
    ]
    for line in lines:
        assert (line["Reference"], line["External ID"], line["Status"]) == (ticket.reference, "OTC-1", "Open")
        assert (line["Counterparty"], line["Profile"], line["Kind"]) == ("Beta", "Alpha Desk", "Two-way")
        assert line["Expires (UTC)"] == f"{ticket.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}" and line["Ended (UTC)"] == ""
    _, theirs = file(people.cy, "/tickets/csv/")
    assert {line["External ID"] for line in theirs} == {""}
    assert [line["Direction"] for line in theirs] == ["out", "in", "in"]
    assert file(people.dee, "/tickets/csv/")[1] == []


def test_it_holds_just_what_the_filter_finds_on_all_its_pages(people, monkeypatch):
    monkeypatch.setattr(ticket_csv, "CHUNK", 2)
    ended = [ticket_of(people, "cancelled", now=NOON - timedelta(days=days)) for days in range(5)]
    due = ticket_of(people, now=timezone.now() - timedelta(hours=2), hours=1)
    ticket_of(people, "fulfilled", kind="one_way")
    _, lines = file(people.ada, "/history/csv/?kind=two_way")
    assert [line["Reference"] for line in lines[::2]] == [each.reference for each in (due, *ended)]
    assert (lines[0]["Status"], lines[2]["Status"]) == ("Expired", "Cancelled")
    assert lines[0]["Ended (UTC)"] == f"{due.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    _, oldest_first = file(people.ada, "/history/csv/?kind=two_way&sort=ended")
    assert {line["Reference"] for line in oldest_first[-2:]} == {due.reference}
    assert file(people.ada, "/history/csv/?q=none")[1] == []


def test_the_legs_add_up_to_what_the_dashboard_says(people):
    for amount in ("0.000000000000000001", "1.999999999999999999", "7"):
        ticket_of(people, send=[("ETH", amount)])
    _, lines = file(people.ada, "/tickets/csv/?status=open")
    sums = Counter()
    for line in lines:
        sums[line["Asset"], line["Direction"]] += Decimal(line["Amount"])
    flows = signed_in(people.ada).get("/").context["flows"]
    assert sums["ETH", "out"] == next(flow.out for flow in flows if flow.asset.id == "ETH") == 9


def test_a_draft_without_legs_has_a_line(people):
    ticket_of(people, "draft", send=[], receive=[])
    [line] = file(people.ada, "/tickets/csv/")[1]
    assert (line["Status"], line["Leg"], line["Amount"]) == ("Draft", "", "")


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(people, evil):
    ticket = ticket_of(people, "draft")
    ticket.set_external_id(evil, by=people.ada)
    ticket.set_note(evil + '\n"quoted", with\tall', by=people.ada)
    [line, _] = file(people.ada, "/tickets/csv/")[1]
    assert line["External ID"] == f"'{evil}" and line["Note"] == f'\'{evil}\n"quoted", with\tall'
    assert all(not str(cell(text)).startswith(text[0]) for text in ("\tx", "\rx"))


def test_many_tickets_need_no_more_queries_than_few_for_each_piece(people, django_assert_max_num_queries):
    for _ in range(8):
        ticket_of(people, "cancelled", receive=[("USDC", "1")])
    client = signed_in(people.ada)
    with django_assert_max_num_queries(10):
        b"".join(client.get("/history/csv/").streaming_content)
