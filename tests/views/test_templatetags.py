"""The tags that write amounts, chips, moments and controls. No database: they only format."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template

from console.templatetags.console import CHIPS, amount, chip, copy, distance, icon, moment, plain_amount, relative

NBSP = "\u00a0"


@dataclass
class Asset:
    id: str
    decimals: int


BTC = Asset("BTC", 8)
USDC = Asset("USDC", 6)
ETH = Asset("ETH", 18)
YEN = Asset("JPYC", 0)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def render(source, **context):
    return Template("{% load console %}" + source).render(Context(context))


def test_an_amount_has_groups_full_scale_dimmed_zeros_and_ticker():
    assert amount(Decimal("250000"), USDC) == (
        f'<data class="amt" value="250000.000000"><span class="amt__i">250{NBSP}000</span>'
        '<span class="amt__f"><span class="amt__z">.000000</span></span> <span class="amt__u">USDC</span></data>'
    )
    assert '<span class="amt__f">.75<span class="amt__z">000000</span></span>' in amount(Decimal("3.75"), BTC)


def test_forty_six_digits_are_exact():
    value = Decimal("1234567890123456789012345678.123456789012345678")
    html = amount(value, ETH)
    assert 'value="1234567890123456789012345678.123456789012345678"' in html
    assert f">1{NBSP}234{NBSP}567{NBSP}890{NBSP}123{NBSP}456{NBSP}789{NBSP}012{NBSP}345{NBSP}678<" in html
    assert '<span class="amt__f">.123456789012345678</span>' in html
    assert plain_amount(value, ETH).replace(NBSP, "") == f"{value} ETH"


def test_scale_comes_from_the_asset_and_never_hides_a_digit():
    assert 'value="5.000000"' in amount(Decimal("5.000000000000000000"), USDC)
    assert 'value="5.0000001"' in amount(Decimal("5.000000100000000000"), USDC)
    assert 'value="1000.00000000"' in amount(Decimal("1E+3"), BTC)
    assert 'value="0.00000001"' in amount(Decimal("1E-8"), BTC)


def test_an_asset_without_decimals_keeps_an_empty_fraction_for_the_spine():
    assert amount(Decimal("1200"), YEN, unit=False) == (
        f'<data class="amt" value="1200"><span class="amt__i">1{NBSP}200</span><span class="amt__f"></span></data>'
    )


def test_signs():
    assert 'value="-3.75000000"><span class="amt__i">\u22123<' in amount(Decimal("-3.75"), BTC)
    assert '<span class="amt__i">+3<' in amount(Decimal("3.75"), BTC, sign=True)
    assert '<span class="amt__i">0<' in amount(Decimal("-0"), BTC, sign=True)
    assert plain_amount(Decimal("-1234.5"), USDC) == f"\u22121{NBSP}234.500000 USDC"


def test_a_cut_says_so_and_keeps_the_whole_value_in_the_name():
    html = amount(Decimal("41.200000000000000417"), ETH, places=8)
    assert html == (
        '<data class="amt" value="41.200000000000000417" title="41.200000000000000417 ETH">'
        '<span class="vh">41.200000000000000417 ETH</span><span class="amt__i" aria-hidden="true">41</span>'
        '<span class="amt__f" aria-hidden="true">.2000000…</span>'
        ' <span class="amt__u" aria-hidden="true">ETH</span></data>'
    )
    assert "…" not in amount(Decimal("3.75"), BTC, places=8)


def test_no_amount_leaves_the_cell_empty():
    assert render("<td>{% amount value asset %}</td>", value=None, asset=BTC) == "<td></td>"


@pytest.mark.parametrize("value", [0.1, "1", Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_amount_is_refused(value):
    with pytest.raises(TypeError):
        amount(value, BTC)


def test_everything_from_outside_is_escaped():
    evil = Asset('<b>"&', 2)
    for html in (amount(Decimal("1"), evil), amount(Decimal("1"), evil, places=1), chip("open", label='<b>"&')):
        assert "<b>" not in html and "&lt;b&gt;&quot;&amp;" in html
    assert 'data-copy="&quot;&gt;&lt;i&gt;"' in copy('"><i>', "note")
    assert render("{{ value|plain_amount:asset }}", value=Decimal("1"), asset=evil) == "1.00 &lt;b&gt;&quot;&amp;"


def test_a_chip_is_word_shape_and_colour():
    html = chip("in_settlement", 50)
    assert html.startswith('<span class="chip chip--part"><svg ') and 'stroke-dasharray="50 100"' in html
    assert '<span class="vh">Status: </span>Part funded<span class="vh">, 50 percent</span></span>' in html
    assert "percent" not in chip("in_settlement")
    assert "</span>Your approval</span>" in chip("awaiting_peer", label="Your approval")


@pytest.mark.parametrize("status", CHIPS)
def test_every_status_has_a_chip(status):
    assert "Status: " in chip(status)


def test_an_unknown_status_is_not_guessed():
    with pytest.raises(KeyError):
        chip("opne")


def test_copy_and_icons_carry_words_or_are_hidden():
    assert copy("OTC-1", "external ID").endswith('<span class="vh">Copy external ID</span></button>')
    assert 'aria-hidden="true"' in icon("back")


def test_a_moment_is_utc_whatever_zone_it_came_in():
    t = datetime(2026, 11, 2, 15, 46, 7, tzinfo=timezone(timedelta(hours=1)))
    assert moment(t) == '<time datetime="2026-11-02T14:46:07Z">2 Nov 2026 14:46 UTC</time>'
    assert ">14:46:07<" in moment(t, "clock")
    assert moment(None) == ""
    with pytest.raises(ValueError):
        moment(NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3 * 3600 + 12 * 60 + 59, "in 3 h 12 min"),
        (47 * 60, "in 47 min"),
        (3600, "in 1 h"),
        (59, "in less than 1 min"),
        (0, "just now"),
        (-59, "just now"),
        (-25 * 60, "25 min ago"),
        (86400, "in 1 day"),
        (2 * 86400 + 3 * 3600, "in 2 days 3 h"),
        (-12 * 86400 - 5, "12 days ago"),
    ],
)
def test_distances_never_promise_more_time_than_is_left(seconds, words):
    assert distance(NOON + timedelta(seconds=seconds), NOON) == words


def test_relative_takes_the_now_of_the_page():
    assert relative({"now": NOON}, NOON + timedelta(minutes=5)) == (
        '<time datetime="2026-11-21T12:05:00Z">in 5 min</time>'
    )


class DealForm(forms.Form):
    reference = forms.CharField(help_text="Your own <ID>", required=False, max_length=3)
    profile = forms.ChoiceField(choices=[("1", "Desk A"), ("2", "Desk B")], widget=forms.RadioSelect)

    def __init__(self, *args):
        super().__init__(*args)
        self.fields["profile"].notes = {"2": {"disabled": "No connection yet"}}


def test_a_field_names_its_hint_and_its_error():
    form = DealForm({"reference": "toolong", "profile": "1"})
    html = render('{% include "forms/field.html" with field=form.reference %}', form=form)
    error = form["reference"].errors[0]
    assert 'aria-describedby="id_reference_hint id_reference_error"' in html and 'aria-invalid="true"' in html
    assert f"<span>{error}</span>" in html and "(optional)" in html and "Your own &lt;ID&gt;" in html
    summary = render('{% include "forms/error_summary.html" %}', form=form)
    assert f'<a href="#id_reference">{error}</a>' in summary


def test_choices_show_why_one_is_not_possible_and_errors_land_on_the_first():
    form = DealForm({})
    html = render('{% include "forms/choices.html" with field=form.profile %}', form=form)
    assert 'value="2" id="id_profile_1" disabled' in html and "No connection yet" in html
    assert 'href="#id_profile_0"' in render('{% include "forms/error_summary.html" %}', form=form)
