"""Finding tickets: search, filters, order, pages, and what the list says of them."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from console import kept_counts, paging
from tests.base import NOON, connect, signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket, ticket_finding

pytestmark = pytest.mark.django_db
ACTIVE, HISTORY = "/tickets/", "/history/"


def ticket_of(people, status="open", **options):
    options = {"kind": "two_way", "now": timezone.now()} | options
    return TicketFactory(connection=options.pop("connection", people.connection), status=status, **options)


def show(member, url):
    response = signed_in(member).get(url)
    assert response.status_code == 200
    return response


def found(member, url):
    return [row.ticket for row in show(member, url).context["rows"]]


def text(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "asked",
    ["{reference}", "{short}", "otc-88", "BET", "beta desk", "wind", "ETH", "eth", "0.5", "0.50 eth", "1,250.5", "blo"],
)
def test_a_text_may_mean_each_of_these(people, asked):
    other = connect(people.alpha, people.gamma)
    legs = {"send": [("ETH", "0.5")], "receive": [("USDC", "1250.5")]}
    ticket = ticket_of(people, "draft", by=people.ada, **legs)
    ticket.set_note("Block 3, Windfall", by=people.ada)
    ticket.set_external_id("OTC-88131", by=people.ada)
    ticket.submit(by=people.ada)
    ticket_of(people, connection=other, send=[("BTC", "9")], receive=[("USDT", "8")])
    asked = asked.format(reference=ticket.reference.lower(), short=ticket.reference[3:])
    assert found(people.ada, f"{ACTIVE}?q={quote(asked)}") == [ticket]
    ticket.cancel(by=people.ada, reason="Over")
    assert found(people.ada, f"{HISTORY}?q={quote(asked)}") == [ticket]


@pytest.mark.parametrize("asked", ["nothing", "%", "_", "TK-", "OTC-2", "0.5 BTC", "alpha", "-1", "1e5", "'; --", "٣"])
def test_a_text_that_means_none_of_them_finds_nothing_and_says_how_to_go_on(people, asked):
    ticket = ticket_of(people, send=[("ETH", "0.5")])
    ticket.set_external_id("OTC-2", by=people.cy)  # theirs, and not ours to know
    response = show(people.ada, f"{ACTIVE}?q={quote(asked)}")
    if asked != "TK-":
        assert not response.context["rows"]
        assert "No ticket fits all of this." in text(response) and "Clear filters" in text(response)
        assert found(people.dee, f"{ACTIVE}?q={ticket.reference}") == []


@pytest.fixture
def in_threes(monkeypatch):
    """Pages of three tickets, and two are many."""
    monkeypatch.setattr(ticket_finding, "KEYS_MAX", 2)
    monkeypatch.setattr(paging, "COUNTED_AMONG", 2)
    monkeypatch.setattr(paging.stretch_of, "__kwdefaults__", paging.stretch_of.__kwdefaults__ | {"size": 3})


def test_a_text_that_means_very_many_is_asked_of_one_ticket_after_the_other(people, in_threes, monkeypatch):
    tickets = [ticket_of(people, "cancelled") for _ in range(4)]
    Ticket.objects.update(note="Lot")
    response = show(people.ada, f"{HISTORY}?q=lot")
    assert [row.ticket for row in response.context["rows"]] == tickets[:0:-1]
    assert "3 of more than 3" in text(response) and "More than 3 tickets with" in text(response)
    response = show(people.ada, f"{HISTORY}?q=lot&after={quote(response.context['stretch'].older)}")
    assert [row.ticket for row in response.context["rows"]] == tickets[:1]
    monkeypatch.setattr(paging, "COUNTED_AMONG", 4)
    assert "1 to 3 of 4, newest" in text(show(people.ada, f"{HISTORY}?q=lot"))


def test_very_many_that_are_filed_under_a_text_are_counted_to_the_last(people, in_threes):
    tickets = [ticket_of(people, "cancelled") for _ in range(5)]
    response = show(people.ada, f"{HISTORY}?q=beta")
    assert [row.ticket for row in response.context["rows"]] == tickets[:1:-1]
    assert "1 to 3 of 5, newest" in text(response)
    response = show(people.ada, f"{HISTORY}?q=beta&after={quote(response.context['stretch'].older)}")
    assert [row.ticket for row in response.context["rows"]] == tickets[1::-1]
    assert "4 to 5 of 5, newest" in text(response)
    Ticket.objects.filter(pk=tickets[0].pk).update(note="for beta")  # it means another thing besides
    assert "1 to 3 of 5, newest" in text(show(people.ada, f"{HISTORY}?q=beta"))
    other = ticket_of(people, "cancelled", connection=connect(people.alpha, people.gamma))
    Ticket.objects.filter(pk=other.pk).update(note="instead of beta")
    assert "1 to 3 of 6, newest" in text(show(people.ada, f"{HISTORY}?q=beta"))


@pytest.mark.parametrize(("asked", "is_found"), [("0.5", False), ("5 b", False), ("bps", True), ("5 bps", True)])
def test_notes_are_searched_for_what_their_index_knows(people, asked, is_found):
    """Of a million notes, every one would have to be read for less than three letters or figures in a row."""
    ticket = ticket_of(people)
    Ticket.objects.update(note="Spread 0.5 bps")
    assert found(people.ada, f"{ACTIVE}?q={quote(asked)}") == [ticket] * is_found
    ticket.cancel(by=people.ada, reason="Over")
    assert found(people.ada, f"{HISTORY}?q={quote(asked)}") == [ticket] * is_found


SEVERAL = [
    ("lot 55 of", True),
    ("OF THE day", True),
    ("5 of the d", True),
    ("ot 55 of the", True),
    ("day: 10% o", True),
    ("of up_tow", True),
    ("lot 55 or", False),
    ("lot of 55", False),
    ("t 55 o", False),
    ("the  day", False),
    ("10_ of", False),
]


@pytest.mark.parametrize(("asked", "is_found"), SEVERAL)
def test_several_words_are_found_as_they_stand_together(people, asked, is_found):
    """At least one of them with three letters or figures in a row."""
    ticket = ticket_of(people)
    ticket.set_external_id("AB 12 of the lot", by=people.ada)
    Ticket.objects.update(note="Lot 55 of the day: 10% of up_tow 7")
    assert found(people.ada, f"{ACTIVE}?q={quote(asked)}") == [ticket] * is_found
    ticket.cancel(by=people.ada, reason="Over")
    for text in (asked, "b 12 of the" if is_found else "b 13 of the"):
        assert found(people.ada, f"{HISTORY}?q={quote(text)}") == [ticket] * is_found


def test_each_filter_finds_what_fits_and_says_so(people):
    other = connect(people.alpha, people.gamma)
    plain = ticket_of(people, hours=2)
    one_way = ticket_of(people, connection=other, kind="one_way", receive=[("NEO", "3")])
    part = ticket_of(people, "in_settlement")
    draft = ticket_of(people, "draft")
    everything = {plain, one_way, part, draft}
    firm, profile = people.gamma.workspace.pk, people.alpha.profile.pk
    for query, tickets, words in [
        ("status=open", {plain, one_way}, "Status: Open"),
        ("status=yours", {plain, part}, "Status: Your turn"),
        ("status=draft", {draft}, "Status: Draft"),
        ("kind=one_way", {one_way}, "Kind: One-way"),
        ("kind=via", set(), "Kind: Via an intermediary"),
        (f"party={firm}", {one_way}, "Counterparty: Gamma"),
        ("asset=NEO", {one_way}, "Asset: NEO"),
        (f"profile={profile}", everything, "Your profile: Alpha Desk"),
        ("since=2026-01-01&until=2026-01-02", set(), "Opened up to 2 Jan 2026"),
        (f"since={timezone.now():%Y-%m-%d}", everything - {draft}, "Opened from"),
        (f"party={firm}&kind=two_way", set(), "Kind: Two-way"),
    ]:
        response = show(people.ada, f"{ACTIVE}?{query}")
        assert {row.ticket for row in response.context["rows"]} == tickets, query
        assert words in text(response) and f"{len(tickets)} ticket" in text(response)


def test_ended_tickets_are_filtered_by_outcome_and_day_also_those_merely_due(people):
    early = ticket_of(people, "cancelled", now=NOON - timedelta(days=9))
    late = ticket_of(people, "fulfilled", now=NOON)
    due = ticket_of(people, now=timezone.now() - timedelta(hours=2), hours=1)
    assert found(people.ada, HISTORY)[0] == due
    assert found(people.ada, f"{HISTORY}?sort=ended")[-1] == due
    assert found(people.ada, f"{HISTORY}?status=expired") == [due]
    assert found(people.ada, f"{HISTORY}?status=fulfilled") == [late]
    assert found(people.ada, f"{HISTORY}?until=2026-11-12") == [early]
    assert found(people.ada, f"{HISTORY}?since={NOON:%Y-%m-%d}&until={NOON:%Y-%m-%d}&status=fulfilled") == [late]
    assert due not in found(people.ada, ACTIVE)
    due.expire()
    assert found(people.ada, f"{HISTORY}?status=expired") == [due]


def test_conditions_are_taken_away_one_by_one(people):
    ticket_of(people)
    shown = text(show(people.ada, f"{ACTIVE}?status=open&kind=two_way&q=beta&asset="))
    assert f'href="{ACTIVE}?kind=two_way&amp;q=beta">Remove<span class="vh"> Status: Open</span>' in shown
    assert f'href="{ACTIVE}?status=open&amp;q=beta">Remove' in shown
    assert f'<a href="{ACTIVE}">Clear filters</a>' in shown


def test_an_empty_list_is_not_a_list_without_match(people):
    assert "belong here" in text(show(people.dee, ACTIVE)) and "No ticket has ended yet" in text(
        show(people.dee, HISTORY)
    )
    assert "No ticket fits" in text(show(people.dee, f"{ACTIVE}?kind=one_way"))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=yesterday", "Enter a day as in 2026-11-21"),
        ("since=2026-11-21&until=2026-11-20", "not before the first"),
        ("status=fulfilled", "Choose another status"),
        ("party=00000000-0000-0000-0000-000000000000", "Choose another counterparty"),
        ("party=x", "Choose another counterparty"),
        ("sort=amount", "Choose another order"),
        ("q=" + "x" * 129, "at most 128 characters"),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(people, query, words):
    ticket_of(people)
    response = show(people.ada, f"{ACTIVE}?{query}")
    shown = text(response)
    assert "<title>Error: Active tickets" in shown and words in shown and not response.context["rows"]
    assert signed_in(people.ada).get(f"{ACTIVE}csv/?{query}")["Location"] == f"{ACTIVE}?{query}"


def test_another_firms_profile_is_no_choice(people):
    assert "Choose another" in text(show(people.ada, f"{ACTIVE}?profile={people.beta.profile.pk}"))


def test_orders_are_told_and_one_column_says_it_is_sorted(people):
    never, soon = ticket_of(people), ticket_of(people, hours=1)
    late, draft = ticket_of(people, hours=9), ticket_of(people, "draft")
    assert found(people.ada, ACTIVE) == [soon, late, never, draft]
    for sort, tickets, way in [
        ("expires", [soon, late, draft, never], "ascending"),
        ("-expires", [late, soon, draft, never], "descending"),
        ("made", [never, soon, late, draft], "ascending"),
        ("-made", [draft, late, soon, never], "descending"),
    ]:
        response = show(people.ada, f"{ACTIVE}?sort={sort}&kind=two_way")
        assert [row.ticket for row in response.context["rows"]] == tickets
        assert text(response).count("aria-sort") == 1 and f'aria-sort="{way}"' in text(response)
        assert "kind=two_way" in text(response).split("aria-sort")[1].split("</th>")[0]


def test_pages_lead_through_everything_and_keep_the_filter(people, monkeypatch):
    monkeypatch.setattr(paging.stretch_of, "__kwdefaults__", paging.stretch_of.__kwdefaults__ | {"size": 2})
    tickets = [ticket_of(people, "cancelled", now=NOON - timedelta(days=days)) for days in range(5)]
    due = ticket_of(people, now=timezone.now() - timedelta(hours=2), hours=1)
    client, url, shown = signed_in(people.ada), f"{HISTORY}?kind=two_way", []
    for first, last in [(1, 3), (4, 5), (6, 6)]:
        response = client.get(url)
        assert f"{first} to {last} of 6, newest end first" in text(response)
        shown += [row.ticket for row in response.context["rows"]]
        url = f"{HISTORY}?kind=two_way&after={quote(response.context['stretch'].older)}"
        assert not response.context["stretch"].older or url.replace("&", "&amp;").partition("?")[2] in text(response)
    assert shown == [due, *tickets]


def test_a_kept_count_stays_true_while_tickets_end(people, monkeypatch):
    monkeypatch.setattr(kept_counts, "KEPT_FROM", 2)
    for days in (3, 2):
        ticket_of(people, "cancelled", now=NOON - timedelta(days=days))
    totals = [show(people.ada, HISTORY).context["stretch"].total]
    for _ in range(2):
        ticket_of(people, "cancelled")
        totals.append(show(people.ada, HISTORY).context["stretch"].total)
    assert totals == [2, 3, 4]
    assert show(people.ada, f"{HISTORY}?status=fulfilled").context["stretch"].total == 0
    assert show(people.dee, HISTORY).context["stretch"].total == 0


@pytest.mark.parametrize("url", [ACTIVE, HISTORY, f"{ACTIVE}?q=beta", f"{HISTORY}?q=beta", f"{HISTORY}?asset=USDC"])
def test_a_page_needs_twelve_queries_at_most_and_a_search_three_more(people, django_assert_max_num_queries, url):
    for status in ("open", "in_settlement", "cancelled", "fulfilled") * 2:
        ticket_of(people, status)
    client = signed_in(people.alpha.admin)
    with django_assert_max_num_queries(12 + 3 * ("q=" in url)):
        client.get(url)


def test_the_navigation_leads_to_all_active_tickets(people):
    assert f'href="{reverse("tickets")}" aria-current="page">Active tickets' in text(show(people.ada, ACTIVE))


def test_lists_are_only_looked_at(people):
    for url in (ACTIVE, HISTORY, f"{ACTIVE}csv/", f"{HISTORY}csv/"):
        assert signed_in(people.ada).post(url).status_code == 405
    assert Ticket.objects.count() == 0
