"""The terms of a ticket: written while it is a draft, funded while it is open."""

from ninja import Status

from tickets.api.call import Call
from tickets.api.smart_router import TERM, TICKET, TermId, TicketId, router, term_answer, ticket_answer
from tickets.api.ticket_answers import TermAnswer, TicketAnswer
from tickets.api.ticket_bodies import ApproveTermIn, ByHandIn, FundDvpIn, FundIn, TermIn
from tickets.api.ticket_lookups import deal_of, must_be_connection, must_repeat, source_of, term_of, ticket_of
from tickets.models import Right, Settlement


@router.post(TICKET + "/terms", response={201: TermAnswer}, operation_id="createTicketTerm", summary="Add a term")
def create(request: Call, ticket_id: TicketId, body: TermIn):
    """To a draft. All terms of a ticket are between the same two profiles."""
    ticket = ticket_of(request.member, ticket_id)
    request.member.must(Right.CREATE)
    deal = deal_of(request.member, body)
    term = ticket.add_deal(deal, by=request.member, now=request.now)
    return Status(201, term_answer(request, ticket.pk, term.pk))


@router.get(TERM, response=TermAnswer, operation_id="findTicketTermById", summary="Find a term")
def find(request: Call, ticket_id: TicketId, term_id: TermId):
    return term_answer(request, ticket_id, term_id)


@router.put(TERM, response=TermAnswer, operation_id="updateTicketTerm", summary="Change a term")
def change(request: Call, ticket_id: TicketId, term_id: TermId, body: TermIn):
    """Of a draft: all its values anew."""
    ticket = ticket_of(request.member, ticket_id)
    term = term_of(ticket, term_id)
    request.member.must(Right.CREATE)
    deal = deal_of(request.member, body)
    ticket.change_deal(term, deal, by=request.member, now=request.now)
    return term_answer(request, ticket.pk, term.pk)


@router.delete(TERM, response={204: None}, operation_id="removeTicketTerm", summary="Remove a term")
def remove(request: Call, ticket_id: TicketId, term_id: TermId):
    """From a draft."""
    ticket = ticket_of(request.member, ticket_id)
    ticket.remove_deal(term_of(ticket, term_id), by=request.member, now=request.now)
    return Status(204, None)


@router.put(TERM + "/fund", response={201: TermAnswer}, operation_id="fundTicketTerm", summary="Fund a term")
def fund(request: Call, ticket_id: TicketId, term_id: TermId, body: FundIn):
    """From a vault of yours. ASYNC: the assets move at once. DVP: they are held, as by `dvp/approve`."""
    ticket = ticket_of(request.member, ticket_id)
    term = term_of(ticket, term_id)
    request.member.must(Right.FUND)
    must_repeat(term, body)
    must_be_connection(ticket, body.network_connection_id)
    sources = {term.pk: source_of(request.member, body.src_id, body.src_type)}
    act = ticket.hold if ticket.settlement == Settlement.TOGETHER else ticket.fund
    act(sources, by=request.member, now=request.now)
    return Status(201, term_answer(request, ticket.pk, term.pk))


@router.put(
    TERM + "/manually-fund",
    response={201: TermAnswer},
    operation_id="manuallyFundTicketTerm",
    summary="Say that a term was funded outside",
)
def fund_by_hand(request: Call, ticket_id: TicketId, term_id: TermId, body: ByHandIn):
    """Its sender gives the hash of the transaction elsewhere; nothing moves here."""
    ticket = ticket_of(request.member, ticket_id)
    term = term_of(ticket, term_id)
    request.member.must(Right.FUND)
    ticket.fund_manually(term, body.tx_hash, by=request.member, now=request.now)
    return Status(201, term_answer(request, ticket.pk, term.pk))


@router.put(
    TERM + "/dvp/approve",
    response={201: TermAnswer},
    operation_id="approveDvPTicketTerm",
    summary="Hold the assets of a term",
)
def approve_dvp(request: Call, ticket_id: TicketId, term_id: TermId, body: ApproveTermIn):
    """In a vault of yours, until `dvp/fund` lets them move or the ticket ends."""
    ticket = ticket_of(request.member, ticket_id)
    term = term_of(ticket, term_id)
    request.member.must(Right.FUND)
    must_repeat(term, body)
    ticket.hold({term.pk: source_of(request.member, body.src_id)}, by=request.member, now=request.now)
    return Status(201, term_answer(request, ticket.pk, term.pk))


@router.put(
    TICKET + "/dvp/fund",
    response=TicketAnswer,
    operation_id="fundDvpTicket",
    summary="Let the held terms move together",
)
def fund_dvp(request: Call, ticket_id: TicketId, body: FundDvpIn | None = None):
    """The first side's word creates the order; with the last side's all terms move at once."""
    ticket = ticket_of(request.member, ticket_id)
    ticket.agree(by=request.member, now=request.now)
    return ticket_answer(request, ticket.pk)
