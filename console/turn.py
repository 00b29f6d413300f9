"""Whose act is next on a ticket, for the firm that looks at it. The words are the template's."""

from datetime import datetime
from itertools import combinations

from django.utils.translation import gettext as _

from console import ends
from console.templatetags.tickets import firm
from tickets.models import (
    Connection,
    ConnectionStatus,
    Member,
    Party,
    Right,
    Settlement,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
)
from tickets.models.status import LIVE


def turn_of(ticket: Ticket, member: Member, now: datetime, connection: Connection | None) -> dict:
    """`kind` says what is next, `is_yours` that it is this member's; `connection` is ours with the other end."""
    status = ticket.status_at(now)
    if status == TicketStatus.AWAITING_APPROVAL:
        return _approval(ticket, member, connection)
    if status not in LIVE:
        return {"kind": "ended"}
    legs = list(ticket.terms.all())
    if all(leg.status == TermStatus.SETTLED for leg in legs):
        can_fulfil = ticket.can_be_fulfilled_by(member)
        return {"kind": "fulfil" if can_fulfil else "may_not_fulfil", "is_yours": can_fulfil}
    if split := split_of(ticket, member, connection):
        return {"kind": "disconnected", "split": split}
    own, ours = ticket.legs_to_fund(member), ticket.party_of(member)
    turn = {"own": own, "waits": [wait for wait in waits_of(ticket) if wait["party"] != ours]}
    if own:
        return turn | _funding(ticket, member, now, legs)
    if ours in unagreed(ticket):
        can_agree = ticket.can_be_agreed_by(member)
        return turn | {
            "kind": "agree" if can_agree else "may_not_agree",
            "is_yours": can_agree,
            "held": [leg for leg in legs if leg.is_sent_by(member)],
        }
    return turn | {"kind": "waiting"}


def _funding(ticket: Ticket, member: Member, now: datetime, legs: list[Term]) -> dict:
    if not ticket.can_be_funded_by(member, now):
        return {"kind": "may_not_fund"}
    by_hand = ticket.settlement == Settlement.TOGETHER and any(leg.is_by_hand for leg in legs)
    can_go_by_hand = all(leg.status != TermStatus.HELD for leg in legs)
    return {"kind": "by_hand" if by_hand else "fund", "is_yours": True, "can_go_by_hand": can_go_by_hand}


def _approval(ticket: Ticket, member: Member, connection: Connection | None) -> dict:
    approvers = approvers_of(ticket, member)
    if split := split_of(ticket, member, connection):
        return {"kind": "disconnected", "split": split}
    if member.may(Right.APPROVE) and not ticket.is_made_by(member):
        return {"kind": "approve", "is_yours": True}
    return {"kind": "second_person" if member.may(Right.APPROVE) else "approval", "approvers": approvers}


def approvers_of(ticket: Ticket, member: Member) -> list[Member]:
    """The colleagues who can be the second person."""
    makers = ticket.events.of_making().filter(by__isnull=False).values("by")
    people = member.workspace.members.filter(user__is_active=True).exclude(pk__in=makers)
    return [person for person in people if person.may(Right.APPROVE)]


def waits_of(ticket: Ticket) -> list[dict]:
    """Each party that the ticket waits for, with the legs it has to fund; with none, its word alone is missing."""
    silent, waits = unagreed(ticket), []
    for party in (ticket.initiator, ticket.counterparty):
        legs = [leg for leg in _sent(ticket, party) if leg.status == TermStatus.UNFUNDED]
        if legs or party in silent:
            waits.append({"party": party, "legs": legs})
    return waits


def unagreed(ticket: Ticket) -> list[Party]:
    """The parties whose legs are all held, but which have not let them move yet."""
    return [
        party
        for party in ticket.parties.all()
        if not party.agreed_at and (legs := _sent(ticket, party)) and all(leg.status == TermStatus.HELD for leg in legs)
    ]


def split_of(ticket: Ticket, member: Member, connection: Connection | None) -> list[str]:
    """Two firms of the ticket that must be connected and are not; empty where all are."""
    if not ends.is_between(ticket, member):
        is_connected = connection and connection.status == ConnectionStatus.APPROVED
        return [] if is_connected else [_("Your firm"), firm(ends.far(ticket, member))]
    two, ours = (ticket.initiator, ticket.counterparty), ticket.party_of(member)
    for pair in [two] if ticket.opened_at else combinations((ours, *two), 2):
        if not Connection.objects.between(*(party.profile for party in pair)).approved().exists():
            return [_("Your firm") if party == ours else firm(party) for party in pair]
    return []


def _sent(ticket: Ticket, party: Party) -> list[Term]:
    return [leg for leg in ticket.terms.all() if leg.sender_id == party.pk]
