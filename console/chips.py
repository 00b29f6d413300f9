"""What statuses are called and how they are drawn: one table for every list, page and file."""

from django.utils.translation import pgettext_lazy

SHAPES = {
    "dashes": '<rect x="1.75" y="1.75" width="8.5" height="8.5" stroke-dasharray="2 1.4"/>',
    "half": '<circle cx="6" cy="6" r="4.6"/><path d="M6 1.4a4.6 4.6 0 0 0 0 9.2z" fill="currentColor"/>',
    "ring": '<circle cx="6" cy="6" r="4.25" stroke-width="2"/>',
    "pie": (
        '<circle cx="6" cy="6" r="5"/><circle cx="6" cy="6" r="2.5" stroke-width="5" pathLength="100"'
        ' stroke-dasharray="{} 100" transform="rotate(-90 6 6)"/>'
    ),
    "tick": (
        '<rect x="1" y="1" width="10" height="10" fill="currentColor"/>'
        '<path d="M3.4 6.2l1.9 1.9 3.4-4" stroke="var(--bg)" stroke-width="1.6"/>'
    ),
    "cross": '<path d="M2 2l8 8M10 2l-8 8" stroke-width="2"/>',
    "clock": '<circle cx="6" cy="6" r="4.6"/><path d="M6 3v3.2l2 1.2"/>',
    "bar": '<path d="M1.5 6h9" stroke-width="2.5"/>',
    "arrows": '<path d="M1 4h9M7.5 1.5 10 4 7.5 6.5M11 8.5H2M4.5 6 2 8.5 4.5 11"/>',
}

# status: label, modifier of .chip, shape. Tickets, then connections, legs, and transfer offers.
CHIPS = {
    "draft": (pgettext_lazy("status", "Draft"), "draft", "dashes"),
    "awaiting_approval": (pgettext_lazy("status", "Awaiting approval"), "approval", "half"),
    "open": (pgettext_lazy("status", "Open"), "open", "ring"),
    "in_settlement": (pgettext_lazy("status", "Part funded"), "part", "pie"),
    "fulfilled": (pgettext_lazy("status", "Settled"), "settled", "tick"),
    "cancelled": (pgettext_lazy("status", "Cancelled"), "cancelled", "bar"),
    "rejected": (pgettext_lazy("status", "Rejected"), "rejected", "cross"),
    "expired": (pgettext_lazy("status", "Expired"), "expired", "clock"),
    "awaiting_requester": (pgettext_lazy("status", "Awaiting requester"), "approval", "half"),
    "awaiting_peer": (pgettext_lazy("status", "Awaiting counterparty"), "waiting", "half"),
    "approved": (pgettext_lazy("status", "Approved"), "approved", "tick"),
    "withdrawn": (pgettext_lazy("status", "Withdrawn"), "withdrawn", "bar"),
    "lapsed": (pgettext_lazy("status", "Lapsed"), "expired", "clock"),
    "removed": (pgettext_lazy("status", "Removed"), "removed", "bar"),
    "unfunded": (pgettext_lazy("status", "Not funded"), "draft", "dashes"),
    "held": (pgettext_lazy("status", "Held"), "part", "half"),
    "settled": (pgettext_lazy("status", "Settled"), "settled", "tick"),
    "released": (pgettext_lazy("status", "Released"), "cancelled", "bar"),
    "created": (pgettext_lazy("status", "Offered"), "created", "ring"),
    "accepted": (pgettext_lazy("status", "Accepted"), "settling", "arrows"),
    "completed": (pgettext_lazy("status", "Completed"), "completed", "tick"),
}
