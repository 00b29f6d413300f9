"""What an event says, in words, for whoever looks: one table, kind to sentence.

A fact that the acting firm keeps to itself (from which vault a leg was funded) is told to that firm only.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from console.moments import day_of
from console.offers import reason_told
from console.templatetags.console import GROUP, short_hash
from console.words import joined
from tickets.amounts import marked
from tickets.models import ConnectionStatus, Event, Member, TicketStatus
from tickets.models.profile import DEFAULT
from tickets.models.words import within

SENTENCES = {
    # Translators: %(who)s is a name, or what stands for “You” in the context “who did it”.
    "ticket.proposed": gettext_lazy("%(who)s drafted the ticket through the API, under %(profile)s"),
    "ticket.proposed, legs": gettext_lazy("%(who)s drafted the ticket through the API, under %(profile)s: %(legs)s"),
    "ticket.copied": gettext_lazy("%(who)s drafted the ticket from the terms of %(reference)s"),
    "ticket.copied, legs": gettext_lazy("%(who)s drafted the ticket from the terms of %(reference)s: %(legs)s"),
    "ticket.kind_set": gettext_lazy("%(who)s chose the type: %(kind)s, %(settlement)s"),
    "ticket.profile_set": gettext_lazy("%(who)s chose the profile %(profile)s"),
    "ticket.counterparty_set": gettext_lazy("%(who)s chose the connection with %(profile)s"),
    "ticket.expiration_set": gettext_lazy("%(who)s set the expiration: never"),
    "ticket.expiration_set, hours": gettext_lazy("%(who)s set the expiration: %(span)s after opening"),
    "ticket.note_set": gettext_lazy("%(who)s wrote the note"),
    "ticket.note_set, is_empty": gettext_lazy("%(who)s left the note empty"),
    "ticket.external_id_set": gettext_lazy("%(who)s left the external ID empty"),
    "ticket.external_id_set, external_id": gettext_lazy("%(who)s set the external ID: %(external_id)s"),
    "ticket.options_skipped": gettext_lazy("%(who)s went straight to the review"),
    "ticket.submitted": gettext_lazy("%(who)s asked for a second person’s approval"),
    "ticket.opened": gettext_lazy("%(who)s opened the ticket"),
    "ticket.opened, approved": gettext_lazy("%(who)s approved and opened the ticket"),
    "ticket.discarded": gettext_lazy("%(who)s discarded the draft"),
    "ticket.declined": gettext_lazy("%(who)s declined the ticket"),
    "ticket.cancelled": gettext_lazy("%(who)s cancelled the ticket"),
    "ticket.rejected": gettext_lazy("%(who)s rejected the ticket"),
    "ticket.expired": gettext_lazy("The time ran out and the ticket expired"),
    "ticket.agreed": gettext_lazy("%(who)s let its held legs move with all the others"),
    "ticket.agreed, ours": gettext_lazy("%(who)s let your held legs move with all the others"),
    "ticket.fulfilled": gettext_lazy("Every leg has moved: the ticket is settled"),
    "note.added": gettext_lazy("%(who)s added a note"),
    "leg.added": gettext_lazy("%(who)s added leg %(leg)s: %(amount)s, from %(sender)s to %(receiver)s"),
    "leg.changed": gettext_lazy("%(who)s changed leg %(leg)s to %(amount)s"),
    "leg.removed": gettext_lazy("%(who)s removed leg %(leg)s, %(amount)s"),
    "leg.held": gettext_lazy("%(who)s funded leg %(leg)s; %(amount)s is held"),
    "leg.held, vault": gettext_lazy("%(who)s funded leg %(leg)s from vault “%(vault)s”; %(amount)s is held"),
    "leg.settled": gettext_lazy("%(who)s funded leg %(leg)s; %(amount)s has moved"),
    "leg.settled, vault": gettext_lazy("%(who)s funded leg %(leg)s from vault “%(vault)s”; %(amount)s has moved"),
    "leg.funded_by_hand": gettext_lazy("%(who)s funded leg %(leg)s by hand; %(amount)s moved outside"),
    "connection.requested": gettext_lazy("%(who)s made the request"),
    "connection.approved": gettext_lazy("%(who)s approved the connection"),
    "connection.approved, asking": gettext_lazy("%(who)s approved and sent the request"),
    "connection.rejected": gettext_lazy("%(who)s rejected the request"),
    "connection.withdrawn": gettext_lazy("%(who)s withdrew the request"),
    "connection.lapsed": gettext_lazy("Nobody approved in time and the request lapsed"),
    "connection.removed": gettext_lazy("%(who)s removed the connection"),
    "connection.routed": gettext_lazy("%(who)s changed where what arrives goes to: %(vault)s"),
    "connection.established": gettext_lazy("The connection was set up with both firms’ agreement"),
    "offer.created": gettext_lazy("%(who)s offered %(amount)s to %(receiver)s"),
    "offer.accepted": gettext_lazy("%(who)s accepted the offer"),
    "offer.completed": gettext_lazy("The amount has moved: the offer is completed"),
    "offer.rejected": gettext_lazy("%(who)s rejected the offer"),
    "offer.withdrawn": gettext_lazy("%(who)s withdrew the offer"),
    "offer.aborted": gettext_lazy("The sender had too little, so the offer ended and nothing moved"),
    "offer.expired": gettext_lazy("The time ran out and the offer expired"),
    "preapproval.given": gettext_lazy("%(who)s let transfers to %(profile)s arrive without being asked"),
    "preapproval.ended": gettext_lazy("%(who)s ended the preapproval of transfers to %(profile)s"),
    "api_user.added": gettext_lazy("%(who)s added the API user, as %(role)s, with key %(key)s"),
    "api_user.changed": gettext_lazy("%(who)s made it %(name)s, %(role)s; it was %(name_before)s, %(role_before)s"),
    "api_user.shut_out": gettext_lazy("%(who)s shut the API user out: revoked %(key)s"),
    "api_key.registered": gettext_lazy("%(who)s registered key %(key)s"),
    "api_key.rotated": gettext_lazy("%(who)s rotated to key %(key)s; %(key_before)s ended at once"),
    "api_key.rotated, hours": gettext_lazy(
        "%(who)s rotated to key %(key)s; %(key_before)s stays valid for %(hours)s h"
    ),
    "api_key.revoked": gettext_lazy("%(who)s revoked key %(key)s"),
    "policy.set": gettext_lazy("%(who)s set the limit: above %(amount)s the second factor is asked for"),
    "policy.lifted": gettext_lazy("%(who)s lifted the limit of %(before)s"),
    "second_factor.removed": gettext_lazy("%(who)s removed the second factor of %(person)s"),
    "vault.deposited": gettext_lazy("%(who)s booked a deposit of %(amount)s into vault “%(vault)s”"),
    "profile.added": gettext_lazy("%(who)s added the profile %(profile)s"),
    "profile.renamed": gettext_lazy("%(who)s renamed the profile %(before)s: it is %(profile)s now"),
    "profile.listed": gettext_lazy("%(who)s let other firms find the profile %(profile)s"),
    "profile.hidden": gettext_lazy("%(who)s hid the profile %(profile)s from other firms"),
    "profile.vault_set": gettext_lazy("%(who)s changed where the profile %(profile)s receives: %(vault)s"),
    "profile.removed": gettext_lazy("%(who)s removed the profile %(profile)s"),
    "group.added": gettext_lazy("%(who)s added the user group %(group)s"),
    "group.changed": gettext_lazy("%(who)s changed the user group %(group)s"),
    "group.removed": gettext_lazy("%(who)s removed the user group %(group)s"),
    "group.notified": gettext_lazy("%(who)s chose the user groups that are told of tickets"),
    "wallet.registered": gettext_lazy("%(who)s let %(subject)s act for a wallet"),
    "wallet.offboarded": gettext_lazy("%(who)s took %(subject)s from its wallet"),
    "member.renamed": gettext_lazy("%(name_before)s is called %(name)s from now on"),
}
"""By kind of event; where a trait of the event changes the words (see _traits), by kind and trait."""


WITHDRAWALS = {"offer.withdrawn", "offer.aborted"}
"""Events whose reason nobody typed."""


CHOICES = {"kind", "settlement", "role", "role_before"}
"""Facts that are kept as the values of choices."""


NO_VAULTS = {
    "none": pgettext_lazy("instead of a vault", "none"),
    DEFAULT: pgettext_lazy("instead of a vault", "default"),
}


class _Words(dict):
    """A fact that an event does not have is left out of its sentence."""

    def __missing__(self, name: str) -> str:
        return ""


def rows(events: Iterable[Event], viewer: Member) -> list[dict]:
    """The events, newest first, as a page shows them; load them with `by__workspace` and `staff`."""
    return [
        {
            "at": event.at,
            "on": day_of(event.at),
            "says": says(event, viewer),
            "text": event.facts.get("text", "") if event.kind == "note.added" else "",
            "by": _actor(event, viewer),
            "is_making": event.status == TicketStatus.DRAFT,
        }
        for event in sorted(events, key=lambda event: event.pk, reverse=True)
    ]


def says(event: Event, viewer: Member) -> str:
    own_facts = event.own_facts if event.workspace_id == viewer.workspace_id else {}
    facts = event.facts | own_facts
    kinds = [f"{event.kind}, {trait}" for trait in _traits(event, facts, viewer)]
    sentence = next((SENTENCES[kind] for kind in [*kinds, event.kind] if kind in SENTENCES), None)
    if sentence is None:
        return event.kind
    return (
        ". ".join([str(sentence) % _words(event, facts, viewer), *_ends(event.kind, facts)]).strip().removesuffix(".")
    )


def _traits(event: Event, facts: dict, viewer: Member) -> Iterator[str]:
    """What of an event may change its words."""
    yield from (name for name in ("approved", "external_id", "hours", "is_empty", "legs", "vault") if facts.get(name))
    if event.status == ConnectionStatus.AWAITING_PEER:
        yield "asking"
    if event.workspace_id == viewer.workspace_id:
        yield "ours"


def _words(event: Event, facts: dict, viewer: Member) -> _Words:
    words = _Words(facts, who=_who(event, viewer))
    if legs := facts.get("legs"):
        words["legs"] = ", ".join(map(grouped, legs))
    if amount := facts.get("amount"):
        words["amount"] = grouped(amount)
    if event.kind == "policy.lifted":
        number, _space, asset = facts["before"].partition(" ")
        words["before"] = f"{marked(number)} {asset}"
    if hours := facts.get("hours"):
        words["span"] = hours_in_words(Decimal(hours))
    if event.kind == "ticket.kind_set" or event.kind.startswith("api_"):
        words.update({fact: within(facts[fact]) for fact in CHOICES & facts.keys()})
    for fact, word in (("fingerprint", "key"), ("fingerprint_before", "key_before")):
        if fingerprints := facts.get(fact):
            words[word] = joined(f"{short_hash(each)}…" for each in fingerprints.split(", "))
    if event.kind in ("connection.routed", "profile.vault_set"):
        words["vault"] = NO_VAULTS.get(facts["vault"], facts["vault"])
    return words


def _ends(kind: str, facts: dict) -> Iterator[str]:
    """Sentences that follow, as far as there is something to say."""
    if released := facts.get("released"):
        yield _("Given back: %(amounts)s") % {"amounts": ", ".join(map(grouped, released))}
    if reason := reason_told(facts.get("reason", ""), kind in WITHDRAWALS):
        yield _("Reason: %(reason)s") % {"reason": reason}


def grouped(amount: str) -> str:
    """ "250000.000000 USDC", as facts keep it, with its figures grouped as everywhere on the pages."""
    number, _space, asset = amount.partition(" ")
    whole, point, fraction = number.partition(".")
    if not whole.isdecimal():
        return amount
    return f"{int(whole):,}".replace(",", GROUP) + marked(point + fraction) + f" {asset}"


def hours_in_words(hours: Decimal) -> str:
    """ "1 hour", "1.5 hours"."""
    number = marked(f"{hours.normalize():f}")
    return ngettext("%(number)s hour", "%(number)s hours", 1 if hours == 1 else 2) % {"number": number}


def _who(event: Event, viewer: Member) -> str:
    if event.by is None:
        is_theirs = "wallet_user" in event.own_facts and event.workspace_id != viewer.workspace_id
        return event.workspace.name if is_theirs else event.actor
    if event.by_id == viewer.pk:
        return pgettext("who did it", "You")
    return event.by.name if event.workspace_id == viewer.workspace_id else event.by.workspace.name


def _actor(event: Event, viewer: Member) -> str:
    """Who it was, where the sentence has not said so."""
    if event.by is not None and event.workspace_id != viewer.workspace_id:
        return f"{event.actor}, {event.by.workspace}"
    is_somebody = event.by is not None or "wallet_user" in event.own_facts
    is_named = is_somebody and "%(who)s" in str(SENTENCES.get(event.kind, ""))
    return "" if is_named else event.actor
