"""Tickets as a file: what the filter shows, exact, and nothing that a spreadsheet would calculate."""

import csv
import tracemalloc
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from console import ticket_csv
from console.export import cell
from tests.base import NOON, signed_in
from tests.copies import copy
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
LARGE = "123456789012.000000000000000001"
EXACT = "123456789012345678901234567890.123456789012345678"[-37:]


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


def test_the_legs_of_many_tickets_add_up_to_what_the_screens_say(people, monkeypatch):
    monkeypatch.setattr(ticket_csv, "CHUNK", 20)
    legs = {"send": [("ETH", LARGE), ("NEO", "3")], "receive": [("USDC", "0.000001"), ("ETH", "0.1")]}
    for status in ("open", "in_settlement", "fulfilled"):
        copy(ticket_of(people, status, **legs), 70)
    client = signed_in(people.ada)
    flows = {flow.asset.id: flow for flow in client.get("/").context["flows"]}
    charts = {ticker: client.get(f"/settled/?of={ticker}").context["chart"] for ticker in ("ETH", "NEO", "USDC")}
    for url, totals in (("/tickets/", flows), ("/history/", charts)):
        _, lines = file(people.ada, f"{url}csv/")
        assert len({line["Reference"] for line in lines}) == client.get(url).context["stretch"].total
        sums = Counter()
        for line in lines:
            sums[line["Asset"], line["Direction"]] += Fraction(line["Amount"])
        assert totals.keys() == {"ETH", "NEO", "USDC"}
        for ticker, total in totals.items():
            assert (sums[ticker, "out"], sums[ticker, "in"]) == (Fraction(total.out or 0), Fraction(total.into or 0))


def test_a_long_file_needs_no_more_memory_than_a_short_one(people, monkeypatch):
    monkeypatch.setattr(ticket_csv, "CHUNK", 20)
    amounts = [("USDC", str(number)) for number in range(1, 21)]
    ticket, client = ticket_of(people, "cancelled", receive=amounts, send=[("ETH", "1")]), signed_in(people.ada)
    peaks, lines = [], 0
    for count in (19, 80, 400):  # the first file loads what is loaded once
        copy(ticket, count)
        tracemalloc.start()
        lines = sum(part.count(b"\n") for part in client.get("/history/csv/").streaming_content)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert lines == 1 + 500 * 21
    assert peaks[2] < 1.1 * peaks[1], peaks


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
