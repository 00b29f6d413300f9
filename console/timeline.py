"""What an event says, in words, for whoever looks: one table, kind to sentence.

A fact that the acting firm keeps to itself (from which vault a leg was funded) is told to that firm only.
"""

from collections.abc import Iterable
from decimal import Decimal

from console.moments import day_of
from console.templatetags.console import GROUP, short_hash
from tickets.amounts import marked
from tickets.models import ConnectionStatus, Event, Kind, Member, Role, Settlement, TicketStatus

SENTENCES = {
    "ticket.proposed": "{who} drafted the ticket through the API, under {profile}{legs}",
    "ticket.copied": "{who} drafted the ticket from the terms of {reference}{legs}",
    "ticket.kind_set": "{who} chose the type: {kind}, {settlement}",
    "ticket.profile_set": "{who} chose the profile {profile}",
    "ticket.counterparty_set": "{who} chose the connection with {profile}",
    "ticket.expiration_set": "{who} set the expiration: {expiration}",
    "ticket.note_set": "{who} wrote the note",
    "ticket.external_id_set": "{who} set the external ID: {external_id}",
    "ticket.options_skipped": "{who} went straight to the review",
    "ticket.submitted": "{who} asked for a second person’s approval",
    "ticket.opened": "{who} {opened} the ticket",
    "ticket.discarded": "{who} discarded the draft",
    "ticket.declined": "{who} declined the ticket. {reason}",
    "ticket.cancelled": "{who} cancelled the ticket. {released}{reason}",
    "ticket.rejected": "{who} rejected the ticket. {released}{reason}",
    "ticket.expired": "The time ran out and the ticket expired. {released}",
    "ticket.agreed": "{who} let {whose} held legs move with all the others",
    "ticket.fulfilled": "Every leg has moved: the ticket is settled",
    "note.added": "{who} added a note",
    "leg.added": "{who} added leg {leg}: {amount}, from {sender} to {receiver}",
    "leg.changed": "{who} changed leg {leg} to {amount}",
    "leg.removed": "{who} removed leg {leg}, {amount}",
    "leg.held": "{who} funded leg {leg}{vault}; {amount} is held",
    "leg.settled": "{who} funded leg {leg}{vault}; {amount} has moved",
    "leg.funded_by_hand": "{who} funded leg {leg} by hand; {amount} moved outside",
    "connection.requested": "{who} made the request",
    "connection.approved": "{who} {approved}",
    "connection.rejected": "{who} rejected the request. {reason}",
    "connection.withdrawn": "{who} withdrew the request",
    "connection.lapsed": "Nobody approved in time and the request lapsed",
    "connection.removed": "{who} removed the connection. {reason}",
    "connection.routed": "{who} changed where what arrives goes to: {vault}",
    "connection.established": "The connection was set up with both firms’ agreement",
    "offer.created": "{who} offered {amount} to {receiver}",
    "offer.accepted": "{who} accepted the offer",
    "offer.completed": "The amount has moved: the offer is completed",
    "offer.rejected": "{who} rejected the offer. {reason}",
    "offer.withdrawn": "{who} withdrew the offer",
    "offer.aborted": "The sender had too little, so the offer ended and nothing moved. {reason}",
    "offer.expired": "The time ran out and the offer expired",
    "preapproval.given": "{who} let transfers to {profile} arrive without being asked",
    "preapproval.ended": "{who} ended the preapproval of transfers to {profile}",
    "api_user.added": "{who} added the API user, as {role}, with key {key}",
    "api_user.changed": "{who} made it {name}, {role}; it was {name_before}, {role_before}",
    "api_user.shut_out": "{who} shut the API user out: revoked {key}",
    "api_key.registered": "{who} registered key {key}",
    "api_key.rotated": "{who} rotated to key {key}; {key_before} {overlap}",
    "api_key.revoked": "{who} revoked key {key}",
    "policy.set": "{who} set the limit: above {amount} the second factor is asked for",
    "policy.lifted": "{who} lifted the limit of {before}",
    "second_factor.removed": "{who} removed the second factor of {person}",
    "vault.deposited": "{who} booked a deposit of {amount} into vault “{vault}”. {reason}",
    "profile.added": "{who} added the profile {profile}",
    "profile.renamed": "{who} renamed the profile {before}: it is {profile} now",
    "profile.listed": "{who} let other firms find the profile {profile}",
    "profile.hidden": "{who} hid the profile {profile} from other firms",
    "profile.vault_set": "{who} changed where the profile {profile} receives: {vault}",
    "profile.removed": "{who} removed the profile {profile}",
    "group.added": "{who} added the user group {group}",
    "group.changed": "{who} changed the user group {group}",
    "group.removed": "{who} removed the user group {group}",
    "group.notified": "{who} chose the user groups that are told of tickets",
    "wallet.registered": "{who} let {subject} act for a wallet",
    "wallet.offboarded": "{who} took {subject} from its wallet",
    "member.renamed": "{name_before} is called {name} from now on",
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
    sentence = SENTENCES.get(event.kind, event.kind)
    return sentence.format_map(_words(event, viewer)).strip().removesuffix(".")


def _words(event: Event, viewer: Member) -> _Words:
    own_facts = event.own_facts if event.workspace_id == viewer.workspace_id else {}
    words = _Words(event.facts | own_facts, who=_who(event, viewer))
    words["whose"] = "your" if event.workspace_id == viewer.workspace_id else "its"
    words["opened"] = "approved and opened" if own_facts.get("approved") else "opened"
    is_asking = event.status == ConnectionStatus.AWAITING_PEER
    words["approved"] = "approved and sent the request" if is_asking else "approved the connection"
    if vault := own_facts.get("vault"):
        words["vault"] = f" from vault “{vault}”"
    if reason := event.facts.get("reason"):
        words["reason"] = f"Reason: {reason}"
    if released := event.facts.get("released"):
        words["released"] = f"Given back: {', '.join(map(grouped, released))}. "
    if legs := event.facts.get("legs"):
        words["legs"] = f": {', '.join(map(grouped, legs))}"
    if amount := event.facts.get("amount"):
        words["amount"] = grouped(amount)
    if event.kind == "policy.lifted":
        number, _space, asset = event.facts["before"].partition(" ")
        words["before"] = f"{marked(number)} {asset}"
    if event.kind.startswith("api_"):
        words.update(_words_of_key(event.facts))
    if event.kind == "ticket.kind_set":
        words["kind"] = Kind(event.facts["kind"]).label.lower()
        words["settlement"] = Settlement(event.facts["settlement"]).label.lower()
    if event.kind == "ticket.expiration_set":
        hours = event.facts.get("hours")
        words["expiration"] = f"{hours_in_words(Decimal(hours))} after opening" if hours else "never"
    return words


def _words_of_key(facts: dict) -> dict[str, str]:
    """What the facts of an act on an API user or its keys are called."""
    words = {fact: Role(facts[fact]).label.lower() for fact in {"role", "role_before"} & facts.keys()}
    for fact, word in (("fingerprint", "key"), ("fingerprint_before", "key_before")):
        if fingerprints := facts.get(fact):
            words[word] = " and ".join(f"{short_hash(each)}…" for each in fingerprints.split(", "))
    hours = facts.get("hours")
    words["overlap"] = f"stays valid for {hours} h" if hours else "ended at once"
    return words


def grouped(amount: str) -> str:
    """ "250000.000000 USDC", as facts keep it, with its figures grouped as everywhere on the pages."""
    number, _, asset = amount.partition(" ")
    whole, point, fraction = number.partition(".")
    if not whole.isdecimal():
        return amount
    return f"{int(whole):,}".replace(",", GROUP) + marked(point + fraction) + f" {asset}"


def hours_in_words(hours: Decimal) -> str:
    return "1 hour" if hours == 1 else f"{hours.normalize():f} hours"


def _who(event: Event, viewer: Member) -> str:
    if event.by is None:
        is_theirs = "wallet_user" in event.own_facts and event.workspace_id != viewer.workspace_id
        return event.workspace.name if is_theirs else event.actor
    if event.by_id == viewer.pk:
        return "You"
    return event.by.name if event.workspace_id == viewer.workspace_id else event.by.workspace.name


def _actor(event: Event, viewer: Member) -> str:
    """Who it was, where the sentence has not said so."""
    if event.by is not None and event.workspace_id != viewer.workspace_id:
        return f"{event.actor}, {event.by.workspace}"
    is_somebody = event.by is not None or "wallet_user" in event.own_facts
    is_named = is_somebody and "{who}" in SENTENCES.get(event.kind, "")
    return "" if is_named else event.actor
