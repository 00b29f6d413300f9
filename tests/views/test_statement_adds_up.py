"""Whatever is posted and whichever days are asked for: opening and movements make closing, and pages make the whole."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.movements import names_of
from console.statement import Period, Statement
from tests.base import NOON, cast, deposit
from tickets.amounts import ZERO
from tickets.models import Account, Asset, Posting, PostingKind
from tickets.models.ledger import post

pytestmark = pytest.mark.django_db
FIGURES = ["1", "0.000000000000000001", "999999999999.999999999999999999", "3.5"]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["deposit", "send", "hold", "settle", "release"]),
        st.integers(0, 2),  # which vault
        st.integers(0, 2),  # and to which
        st.sampled_from(FIGURES),
        st.integers(0, 9),  # days from the first
    ),
    min_size=1,
    max_size=25,
)


@pytest.fixture
def market():
    market = cast()
    Account.objects.add_vault(market.alpha.workspace, "Cold")
    return market


def vaults_of(firm):
    return list(Account.objects.vaults_of(firm.workspace).select_related("hold"))


def unresolved():
    return Posting.objects.unresolved().select_related("source", "destination", "asset").first()


def tell(acts, vaults, asset):
    """Post them in order of time, each where there are funds for it."""
    for kind, start, end, figure, days in sorted(acts, key=lambda act: act[-1]):
        at, amount = NOON + timedelta(days=days), Decimal(figure)
        source, destination = vaults[start], vaults[end]
        if kind == "deposit":
            deposit(source, now=at, **{asset.pk: figure})
        elif kind in ("send", "hold") and source.available(asset) >= amount:
            to = source.hold if kind == "hold" else destination
            if to != source:
                kind = PostingKind.HOLD if kind == "hold" else PostingKind.SETTLE
                post([Posting(kind=kind, source=source, destination=to, asset=asset, amount=amount)], at=at)
        elif kind in ("settle", "release") and (held := unresolved()):
            post([held.released() if kind == "release" else held.settled_to(destination)], at=at)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, first=st.integers(0, 9), length=st.integers(0, 9), size=st.integers(1, 4))
def test_opening_and_movements_make_closing(market, acts, first, length, size):
    with transaction.atomic():
        try:
            asset, ours, theirs = Asset.objects.get(pk="ETH"), vaults_of(market.alpha), vaults_of(market.beta)
            tell(acts, [*ours, *theirs], asset)
            days = [NOON.date() + timedelta(days=number) for number in (first, first + length)]
            for vaults in (ours, ours[:1], ours[1:], theirs):
                check(vaults, asset, *days, size)
        finally:
            transaction.set_rollback(True)


def check(vaults, asset, first: date, last: date, size: int):
    def statement(first, last):
        period = Period(first, last, NOON.tzinfo)
        return Statement(vaults, names_of(vaults), asset, period, datetime.combine(last, NOON.time(), NOON.tzinfo))

    asked = statement(first, last)
    totals, lines = asked.totals, list(asked.lines())
    balance = totals.opening
    for line in lines:
        balance += (line.credit or ZERO) - (line.debit or ZERO)
        assert line.balance == balance >= 0
    assert balance == totals.closing
    assert totals.credit == sum((line.credit or ZERO for line in lines), ZERO)
    assert totals.debit == sum((line.debit or ZERO for line in lines), ZERO)
    assert totals.count == len(lines)
    assert 0 <= asked.holds().total <= totals.closing
    whole = statement(NOON.date(), NOON.date() + timedelta(days=30))
    assert whole.totals.closing == sum((vault.available(asset) + vault.held(asset) for vault in vaults), ZERO)
    assert whole.holds().total == sum((vault.held(asset) for vault in vaults), ZERO)
    assert statement(NOON.date() - timedelta(days=1), first - timedelta(days=1)).totals.closing == totals.opening
    with patch("console.statement.PAGE_LINES", size):
        paged, page = [], asked.page()
        while True:
            paged += page.lines
            if not page.has_later:
                break
            page = asked.page(after=page.last)
    assert paged == lines
