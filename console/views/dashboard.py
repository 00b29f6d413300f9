"""The dashboard: what waits for whom, what is still to move, and the first of the active tickets."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import MemberRequest, member_required
from console.offers import offer_rows
from console.paging import Stretch, stretch_of
from console.rows import Flow, links_waiting, rows_of
from console.views.lists import ACTIVE_KEYS, active_of
from tickets.models import Balance, Connection, Member, Profile, Right, Ticket, TransferOffer

TURNS_SHOWN = 20


@member_required
def dashboard(request: MemberRequest) -> HttpResponse:
    member, now = request.member, request.now
    tickets = active_of(request)
    stretch = stretch_of(tickets.with_legs(), request, keys=ACTIVE_KEYS)
    is_new = not stretch.total and not Ticket.objects.of(member).exists()
    context = turns_of(tickets, stretch, request) | {
        "section": "dashboard",
        "may_create": member.may(Right.CREATE),
        "flows": Flow.of(Ticket.objects.of(member).not_ended().live(now).open_legs(), member),
        "stretch": stretch,
        "rows": rows_of(stretch.rows, request),
        "first_steps": first_steps(member) if is_new else [],
    }
    return render(request, "tickets/dashboard.html", context)


def turns_of(tickets, stretch: Stretch, request: MemberRequest) -> dict:
    """What waits for this member: requests to connect, offers, and the tickets, which stand first on the first page."""
    requests, yours = links_waiting(request), [ticket for ticket in stretch.rows if ticket.is_yours]
    is_all = len(yours) < len(stretch.rows) or not stretch.older
    count = len(yours) if is_all else tickets.filter(is_yours=True).count()
    shown = yours[:TURNS_SHOWN]
    waiting = TransferOffer.objects.waiting_for(request.member, request.now)
    waiting = waiting.select_related("sender__workspace", "receiver__workspace").order_by("expires_at", "pk")
    offers = list(waiting[:TURNS_SHOWN])
    offer_count = len(offers) if len(offers) < TURNS_SHOWN else waiting.count()
    return {
        "turns": rows_of(shown, request),
        "turns_not_shown": count - len(shown),
        "turn_count": count + len(requests) + offer_count,
        "requests": requests,
        "offers": offer_rows(offers, request.member, request.now, is_sent=False),
        "offers_not_shown": offer_count - len(offers),
        "connections_waiting": len(requests),  # for the navigation, which would ask again
        "offers_waiting": offer_count,
    }


@dataclass
class Step:
    """Something that stands between a firm and its first ticket."""

    what: str
    about: str
    is_done: bool
    act: str = ""
    url: str = ""
    is_needed: bool = True
    is_next: bool = False


def first_steps(member: Member) -> list[Step]:
    """The way to the first ticket; the first thing still to do is marked, and only that one has a button."""
    profiles = Profile.objects.of(member)
    has_profile = profiles.exists()
    has_connection = Connection.objects.visible_to(member).approved().exists()
    has_assets = Balance.objects.filter(account__workspace=member.workspace_id).exists()
    request_url = reverse("connection-request") if member.may(Right.REQUEST) else ""
    create_url = reverse("ticket-new") if member.may(Right.CREATE) else ""
    steps = [
        Step(_("Workspace made"), str(member.workspace), True),
        Step(
            _("Have a network profile"),
            _("The name under which other firms find you, and the vault that receives. Support adds it."),
            has_profile,
        ),
        Step(_("Connect with a firm"), _("Both sides approve."), has_connection, _("Request connection"), request_url),
        Step(
            _("Bring in assets"),
            _("Support books what you deposit. Not needed to receive only."),
            has_assets,
            is_needed=False,
        ),
        Step(_("Open a ticket"), _("One-way to receive, two-way to exchange."), False, _("Open ticket"), create_url),
    ]
    must = [step for step in steps if step.is_needed and not step.is_done]
    must[0].is_next = True
    return steps
