"""In which language a page, a download or a mail is told, and how it writes amounts and moments."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from console import moments
from console.templatetags.console import amount, plain_amount
from tests.base import NOON, deposit, signed_in
from tests.brackets import OPEN
from tests.factories import TicketFactory
from tickets.models import Asset

pytestmark = pytest.mark.django_db
GERMAN, FRENCH = {"accept-language": "de-CH,de;q=0.9,en;q=0.5"}, {"accept-language": "fr"}
NBSP = "\u00a0"


def language(answer) -> str:
    page, told = answer.content.decode(), answer["Content-Language"]
    assert f'<html lang="{told}"' in page
    return told


# Which


@pytest.mark.parametrize(
    ("headers", "told"), [(GERMAN, "de"), (FRENCH, "en"), ({"accept-language": "en-US"}, "en"), ({}, "en")]
)
def test_a_page_before_sign_in_follows_the_browser(people, headers, told):
    for path in ("/account/login/", "/no/such/page/"):
        answer = Client().get(path, headers=headers)
        assert language(answer) == told and "Accept-Language" in answer["Vary"]


def test_a_person_follows_the_browser_until_they_choose(people, ada):
    assert language(ada.get("/", headers=GERMAN)) == "de"
    people.ada.user.prefer(language="en-gb")
    answer = ada.get("/", headers=GERMAN)
    assert language(answer) == "en" and "Accept-Language" not in answer["Vary"]


def test_a_choice_is_saved_and_told_in_the_new_language(ada, bracketed):
    url = reverse("settings-change", args=["language"])
    assert ada.post(url, {"language": "de"}).status_code == 303
    page = ada.get("/settings/")
    assert language(page) == "de" and f"{OPEN}Your settings were saved." in page.content.decode()
    assert 'value="de" id="id_language_2" checked' in page.content.decode()
    ada.post(url, {"language": ""})
    page = ada.get("/settings/")
    assert language(page) == "en" and "Your settings were saved." in page.content.decode()


def test_a_language_that_there_is_not_is_refused(people, ada):
    answer = ada.post(reverse("settings-change", args=["language"]), {"language": "tlh"})
    assert answer.status_code == 422 and "Choose one of these" in answer.content.decode()
    people.ada.user.refresh_from_db()
    assert people.ada.user.language == ""


def test_nothing_of_one_page_stays_for_the_next(people, ada, bracketed):
    before = ada.get("/").content.decode()
    people.bo.user.prefer(language="de")
    assert OPEN in signed_in(people.bo).get("/").content.decode()
    assert OPEN not in ada.get("/").content.decode() and OPEN not in before
    assert translation.get_language() == "en-gb"


@pytest.mark.parametrize("path", ["/v1", "/v1/smart-transfers", "/api/validator/v0/wallet/transfer-offers"])
def test_programs_are_told_everything_in_english(path, bracketed):
    answer = Client().get(path, headers=GERMAN)
    assert answer.content == Client().get(path).content and OPEN not in answer.content.decode()
    assert "Content-Language" not in answer and "Accept-Language" not in answer.get("Vary", "")


def test_a_download_is_told_in_the_language_of_whoever_asked(people, ada, bracketed):
    """It is made while it is sent, when the page is done. A program reads its head, so that stays."""
    TicketFactory(connection=people.connection, by=people.ada, status="open", now=NOON)
    people.ada.user.prefer(language="de")
    head, *rows = b"".join(ada.get("/activity/csv/").streaming_content).decode("utf-8-sig").splitlines()
    assert OPEN not in head and any(OPEN in row for row in rows)


def test_the_figures_and_the_checksum_of_a_statement_have_no_language(people, ada):
    deposit(people.alpha.vault, USDC="1000000.5")
    told = []
    for chosen in ("en-gb", "de"):
        people.ada.user.prefer(language=chosen)
        lines = b"".join(ada.get("/statement/csv/?asset=USDC").streaming_content).decode("utf-8-sig").splitlines()
        told.append([lines[0], lines[-1].rpartition(",")[2]])
        assert any("1000000.500000" in line for line in lines) and not any("1000000,5" in line for line in lines)
    assert told[0] == told[1] and len(told[0][1]) == 64


def test_a_mail_is_told_in_the_language_of_whoever_gets_it(people, bracketed):
    for chosen, headers in (("de", {}), ("en-gb", GERMAN)):
        mail.outbox.clear()
        people.ada.user.prefer(language=chosen)
        Client().post("/account/password/reset/", {"email": people.ada.user.email}, headers=headers)
        (sent,) = mail.outbox
        assert (OPEN in sent.subject, OPEN in sent.body) == (chosen == "de", chosen == "de")


# How amounts and moments are written


@dataclass
class Coin:
    id: str
    decimals: int


USDC, ETH = Coin("USDC", 6), Coin("ETH", 18)


def test_an_amount_has_the_mark_of_the_language_and_a_machines_value():
    with translation.override("de"):
        assert plain_amount(Decimal("250000"), USDC) == f"250{NBSP}000,000000 USDC"
        assert amount(Decimal("250000.5"), USDC) == (
            f'<data class="amt" value="250000.500000"><span class="amt__i">250{NBSP}000</span>'
            '<span class="amt__f">,5<span class="amt__z">00000</span></span> <span class="amt__u">USDC</span></data>'
        )
        cut = amount(Decimal("1.123456789"), ETH, places=4)
        assert 'value="1.123456789000000000" title="1,123456789000000000 ETH"' in cut and ">,123…</span>" in cut
        assert Asset(id="BTC", name="Bitcoin", decimals=8).told(Decimal("3.75")) == "3,75000000 BTC"
        assert Asset(id="BTC", name="Bitcoin", decimals=8).plain(Decimal("3.75")) == "3.75000000 BTC"


@pytest.mark.parametrize(
    ("style", "english", "german"),
    [
        ("full", "21 Nov 2026 12:00 UTC", "21. Nov. 2026 12:00 UTC"),
        ("seconds", "21 Nov 2026 12:00:00 UTC", "21. Nov. 2026 12:00:00 UTC"),
        ("short", "21 Nov 12:00", "21. Nov. 12:00"),
        ("long", "21 November 2026", "21. November 2026"),
        ("time", "12:00 UTC", "12:00 UTC"),
    ],
)
def test_a_moment_has_the_order_and_months_of_the_language(style, english, german):
    assert moments.written(NOON, style) == english
    with translation.override("de"):
        assert moments.written(NOON, style) == german


@pytest.mark.parametrize(
    ("span", "english", "german"),
    [
        (timedelta(seconds=30), "in less than 1 min", "in weniger als 1 min"),
        (timedelta(hours=3, minutes=12), "in 3 h 12 min", "in 3 h 12 min"),
        (timedelta(hours=2), "in 2 h", "in 2 h"),
        (timedelta(days=1, hours=1), "in 1 day 1 h", "in 1 Tag 1 h"),
        (timedelta(days=8), "in 8 days", "in 8 Tagen"),
        (-timedelta(days=2, hours=3), "2 days 3 h ago", "vor 2 Tagen 3 h"),
        (-timedelta(minutes=5), "5 min ago", "vor 5 min"),
        (-timedelta(seconds=5), "just now", "gerade eben"),
    ],
)
def test_a_distance_is_told_in_the_language(span, english, german):
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert moments.distance(now + span, now) == english
    with translation.override("de"):
        assert moments.distance(now + span, now) == german


@pytest.mark.parametrize(
    ("typed", "answer", "status"),
    [
        ("250.000,50", "250000,5", 303),
        ("3,75", "3,75", 303),
        ("3.75", "3,75", 303),
        ("1.234", "1234 oder 1,234", 422),
    ],
)
def test_a_person_types_amounts_as_their_language_writes_them(people, typed, answer, status):
    """And finds them so where they are changed again; what was refused stands as it was typed."""
    admin, url = people.alpha.admin, reverse("policy")
    admin.user.prefer(language="de")
    client = signed_in(admin)
    response = client.post(url, {"above-BTC": typed})
    assert response.status_code == status
    if status == 303:
        assert f'value="{answer}"' in client.get(url).content.decode()
    else:
        assert answer in response.content.decode() and f'value="{typed}"' in response.content.decode()
