"""What every page knows: the installation that serves it, and the member who looks at it."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from console.access import MemberRequest
from console.failures import reference_of
from console.shortcuts import shortcuts_of
from tickets.models import Connection, Right, TransferOffer


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
    waiting = Connection.objects.waiting_for(member, request.now)
    return {
        "member": member,
        "workspace": member.workspace,
        "now": request.now,
        "may_manage": member.may(Right.MANAGE),
        "shortcuts": shortcuts_of(member),
        "connections_waiting": waiting.count,  # asked only by pages with the navigation
        "offers_waiting": TransferOffer.objects.waiting_for(member, request.now).count,
    }
