"""Searching: the tickets that a firm asks for, a page at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tickets.errors import Invalid
from tickets.models.asset import Asset
from tickets.models.network import Profile
from tickets.models.term import Party, Term
from tickets.models.ticket import Ticket
from tickets.models.ticket_queries import TicketQuerySet
from tickets.models.workspace import Member


class Sort(Enum):
    """By which time a list is ordered; the value names its column, then the one that parts what is of one time.

    When a ticket was made its parties repeat, so that one index gives a firm's own tickets, and no others, in order.
    """

    CREATED = ("own_created_at", "own_ticket_id")
    UPDATED = ("updated_at", "pk")
    SUBMITTED = ("submitted_at", "pk")


class Page(NamedTuple):
    """Some tickets, and after which one of them there are more; None on the last page."""

    tickets: list[Ticket]
    after: UUID | None


@dataclass(frozen=True, kw_only=True)
class TicketSearch:
    """What is asked of the tickets that `member` sees; a condition left out holds for all.

    `statuses` are those at `now`. `text` is part of another party's name or of an asset's ticker, or a whole ticket id
    or reference. `profile` is the id of that of one of its parties.
    """

    member: Member
    now: datetime
    text: str = ""
    statuses: Collection[str] = ()
    settlement: str = ""
    profile: UUID | None = None
    is_own: bool | None = None
    external_id: str = ""
    expires_from: datetime | None = None
    expires_until: datetime | None = None
    sort: Sort = Sort.CREATED
    is_newest_first: bool = True

    def page(self, limit: int, *, after: UUID | None = None, load=lambda tickets: tickets) -> Page:
        """At most `limit` tickets, from behind the ticket `after`. `load` adds what the reader wants with each."""
        rows = self._found()
        if after is not None:
            rows = rows.filter(self._behind(after))
        way = "desc" if self.is_newest_first else "asc"
        orders = [getattr(F(name), way)(nulls_last=name == "submitted_at" or None) for name in self.sort.value]
        tickets = list(load(rows.order_by(*orders))[: limit + 1])
        return Page(tickets[:limit], tickets[limit - 1].pk if len(tickets) > limit else None)

    # Private

    def _visible(self) -> TicketQuerySet:
        return Ticket.objects.of(self.member)

    def _found(self) -> TicketQuerySet:
        conditions: dict[str, Any] = {
            "settlement": self.settlement or None,
            "own_external_id": self.external_id or None,
            "expires_at__gte": self.expires_from,
            "expires_at__lte": self.expires_until,
        }
        rows = self._visible().filter(**{name: value for name, value in conditions.items() if value is not None})
        if self.profile is not None:
            rows = rows.filter(pk__in=Party.objects.filter(profile=self.profile).values("ticket"))
        if self.is_own is not None:
            ours = Q(workspace=self.member.workspace_id)
            rows = rows.filter(ours if self.is_own else ~ours)
        if self.statuses:
            rows = rows.at_status(self.statuses, self.now)
        return rows.filter(self._named()) if self.text else rows

    def _named(self) -> Q:
        """What `text` may mean is looked up first: a text that means nothing costs no walk through the tickets."""
        text, found = self.text.strip(), Q(pk__in=[])
        firm = self.member.workspace_id
        if profiles := list(Profile.objects.filter(name__icontains=text).values_list("pk", flat=True)):
            others = Party.objects.filter(profile__in=profiles).exclude(workspace=firm)
            found |= Q(pk__in=others.values("ticket"))
        if assets := list(Asset.objects.filter(pk__icontains=text).values_list("pk", flat=True)):
            found |= Q(pk__in=Term.objects.filter(asset__in=assets).values("ticket"))
        if text.upper().startswith("TK-"):
            found |= Q(reference=text.upper())
        if key := uuid_or_none(text):
            found |= Q(pk=key)
        return found

    def _behind(self, after: UUID) -> Q:
        name, tie = self.sort.value
        place = self._visible().filter(pk=after).values_list(F(name)).first()
        if place is None:
            raise Invalid(_("Continue after a ticket of the page before: give its id."), "after")
        step, value = "lt" if self.is_newest_first else "gt", place[0]
        if value is None:
            return Q(**{f"{name}__isnull": True, f"{tie}__{step}": after})
        further = Q(**{f"{name}__{step}": value}) | Q(**{name: value, f"{tie}__{step}": after})
        behind = Q(**{f"{name}__{step}e": value}) & further  # the first half bounds the walk through an index
        return behind | Q(submitted_at__isnull=True) if self.sort is Sort.SUBMITTED else behind


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
