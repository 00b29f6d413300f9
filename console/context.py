"""What every page knows: the installation that serves it, and the member who looks at it."""

from django.conf import settings
from django.http import HttpRequest

from console.access import MemberRequest
from tickets.models import Connection, Right, TransferOffer


def installation(request: HttpRequest) -> dict[str, str]:
    return {"environment_name": settings.ENVIRONMENT_NAME, "version": settings.VERSION}


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
        "connections_waiting": waiting.count,  # asked only by pages with the navigation
        "offers_waiting": TransferOffer.objects.waiting_for(member, request.now).count,
    }
