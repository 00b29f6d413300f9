"""What has settled, day by day: the figures are exact and in the viewer's days, the bars follow them."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone

from tests.base import signed_in
from tests.factories import TicketFactory
from tests.stories.people import Person

pytestmark = pytest.mark.django_db
HUGE = "1234567890123456789012345678.123456789012345678"


def settle(people, now, **options):
    made = {"kind": "two_way", "status": "fulfilled", "by": people.ada, "now": now} | options
    return TicketFactory(connection=people.connection, **made)


def chart(member, **query):
    response = signed_in(member).get("/settled/", query)
    assert response.status_code == 200
    return response


def figures(response):
    days = response.context["chart"].days
    return [(str(day.on), day.count, day.out, day.into) for day in days]


def test_tickets_are_counted_on_the_day_they_settled(people):
    now = timezone.now().replace(hour=12)
    for days in (0, 0, 3, 40):
        settle(people, now - timedelta(days=days))
    settle(people, now, status="cancelled")
    settle(people, now, status="in_settlement")
    today, before = now.date(), (now - timedelta(days=3)).date()
    assert figures(chart(people.ada)) == [(str(before), 1, 0, 0), (str(today), 2, 0, 0)]
    assert len(figures(chart(people.cy, days=90))) == 3
    assert figures(chart(people.dee)) == []


def test_amounts_of_one_asset_add_up_exactly_out_and_in(people):
    now = timezone.now().replace(hour=12)
    for _ in range(2):
        settle(people, now, receive=[("USDC", "0.1")], send=[("ETH", HUGE)])
    ours, theirs = chart(people.ada, of="ETH"), chart(people.cy, of="ETH")
    both = 2 * Decimal(HUGE)
    assert figures(ours) == [(str(now.date()), 0, both, 0)]
    assert figures(theirs) == [(str(now.date()), 0, 0, both)]
    assert figures(chart(people.ada, of="USDC")) == [(str(now.date()), 0, 0, Decimal("0.2"))]
    assert f'value="{both}"' in ours.content.decode()


def test_a_leg_that_moved_counts_before_its_ticket_ends(people):
    now = timezone.now().replace(hour=12)
    settle(people, now, kind="one_way", status="in_settlement", receive=[("USDC", "5"), ("ETH", "1")])
    assert figures(chart(people.ada, of="USDC")) == [(str(now.date()), 0, 0, 5)]


def test_days_are_those_of_the_viewer_s_zone(people):
    now = timezone.now().replace(hour=23, minute=30) - timedelta(days=2)
    settle(people, now, receive=[("USDC", "5")])
    people.ada.user.zone = "Asia/Tokyo"
    people.ada.user.save()
    tomorrow = str((now + timedelta(days=1)).date())
    assert [day for day, *_ in figures(chart(people.ada))] == [tomorrow]
    assert [day for day, *_ in figures(chart(people.ada, of="USDC"))] == [tomorrow]
    assert [day for day, *_ in figures(chart(people.cy))] == [str(now.date())]


def test_each_figure_has_its_bar_and_the_largest_is_the_longest(people):
    now = timezone.now().replace(hour=12)
    settle(people, now, receive=[("USDC", "100")])
    settle(people, now - timedelta(days=6), receive=[("USDC", "25")])
    page = chart(people.ada, of="USDC", days=7).content.decode()
    bars = re.findall(r'<rect class="(\w+)" x="(\d+)" y="([\d.]+)" width="8" height="([\d.]+)"', page)
    assert bars == [("chart__in", "1", "46.0", "14.0"), ("chart__in", "61", "4.0", "56.0")]
    assert "style=" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_the_page_holds_amounts_of_any_length_and_axe_finds_nothing(people, new_context, live_server, width, theme):
    settle(people, timezone.now(), receive=[("USDC", "5")], send=[("ETH", HUGE)])
    ada = Person(people.ada, new_context(viewport={"width": width, "height": 800}, color_scheme=theme))
    ada.let_in(live_server.url)
    for path in ("/settled/", "/settled/?of=ETH", "/settled/?of=BTC", "/settled/?of=GOLD"):
        ada.go(path)
        assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert not Axe().run(ada.page).response["violations"], path
    assert ada.faults == []


def test_nothing_settled_says_so(people):
    assert b"Nothing settled in these days in BTC." in chart(people.ada, of="BTC").content


@pytest.mark.parametrize("query", [{"of": "GOLD"}, {"days": "31"}, {"days": "x"}])
def test_what_is_no_choice_is_refused_at_its_field(people, query):
    response = signed_in(people.ada).get("/settled/", query)
    assert response.status_code == 422
    assert b"There is a problem" in response.content


def test_it_needs_a_member_and_only_shows(people):
    assert Client().get("/settled/").status_code == 302
    assert signed_in(people.ada).post("/settled/").status_code == 405


def test_many_days_need_no_more_queries(people, django_assert_max_num_queries):
    now = timezone.now().replace(hour=12)
    for days in range(5):
        settle(people, now - timedelta(days=days))
    client = signed_in(people.ada)
    with django_assert_max_num_queries(12):
        client.get("/settled/", {"of": "USDC", "days": "365"})
