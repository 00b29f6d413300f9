"""Activity: who sees what, filters, pages, and the file."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from console import timeline
from tests.base import NOON, connect, deposit, signed_in
from tests.factories import OfferFactory, TicketFactory
from tests.keys import public
from tickets.models import Event, Member

pytestmark = pytest.mark.django_db
URL = "/activity/"
DAY = timedelta(days=1)


def text(response):
    return " ".join(response.content.decode().split())


def rows(response):
    return [each["says"] for each in response.context["rows"]]


def ticket(people, **options):
    return TicketFactory(**{"connection": people.connection, "by": people.ada, "status": "open", "now": NOON} | options)


def from_gamma(people, connection=None, **options):
    """A ticket that another firm opened with ours."""
    return ticket(people, connection=connection or connect(people.gamma, people.alpha), by=people.dee, **options)


def read(client, query=""):
    answer = client.get(f"{URL}csv/{query}")
    return answer, list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


# Who sees what


def test_it_needs_a_member(people):
    assert Client().get(URL).url == f"/account/login/?next={URL}"
    assert signed_in(people.ada).post(URL).status_code == 405


def test_a_deal_is_told_to_both_and_its_making_to_one(people, ada):
    made = ticket(people)
    ours, theirs = rows(ada.get(URL)), rows(signed_in(people.cy).get(URL))
    assert ours[0] == "You opened the ticket" and theirs[0] == "Alpha opened the ticket"
    assert any("chose the type" in each for each in ours) and not any("chose the type" in each for each in theirs)
    assert f'href="/tickets/{made}/">{made}</a>' in text(signed_in(people.cy).get(URL))


def test_a_stranger_reads_nothing_of_it(people):
    made = ticket(people)
    assert str(made) not in text(signed_in(people.dee).get(URL))


def test_everything_has_its_words_and_its_place(people):
    deposit(people.alpha.vault, BTC="1.5")
    bot = Member.objects.add_machine("Bot", "SIGNER", public(), by=people.alpha.admin)
    people.alpha.profile.rename("Alpha Prime", by=people.alpha.admin)
    page = text(signed_in(people.alpha.admin).get(URL))
    assert "booked a deposit of 1.50000000 BTC into vault “Alpha Treasury”" in page
    assert f'href="/api-users/{bot.pk}/">Bot</a>' in page and "renamed the profile Alpha Desk" in page
    assert f'href="/connections/{people.connection.pk}/">Beta</a>' in page
    assert f'href="/api-users/{bot.pk}/">' not in text(signed_in(people.ada).get(URL))


def test_every_kind_of_event_has_a_sentence(people):
    ticket(people)
    deposit(people.alpha.vault, BTC="1")
    assert {event.kind for event in Event.objects.all()} <= set(timeline.SENTENCES)


def test_what_is_written_by_others_stays_text(people, ada):
    made = ticket(people)
    made.add_note("<script>alert(1)</script>", by=people.cy)
    page = text(ada.get(URL))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page


def test_an_offer_is_told_to_both_and_found_by_its_names(people, ada):
    made = OfferFactory(sender=people.alpha.profile, receiver=people.beta.profile, tracking_id="invoice-7")
    for client in (ada, signed_in(people.cy)):
        for name in (made.reference, made.reference.lower(), "invoice-7", str(made.pk)):
            page = text(answer := client.get(f"{URL}?reference={name}"))
            assert answer.context["total"] == 1 and f'href="/offers/{made.pk}/">{made.reference}</a>' in page
    assert not rows(ada.get(f"{URL}?reference=OF-00000000"))


# Filters


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("who={bo}", []),
        ("who=others", ["Gamma opened the ticket"]),
        ("who=nobody&thing=deposits", ["deposit of 2.00000000 BTC"]),
        ("thing=connections&who={admin}", ["request"]),
        ("thing=offers", []),
        ("reference={theirs}", ["Gamma opened the ticket"]),
        ("reference=alpha-1", ["opened the ticket", "external ID"]),
        ("since=2026-11-23&until=2026-11-23", ["deposit of 2.00000000 BTC"]),
        ("since=2026-11-24", []),
        ("until=2026-11-20", []),
    ],
)
def test_filters_find_what_they_name(people, ada, query, says):
    mine, theirs = ticket(people), from_gamma(people, now=NOON + DAY)
    mine.set_external_id("alpha-1", by=people.ada, now=NOON)
    deposit(people.alpha.vault, NOON + 2 * DAY, BTC="2")
    names = {"bo": people.bo.pk, "admin": people.alpha.admin.pk, "theirs": theirs.reference}
    answer = ada.get(f"{URL}?{query.format(**names)}")
    found = " | ".join(rows(answer))
    assert all(each.split(" ", 1)[-1] in found for each in says) and bool(found) == bool(says)
    if not says and "who=" not in query:
        assert "Nothing on record matches." in text(answer) and "Clear filters" in text(answer)


def test_a_member_of_another_firm_cannot_be_asked_for(people, ada):
    from_gamma(people)
    answer = ada.get(f"{URL}?who={people.dee.pk}")
    assert answer.status_code == 422 and "There is a problem" in text(answer)


@pytest.mark.parametrize(
    "query", ["since=soon", "until=0001-01-01", "since=9999-12-31", "since=2026-11-22&until=2026-11-21"]
)
def test_days_that_cannot_be_are_refused_and_kept(ada, query):
    answer = ada.get(f"{URL}?{query}&reference=TK-1")
    assert answer.status_code == 422 and 'value="TK-1"' in text(answer) and "<title>Error:" in text(answer)
    assert ada.get(f"{URL}csv/?{query}").status_code == 302


def test_a_filter_is_named_and_removed_by_itself(people, ada):
    ticket(people)
    page = text(ada.get(f"{URL}?thing=tickets&who={people.ada.pk}&since=2026-11-21"))
    assert "About Tickets" in page and "Who Ada" in page and "From day 2026-11-21" in page
    assert f'href="?who={people.ada.pk}&amp;since=2026-11-21"' in page


def test_days_are_those_of_the_member(people, ada):
    people.ada.user.prefer(zone="Asia/Kolkata")
    ticket(people, now=NOON.replace(hour=19))  # half past midnight there
    assert rows(ada.get(f"{URL}?since=2026-11-22&thing=tickets"))
    assert not rows(ada.get(f"{URL}?until=2026-11-21&thing=tickets"))


# Pages


def test_pages_neither_skip_nor_repeat_while_events_arrive(people, ada, django_assert_max_num_queries):
    connection = connect(people.gamma, people.alpha)
    for number in range(25):
        from_gamma(people, connection) if number % 2 else ticket(people)
    everything = list(Event.objects.visible_to(people.ada).order_by("-pk").values_list("pk", flat=True))
    assert len(everything) > 60
    seen, address = [], ""
    while address is not None:
        with django_assert_max_num_queries(12):
            answer = ada.get(URL + address)
        assert f"of {answer.context['total']}, newest first" in text(answer)
        seen += [each["at"] for each in answer.context["rows"]]
        address = answer.context["older"]
        deposit(people.alpha.vault, NOON, BTC="1")
    assert len(seen) == len(everything)
    first = ada.get(URL)
    second = ada.get(URL + first.context["older"])
    assert second.context["newer"] and rows(ada.get(URL + second.context["newer"])) == rows(first)


@pytest.mark.parametrize("query", ["before=x", "before=-1", f"after={'9' * 400}", "before=²"])
def test_a_place_that_is_none_leads_to_the_beginning(people, ada, query):
    ticket(people)
    assert rows(ada.get(f"{URL}?{query}")) == rows(ada.get(URL))


# The file


def test_the_file_holds_what_the_filter_finds(people, ada):
    made = ticket(people)
    answer, lines = read(ada, "?thing=tickets")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer.streaming
    assert lines[0] == ["Time (UTC)", "Who", "What happened", "Note", "About", "Reference"]
    assert lines[1] == ["2026-11-21T12:00:00.000000Z", "Ada", "Ada opened the ticket", "", "Ticket", str(made)]
    assert len(lines) - 1 == ada.get(f"{URL}?thing=tickets").context["total"]


def test_the_file_starts_no_formula(people, ada):
    made = ticket(people)
    made.add_note("=HYPERLINK(1)", by=people.cy)
    people.ada.rename("+Ada", by=people.ada)
    _, lines = read(ada)
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    assert any("'=HYPERLINK(1)" in line for line in lines)


def test_the_file_takes_few_queries(people, ada, django_assert_max_num_queries):
    for _ in range(5):
        ticket(people)
    with django_assert_max_num_queries(7):
        read(ada)
