"""Every status, and every move that a ticket, connection or transfer offer may make. Nothing else decides either."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class TicketStatus(TextChoices):
    DRAFT = "draft", pgettext_lazy("status", "Draft")
    AWAITING_APPROVAL = "awaiting_approval", pgettext_lazy("status", "Awaiting Approval")
    OPEN = "open", pgettext_lazy("status", "Open")
    IN_SETTLEMENT = "in_settlement", pgettext_lazy("status", "Part funded")
    FULFILLED = "fulfilled", pgettext_lazy("status", "Settled")
    CANCELLED = "cancelled", pgettext_lazy("status", "Cancelled")
    REJECTED = "rejected", pgettext_lazy("status", "Rejected")
    EXPIRED = "expired", pgettext_lazy("status", "Expired")


class TermStatus(TextChoices):
    UNFUNDED = "unfunded", pgettext_lazy("status", "Not funded")
    HELD = "held", pgettext_lazy("status", "Held")
    SETTLED = "settled", pgettext_lazy("status", "Settled")
    RELEASED = "released", pgettext_lazy("status", "Released")


class ConnectionStatus(TextChoices):
    AWAITING_REQUESTER = "awaiting_requester", pgettext_lazy("status", "Waiting for the requester's approval")
    AWAITING_PEER = "awaiting_peer", pgettext_lazy("status", "Waiting for the other firm's approval")
    APPROVED = "approved", pgettext_lazy("status", "Approved")
    REJECTED = "rejected", pgettext_lazy("status", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("status", "Withdrawn")
    LAPSED = "lapsed", pgettext_lazy("status", "Lapsed")
    REMOVED = "removed", pgettext_lazy("status", "Removed")


class OfferStatus(TextChoices):
    CREATED = "created", pgettext_lazy("status", "Offered")
    ACCEPTED = "accepted", pgettext_lazy("status", "Accepted")
    COMPLETED = "completed", pgettext_lazy("status", "Completed")
    REJECTED = "rejected", pgettext_lazy("status", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("status", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("status", "Expired")


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
