"""Amounts as text: what people type, and what the product writes. No database."""

import threading
from contextlib import suppress
from decimal import Decimal, Inexact

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.amounts import DIGITS, EXACT, INTEGER_DIGITS, PLACES, mark_in_force, parse, plain, told
from tickets.errors import BadAmount, Invalid, Refused
from tickets.models import Asset

LONGEST = "1234567890123456789012345678.123456789012345678"

READ = {
    "1": "1",
    "0.5": "0.5",
    ".5": "0.5",
    "3.75": "3.75",
    "1.234": "1.234",
    "007.50": "7.50",
    "0" * 60 + "1": "1",
    " 250,000.00 ": "250000.00",
    "250 000": "250000",
    "250 000.5": "250000.5",
    "250'000": "250000",
    "250\u2019000": "250000",
    "250\u00a0000": "250000",
    "250\u202f000.25": "250000.25",
    "1,234,567": "1234567",
    "1,234.5": "1234.5",
    "\t12\n": "12",
    "9" * 28: "9" * 28,
    LONGEST: LONGEST,
    "1,234,567,890,123,456,789,012,345,678.123456789012345678": LONGEST,
}

REFUSED = {
    "": "Enter the amount of ETH",
    "   ": "Enter the amount of ETH",
    "-1": "without a sign",
    "+1": "without a sign",
    "\u22121": "without a sign",
    "-": "without a sign",
    "0": "greater than zero",
    "0.000": "greater than zero",
    "000": "greater than zero",
    "1,234": "write 1234 or 1.234",
    "1e5": "in figures",
    "1E5": "in figures",
    "0x10": "in figures",
    "1_000": "in figures",
    "1.234,56": "in figures",
    "1,5": "in figures",
    "12,34,567": "in figures",
    "1,234 567": "in figures",
    "250  000": "in figures",
    "1.2.3": "in figures",
    "5.": "in figures",
    ".": "in figures",
    "1,234,": "in figures",
    "NaN": "in figures",
    "sNaN": "in figures",
    "Infinity": "in figures",
    "inf": "in figures",
    "12 ETH": "in figures",
    "\u0661\u0662": "in figures",  # Arabic-Indic digits
    "\uff11\uff12": "in figures",  # full-width digits
    "\u00bd": "in figures",
    "1\u0000": "in figures",
    "1.0000000000000000001": "with 18 decimals or fewer",  # the 19th
    "0." + "0" * 18 + "1": "with 18 decimals or fewer",
    "1" * 29: "with 28 digits or fewer before the point",
    "4" * 40: "with 28 digits or fewer before the point",
}


@pytest.mark.parametrize("text", READ)
def test_what_a_person_types_is_read_exactly(text):
    assert parse(text, "ETH", 18) == Decimal(READ[text])


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_an_amount_is_refused_with_a_sentence(text):
    with pytest.raises(BadAmount) as refusal:
        parse(text, "ETH", 18)
    assert REFUSED[text] in refusal.value.message
    assert "ETH" in refusal.value.message or "write" in refusal.value.message
    assert isinstance(refusal.value, Invalid) and isinstance(refusal.value, Refused)
    assert refusal.value.code == "BAD_AMOUNT"


READ_WITH_COMMA = {
    "1": "1",
    "0,5": "0.5",
    ",5": "0.5",
    "3,75": "3.75",
    "1,234": "1.234",
    " 250.000,00 ": "250000.00",
    "250 000,00": "250000.00",
    "250\u00a0000,5": "250000.5",
    "250'000": "250000",
    "250\u2019000,25": "250000.25",
    "1.234.567": "1234567",
    "1.234,5": "1234.5",
    # With a point, as copy buttons and files of ours write them, where it can part no groups.
    "3.75": "3.75",
    "0.5": "0.5",
    "250000.000000": "250000",
    LONGEST: LONGEST,
}

REFUSED_WITH_COMMA = {
    "": "Enter the amount of ETH",
    "-1": "without a sign",
    "0,00": "greater than zero",
    "1.234": "write 1234 or 1,234",
    "250.000": "write 250000 or 250,000",
    "0.125": "write 0125 or 0,125",
    "1234.567": "in figures",
    "1,234.56": "in figures",
    "1,234,567": "in figures",
    "12.34.567": "in figures",
    "1.234 567": "in figures",
    "5,": "in figures",
    ".5": "in figures",
    "5.": "in figures",
    "1.2.3": "in figures",
    "1e5": "in figures",
    "0," + "0" * 18 + "1": "with 18 decimals or fewer",
}


@pytest.mark.parametrize("text", READ_WITH_COMMA)
def test_where_a_comma_stands_before_the_decimals_it_is_read_so(text):
    assert parse(text, "ETH", 18, ",") == Decimal(READ_WITH_COMMA[text])


@pytest.mark.parametrize("text", REFUSED_WITH_COMMA)
def test_a_point_that_could_part_groups_is_asked_about(text):
    with pytest.raises(BadAmount) as refusal:
        parse(text, "ETH", 18, ",")
    assert REFUSED_WITH_COMMA[text] in refusal.value.message


@pytest.mark.parametrize("text", [*READ_WITH_COMMA, *REFUSED_WITH_COMMA, *READ, *REFUSED])
def test_no_text_is_one_amount_where_a_point_is_written_and_another_where_a_comma_is(text):
    amounts = set()
    for mark in ".,":
        with suppress(BadAmount):
            amounts.add(parse(text, "ETH", 18, mark))
    assert len(amounts) < 2


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**INTEGER_DIGITS), st.sampled_from([2, 6, 8, 18]))
def test_what_is_told_is_read_back_in_the_same_language(value, decimals):
    amount = EXACT.scaleb(Decimal(value), -decimals)
    for language in ("en-gb", "de"):
        with translation.override(language):
            assert parse(told(amount, decimals), "ETH", decimals, mark_in_force()) == amount
            assert plain(amount, decimals) == told(amount, decimals).replace(",", ".")


@pytest.mark.parametrize(("decimals", "fits", "too_fine", "advice"), [
    (0, "7", "7.0", "without decimals"),
    (2, "7.25", "7.250", "with 2 decimals or fewer"),
    (8, "0.00000001", "0.000000001", "with 8 decimals or fewer"),
])  # fmt: skip
def test_an_asset_sets_how_fine_an_amount_can_be(decimals, fits, too_fine, advice):
    assert parse(fits, "COIN", decimals) == Decimal(fits)
    with pytest.raises(BadAmount, match=advice):
        parse(too_fine, "COIN", decimals)


@pytest.mark.parametrize(("amount", "decimals", "text"), [
    ("3.75", 8, "3.75000000"),
    ("3.750000000000000000", 2, "3.75"),
    ("1E+3", 0, "1000"),
    ("1E-18", 18, "0.000000000000000001"),
    ("0", 2, "0.00"),
    ("-0", 2, "0.00"),
    ("0E-18", 0, "0"),
    ("-1.5", 2, "-1.50"),
    ("1.23456", 2, "1.23456"),
    (LONGEST, 18, LONGEST),
    ("-" + LONGEST, 6, "-" + LONGEST),
])  # fmt: skip
def test_plain_writes_full_scale_and_never_rounds(amount, decimals, text):
    assert plain(Decimal(amount), decimals) == text


units = st.integers(min_value=1, max_value=10**DIGITS - 1)


@settings(deadline=None)
@given(units, st.sampled_from(["", " ", ",", "'"]))
def test_plain_and_parse_are_each_others_inverse(value, separator):
    amount = EXACT.scaleb(Decimal(value), -PLACES)
    text = plain(amount, PLACES)
    assert parse(text, "ETH", PLACES) == amount
    whole, fraction = text.split(".")
    assert parse(f"{int(whole):,}.{fraction}".replace(",", separator), "ETH", PLACES) == amount


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_a_refusal(text):
    try:
        amount = parse(text, "ETH", PLACES)
    except BadAmount as refusal:
        assert refusal.message
    else:
        assert 0 < amount < 10**INTEGER_DIGITS


@pytest.mark.parametrize("decimals", [0, 6, 18])
def test_an_amount_that_came_back_with_the_columns_scale_is_still_exact(decimals):
    coin = Asset(id="COIN", name="Coin", decimals=decimals)
    assert coin.exact(Decimal("7.000000000000000000")) == 7
    assert coin.exact(Decimal("1E+3")) == 1000


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "-Infinity", "1E-9", "1E+28"])
def test_an_amount_that_was_not_typed_obeys_the_same_rules(amount):
    with pytest.raises(BadAmount):
        Asset(id="BTC", name="Bitcoin", decimals=8).exact(Decimal(amount))


@pytest.mark.parametrize("amount", [0.1, 1, "1", None])
def test_only_a_decimal_can_be_exact(amount):
    with pytest.raises(TypeError):
        Asset(id="BTC", name="Bitcoin", decimals=8).exact(amount)


def test_every_thread_computes_with_enough_digits():
    longest, sums = Decimal(LONGEST), []
    thread = threading.Thread(target=lambda: sums.append((-longest, sum([longest, Decimal(1), -longest]))))
    thread.start()
    thread.join()
    assert sums == [(longest.copy_negate(), 1)]
    assert longest + 1 - longest == 1  # and so does this one


def test_the_ledgers_own_arithmetic_raises_where_it_would_round():
    with pytest.raises(Inexact):
        EXACT.add(Decimal("1E+60"), Decimal("1E-60"))
