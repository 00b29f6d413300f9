"""The two ends of a ticket as one of its firms sees them: the near one is its own; for an intermediary, the initiator.

An intermediary stands between the ends. It made the ticket, sees all of it, and moves nothing.
"""

from tickets.models import Kind, Member, Party, PartyRole, Ticket


def is_between(ticket: Ticket, member: Member) -> bool:
    """Whether this member's firm is the ticket's intermediary."""
    ours = ticket.party_of(member)
    return ours is not None and ours.role == PartyRole.INTERMEDIARY


def near(ticket: Ticket, member: Member) -> Party:
    return ticket.initiator if is_between(ticket, member) else ticket.party_of(member) or ticket.initiator


def far(ticket: Ticket, member: Member) -> Party:
    return ticket.counterparty if is_between(ticket, member) else ticket.other_party(member)


def others(ticket: Ticket, member: Member) -> list[Party]:
    """Everybody else on the ticket, an intermediary last."""
    if is_between(ticket, member):
        return [ticket.initiator, ticket.counterparty]
    return [ticket.other_party(member), *([ticket.intermediary] if ticket.intermediary else [])]


def is_push(ticket: Ticket) -> bool:
    """A one-way ticket on which its initiator sends. The wizard makes none; the API does."""
    initiator = ticket.initiator.pk
    return ticket.kind == Kind.ONE_WAY and any(term.sender_id == initiator for term in ticket.terms.all())
