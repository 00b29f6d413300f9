"""What the operations around a ticket share: where they are mounted, and how they answer."""

from typing import Annotated
from uuid import UUID

from ninja import Path, Router

from tickets.api.call import Call
from tickets.api.ticket_answers import TermAnswer, TicketAnswer, term_out, ticket_out
from tickets.api.ticket_lookups import term_of, ticket_of

SUCCESS = "Success"
BASE = "/smart-transfers"
TICKET = BASE + "/{ticketId}"
TERM = TICKET + "/terms/{termId}"

TicketId = Annotated[UUID, Path(alias="ticketId")]
TermId = Annotated[UUID, Path(alias="termId")]

router = Router(tags=["Smart Transfers"])


def ticket_answer(call: Call, ticket_id: UUID) -> TicketAnswer:
    """The ticket as it is now, read anew."""
    ticket = ticket_of(call.member, ticket_id)
    return TicketAnswer(message=SUCCESS, data=ticket_out(ticket, call.member, call.now))


def term_answer(call: Call, ticket_id: UUID, term_id: UUID) -> TermAnswer:
    ticket = ticket_of(call.member, ticket_id)
    return TermAnswer(message=SUCCESS, data=term_out(term_of(ticket, term_id), ticket, call.member))
