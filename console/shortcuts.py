"""Single keys that lead somewhere. None of them sends a form: no key moves money."""

from dataclasses import dataclass

from django.urls import reverse

from tickets.models import Member, Right

PAGES = (
    ("g d", "Dashboard", "dashboard"),
    ("g h", "Ticket history", "history"),
    ("g o", "Transfer offers", "offers"),
    ("g v", "Vault accounts", "vaults"),
    ("g c", "Connections", "connections"),
    ("g a", "Activity", "activity"),
    ("g s", "Settings", "settings"),
)


@dataclass(frozen=True)
class Shortcut:
    keys: list[str]
    words: str
    url: str = ""


def shortcuts_of(member: Member) -> list[Shortcut]:
    """What each key does for this member; pages that their role cannot use are left out."""
    new = [Shortcut(["n"], "Open a ticket", reverse("ticket-new"))] if member.may(Right.CREATE) else []
    return [
        Shortcut(["/"], "Search", reverse("history")),
        *new,
        Shortcut(["j"], "Next row"),
        Shortcut(["k"], "Row before"),
        *(Shortcut(keys.split(), words, reverse(name)) for keys, words, name in PAGES),
        Shortcut(["?"], "This list", reverse("shortcuts")),
    ]
