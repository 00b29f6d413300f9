"""What changed for a firm since one of its pages was shown. Every open screen asks again and again, so it is cheap.

Whatever changes writes an event, so a stamp of the latest events tells whether anything happened at all, in the whole
market: one look at the end of an index. Only when it did are the firm's own events since then looked up.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.words import joined
from tickets.models import Connection, Event, Member, TransferOffer
from tickets.models.event import EventQuerySet
from tickets.models.status import FINAL

if TYPE_CHECKING:
    from console.access import MemberRequest

WINDOW = 64
STAMP = re.compile(rf"\d{{1,18}}(\.\d{{1,18}}){{0,{WINDOW}}}", re.ASCII)
FAR = 20_000
"""So many events of the market on, a page is told that it is old; what exactly changed would take long to count."""
UNSEEN = ("note.added", "ticket.external_id_set")
"""Acts that change nothing in a list."""


@dataclass(frozen=True)
class Stamp:
    """How far the record had come: all events up to `last` were there, except `missing`.

    Transactions take the numbers of their events early and commit in any order, so a number may be filled in later. It
    is waited for until WINDOW events have come after it.
    """

    last: int
    missing: tuple[int, ...] = ()

    def __str__(self):
        return ".".join(map(str, (self.last, *self.missing)))

    @classmethod
    def now(cls) -> "Stamp":
        latest = Event.objects.order_by("-pk").values_list("pk", flat=True)[:WINDOW]
        there = set(latest)
        last = max(there, default=0)
        return cls(last, tuple(number for number in range(max(1, last - WINDOW + 1), last) if number not in there))

    @classmethod
    def read(cls, text: str) -> "Stamp":
        """Raises ValueError for what `str` of a stamp did not write."""
        if not STAMP.fullmatch(text):
            raise ValueError(f"{text!r} is no stamp")
        numbers = [int(part) for part in text.split(".")]
        return cls(numbers[0], tuple(numbers[1:]))

    def later(self) -> EventQuerySet:
        """The events that were not there."""
        return Event.objects.filter(Q(pk__gt=self.last) | Q(pk__in=self.missing))


@dataclass(frozen=True)
class Watch:
    """What a page shows, by name (see COUNTS), and from when."""

    what: str
    since: Stamp


def watch_of(request: "MemberRequest") -> Watch | None:
    """What the page shows, taken before it reads its rows; None for a page that is told of no changes."""
    name = request.resolver_match.url_name if request.resolver_match else None
    return Watch(WATCHED[name], Stamp.now()) if name in WATCHED and request.method == "GET" else None


def changes(what: str, reference: str, since: Stamp, now: Stamp, member: Member) -> str:
    """What changed on a page, in words that can be read out; empty where nothing did. KeyError for an unknown page."""
    if what == "ticket":
        is_changed = since.later().filter(ticket__reference=reference).visible_to(member).exists()
        return _("This ticket changed") if is_changed else ""
    counts = COUNTS[what]
    if now.last - since.last > FAR:
        return _("Much has changed")
    found = [(count(since.later(), member), noun) for noun, count in counts.items()]
    words = [NOUNS[noun](number) % {"count": number} for number, noun in found if number]
    return _("%(things)s changed") % {"things": joined(words)} if words else ""


def _tickets(events: EventQuerySet, member: Member) -> int:
    seen = Q(is_private=False) | Q(workspace=member.workspace_id)
    own = events.filter(seen, ticket__parties__workspace=member.workspace_id).exclude(kind__in=UNSEEN)
    return own.order_by().values("ticket").distinct().count()


def _tickets_ended(events: EventQuerySet, member: Member) -> int:
    return _tickets(events.filter(status__in=FINAL), member)


def _connections(events: EventQuerySet, member: Member) -> int:
    told = events.filter(connection__isnull=False).values("connection")
    return Connection.objects.visible_to(member).filter(pk__in=told).count()


def _offers(events: EventQuerySet, member: Member) -> int:
    told = events.filter(offer__isnull=False).values("offer")
    return TransferOffer.objects.visible_to(member).filter(pk__in=told).count()


WATCHED = {
    "dashboard": "dashboard",
    "tickets": "tickets",
    "history": "history",
    "ticket": "ticket",
    "connections": "connections",
    "offers": "offers",
    "offers-sent": "offers",
}
"""The pages that are told, by the name of their address, and what each shows."""
COUNTS: dict[str, dict[str, Callable]] = {
    "tickets": {"ticket": _tickets},
    "dashboard": {"ticket": _tickets, "connection": _connections},
    "history": {"ticket": _tickets_ended},
    "connections": {"connection": _connections},
    "offers": {"offer": _offers},
}
NOUNS: dict[str, Callable[[int], str]] = {
    "ticket": lambda count: ngettext("%(count)d ticket", "%(count)d tickets", count),
    "connection": lambda count: ngettext("%(count)d connection", "%(count)d connections", count),
    "offer": lambda count: ngettext("%(count)d offer", "%(count)d offers", count),
}
