"""Every status, and every move that a ticket, connection or transfer offer may make. Nothing else decides either."""

from django.db.models import TextChoices


class TicketStatus(TextChoices):
    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    OPEN = "open"
    IN_SETTLEMENT = "in_settlement", "Part funded"
    FULFILLED = "fulfilled", "Settled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    EXPIRED = "expired"


class TermStatus(TextChoices):
    UNFUNDED = "unfunded", "Not funded"
    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


class ConnectionStatus(TextChoices):
    AWAITING_REQUESTER = "awaiting_requester", "Waiting for the requester's approval"
    AWAITING_PEER = "awaiting_peer", "Waiting for the other firm's approval"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REMOVED = "removed"


class OfferStatus(TextChoices):
    CREATED = "created", "Offered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_T, _C, _O = TicketStatus, ConnectionStatus, OfferStatus

TICKET_MOVES = {
    _T.DRAFT: {_T.AWAITING_APPROVAL, _T.OPEN, _T.CANCELLED},
    _T.AWAITING_APPROVAL: {_T.OPEN, _T.CANCELLED},
    _T.OPEN: {_T.IN_SETTLEMENT, _T.CANCELLED, _T.REJECTED, _T.EXPIRED},
    _T.IN_SETTLEMENT: {_T.IN_SETTLEMENT, _T.FULFILLED, _T.CANCELLED, _T.REJECTED, _T.EXPIRED},
    _T.FULFILLED: set(),
    _T.CANCELLED: set(),
    _T.REJECTED: set(),
    _T.EXPIRED: set(),
}

CONNECTION_MOVES = {
    _C.AWAITING_REQUESTER: {_C.AWAITING_PEER, _C.REJECTED, _C.WITHDRAWN, _C.LAPSED},
    _C.AWAITING_PEER: {_C.APPROVED, _C.REJECTED, _C.WITHDRAWN, _C.LAPSED},
    _C.APPROVED: {_C.REMOVED},
    _C.REJECTED: set(),
    _C.WITHDRAWN: set(),
    _C.LAPSED: set(),
    _C.REMOVED: set(),
}

OFFER_MOVES = {
    _O.CREATED: {_O.ACCEPTED, _O.REJECTED, _O.WITHDRAWN, _O.EXPIRED},
    _O.ACCEPTED: {_O.COMPLETED, _O.WITHDRAWN, _O.EXPIRED},
    _O.COMPLETED: set(),
    _O.REJECTED: set(),
    _O.WITHDRAWN: set(),
    _O.EXPIRED: set(),
}

LIVE = (_T.OPEN, _T.IN_SETTLEMENT)
"""Both parties see the ticket, and its legs can be funded."""
ACTIVE = (_T.DRAFT, _T.AWAITING_APPROVAL, *LIVE)
FINAL = tuple(status for status, moves in TICKET_MOVES.items() if not moves)
PENDING = (_C.AWAITING_REQUESTER, _C.AWAITING_PEER)
LIVE_OFFER = (_O.CREATED, _O.ACCEPTED)
