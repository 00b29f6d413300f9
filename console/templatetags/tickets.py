"""What a ticket says: who pays whom, which legs, by when. Reads `member` from the page, and asks no new question."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console import ends
from console.recital import AHEAD, DONE, LAPSED, who_sends_what
from console.templatetags.console import GROUP, amount, plain_amount
from console.timeline import hours_in_words
from tickets.amounts import mark_in_force, plain
from tickets.models import Kind, Member, Party, Term, Ticket, TicketStatus
from tickets.models.words import within

register = template.Library()
register.filter(within)

HOUR = timedelta(hours=1)
UNNAMED = gettext_lazy("the counterparty")
LISTS = {"and": gettext_lazy("%(others)s and %(last)s"), "or": gettext_lazy("%(others)s or %(last)s")}
LINE = 25  # figures and point that fit beside a ticker in one line of a phone
FEW = 3  # amounts that are named before the others are only counted

TENSES: dict[str, str] = {
    TicketStatus.FULFILLED: DONE,
    TicketStatus.CANCELLED: LAPSED,
    TicketStatus.REJECTED: LAPSED,
    TicketStatus.EXPIRED: LAPSED,
}


def coming(ticket: Ticket, member: Member) -> list[Term]:
    """The legs that the near end receives: this member's firm, unless it stands between the two."""
    near = ends.near(ticket, member)
    return [term for term in ticket.terms.all() if term.receiver_id == near.pk]


def going(ticket: Ticket, member: Member) -> list[Term]:
    """The legs that the near end sends."""
    near = ends.near(ticket, member)
    return [term for term in ticket.terms.all() if term.sender_id == near.pk]


@register.inclusion_tag("tickets/_recital.html", takes_context=True)
def recital(context, ticket: Ticket) -> dict:
    """What stands in `<p class="recital">`: who pays whom; also of a draft without counterparty or legs."""
    member, now = context["member"], context["now"]
    status, is_between = ticket.status_at(now), ends.is_between(ticket, member)
    legs = ticket.terms.all()
    who = legs and who_sends_what(
        TENSES.get(status, AHEAD),
        near=firm(ends.near(ticket, member)),
        firm=firm(ends.far(ticket, member)),
        coming=amounts(coming(ticket, member)),
        going=amounts(going(ticket, member)),
        is_between=is_between,
        is_two_way=ticket.kind == Kind.TWO_WAY,
    )
    return {
        "ticket": ticket,
        "status": status,
        "is_between": is_between,
        "via": None if is_between else ticket.intermediary,
        "who": who,
        "is_ahead": status not in TENSES,
        "is_single": len(legs) == 1 and ticket.kind == Kind.ONE_WAY,
        "is_by_hand": any(leg.is_by_hand for leg in legs),
    }


@register.inclusion_tag("forms/summary_list.html", takes_context=True)
def terms(context, ticket: Ticket, size: str = "") -> dict:
    """Everything agreed, as a list; "small" where it only repeats what was decided."""
    member = context["member"]
    ours = ticket.party_of(member)
    rows = [
        {"label": _("Type"), "value": _type_of(ticket)},
        {"label": _("Your profile"), "value": ours.profile},
        *(_between(ticket, member) if ends.is_between(ticket, member) else _with_another(ticket, member)),
        {"label": _("Expires"), "value": _expiration_of(ticket)},
        {"label": _("Note"), "value": ticket.note or _("None")},
        {"label": _("External ID"), "value": ours.external_id or _("None")},
    ]
    return {"rows": rows, "size": size}


def _type_of(ticket: Ticket) -> str:
    return f"{ticket.get_kind_display()}, {within(ticket.settlement)}"


def _expiration_of(ticket: Ticket) -> str:
    return _("%(hours)s after opening") % {"hours": hours(ticket.expires_in)} if ticket.expires_in else _("Never")


def _with_another(ticket: Ticket, member: Member) -> list[dict]:
    return [
        {"label": _("Connection"), "value": full_name(ends.far(ticket, member))},
        {"label": _("You receive"), "direction": "in", "legs": coming(ticket, member), "value": _("Nothing")},
        {"label": _("You send"), "direction": "out", "legs": going(ticket, member), "value": _("Nothing")},
    ]


def _between(ticket: Ticket, member: Member) -> list[dict]:
    near, far = ends.near(ticket, member), ends.far(ticket, member)
    return [
        {"label": _("Between"), "value": _joined([full_name(near), full_name(far)], "and")},
        {"label": _("%(firm)s sends") % {"firm": firm(far)}, "legs": coming(ticket, member), "value": _("Nothing")},
        {"label": _("%(firm)s sends") % {"firm": firm(near)}, "legs": going(ticket, member), "value": _("Nothing")},
    ]


# Parties


@register.filter
def firm(party: Party) -> str:
    return party.workspace.name if party.workspace else str(UNNAMED)


@register.filter
def firms(parties: Iterable[Party]) -> str:
    """ "Beta and Gamma"."""
    return _joined([firm(party) for party in parties], "and")


@register.simple_tag(takes_context=True)
def firm_of(context, party_id: int) -> str:
    """A party of `ticket` within a sentence, told to whoever looks."""
    party = next(party for party in context["ticket"].parties.all() if party.pk == party_id)
    return _("your firm") if party.workspace_id == context["member"].workspace_id else firm(party)


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
    whole, point, fraction = plain_amount(leg.amount, leg.asset).partition(mark_in_force())
    groups = [f"{group}{GROUP}" for group in whole.split(GROUP)]
    groups[-1] = groups[-1].rstrip(GROUP) + point
    groups += [fraction[start : start + 6] for start in range(0, len(fraction), 6)]
    return format_html('<data value="{}">{}</data>', exact, format_html_join(mark_safe("<wbr>"), "{}", zip(groups)))


@register.simple_tag
def amounts(legs: Iterable[Term]) -> str:
    """ "3.75000000 BTC, 2.00 GUSD and 1 NEO"."""
    return _joined([said(leg) for leg in legs], "and")


@register.simple_tag
def some_amounts(legs: list[Term]) -> str:
    """ "3.75000000 BTC, 2.00 GUSD, 1 NEO and 2 more"."""
    parts, more = [amount(leg.amount, leg.asset) for leg in legs[:FEW]], len(legs) - FEW
    if more > 0:
        parts.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return _joined(parts, "and")


@register.simple_tag
def what(legs: list[Term]) -> str:
    """What a funding is about: its amount, or how many legs."""
    return said(legs[0]) if len(legs) == 1 else _count_of(legs)


@register.filter
def plain_what(legs: list[Term]) -> str:
    return plain_amount(legs[0].amount, legs[0].asset) if len(legs) == 1 else _count_of(legs)


def _count_of(legs: list[Term]) -> str:
    return ngettext("%(count)d leg", "%(count)d legs", len(legs)) % {"count": len(legs)}


@register.filter
def numbers(legs: list[Term]) -> str:
    """ "leg 2", "legs 2 and 3"."""
    joined = _joined([str(leg.number) for leg in legs], "and")
    return ngettext("leg %(numbers)s", "legs %(numbers)s", len(legs)) % {"numbers": joined}


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
    return mark_safe(LISTS[word] % {"others": conditional_escape(head), "last": conditional_escape(last)})


# Time


@register.filter
def hours(span: timedelta) -> str:
    """ "4 hours", "1.5 hours"; exact, for a span has at most four decimals of an hour."""
    return hours_in_words(Decimal(span // timedelta(microseconds=1)) / Decimal(HOUR // timedelta(microseconds=1)))
