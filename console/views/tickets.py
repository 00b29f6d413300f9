"""A ticket as one of its parties sees it, and the page that follows its opening."""

import uuid

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from console import ends, timeline
from console.access import member_required, ticket_for
from console.rows import Row
from console.turn import approvers_of, turn_of, unagreed
from tickets.models import Account, Connection, Party, Right, Settlement, Term, TermStatus, Ticket, TicketStatus
from tickets.models.status import ACTIVE


@member_required
@require_safe
def ticket(request, reference):
    ticket, member, now = ticket_for(request, reference), request.member, request.now
    if ticket.status == TicketStatus.DRAFT:
        return redirect("ticket-resume", reference)
    connection = connection_of(ticket, member)
    events = list(ticket.events.visible_to(member).select_related("by__workspace", "staff"))
    turn = turn_of(ticket, member, now, connection)
    context = facts_of(ticket, member, now) | {
        "connection": connection,
        "turn": turn,
        "legs": rail(ticket, member, turn),
        "events": timeline.rows(events, member),
        "opened": next((event for event in events if event.kind == "ticket.opened"), None),
        "submitted": next((event for event in events if event.kind == "ticket.submitted"), None),
        "can_be_ended": ticket.can_be_ended_by(member, now),
        "may_cancel": member.may(Right.CANCEL),
        "may_note": member.may(Right.CANCEL),
        "may_change": member.may(Right.CREATE),
        "again_key": again_key(ticket, member),
    }
    return render(request, "tickets/ticket.html", context)


@member_required
@require_safe
def opened(request, reference):
    """What happens next, for the firm that opened the ticket; it stays true whenever it is looked at."""
    ticket, member, now = ticket_for(request, reference), request.member, request.now
    if ticket.status == TicketStatus.DRAFT or ticket.workspace_id != member.workspace_id:
        return redirect("ticket", reference)
    making = ticket.events.of_making().filter(by=member).exists()
    context = facts_of(ticket, member, now) | {
        "is_maker": making,
        "again_key": again_key(ticket, member),
        "approvers": approvers_of(ticket, member),
        "opened": ticket.events.filter(kind="ticket.opened").select_related("by").first(),
        "submitted": ticket.events.filter(kind="ticket.submitted").select_related("by").first(),
    }
    return render(request, "tickets/opened.html", context)


def again_key(ticket: Ticket, member) -> uuid.UUID | None:
    """Under which another ticket can be drafted from the terms of this one, by who may."""
    return uuid.uuid4() if member.may(Right.CREATE) and not ends.is_between(ticket, member) else None


def facts_of(ticket: Ticket, member, now) -> dict:
    legs = list(ticket.terms.all())
    row = Row(ticket, member, now)
    return {
        "section": "tickets" if row.status in ACTIVE else "history",
        "ticket": ticket,
        "row": row,
        "ours": ticket.party_of(member),
        "other": row.far,
        "funded": [leg for leg in legs if leg.is_funded],
        "moved": [leg for leg in legs if leg.status == TermStatus.SETTLED],
        "is_by_hand": ticket.settlement == Settlement.TOGETHER and any(leg.is_by_hand for leg in legs),
        "is_unagreed": bool(unagreed(ticket)),
        "was_held": any(leg.status in (TermStatus.HELD, TermStatus.RELEASED) for leg in legs),
    }


def connection_of(ticket: Ticket, member) -> Connection | None:
    """Our connection with the other end: the one that stands, or else the last that did. An intermediary has none."""
    ours, theirs = ticket.party_of(member).profile, ends.far(ticket, member).profile
    if ours is None or theirs is None or ends.is_between(ticket, member):
        return None
    return Connection.objects.visible_to(member).between(ours, theirs).order_by("-created_at").first()


MODIFIERS: dict[str, str] = {TermStatus.HELD: "held", TermStatus.SETTLED: "settled"}


def rail(ticket: Ticket, member, turn: dict) -> list[dict]:
    """The legs as drawn. The vaults are looked up among our own, so the other firm's can never show."""
    vaults = {vault.pk: vault for vault in Account.objects.vaults_of(member.workspace)}
    parties = {party.pk: party for party in ticket.parties.all()}
    near = ends.near(ticket, member)
    return [_rung(leg, member, leg.sender_id == near.pk, parties, vaults, turn) for leg in ticket.terms.all()]


def _rung(leg: Term, member, is_out: bool, parties: dict[int, Party], vaults: dict, turn: dict) -> dict:
    is_from_us, is_to_us = leg.is_sent_by(member), leg.receiver.workspace_id == member.workspace_id
    is_yours = is_from_us and leg.status == TermStatus.UNFUNDED and turn["kind"] in ("fund", "by_hand")
    return {
        "term": leg,
        "is_out": is_out,
        "is_from_us": is_from_us,
        "is_to_us": is_to_us,
        "sender": parties[leg.sender_id],
        "receiver": parties[leg.receiver_id],
        "modifier": MODIFIERS.get(leg.status, "due"),
        "vault": vaults.get(leg.source_id if is_from_us else leg.destination_id),
        "is_yours": is_yours,
        "can_go_by_hand": is_yours and turn["can_go_by_hand"],
    }
