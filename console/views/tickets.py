"""A ticket as one of its parties sees it, and the page that follows its opening."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from console import timeline
from console.access import member_required, ticket_for
from console.rows import Row
from tickets.models import (
    Account,
    Connection,
    ConnectionStatus,
    Right,
    Settlement,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
)
from tickets.models.status import LIVE


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
        "may_change": member.may(Right.CREATE),
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
        "approvers": approvers_of(ticket, member),
        "opened": ticket.events.filter(kind="ticket.opened").select_related("by").first(),
        "submitted": ticket.events.filter(kind="ticket.submitted").select_related("by").first(),
    }
    return render(request, "tickets/opened.html", context)


def facts_of(ticket: Ticket, member, now) -> dict:
    legs = list(ticket.terms.all())
    row = Row(ticket, member, now)
    return {
        "section": "tickets" if row.status in (*LIVE, TicketStatus.AWAITING_APPROVAL) else "history",
        "ticket": ticket,
        "row": row,
        "status_words": TicketStatus(row.status).label.lower(),
        "ours": ticket.party_of(member),
        "other": ticket.other_party(member),
        "funded": [leg for leg in legs if leg.is_funded],
        "moved": [leg for leg in legs if leg.status == TermStatus.SETTLED],
        "is_by_hand": ticket.settlement == Settlement.TOGETHER and any(leg.is_by_hand for leg in legs),
        "was_held": any(leg.status in (TermStatus.HELD, TermStatus.RELEASED) for leg in legs),
    }


def connection_of(ticket: Ticket, member) -> Connection | None:
    """The connection between the two parties: the one that stands, or else the last that did."""
    ours, theirs = ticket.party_of(member).profile, ticket.other_party(member).profile
    if ours is None or theirs is None:
        return None
    return Connection.objects.visible_to(member).between(ours, theirs).order_by("-created_at").first()


def approvers_of(ticket: Ticket, member) -> list:
    """The colleagues who can be the second person."""
    makers = ticket.events.of_making().filter(by__isnull=False).values("by")
    people = member.workspace.members.filter(user__is_active=True).exclude(pk__in=makers)
    return [person for person in people if person.may(Right.APPROVE)]


def turn_of(ticket: Ticket, member, now, connection: Connection | None) -> dict:
    """Whose act is next, and if it is this member's, which; the words are the template's."""
    status, is_connected = ticket.status_at(now), connection and connection.status == ConnectionStatus.APPROVED
    if status == TicketStatus.AWAITING_APPROVAL:
        return _approval(ticket, member, is_connected)
    if status not in LIVE:
        return {"kind": "ended"}
    legs = list(ticket.terms.all())
    waiting = [leg for leg in legs if leg.status == TermStatus.UNFUNDED]
    if not waiting:
        can_fulfil = ticket.can_be_fulfilled_by(member)
        return {"kind": "fulfil" if can_fulfil else "may_not_fulfil", "is_yours": can_fulfil}
    own = ticket.legs_to_fund(member)
    turn = {"own": own, "waiting": [leg for leg in waiting if leg not in own]}
    if not is_connected:
        return turn | {"kind": "disconnected"}
    if not own:
        return turn | {"kind": "waiting"}
    if not ticket.can_be_funded_by(member, now):
        return turn | {"kind": "may_not_fund"}
    by_hand = ticket.settlement == Settlement.TOGETHER and any(leg.is_by_hand for leg in legs)
    can_go_by_hand = all(leg.status != TermStatus.HELD for leg in legs)
    return turn | {"kind": "by_hand" if by_hand else "fund", "is_yours": True, "can_go_by_hand": can_go_by_hand}


def _approval(ticket: Ticket, member, is_connected) -> dict:
    approvers = approvers_of(ticket, member)
    if not is_connected:
        return {"kind": "disconnected"}
    if member.may(Right.APPROVE) and not ticket.is_made_by(member):
        return {"kind": "approve", "is_yours": True}
    return {"kind": "second_person" if member.may(Right.APPROVE) else "approval", "approvers": approvers}


MODIFIERS: dict[str, str] = {TermStatus.HELD: "held", TermStatus.SETTLED: "settled"}


def rail(ticket: Ticket, member, turn: dict) -> list[dict]:
    """The legs as drawn. The vaults are looked up among our own, so the other firm's can never show."""
    vaults = {vault.pk: vault for vault in Account.objects.vaults_of(member.workspace)}
    return [_rung(leg, leg.is_sent_by(member), vaults, turn) for leg in ticket.terms.all()]


def _rung(leg: Term, is_out: bool, vaults: dict, turn: dict) -> dict:
    is_yours = is_out and leg.status == TermStatus.UNFUNDED and turn["kind"] in ("fund", "by_hand")
    return {
        "term": leg,
        "is_out": is_out,
        "modifier": MODIFIERS.get(leg.status, "due"),
        "vault": vaults.get(leg.source_id if is_out else leg.destination_id),
        "is_yours": is_yours,
        "can_go_by_hand": is_yours and turn["can_go_by_hand"],
    }
