"""Amounts in the database: the same exact figures on both, and plain SQL that orders and compares them."""

from decimal import Decimal, Inexact

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Min, Q, Sum, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models.test_amounts import LONGEST
from tickets.amounts import DIGITS, EXACT, PLACES, AmountSum, plain
from tickets.models import Asset

pytestmark = pytest.mark.django_db
few = settings(max_examples=40, deadline=None)


def from_units(units):
    return EXACT.scaleb(Decimal(units), -PLACES)


signed = st.integers(min_value=1 - 10**DIGITS, max_value=10**DIGITS - 1)
# Amounts of very different sizes, and neighbours: where text order and rounding would go wrong.
amounts = st.one_of(signed, st.integers(-20, 20), st.sampled_from([1 - 10**DIGITS, 10**DIGITS - 1, 10**18, -(10**18)]))
amounts = amounts.map(from_units)


def store(*values, name="Kept"):
    """The values in the one column that also takes negative ones: a price."""
    Asset.objects.filter(id__startswith="T-").delete()
    Asset.objects.bulk_create(
        Asset(id=f"T-{number}", name=f"{name} {number % 3}", decimals=18, usd_price=value)
        for number, value in enumerate(values)
    )
    return Asset.objects.filter(id__startswith="T-")


@given(amounts)
@few
def test_an_amount_comes_back_unchanged(amount):
    kept = store(amount).get()
    assert kept.usd_price == amount
    assert plain(kept.usd_price, 18) == plain(amount, 18)
    assert Asset.objects.get(id="T-0", usd_price=amount) == kept


@given(st.lists(amounts, min_size=1, max_size=8), amounts)
@few
def test_sql_orders_compares_and_bounds_as_python_does(values, limit):
    rows = store(*values)
    assert list(rows.order_by("usd_price").values_list("usd_price", flat=True)) == sorted(values)
    assert rows.aggregate(low=Min("usd_price"), high=Max("usd_price")) == {"low": min(values), "high": max(values)}
    for lookup, holds in {"gt": "__gt__", "gte": "__ge__", "lt": "__lt__", "lte": "__le__", "exact": "__eq__"}.items():
        expected = sum(getattr(value, holds)(limit) for value in values)
        assert rows.filter(**{f"usd_price__{lookup}": limit}).count() == expected
    assert rows.filter(usd_price__in=values).count() == len(values)
    assert rows.filter(usd_price__range=(limit, limit)).count() == values.count(limit)


@given(st.lists(amounts, max_size=8))
@few
def test_a_sum_is_exact_also_filtered_and_by_group(values):
    rows, first = store(*values), Q(name="Kept 0")
    found = rows.aggregate(total=AmountSum("usd_price"), part=AmountSum("usd_price", filter=first))
    assert found == {"total": sum(values) if values else None, "part": sum(values[::3]) if values else None}
    groups = rows.order_by("name").values_list("name").annotate(total=AmountSum("usd_price"))
    assert dict(groups) == {f"Kept {rest}": sum(values[rest::3]) for rest in range(3) if values[rest::3]}
    parts = rows.order_by("name").values_list("name").annotate(total=AmountSum("usd_price", filter=first))
    assert dict(parts) == {f"Kept {rest}": None if rest else sum(values[::3]) for rest in range(3) if values[rest::3]}


def test_a_sum_passes_over_what_is_missing_and_over_nothing_at_all():
    assert store(Decimal(1), None, Decimal("-0.5")).aggregate(total=AmountSum("usd_price"))["total"] == Decimal("0.5")
    assert Asset.objects.none().aggregate(total=AmountSum("usd_price"))["total"] is None
    assert store(None).aggregate(total=AmountSum("usd_price"))["total"] is None
    nobody = Q(pk__in=[])
    assert store(Decimal(1)).aggregate(total=AmountSum("usd_price", filter=nobody))["total"] is None


def test_a_thousand_of_the_largest_amounts_are_summed_exactly():
    largest = from_units(10**DIGITS - 1)
    rows = store(*[largest] * 1000)
    assert rows.aggregate(total=AmountSum("usd_price"))["total"] == largest * 1000
    rows = store(*[-largest] * 1000)
    assert rows.aggregate(total=AmountSum("usd_price"))["total"] == -largest * 1000


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_longest_amount_survives_every_path(sign):
    amount = Decimal(sign + LONGEST)
    rows = store(amount, amount)
    one = rows.first()
    rows.filter(pk="T-1").update(usd_price=one.usd_price)
    one.save()
    one.usd_price = amount
    Asset.objects.bulk_update([one], ["usd_price"])
    rows.filter(pk="T-1").update(usd_price=F("usd_price"))
    rows.filter(pk="T-1").update(usd_price=Value(amount, output_field=Asset._meta.get_field("usd_price")))
    assert set(rows.values_list("usd_price", flat=True)) == {amount}
    assert rows.filter(usd_price=F("usd_price")).count() == 2
    assert rows.aggregate(total=AmountSum("usd_price"))["total"] == amount * 2
    [kept, _] = serializers.deserialize("json", serializers.serialize("json", rows))
    assert kept.object.usd_price == amount
    assert plain(rows.first().usd_price, 18) == sign + LONGEST


@pytest.mark.parametrize("amount", [1.5, 0.1, float("nan"), Decimal("1E-19"), Decimal("1E+28"), Decimal("-1E+28"),
                                    Decimal("NaN"), Decimal("Infinity"), "much"])  # fmt: skip
def test_what_the_column_could_not_give_back_is_never_stored_nor_asked_for(amount):
    row = store(Decimal(1)).get()
    row.usd_price = amount
    for attempt in (
        row.save,
        lambda: Asset.objects.bulk_update([row], ["usd_price"]),
        lambda: Asset.objects.update(usd_price=amount),
        lambda: list(Asset.objects.filter(usd_price__lt=amount)),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            attempt()
    assert store(Decimal(1)).get().usd_price == 1


def test_more_digits_than_the_ledgers_arithmetic_are_refused_too():
    with pytest.raises((ValidationError, Inexact)):
        store(Decimal("1." + "1" * 120))


def test_djangos_own_sum_is_exact_or_an_error():
    rows = store(Decimal(LONGEST), Decimal(LONGEST))
    try:
        found = rows.aggregate(found=Sum("usd_price"))["found"]
    except TypeError as error:
        assert "AmountSum" in str(error)
    else:
        assert found == Decimal(LONGEST) * 2


@pytest.mark.parametrize(
    ("computed", "exact"),
    [
        (F("usd_price") + 1, Decimal(LONGEST) + 1),
        (F("usd_price") * 2, Decimal(LONGEST) * 2),
        (-F("usd_price"), -Decimal(LONGEST)),
    ],
    ids=["increment", "double", "negation"],
)
def test_what_sql_computed_from_an_amount_is_stored_exactly_or_refused(computed, exact):
    rows = store(Decimal(LONGEST))
    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError, match="CHECK"), transaction.atomic():
            rows.update(usd_price=computed)
    else:
        rows.update(usd_price=computed)
        assert rows.get().usd_price == exact
