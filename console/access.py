"""Who is asking, and what of the market they may reach. Another firm's things are not found."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from console.failures import refused
from console.live import Watch, watch_of
from tickets.errors import NotAllowed, Refused
from tickets.models import Connection, Member, Right, Ticket, TransferOffer


class MemberRequest(HttpRequest):
    """A request made by a member; every page judges time by its one `now`."""

    member: Member
    now: datetime
    watch: Watch | None


def member_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Only for people who act for a workspace; support staff belong to the admin site."""

    @wraps(view)
    @login_required
    def wrapped(request, *args, **kwargs):
        member = Member.objects.select_related("workspace", "user").filter(user=request.user).first()
        if member is None:
            if request.user.is_staff:
                return redirect("admin:index")
            raise PermissionDenied(_("You act for no workspace yet. Ask your firm's admin, or support, to add you."))
        request.member, request.now, request.watch = member, timezone.now(), watch_of(request)
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refusal:
            raise PermissionDenied(refusal.message) from refusal
        except Refused as refusal:
            return refused(request, refusal)

    return wrapped


def need(request: MemberRequest, right: Right) -> None:
    """Answer 403 where the role does not allow what the page is for."""
    request.member.must(right)


def ticket_for(request: MemberRequest, reference: str) -> Ticket:
    return get_object_or_404(Ticket.objects.visible_to(request.member).with_legs(), reference=reference)


def connection_for(request: MemberRequest, pk) -> Connection:
    visible = Connection.objects.visible_to(request.member)
    return get_object_or_404(visible.select_related("requester__workspace", "peer__workspace"), pk=pk)


def offer_for(request: MemberRequest, pk) -> TransferOffer:
    visible = TransferOffer.objects.visible_to(request.member)
    return get_object_or_404(visible.select_related("sender__workspace", "receiver__workspace"), pk=pk)
