"""Single keys that lead somewhere. None of them sends a form: no key moves money."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Member, Right

PAGES = (
    ("g d", gettext_lazy("Dashboard"), "dashboard"),
    ("g h", gettext_lazy("Ticket history"), "history"),
    ("g o", gettext_lazy("Transfer offers"), "offers"),
    ("g v", gettext_lazy("Vault accounts"), "vaults"),
    ("g c", gettext_lazy("Connections"), "connections"),
    ("g a", gettext_lazy("Activity"), "activity"),
    ("g s", gettext_lazy("Settings"), "settings"),
)


@dataclass(frozen=True)
class Shortcut:
    keys: list[str]
    words: Any
    url: str = ""


def shortcuts_of(member: Member) -> list[Shortcut]:
    """What each key does for this member; pages that their role cannot use are left out."""
    new = [Shortcut(["n"], _("Open a ticket"), reverse("ticket-new"))] if member.may(Right.CREATE) else []
    return [
        Shortcut(["/"], _("Search"), reverse("search")),
        *new,
        Shortcut(["j"], _("Next row")),
        Shortcut(["k"], _("Row before")),
        *(Shortcut(keys.split(), words, reverse(name)) for keys, words, name in PAGES),
        Shortcut(["?"], _("This list"), reverse("shortcuts")),
    ]
