"""Pages of a long list: whatever arrives meanwhile, no row is skipped, none comes twice, and the total is right."""

import random
from datetime import timedelta

import pytest
from django.db.models import BooleanField, Case, Q, When
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console import paging
from console.filters import ActiveFilter
from console.paging import NEWEST_FIRST, Key, stretch_of
from tests.base import NOON, firm
from tickets.models import Ticket, Workspace

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture
def workspace():
    return firm("Alpha").workspace


def make(workspace: Workspace, minutes: list[tuple[int, int | None]]) -> None:
    """Bare rows, made and expiring at these minutes; many at the same."""
    count = Ticket.objects.count()
    after = lambda minute: NOON + timedelta(minutes=minute)  # noqa: E731
    Ticket.objects.bulk_create(
        Ticket(
            reference=f"TK-{count + number:06}",
            workspace=workspace,
            created_at=after(made),
            expires_at=None if expires is None else after(expires),
        )
        for number, (made, expires) in enumerate(minutes)
    )


def ask(query="", keys=NEWEST_FIRST, **options):
    is_some = Case(When(Q(reference__endswith="1"), then=True), default=False, output_field=BooleanField())
    rows = Ticket.objects.annotate(is_yours=is_some)
    return stretch_of(rows, RequestFactory().get(f"/list/?{query}"), keys=keys, size=SIZE, **options)


def pages(keys, way="older", query="", **options):
    stretch = ask(query, keys, **options)
    while True:
        yield stretch
        if not (cursor := getattr(stretch, way)):
            return
        stretch = ask(f"{'after' if way == 'older' else 'before'}={cursor}", keys, **options)


MINUTES = st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3)), max_size=14)


@pytest.mark.parametrize("sort", ActiveFilter.KEYS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=MINUTES)
def test_every_row_is_on_one_page_in_every_order_and_back_again(workspace, sort, minutes):
    Ticket.objects.all().delete()
    make(workspace, minutes)
    keys = ActiveFilter.KEYS[sort]
    there = list(pages(keys))
    found = [row.pk for stretch in there for row in stretch.rows]
    assert len(found) == len(set(found)) == len(minutes)
    assert {stretch.total for stretch in there} == {len(minutes)}
    assert [stretch.first for stretch in there] == [1 + SIZE * number for number in range(len(there))] or not minutes
    if there[-1].newer:
        back = list(pages(keys, "newer", f"after={there[-2].older}"))
        shown = {row.pk for stretch in back for row in stretch.rows}
        assert shown == set(found) and not back[-1].newer and back[-1].first == 1


def test_rows_that_arrive_meanwhile_are_counted_and_shift_no_page(workspace):
    make(workspace, [(minute, None) for minute in range(40)])
    before, shown, arrived = set(Ticket.objects.values_list("pk", flat=True)), [], 40
    for number, stretch in enumerate(pages(NEWEST_FIRST)):
        shown += [row.pk for row in stretch.rows]
        assert stretch.total == arrived and stretch.first == 1 + SIZE * number + (arrived - 40)
        make(workspace, [(50 + number, None), (random.Random(number).randint(60, 99), None)])
        arrived += 2
    assert len(shown) == len(set(shown)) and set(shown) == before


@pytest.mark.parametrize(("grows", "is_descending"), [("front", True), ("back", False)])
def test_where_rows_join_at_one_end_numbers_follow_without_counting(workspace, grows, is_descending):
    keys = (Key("created_at", is_descending), Key("pk", is_descending))
    make(workspace, [(minute, None) for minute in range(12)])
    first = ask("", keys, grows=grows, total=12)
    make(workspace, [(20, None), (21, None)])
    second = ask(f"after={first.older}", keys, grows=grows, total=14)
    shift = 2 if grows == "front" else 0
    assert (second.first, second.last) == (4 + shift, 6 + shift)
    third = ask(f"after={second.older}", keys, grows=grows, total=14)
    assert ask(f"before={third.newer}", keys, grows=grows, total=14) == second


@pytest.mark.parametrize("cursor", ["", "x", "WzEsMV0:abc", "0" * 500, "é"])
def test_what_is_no_place_leads_to_the_beginning(workspace, cursor):
    make(workspace, [(minute, None) for minute in range(9)])
    assert ask(f"after={cursor}") == ask() == ask(f"before={cursor}")


def test_a_place_holds_in_its_own_list_only_and_not_when_changed(workspace):
    make(workspace, [(minute, None) for minute in range(9)])
    older = ask().older
    assert ask(f"after={older}").first == 4
    assert ask(f"status=open&after={older}").first == 1
    assert ask(f"after={older[:-1]}{'A' if older[-1] != 'A' else 'B'}").first == 1
    assert ask(f"after={older}", ActiveFilter.KEYS["made"]).first == 1


def test_counting_stops_where_it_would_cost_too_much(workspace, monkeypatch):
    make(workspace, [(minute, None) for minute in range(9)])
    everything = Ticket.objects.all()
    for limit, answer in [(9, (9, False, 1)), (8, (8, True, 0)), (2, (3, True, 0))]:
        monkeypatch.setattr(paging, "COUNTED_AMONG", limit)
        stretch = ask(among=everything)
        assert (stretch.total, stretch.is_capped, stretch.first) == answer


@pytest.mark.parametrize(("count", "below"), [(1, 0), (2, 1), (10, 9), (11, 10), (52, 50), (100, 90), (1334, 1000)])
def test_more_than_a_round_number_is_less_than_there_are(count, below):
    assert paging._round_below(count) == below
