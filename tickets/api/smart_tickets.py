"""Making a ticket, reading it, and bringing it to its end."""

from django.db import transaction
from ninja import Status

from tickets.api.call import Call
from tickets.api.smart_router import BASE, SUCCESS, TICKET, TicketId, router, ticket_answer
from tickets.api.ticket_answers import TicketAnswer, ticket_out
from tickets.api.ticket_bodies import (
    EXTERNAL_ID_MIN,
    SETTLEMENTS,
    CancelIn,
    ExpirationIn,
    ExternalIdIn,
    SubmitIn,
    TicketIn,
    external_id_given,
    hours_given,
)
from tickets.api.ticket_lookups import maker_and_deals, ticket_of
from tickets.models import Right, Ticket, TicketStatus

NO_REASON = "Through the API."


@router.post(BASE, response={201: TicketAnswer}, operation_id="createTicket", summary="Create a ticket")
def create(request: Call, body: TicketIn):
    """A draft, or with `submit` a ticket that is opened (or put before a second person) in the same call.

    Whoever creates it under a profile that is in none of its terms is its intermediary.
    """
    member = request.member
    member.must(Right.CREATE)
    profile, deals = maker_and_deals(member, body.created_by_network_id, body.terms or [])
    ticket = Ticket.objects.propose(
        profile=profile,
        settlement=SETTLEMENTS[body.type],
        deals=deals,
        note=body.note or "",
        external_id=external_id_given(body.external_ref_id),
        hours=hours_given(body.expires_in),
        by=member,
        now=request.now,
    )
    if body.submit:
        ticket.submit(by=member, now=request.now)
        return Status(201, ticket_answer(request, ticket.pk))
    return Status(201, TicketAnswer(message=SUCCESS, data=ticket_out(ticket, member, request.now)))


@router.get(TICKET, response=TicketAnswer, operation_id="findTicketById", summary="Find a ticket")
def find(request: Call, ticket_id: TicketId):
    """Drafts are seen by the firm that makes them, other tickets by every firm that is a party."""
    return ticket_answer(request, ticket_id)


@router.put(TICKET + "/expires-in", response=TicketAnswer, operation_id="setTicketExpiration", summary="Set the expiry")
def set_expiration(request: Call, ticket_id: TicketId, body: ExpirationIn):
    """How many hours after opening it expires. The maker of an open ticket may still set it while its clock runs."""
    ticket = ticket_of(request.member, ticket_id)
    request.member.must(Right.CREATE)
    ticket.set_expiration(hours_given(body.expires_in), by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.put(TICKET + "/external-id", response=TicketAnswer, operation_id="setExternalRefId", summary="Set your own id")
def set_external_id(request: Call, ticket_id: TicketId, body: ExternalIdIn):
    """Each firm keeps its own; no other firm sees it."""
    ticket = ticket_of(request.member, ticket_id)
    request.member.must(Right.CREATE)
    external_id = external_id_given(body.external_ref_id, EXTERNAL_ID_MIN)
    ticket.set_external_id(external_id, by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.put(TICKET + "/submit", response=TicketAnswer, operation_id="submitTicket", summary="Submit a draft")
def submit(request: Call, ticket_id: TicketId, body: SubmitIn | None = None):
    """Opens it, or puts it before a second person. `expiresIn` takes the place of the one stored, unless null."""
    ticket = ticket_of(request.member, ticket_id)
    request.member.must(Right.CREATE)
    hours = hours_given(body.expires_in) if body else None
    with transaction.atomic():
        if hours is not None:
            ticket.set_expiration(hours, by=request.member, now=request.now)
        ticket.submit(by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.put(TICKET + "/fulfill", response=TicketAnswer, operation_id="fulfillTicket", summary="Close a ticket")
def fulfill(request: Call, ticket_id: TicketId):
    """For tickets whose last term was funded by hand; all others close by themselves."""
    ticket = ticket_of(request.member, ticket_id)
    ticket.fulfil(by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)


@router.put(TICKET + "/cancel", response=TicketAnswer, operation_id="cancelTicket", summary="Cancel or reject a ticket")
def cancel(request: Call, ticket_id: TicketId, body: CancelIn | None = None):
    """Ends it: for the firm that made it a cancellation, for any other a rejection. Holds are given back.

    The body is optional and ours: a reason that the other firm reads.
    """
    member, now = request.member, request.now
    ticket, reason = ticket_of(member, ticket_id), (body and body.reason) or NO_REASON
    if ticket.workspace_id != member.workspace_id:
        ticket.reject(by=member, reason=reason, now=now)
    elif ticket.status == TicketStatus.DRAFT:
        ticket.discard(by=member, now=now)
    else:
        ticket.cancel(by=member, reason=reason, now=now)
    return ticket_answer(request, ticket.pk)
