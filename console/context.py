"""What every page knows: the installation that serves it, and the member who looks at it."""

from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Value
from django.http import HttpRequest
from django.utils import timezone

from console.access import MemberRequest
from console.failures import reference_of
from console.shortcuts import shortcuts_of
from tickets.models import Connection, Member, Right, TransferOffer


def installation(request: HttpRequest) -> dict:
    return {
        "environment_name": settings.ENVIRONMENT_NAME,
        "version": settings.VERSION,
        "reference": reference_of(request),
        "now": timezone.now(),
    }


def member(request: MemberRequest) -> dict:
    """Nothing on a page that nobody has to sign in for."""
    member = getattr(request, "member", None)
    if member is None:
        return {}
    waiting = Waiting(member, request.now)
    return {
        "member": member,
        "workspace": member.workspace,
        "now": request.now,
        "may_manage": member.may(Right.MANAGE),
        "shortcuts": shortcuts_of(member),
        "connections_waiting": waiting.connection_count,  # asked only by pages with the navigation
        "offers_waiting": waiting.offer_count,
    }


class Waiting:
    """How much waits for this member's answer. The first to ask for a count gets both in one question."""

    def __init__(self, member: Member, now: datetime):
        self.found = {
            "connections": Connection.objects.waiting_for(member, now),
            "offers": TransferOffer.objects.waiting_for(member, now),
        }

    def connection_count(self) -> int:
        return self._counts.get("connections", 0)

    def offer_count(self) -> int:
        return self._counts.get("offers", 0)

    @cached_property
    def _counts(self) -> dict[str, int]:
        connections, offers = (
            rows.order_by().values_list(Value(name)).annotate(count=Count("pk")) for name, rows in self.found.items()
        )
        return dict(connections.union(offers, all=True))
