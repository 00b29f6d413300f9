"""Formatting only: each tag owns one piece of markup, so it is written once."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from console import moments
from console.chips import CHIPS, SHAPES
from console.moments import distance
from console.preferences import language_in_force
from tickets.amounts import mark_in_force

register = template.Library()

GROUP = "\u00a0"
MINUS = "\u2212"
LONG = 20  # digits that still fit beside a ticker on a phone
HUGE = 26  # digits that still fit in a column of a table


register.simple_tag(language_in_force)


# Amounts


def _digits(value: Decimal, decimals: int) -> tuple[str, str, str]:
    """Sign, integer and fraction at the asset's scale, taken from the text of the number.

    Arithmetic (quantize, normalize) would round to the 28 digits of the default context; text never rounds. More
    decimals than the asset has are shown if they mean anything: hiding them would hide a fault.
    """
    if not isinstance(value, Decimal | int) or not Decimal(value).is_finite():
        raise TypeError(f"an amount is a finite Decimal, not {value!r}")
    whole, _, fraction = format(value, "f").lstrip("-").partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    is_negative = value < 0  # not the text: "-0" is no amount to show
    return "-" if is_negative else "", whole, fraction


def _grouped(whole: str) -> str:
    head = len(whole) % 3
    groups = [whole[:head]] if head else []
    return GROUP.join(groups + [whole[i : i + 3] for i in range(head, len(whole), 3)])


@register.filter
def plain_amount(value: Decimal | None, asset) -> str:
    """The whole amount as text, for buttons, titles and names: 3.75000000 BTC."""
    if value is None:
        return ""
    return f"{_plain(*_digits(value, asset.decimals))} {asset.id}"


def _plain(sign: str, whole: str, fraction: str) -> str:
    decimals = f"{mark_in_force()}{fraction}" if fraction else ""
    return f"{MINUS if sign == '-' else sign}{_grouped(whole)}{decimals}"


@register.simple_tag
def amount(value: Decimal | None, asset, places: int | None = None, unit: bool = True, sign: bool = False) -> str:
    """An amount at the asset's full scale; with `places`, a longer fraction is cut and says so with an ellipsis.

    `sign` writes a plus before an amount above zero, where a change stands among balances.
    """
    if value is None:
        return ""  # a truly empty cell, which the stylesheet can hide
    minus, whole, fraction = _digits(value, asset.decimals)
    exact = f"{minus}{whole}.{fraction}" if fraction else f"{minus}{whole}"
    shown_sign = "+" if sign and value > 0 else minus
    integer = _plain(shown_sign, whole, "")
    if places is None or len(fraction) <= places:
        return format_html(
            '<data class="amt{}{}" value="{}"><span class="amt__i">{}</span><span class="amt__f">{}</span>{}</data>',
            " amt--long" if len(whole + fraction) > LONG else "",
            " amt--huge" if len(whole + fraction) > HUGE else "",
            exact,
            integer,
            _with_dimmed_zeros(fraction),
            format_html(' <span class="amt__u">{}</span>', asset.id) if unit else "",
        )
    full = _plain(shown_sign, whole, fraction) + (f" {asset.id}" if unit else "")
    return format_html(
        '<data class="amt{}" value="{}" title="{}"><span class="vh">{}</span>'
        '<span class="amt__i" aria-hidden="true">{}</span><span class="amt__f" aria-hidden="true">{}…</span>{}</data>',
        " amt--huge" if len(whole) + places > HUGE else "",
        exact,
        full,
        full,
        integer,
        mark_in_force() + fraction[: places - 1],
        format_html(' <span class="amt__u" aria-hidden="true">{}</span>', asset.id) if unit else "",
    )


def _with_dimmed_zeros(fraction: str) -> SafeString:
    if not fraction:
        return mark_safe("")
    kept = fraction.rstrip("0")
    zeros = fraction[len(kept) :]
    if not kept:
        return format_html('<span class="amt__z">{}{}</span>', mark_in_force(), zeros)
    dimmed = format_html('<span class="amt__z">{}</span>', zeros) if zeros else ""
    return format_html("{}{}{}", mark_in_force(), kept, dimmed)


# Status


@register.simple_tag
def chip(status: str, percent: int | None = None, label: str | None = None) -> str:
    """Word first, then shape, then colour. An unknown status is a fault of ours and raises."""
    word, modifier, shape = CHIPS[status]
    drawing = SHAPES[shape]
    if shape == "pie":
        drawing = drawing.format(50 if percent is None else int(percent))
    return format_html(
        '<span class="chip chip--{}">{}<span class="vh">{} </span>{}{}</span>',
        modifier,
        _svg(drawing, size=12, box=12),
        pgettext("before a chip", "Status:"),
        label or word,
        "" if percent is None else format_html('<span class="vh">, {}</span>', _percent(percent)),
    )


def _percent(percent: int) -> str:
    return _("%(percent)d percent") % {"percent": int(percent)}


# Icons and copying

ICONS = {  # size on screen, drawing on a grid of 16
    "back": (14, '<path d="M10 3 5 8l5 5"/>'),
    "copy": (14, '<path d="M5.5 5.5h8v8h-8z"/><path d="M3.5 10.5h-1v-8h8v1"/>'),
    "down": (12, '<path d="M4 6l4 4 4-4"/>'),
    "info": (16, '<circle cx="8" cy="8" r="6.25"/><path d="M8 7.2v4M8 4.4v1.4"/>'),
    "menu": (14, '<path d="M1.5 4h13M1.5 8h13M1.5 12h13"/>'),
    "tick": (16, '<path d="M2.5 8.5l3.5 3.5 7.5-8" stroke-width="2"/>'),
    "warn": (16, '<path d="M8 1.8 14.8 14H1.2z"/><path d="M8 6v4M8 11.2v1.4"/>'),
}


def _svg(drawing: str, size: int, box: int) -> SafeString:
    return mark_safe(
        f'<svg width="{size}" height="{size}" viewBox="0 0 {box} {box}" fill="none" stroke="currentColor"'
        f' stroke-width="1.5" aria-hidden="true">{drawing}</svg>'
    )


@register.simple_tag
def icon(name: str) -> str:
    """A drawing beside words, never instead of them."""
    size, drawing = ICONS[name]
    return _svg(drawing, size, box=16)


@register.simple_tag
def copy(text: str, what: str) -> str:
    """The button beside a value that copies all of it; `what` names the value in its accessible name."""
    return format_html(
        '<button class="copy" type="button" data-copy="{}">{}<span class="vh">{}</span></button>',
        text,
        icon("copy"),
        _("Copy %(what)s") % {"what": what},
    )


@register.filter
def short_hash(text: str) -> str:
    """The first 16 characters of a hash, in fours: enough to tell keys apart by eye. Copy gives the whole."""
    return GROUP.join(text[start : start + 4] for start in range(0, 16, 4))


# Time


@register.simple_tag
def moment(t: datetime | None, style: str = "full") -> str:
    """A moment in the zone in force: 21 Nov 2026 14:46 UTC."""
    return "" if t is None else moments.element(t, moments.written(t, style))


@register.simple_tag(takes_context=True)
def relative(context, t: datetime | None) -> str:
    """How far away a moment is, against `now` of the page if the page has one: in 3 h 12 min."""
    return "" if t is None else moments.element(t, distance(t, context.get("now") or timezone.now()))


register.simple_tag(moments.zone_in_force)
register.filter("day", moments.written_day)


# Forms

CONTROLS = {"select": "select", "textarea": "area", "checkbox": ""}  # all else is .input


@register.simple_tag
def control(field, kind: str = "", hinted: bool = False, autocomplete: str = "") -> str:
    """The widget of a bound field in the form language; `kind` is amount, code, short or small."""
    css = CONTROLS.get(field.widget_type, "input")
    described_by = [f"{field.auto_id}_hint"] if hinted else []
    described_by += [f"{field.auto_id}_error"] if field.errors else []
    if not hinted:
        field.help_text = ""  # or Django would point aria-describedby at a hint the page does not show
    attrs = {
        "class": f"{css} {css}--{kind}" if kind else css or False,
        "aria-describedby": " ".join(described_by) or False,
        "placeholder": False,  # it vanishes as one types; the label and the hint say it
    }
    if autocomplete:
        attrs["autocomplete"] = autocomplete
    return field.as_widget(attrs=attrs)


@register.simple_tag
def choice_rows(field) -> list[dict]:
    """The choices of a bound field, each with what the form knows about it.

    A form sets `self.fields["profile"].notes = {value: {"text": …, "side": …, "disabled": "the reason"}}`.
    """
    notes = {str(value): note for value, note in getattr(field.field, "notes", {}).items()}
    return [
        {
            "id": option.data["attrs"].get("id"),
            "type": option.data["type"],
            "name": option.data["name"],
            "value": option.data["value"],
            "label": option.choice_label,
            "checked": option.data["selected"],
            **notes.get(str(option.data["value"]), {}),
        }
        for option in field
    ]


@register.filter
def target(field) -> str:
    """The id an error links to: the control, or the first of a list of choices that can be chosen."""
    if field.id_for_label:
        return field.id_for_label
    rows = choice_rows(field)
    return next((row["id"] for row in rows if not row.get("disabled")), f"{field.auto_id}_0")
