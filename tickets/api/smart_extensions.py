"""What our API can do around a ticket beyond the vendor's: approve, decline, talk, and read what happened."""

from typing import Any

from ninja import Status

from tickets.api.call import Call
from tickets.api.smart_router import SUCCESS, TICKET, TicketId, router, ticket_answer
from tickets.api.ticket_answers import STATUSES, TermsAnswer, TicketAnswer, WireStatus, term_out
from tickets.api.ticket_bodies import NoteIn, ReasonIn
from tickets.api.ticket_lookups import ticket_of
from tickets.api.types import EXTENSIONS, Answer, DateTimeOut
from tickets.models import Event, Member, Party, Ticket


class NoteOut(Answer):
    id: str
    body: str
    created_at: DateTimeOut
    created_by_network_id: str
    created_by_network_id_name: str


class NoteAnswer(Answer):
    message: str
    data: NoteOut


class NotesAnswer(Answer):
    message: str
    data: list[NoteOut]


class EventOut(Answer):
    """One act. `facts` differ by `kind`; those that only the acting firm may know are among them for it alone."""

    id: str
    kind: str
    at: DateTimeOut
    by_network_id_name: str | None
    status: WireStatus | None
    facts: dict[str, Any]


class EventsAnswer(Answer):
    message: str
    data: list[EventOut]


@router.get(
    TICKET + "/terms", response=TermsAnswer, operation_id="listTicketTerms", summary="List terms", tags=EXTENSIONS
)
def list_terms(request: Call, ticket_id: TicketId):
    """The terms of the ticket in their order."""
    ticket = ticket_of(request.member, ticket_id)
    return TermsAnswer(message=SUCCESS, data=[term_out(term, ticket, request.member) for term in ticket.terms.all()])


@router.put(
    TICKET + "/approve",
    response=TicketAnswer,
    operation_id="approveTicket",
    summary="Approve a ticket",
    tags=EXTENSIONS,
)
def approve(request: Call, ticket_id: TicketId):
    """Opens a ticket of one's own firm that waits for a second person; none who had a hand in it can."""
    ticket = ticket_of(request.member, ticket_id)
    ticket.approve(by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.put(
    TICKET + "/decline",
    response=TicketAnswer,
    operation_id="declineTicket",
    summary="Decline a ticket",
    tags=EXTENSIONS,
)
def decline(request: Call, ticket_id: TicketId, body: ReasonIn):
    """Ends a ticket of one's own firm that waits for a second person."""
    ticket = ticket_of(request.member, ticket_id)
    ticket.decline(by=request.member, reason=body.reason, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.get(
    TICKET + "/notes", response=NotesAnswer, operation_id="listTicketNotes", summary="Read the notes", tags=EXTENSIONS
)
def list_notes(request: Call, ticket_id: TicketId):
    """First the note that the ticket was made with, then what the parties added, oldest first."""
    ticket = ticket_of(request.member, ticket_id)
    added = Event.objects.visible_to(request.member).filter(ticket=ticket, kind="note.added").order_by("pk")
    notes = [_first_note(ticket)] if ticket.note else []
    return NotesAnswer(message=SUCCESS, data=[*notes, *(_note(event, ticket) for event in added)])


@router.post(
    TICKET + "/notes",
    response={201: NoteAnswer},
    operation_id="addTicketNote",
    summary="Add a note",
    tags=EXTENSIONS,
)
def add_note(request: Call, ticket_id: TicketId, body: NoteIn):
    """Every party of the ticket reads it; it cannot be changed."""
    ticket = ticket_of(request.member, ticket_id)
    event = ticket.add_note(body.body, by=request.member, now=request.now)
    return Status(201, NoteAnswer(message=SUCCESS, data=_note(event, ticket)))


@router.get(
    TICKET + "/events",
    response=EventsAnswer,
    operation_id="listTicketEvents",
    summary="Read the history",
    tags=EXTENSIONS,
)
def list_events(request: Call, ticket_id: TicketId):
    """Who did what and when, oldest first."""
    ticket = ticket_of(request.member, ticket_id)
    events = Event.objects.visible_to(request.member).filter(ticket=ticket).order_by("pk")
    return EventsAnswer(message=SUCCESS, data=[_event(event, ticket, request.member) for event in events])


def _first_note(ticket: Ticket) -> NoteOut:
    name = ticket.maker.profile or ticket.workspace
    return NoteOut(
        id=str(ticket.pk),
        body=ticket.note,
        created_at=ticket.created_at,
        created_by_network_id=str(ticket.maker.profile_id or ""),
        created_by_network_id_name=str(name),
    )


def _note(event: Event, ticket: Ticket) -> NoteOut:
    party = _actor(event, ticket)
    return NoteOut(
        id=str(event.pk),
        body=event.facts["text"],
        created_at=event.at,
        created_by_network_id=str(party.profile_id or ""),
        created_by_network_id_name=str(party.profile or ticket.workspace),
    )


def _event(event: Event, ticket: Ticket, member: Member) -> EventOut:
    party = _actor(event, ticket)
    own_facts = event.own_facts if event.workspace_id == member.workspace_id else {}
    return EventOut(
        id=str(event.pk),
        kind=event.kind,
        at=event.at,
        by_network_id_name=str(party.profile or ticket.workspace) if party else None,
        status=STATUSES.get(event.status),
        facts=event.facts | own_facts,
    )


def _actor(event: Event, ticket: Ticket) -> Party | None:
    """The party whose firm did it; none where the clock or support did."""
    return next((party for party in ticket.parties.all() if party.workspace_id == event.workspace_id), None)
