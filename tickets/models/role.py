"""Roles, and the rights of each."""

from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.models.words import within


class Right(StrEnum):
    VIEW = "see tickets"
    CREATE = "open tickets"
    FUND = "fund tickets"
    CANCEL = "cancel or reject tickets"
    APPROVE = "approve tickets"
    REQUEST = "request connections"
    CONNECT = "approve or remove connections"
    MANAGE = "manage API users, user groups and policy limits"


class Role(TextChoices):
    OWNER = "OWNER", pgettext_lazy("role", "Owner")
    ADMIN = "ADMIN", pgettext_lazy("role", "Admin")
    NON_SIGNING_ADMIN = "NON_SIGNING_ADMIN", pgettext_lazy("role", "Non-signing admin")
    SIGNER = "SIGNER", pgettext_lazy("role", "Signer")
    APPROVER = "APPROVER", pgettext_lazy("role", "Approver")
    EDITOR = "EDITOR", pgettext_lazy("role", "Editor")
    VIEWER = "VIEWER", pgettext_lazy("role", "Viewer")


_R = Right
_ADMIN = frozenset(_R)

RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: _ADMIN,
    Role.ADMIN: _ADMIN,
    Role.NON_SIGNING_ADMIN: _ADMIN,
    Role.SIGNER: _ADMIN - {_R.CONNECT, _R.MANAGE},
    Role.APPROVER: frozenset({_R.VIEW, _R.CANCEL, _R.APPROVE}),
    # An editor opens and funds only through a designated signer, and nobody can be designated yet.
    Role.EDITOR: frozenset({_R.VIEW, _R.CANCEL}),
    Role.VIEWER: frozenset({_R.VIEW}),
}

_REFUSALS = {
    _R.VIEW: gettext_lazy("Your role, %(role)s, may not see tickets."),
    _R.CREATE: gettext_lazy("Your role, %(role)s, may not open tickets."),
    _R.FUND: gettext_lazy("Your role, %(role)s, may not fund tickets."),
    _R.CANCEL: gettext_lazy("Your role, %(role)s, may not cancel or reject tickets."),
    _R.APPROVE: gettext_lazy("Your role, %(role)s, may not approve tickets."),
    _R.REQUEST: gettext_lazy("Your role, %(role)s, may not request connections."),
    _R.CONNECT: gettext_lazy("Your role, %(role)s, may not approve or remove connections."),
    _R.MANAGE: gettext_lazy("Your role, %(role)s, may not manage API users, user groups and policy limits."),
}


def refusal_of(role: str, right: Right) -> str:
    """What a person is told whose role lacks the right."""
    return _REFUSALS[right] % {"role": within(role)}
