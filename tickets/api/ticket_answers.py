"""What the API says of a ticket, in the words of the wire. Some of it depends on who asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tickets.api.types import AmountOut, Answer, DateTimeOut, HoursOut
from tickets.models import Member, Party, Posting, PostingKind, Settlement, Term, TermStatus, Ticket, TicketStatus
from tickets.models.rows import Question, keep

CENT = Decimal("0.01")

WireStatus = Literal["DRAFT", "PENDING_APPROVAL", "OPEN", "IN_SETTLEMENT", "FULFILLED", "EXPIRED", "CANCELED"]
WireType = Literal["ASYNC", "DVP"]
Direction = Literal["EXCHANGE", "SEND", "RECEIVE", "INTERMEDIATE"]
Execution = Literal["STARTED", "ORDER_CREATED", "FULFILLED"]
TermStatusOut = Literal["CREATED", "FUNDING", "FUNDED", "FUNDING_FAILED"]
TxStatus = Literal["pendingAuthorization", "completed", "cancelled"]

STATUSES: dict[str, WireStatus] = {
    TicketStatus.DRAFT: "DRAFT",
    TicketStatus.AWAITING_APPROVAL: "PENDING_APPROVAL",
    TicketStatus.OPEN: "OPEN",
    TicketStatus.IN_SETTLEMENT: "IN_SETTLEMENT",
    TicketStatus.FULFILLED: "FULFILLED",
    TicketStatus.CANCELLED: "CANCELED",
    TicketStatus.REJECTED: "CANCELED",
    TicketStatus.EXPIRED: "EXPIRED",
}
TYPES: dict[str, WireType] = {Settlement.TOGETHER: "DVP", Settlement.LEG_BY_LEG: "ASYNC"}
TERM_STATUSES: dict[str, TermStatusOut] = {
    TermStatus.UNFUNDED: "CREATED",
    TermStatus.HELD: "FUNDING",
    TermStatus.SETTLED: "FUNDED",
    TermStatus.RELEASED: "FUNDING_FAILED",
}
TX_STATUSES: dict[str, TxStatus | None] = {
    TermStatus.UNFUNDED: None,
    TermStatus.HELD: "pendingAuthorization",
    TermStatus.SETTLED: "completed",
    TermStatus.RELEASED: "cancelled",
}
_DIRECTIONS: dict[tuple[bool, bool], Direction] = {
    (True, True): "EXCHANGE",
    (True, False): "SEND",
    (False, True): "RECEIVE",
}


class TermOut(Answer):
    """One leg. `txStatus`, `fbTxId` and `txHash` say how far its movement is; by hand there is only the hash."""

    id: str
    ticket_id: str
    asset: str
    amount: AmountOut
    amount_usd: str | None
    from_network_id: str
    from_network_id_name: str
    to_network_id: str
    to_network_id_name: str
    tx_hash: str | None
    fb_tx_id: str | None
    tx_status: TxStatus | None
    status: TermStatusOut
    dvp_src_dst_vault_id: str | None
    created_at: DateTimeOut
    updated_at: DateTimeOut


class TicketOut(Answer):
    """A ticket as the caller's firm sees it."""

    id: str
    type: WireType
    direction: Direction | None
    status: WireStatus
    dvp_execution_status: Execution | None
    order_created_by_network_id: str | None
    terms: list[TermOut]
    expires_in: HoursOut | None
    expires_at: DateTimeOut | None
    submitted_at: DateTimeOut | None
    expired_at: DateTimeOut | None
    canceled_at: DateTimeOut | None
    fulfilled_at: DateTimeOut | None
    external_ref_id: str | None
    note: str | None
    created_by_network_id: str
    created_by_network_id_name: str
    canceled_by_network_id_name: str | None
    created_at: DateTimeOut
    updated_at: DateTimeOut
    canceled_by_me: bool
    created_by_me: bool


class TicketAnswer(Answer):
    message: str
    data: TicketOut


class TermAnswer(Answer):
    message: str
    data: TermOut


class TermsAnswer(Answer):
    message: str
    data: list[TermOut]


class TicketsAnswer(Answer):
    """`after` is the id after which the next page begins, and empty on the last page."""

    message: str
    after: str
    data: list[TicketOut]


def with_answers(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Loads with each ticket all that `ticket_out` reads: four queries, however many tickets."""
    return tickets.select_related("workspace").prefetch_related(
        Prefetch("parties", _parties()), Prefetch("terms", _terms()), Prefetch("terms__postings", _postings())
    )


def one_with_answers(member: Member, ticket_id: UUID) -> Ticket | None:
    """The same for one ticket that this firm sees."""
    for ticket in _SEEN.ask(member.workspace_id, ticket_id):
        terms, postings = _TERMS.ask(ticket_id), _POSTINGS.ask(ticket_id)
        keep(ticket, "parties", _PARTIES.ask(ticket_id))
        keep(ticket, "terms", terms)
        for term in terms:
            keep(term, "postings", [posting for posting in postings if posting.term_id == term.pk])
        return ticket
    return None


def _parties() -> QuerySet[Party]:
    return Party.objects.select_related("profile").order_by("pk")


def _terms() -> QuerySet[Term]:
    return Term.objects.select_related("asset", "source").order_by("number")


def _postings() -> QuerySet[Posting]:
    return Posting.objects.order_by("at")


_SEEN = Question(
    lambda firm, ticket: (
        Ticket.objects.visible_to(Member(workspace_id=firm)).filter(pk=ticket).select_related("workspace")
    )
)
_PARTIES = Question(lambda ticket: _parties().filter(ticket=ticket))
_TERMS = Question(lambda ticket: _terms().filter(ticket=ticket))
_POSTINGS = Question(lambda ticket: _postings().filter(term__ticket=ticket))


def ticket_out(ticket: Ticket, member: Member, now: datetime) -> TicketOut:
    status = ticket.status_at(now)
    is_ended_by_party = status in (TicketStatus.CANCELLED, TicketStatus.REJECTED)
    own, maker = ticket.party_of(member), ticket.maker
    order = None if ticket.settlement != Settlement.TOGETHER else _first_to_agree(ticket.parties.all())
    return TicketOut(
        id=str(ticket.pk),
        type=TYPES[ticket.settlement],
        direction=_direction(ticket, own),
        status=STATUSES[status],
        dvp_execution_status=_execution(ticket, order),
        order_created_by_network_id=str(order.profile_id) if order else None,
        terms=[term_out(term, ticket, member) for term in ticket.terms.all()],
        expires_in=_hours(ticket.expires_in),
        expires_at=ticket.expires_at,
        submitted_at=ticket.submitted_at,
        expired_at=(ticket.expires_at or ticket.ended_at) if status == TicketStatus.EXPIRED else None,
        canceled_at=ticket.ended_at if is_ended_by_party else None,
        fulfilled_at=ticket.ended_at if status == TicketStatus.FULFILLED else None,
        external_ref_id=own.external_id or None,
        note=ticket.note or None,
        created_by_network_id=_network_id(maker),
        created_by_network_id_name=str(maker.profile or ticket.workspace),
        canceled_by_network_id_name=_ender(ticket) if is_ended_by_party else None,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
        canceled_by_me=is_ended_by_party and ticket.ended_by_id == member.workspace_id,
        created_by_me=ticket.workspace_id == member.workspace_id,
    )


def term_out(term: Term, ticket: Ticket, member: Member) -> TermOut:
    parties = {party.pk: party for party in ticket.parties.all()}
    sender, receiver = parties[term.sender_id], parties[term.receiver_id]
    postings = {posting.kind: posting for posting in term.postings.all()}
    settled = postings.get(PostingKind.SETTLE)
    first = postings.get(PostingKind.HOLD) or settled
    price = term.asset.usd_price
    tells_source = (
        term.source and ticket.settlement == Settlement.TOGETHER and sender.workspace_id == member.workspace_id
    )
    return TermOut(
        id=str(term.pk),
        ticket_id=str(ticket.pk),
        asset=term.asset_id,
        amount=term.amount,
        amount_usd=None if price is None else format((term.amount * price).quantize(CENT), "f"),
        from_network_id=_network_id(sender),
        from_network_id_name=str(sender),
        to_network_id=_network_id(receiver),
        to_network_id_name=str(receiver),
        tx_hash=term.tx_hash or (settled.pk.hex if settled else None),
        fb_tx_id=str(first.pk) if first else None,
        tx_status=None if term.is_by_hand else TX_STATUSES[term.status],
        status=TERM_STATUSES[term.status],
        dvp_src_dst_vault_id=str(term.source.number) if tells_source else None,
        created_at=term.created_at,
        updated_at=term.updated_at,
    )


def _hours(span: timedelta | None) -> Decimal | None:
    return None if span is None else Decimal(span // timedelta(microseconds=1)) / 3_600_000_000


def _network_id(party: Party) -> str:
    """Empty only while a draft of the console has not chosen its profiles."""
    return str(party.profile_id or "")


def _direction(ticket: Ticket, own: Party) -> Direction | None:
    if ticket.intermediary == own:
        return "INTERMEDIATE"
    sends = any(term.sender_id == own.pk for term in ticket.terms.all())
    receives = any(term.receiver_id == own.pk for term in ticket.terms.all())
    return _DIRECTIONS.get((sends, receives))


def _first_to_agree(parties: Iterable[Party]) -> Party | None:
    agreed = [party for party in parties if party.agreed_at]
    return min(agreed, key=lambda party: party.agreed_at, default=None)


def _execution(ticket: Ticket, order: Party | None) -> Execution | None:
    if ticket.settlement != Settlement.TOGETHER or ticket.opened_at is None:
        return None
    if ticket.status == TicketStatus.FULFILLED:
        return "FULFILLED"
    return "ORDER_CREATED" if order else "STARTED"


def _ender(ticket: Ticket) -> str | None:
    party = next((party for party in ticket.parties.all() if party.workspace_id == ticket.ended_by_id), None)
    return str(party.profile or ticket.workspace) if party else None
