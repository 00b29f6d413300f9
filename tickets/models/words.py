"""Words and sentences that several verbs share, each whole: other languages bend them otherwise than English does."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

_WITHIN: dict[str, Any] = {
    # Statuses
    "draft": pgettext_lazy("this … is", "draft"),
    "awaiting_approval": pgettext_lazy("this … is", "awaiting approval"),
    "open": pgettext_lazy("this … is", "open"),
    "in_settlement": pgettext_lazy("this … is", "part funded"),
    "fulfilled": pgettext_lazy("this … is", "settled"),
    "cancelled": pgettext_lazy("this … is", "cancelled"),
    "rejected": pgettext_lazy("this … is", "rejected"),
    "expired": pgettext_lazy("this … is", "expired"),
    "unfunded": pgettext_lazy("this … is", "not funded"),
    "held": pgettext_lazy("this … is", "held"),
    "settled": pgettext_lazy("this … is", "settled"),
    "released": pgettext_lazy("this … is", "released"),
    "awaiting_requester": pgettext_lazy("this … is", "waiting for the requester's approval"),
    "awaiting_peer": pgettext_lazy("this … is", "waiting for the other firm's approval"),
    "approved": pgettext_lazy("this … is", "approved"),
    "withdrawn": pgettext_lazy("this … is", "withdrawn"),
    "lapsed": pgettext_lazy("this … is", "lapsed"),
    "removed": pgettext_lazy("this … is", "removed"),
    "created": pgettext_lazy("this … is", "offered"),
    "accepted": pgettext_lazy("this … is", "accepted"),
    "completed": pgettext_lazy("this … is", "completed"),
    # How a ticket is made
    "one_way": pgettext_lazy("this ticket is", "one-way"),
    "two_way": pgettext_lazy("this ticket is", "two-way"),
    "together": pgettext_lazy("this ticket settles", "all legs together"),
    "leg_by_leg": pgettext_lazy("this ticket settles", "leg by leg"),
    # Postings
    "deposit": pgettext_lazy("this posting is a", "deposit"),
    "hold": pgettext_lazy("this posting is a", "hold"),
    "settle": pgettext_lazy("this posting is a", "settle"),
    "release": pgettext_lazy("this posting is a", "release"),
    # Roles
    "OWNER": pgettext_lazy("your role", "owner"),
    "ADMIN": pgettext_lazy("your role", "admin"),
    "NON_SIGNING_ADMIN": pgettext_lazy("your role", "non-signing admin"),
    "SIGNER": pgettext_lazy("your role", "signer"),
    "APPROVER": pgettext_lazy("your role", "approver"),
    "EDITOR": pgettext_lazy("your role", "editor"),
    "VIEWER": pgettext_lazy("your role", "viewer"),
}

CANNOT_BECOME: Mapping[str, Any] = {
    "Ticket": gettext_lazy("This ticket is %(status)s and cannot become %(to)s."),
    "Connection": gettext_lazy("This connection is %(status)s and cannot become %(to)s."),
    "TransferOffer": gettext_lazy("This transfer offer is %(status)s and cannot become %(to)s."),
}
CHANGED: Mapping[str, Any] = {
    "Ticket": gettext_lazy("This ticket was changed by somebody else just now. Look again, then decide."),
    "Connection": gettext_lazy("This connection was changed by somebody else just now. Look again, then decide."),
    "TransferOffer": gettext_lazy(
        "This transfer offer was changed by somebody else just now. Look again, then decide."
    ),
}
"""Of a record, by the name of its model."""

TOO_LONG: Mapping[str, Any] = {
    "name": gettext_lazy("Shorten the name to %(limit)d characters or fewer; it has %(count)d."),
    "note": gettext_lazy("Shorten the note to %(limit)d characters or fewer; it has %(count)d."),
    "reason": gettext_lazy("Shorten the reason to %(limit)d characters or fewer; it has %(count)d."),
    "text": gettext_lazy("Shorten the text to %(limit)d characters or fewer; it has %(count)d."),
    "external ID": gettext_lazy("Shorten the external ID to %(limit)d characters or fewer; it has %(count)d."),
    "description": gettext_lazy("Shorten the description to %(limit)d characters or fewer; it has %(count)d."),
    "tracking id": gettext_lazy("Shorten the tracking id to %(limit)d characters or fewer; it has %(count)d."),
    "deduplication id": gettext_lazy(
        "Shorten the deduplication id to %(limit)d characters or fewer; it has %(count)d."
    ),
    "command id": gettext_lazy("Shorten the command id to %(limit)d characters or fewer; it has %(count)d."),
}
WITH_CONTROLS: Mapping[str, Any] = {
    "name": gettext_lazy("Take the control characters out of the name."),
    "note": gettext_lazy("Take the control characters out of the note."),
    "reason": gettext_lazy("Take the control characters out of the reason."),
    "text": gettext_lazy("Take the control characters out of the text."),
    "external ID": gettext_lazy("Take the control characters out of the external ID."),
}
UNKEPT: Mapping[str, Any] = {
    "description": gettext_lazy("Take the characters that cannot be kept out of the description."),
    "tracking id": gettext_lazy("Take the characters that cannot be kept out of the tracking id."),
    "deduplication id": gettext_lazy("Take the characters that cannot be kept out of the deduplication id."),
    "command id": gettext_lazy("Take the characters that cannot be kept out of the command id."),
}
"""Of a text that somebody gave, by what it is called."""


def within(choice: str) -> str:
    """A status, type, settlement, kind of posting or role as it stands within a sentence: "part funded"."""
    return str(_WITHIN[choice])
