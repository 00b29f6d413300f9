"""What a ticket says: who pays whom, which legs, by when. Reads `member` from the page, and asks no new question."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from console.templatetags.console import GROUP, amount, plain_amount
from console.timeline import hours_in_words
from tickets.amounts import plain
from tickets.models import Member, Party, Term, Ticket, TicketStatus

register = template.Library()

HOUR = timedelta(hours=1)
UNNAMED = "the counterparty"
LINE = 25  # figures and point that fit beside a ticker in one line of a phone

# "Northgate … you", "you … Northgate"
TENSES: dict[str, tuple[str, str]] = {
    TicketStatus.FULFILLED: ("sent", "sent"),
    TicketStatus.CANCELLED: ("was to send", "were to send"),
    TicketStatus.REJECTED: ("was to send", "were to send"),
    TicketStatus.EXPIRED: ("was to send", "were to send"),
}
FUTURE = ("will send", "will send")


def coming(ticket: Ticket, member: Member) -> list[Term]:
    """The legs that this member's firm receives."""
    ours = ticket.party_of(member)
    return [term for term in ticket.terms.all() if ours and term.receiver_id == ours.pk]


def going(ticket: Ticket, member: Member) -> list[Term]:
    """The legs that this member's firm sends."""
    ours = ticket.party_of(member)
    return [term for term in ticket.terms.all() if ours and term.sender_id == ours.pk]


@register.inclusion_tag("tickets/_recital.html", takes_context=True)
def recital(context, ticket: Ticket) -> dict:
    """What stands in `<p class="recital">`: who pays whom; also of a draft without counterparty or legs."""
    member, now = context["member"], context["now"]
    status = ticket.status_at(now)
    they, we = TENSES.get(status, FUTURE)
    legs = ticket.terms.all()
    return {
        "ticket": ticket,
        "status": status,
        "firm": firm(ticket.other_party(member)),
        "they": they,
        "we": we,
        "coming": coming(ticket, member),
        "going": going(ticket, member),
        "is_ahead": status not in TENSES,
        "is_single": len(legs) == 1,
        "is_by_hand": any(leg.is_by_hand for leg in legs),
    }


@register.inclusion_tag("forms/summary_list.html", takes_context=True)
def terms(context, ticket: Ticket) -> dict:
    """Everything agreed, as a list."""
    member = context["member"]
    ours = ticket.party_of(member)
    kind = ticket.get_kind_display()
    rows = [
        {"label": "Type", "value": f"{kind}, {ticket.get_settlement_display().lower()}"},
        {"label": "Your profile", "value": ours.profile},
        {"label": "Connection", "value": full_name(ticket.other_party(member))},
        {"label": "You receive", "direction": "in", "legs": coming(ticket, member), "value": "Nothing"},
        {"label": "You send", "direction": "out", "legs": going(ticket, member), "value": "Nothing"},
        {"label": "Expires", "value": f"{hours(ticket.expires_in)} after opening" if ticket.expires_in else "Never"},
        {"label": "Note", "value": linebreaks_of(ticket.note) or "None"},
        {"label": "External ID", "value": ours.external_id or "None"},
    ]
    return {"rows": rows}


def linebreaks_of(text: str) -> str:
    """Somebody's own words: inert, with the line breaks kept."""
    return mark_safe(linebreaks(text, autoescape=True)) if text else ""


# Parties


@register.filter
def firm(party: Party) -> str:
    return party.workspace.name if party.workspace else UNNAMED


@register.filter
def full_name(party: Party) -> str:
    """The firm and its profile, said once where one is named after the other."""
    name, profile = firm(party), party.profile.name if party.profile else ""
    if name.startswith(profile):
        return name
    return profile if profile.startswith(name) else f"{name}, {profile}"


# Legs


@register.simple_tag
def said(leg: Term) -> str:
    """The amount of a leg within a sentence; one too long for a line of a phone may break between its groups."""
    exact = plain(leg.amount, leg.asset.decimals)
    if len(exact) <= LINE:
        return amount(leg.amount, leg.asset)
    whole, point, fraction = plain_amount(leg.amount, leg.asset).partition(".")
    groups = [f"{group}{GROUP}" for group in whole.split(GROUP)]
    groups[-1] = groups[-1].rstrip(GROUP) + point
    groups += [fraction[start : start + 6] for start in range(0, len(fraction), 6)]
    return format_html('<data value="{}">{}</data>', exact, format_html_join(mark_safe("<wbr>"), "{}", zip(groups)))


@register.simple_tag
def amounts(legs: Iterable[Term]) -> str:
    """ "3.75000000 BTC, 2.00 GUSD and 1 NEO"."""
    return _joined([said(leg) for leg in legs], "and")


@register.simple_tag
def what(legs: list[Term]) -> str:
    """What a funding is about: its amount, or how many legs."""
    return said(legs[0]) if len(legs) == 1 else f"{len(legs)} legs"


@register.filter
def plain_what(legs: list[Term]) -> str:
    return plain_amount(legs[0].amount, legs[0].asset) if len(legs) == 1 else f"{len(legs)} legs"


@register.filter
def numbers(legs: list[Term]) -> str:
    """ "leg 2", "legs 2 and 3"."""
    return f"leg{'s' if len(legs) > 1 else ''} {_joined([str(leg.number) for leg in legs], 'and')}"


@register.filter
def names(people: Iterable, word: str = "or") -> str:
    return _joined([str(person) for person in people], word)


def _joined(parts: list, word: str) -> SafeString:
    *first, last = parts or [""]
    if not first:
        return format_html("{}", last)
    head = first[0]
    for part in first[1:]:
        head = format_html("{}, {}", head, part)
    return format_html("{} {} {}", head, word, last)


# Time


@register.filter
def hours(span: timedelta) -> str:
    """ "4 hours", "1.5 hours"; exact, for a span has at most four decimals of an hour."""
    return hours_in_words(Decimal(span // timedelta(microseconds=1)) / Decimal(HOUR // timedelta(microseconds=1)))
