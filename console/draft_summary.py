"""What a draft says so far, for the wizard's pages: one row for each answer."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from console.forms import hours_of
from console.moments import written
from console.steps import step_called
from console.templatetags.tickets import full_name
from console.timeline import hours_in_words
from tickets.models import Kind, Settlement


def summary(ticket, now, changeable=False):
    """What the draft says so far, one row for each answer."""
    ours, theirs = ticket.initiator, ticket.counterparty
    terms = list(ticket.terms.all())
    is_plain = (ticket.kind, ticket.settlement) == (Kind.ONE_WAY, Settlement.LEG_BY_LEG)
    optional = {"expiration": ticket.expires_in, "note": ticket.note, "external-id": ours.external_id}
    none = pgettext("note or external ID", "None")
    rows = [
        ("type", _("Type"), ticket.get_kind_display()),
        ("type", _("Settlement"), "" if is_plain else ticket.get_settlement_display()),
        ("profile", _("Your profile"), ours.profile),
        ("funding", _("Connection"), theirs.profile and full_name(theirs)),
        ("assets", _("You receive"), [term for term in terms if term.sender_id == theirs.pk]),
        ("assets", _("You send"), [term for term in terms if term.sender_id == ours.pk]),
        ("expiration", _("Expires"), expiration_in_words(ticket, now)),
        ("note", _("Note"), ticket.note or none),
        ("external-id", _("External ID"), ours.external_id or none),
    ]
    return [
        {
            "label": label,
            "legs" if isinstance(value, list) else "value": value,
            "direction": direction_of(value, ours),
            "href": f"{step_called(slug).url(ticket)}?next=review" if changeable else None,
            "is_left_out": slug in optional and not optional[slug],
        }
        for slug, label, value in rows
        if value
    ]


def direction_of(value, ours):
    """Of a row of legs: out where we send them."""
    if not isinstance(value, list):
        return None
    return "out" if value[0].sender_id == ours.pk else "in"


def expiration_in_words(ticket, now):
    """Both how long and until when, were it opened now."""
    if ticket.expires_in is None:
        return pgettext("expires", "Never")
    return _("%(hours)s after opening; if opened now, %(at)s") % {
        "hours": hours_in_words(Decimal(hours_of(ticket.expires_in))),
        "at": written(now + ticket.expires_in),
    }
