"""Finding tickets that have ended: by the words that they are filed under."""

from collections.abc import Callable
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.filters import VIA, TicketFilter
from console.moments import end_of, start_of
from console.paging import Key
from tickets.models import Ticket, TicketStatus, filing
from tickets.models.term import PartyQuerySet
from tickets.models.ticket_finding import FiledMeaning

FILED: dict[str, Callable[[str], str]] = {
    "status": filing.of_status,
    "kind": lambda kind: filing.VIA_INTERMEDIARY if kind == VIA else filing.of_kind(kind),
    "party": lambda workspace: filing.of_firm(UUID(workspace)),
    "asset": filing.of_asset,
    "profile": lambda profile: filing.of_profile(UUID(profile)),
}
"""Under which word a ticket is filed that fits a condition."""


class EndedFilter(TicketFilter):
    """For tickets of which nothing more can come."""

    STATUSES = tuple((status, TicketStatus(status).label) for status in TicketStatus.values[4:])
    ORDERS: ClassVar = {"": gettext_lazy("Newest end first"), "ended": gettext_lazy("Oldest end first")}
    ORDERED: ClassVar = {
        "": pgettext_lazy("order", "newest end first"),
        "ended": pgettext_lazy("order", "oldest end first"),
    }
    OTHER = "tickets", gettext_lazy("Search active tickets as well")
    SINCE, TIME = gettext_lazy("Ended from"), "expires_at"
    SINCE_DAY, UNTIL_DAY = gettext_lazy("Ended from %(day)s"), gettext_lazy("Ended up to %(day)s")

    @property
    def is_newest_first(self) -> bool:
        return not self.chosen_sort

    @property
    def keys(self):
        way = self.is_newest_first
        return (
            Key("own_ended_at", is_descending=way, attribute="ended_at"),
            Key("own_ticket_id", is_descending=way, attribute="pk"),
        )

    def apply(self, tickets):
        """Of tickets that are filed: all but the text and the days is a matter of the words that they are under."""
        if not self.is_valid():
            return tickets.none()
        meaning = self._filed_meaning
        return tickets.filter(self._filed("own_"), Q() if meaning is None else meaning.of_tickets())

    def apply_to_parts(self, parts: PartyQuerySet) -> PartyQuerySet | None:
        """The same question of the firm's parts in them, which are counted sooner; None where they cannot tell."""
        meaning = self._filed_meaning
        if not self.is_valid() or self.finds_many:
            return None
        return parts.filter(self._filed(), Q() if meaning is None else meaning.of_parts())

    @property
    def question(self) -> list[object]:
        """All that tells the tickets it finds from those that another filter does."""
        return [timezone.get_current_timezone_name(), *self.asked.items(), self._filed_meaning]

    def apply_to_due(self, tickets):
        """The same question of tickets that end only now, and are not filed: their end is their expiry."""
        return super().apply(tickets)

    @property
    def finds_many(self):
        return self._filed_meaning is not None and self._filed_meaning.others is not None

    @cached_property
    def _filed_meaning(self) -> FiledMeaning | None:
        text = self.asked.get("q")
        return Ticket.objects.filed_meaning(text, self.request.member, self.named, self.tickers) if text else None

    def _by_q(self, tickets, text):
        return tickets.filter(Ticket.objects.any_meaning(text, self.request.member, self.named))

    def _filed(self, prefix: str = "") -> Q:
        """What is asked for beside the text, of columns that begin with `prefix`."""
        asked, found = self.asked, Q()
        if words := [word(asked[name]) for name, word in FILED.items() if name in asked]:
            found &= Q(**{f"{prefix}filed_under__all": words})
        if "since" in asked:
            found &= Q(**{f"{prefix}ended_at__gte": start_of(asked["since"])})
        if "until" in asked:
            found &= Q(**{f"{prefix}ended_at__lt": end_of(asked["until"])})
        return found
