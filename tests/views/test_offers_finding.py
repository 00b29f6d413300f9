"""Finding transfer offers: search, filters, pages, and the same as a file."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from console.export import cell
from console.paging import PAGE_ROWS
from tests.base import signed_in
from tests.factories import ProfileFactory
from tests.views.offers import INBOX, OUTBOX, file, offer_of, page, rows, text
from tickets.models import TransferOffer

pytestmark = pytest.mark.django_db
HUGE = "9999999999999999999999999999.9999999999"
DAY = timedelta(days=1)


def test_everything_that_names_an_offer_finds_it(people):
    offer = offer_of(people, amount="1234.5", description="Fee share 100%", tracking_id="fee_oct")
    other = offer_of(people, amount="2", receiver=ProfileFactory(name="Zeta Desk"), description="Else", tracking_id="x")
    fingerprint = people.beta.profile.party.partition("::")[2]
    asked = ["fee_oct", "FEE_O", "share 100%25", "Beta", "beta desk", fingerprint[:12], offer.reference, "1,234.50"]
    for q in [*asked, "1234.5 cc", offer.reference.lower()]:
        assert rows(people.ada, f"{OUTBOX}?q={q}") == [offer], q
    assert rows(people.ada, f"{OUTBOX}?q=feeXoct") == [] and rows(people.ada, f"{OUTBOX}?q=zeta") == [other]
    assert rows(people.dee, f"{OUTBOX}?q=fee_oct") == []


def test_filters_are_words_that_can_be_taken_away(people):
    today = timezone.now()
    offer_of(people, now=today - 9 * DAY, status="completed", tracking_id="old")
    recent = offer_of(people, tracking_id="new")
    url = f"{OUTBOX}?q=new&status=created&since={today:%Y-%m-%d}&until={today:%Y-%m-%d}"
    shown = page(people.ada, url)
    assert rows(people.ada, url) == [recent]
    assert "Showing 1 of 2:" in shown and "“new”" in shown and "status offered" in shown and "made from" in shown
    assert f'href="{OUTBOX}?status=created&amp;since={today:%Y-%m-%d}&amp;until={today:%Y-%m-%d}">Remove' in shown
    assert f'<a href="{OUTBOX}">Clear filters</a>' in shown
    assert len(rows(people.ada, f"{OUTBOX}?until={today - 8 * DAY:%Y-%m-%d}")) == 1
    assert "No offer fits this." in page(people.ada, f"{OUTBOX}?q=nothing")
    assert "What you offer others in Canton Coin belongs here." in page(people.dee, OUTBOX)


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "status=paid",
        "since=2026-11-21&until=2026-11-20",
        "q=%00",
        "since=0001-01-01",
        "until=9999-12-31",
        f"q={'x' * 301}",
    ],
)
def test_a_filter_that_cannot_be_read_is_told_and_finds_nothing(people, query):
    offer = offer_of(people)
    for url in (f"{OUTBOX}?{query}", f"{OUTBOX}csv/?{query}"):
        shown = page(people.ada, url, status=422)
        assert "<title>Error: Transfer offers" in shown and "There is a problem" in shown
        assert offer.reference not in shown and "Correct the filter" in shown


EDGES = ["since=1900-01-01", "until=9998-12-31", "after=x", "before=AAAA", "after=%F0%9F%98%80"]


@pytest.mark.parametrize("query", EDGES)
def test_days_and_places_at_the_edge_do_no_harm(people, query):
    offer = offer_of(people)
    assert rows(people.ada, f"{OUTBOX}?{query}") == [offer]


def test_pages_neither_skip_nor_repeat_while_offers_arrive(people):
    began = timezone.now() - DAY
    for number in range(PAGE_ROWS * 2 + 3):
        offer_of(people, now=began + timedelta(seconds=number // 3), tracking_id=f"n{number}")
    everything = list(TransferOffer.objects.order_by("-created_at", "-pk"))
    client, url, seen = signed_in(people.ada), OUTBOX, []
    for start in (1, 52, 102):
        response = client.get(url)
        stretch = response.context["stretch"]
        seen += stretch.rows
        assert (stretch.first, stretch.total) == (start, len(everything) + (start > 1))
        if start == 1:
            offer_of(people, tracking_id="late")  # arrives while somebody reads
        url = f"{OUTBOX}?after={stretch.older}"
    assert seen == everything and not stretch.older
    back = client.get(f"{OUTBOX}?before={stretch.newer}").context["stretch"]
    assert back.rows == everything[PAGE_ROWS : 2 * PAGE_ROWS] and back.first == 52
    first = client.get(f"{OUTBOX}?before={back.newer}").context["stretch"]
    assert first.rows == everything[:PAGE_ROWS] and first.newer  # the late one is newer still
    filtered = text(client.get(f"{OUTBOX}?status=expired"))
    assert re.search(r'href="\?status=expired&amp;after=[^"]+" rel="next"', filtered)


def test_the_file_has_just_what_the_filter_shows(people):
    for amount in ("0.0000000001", HUGE, "12.5"):
        offer_of(people, amount=amount, is_funded=False, status="withdrawn", tracking_id=amount)
    offer_of(people, amount="5", reserve=True, tracking_id="held")
    lines = file(people.ada, f"{OUTBOX}csv/?status=withdrawn")
    assert [line["Amount"] for line in lines] == ["12.5000000000", HUGE, "0.0000000001"]
    assert {line["Reason"] for line in lines} == {f"out of funds (missing {line['Amount']} CC)" for line in lines}
    line = file(people.cy, f"{INBOX}csv/?q=held")[0]
    offer = TransferOffer.objects.get(tracking_id="held")
    assert (line["Direction"], line["From"], line["To profile"], line["Held"]) == ("in", "Alpha", "Beta Desk", "yes")
    assert line["To party"] == people.beta.profile.party and line["Status"] == "Offered"
    assert line["Expires (UTC)"] == f"{offer.expires_at:%Y-%m-%dT%H:%M:%S.%fZ}" and line["Ended (UTC)"] == ""
    assert file(people.dee, f"{INBOX}csv/") == []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_others_becomes_a_formula(people, sign):
    offer_of(people, description=f'{sign}1+1"', tracking_id=f"{sign}id")
    [line] = file(people.cy, f"{INBOX}csv/")
    assert (line["Description"], line["Tracking ID"]) == (f"'{sign}1+1\"", f"'{sign}id")
    assert cell("a=1") == "a=1"
