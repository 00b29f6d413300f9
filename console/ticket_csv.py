"""Tickets as lines of a file: one for each leg, with its ticket's columns before it."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import override

from console.ends import is_between
from console.export import timed
from console.rows import Row
from tickets.amounts import plain
from tickets.models import Member, Term, TermStatus, Ticket, TicketStatus
from tickets.models.status import FINAL
from tickets.models.ticket_queries import forget_legs

CHUNK = 500


def header() -> list[str]:
    return [
        "Reference",
        "External ID",
        "Kind",
        "Status",
        "Counterparty",
        "Via",
        "Profile",
        "Leg",
        "Direction",
        "From",
        "To",
        "Amount",
        "Asset",
        "Leg status",
        "Transaction hash",
        timed("Made"),
        timed("Opened"),
        timed("Expires"),
        timed("Ended"),
        "Reason",
        "Note",
    ]


def lines(tickets, member: Member, now: datetime) -> Iterator[list]:
    """`tickets` in their order, read in pieces. A ticket without legs has one line."""
    for ticket in tickets.with_legs().iterator(chunk_size=CHUNK):
        row = Row(ticket, member, now)
        with override("en"):  # what programs sort by must not differ from person to person
            head, tail = _head(row), _tail(row)
            legs = [_leg(leg, ticket, member) for leg in list(ticket.terms.all()) or [None]]
        forget_legs(ticket)
        for leg in legs:
            yield [*head, *leg, *tail]


def _head(row: Row) -> list:
    own = row.ticket.party_of(row.member)
    return [
        row.ticket.reference,
        own.external_id,
        row.ticket.get_kind_display(),
        str(TicketStatus(row.status).label),
        " and ".join(party.workspace.name for party in row.partners if party.workspace),
        row.via.workspace.name if row.via else "",
        own.profile,
    ]


def _leg(leg: Term | None, ticket: Ticket, member: Member) -> list:
    if leg is None:
        return [""] * 8
    direction = "between" if is_between(ticket, member) else "out" if leg.is_sent_by(member) else "in"
    ends = {party.pk: party.workspace for party in ticket.parties.all()}
    return [
        leg.number,
        direction,
        ends[leg.sender_id],
        ends[leg.receiver_id],
        plain(leg.amount, leg.asset.decimals),
        leg.asset_id,
        str(TermStatus(leg.status).label),
        leg.tx_hash,
    ]


def _tail(row: Row) -> list:
    ticket = row.ticket
    return [
        ticket.created_at,
        ticket.opened_at,
        ticket.expires_at,
        row.ended_at if row.status in FINAL else None,
        ticket.reason,
        ticket.note,
    ]
