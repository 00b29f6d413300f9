"""The lists of tickets: the dashboard, with what waits for whom, and history."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from console.access import MemberRequest, member_required
from console.rows import Flow, links_waiting, page_of, rows_of
from tickets.models import Balance, Connection, Member, Profile, Right, Ticket

TURNS_SHOWN = 20


@member_required
def dashboard(request: MemberRequest) -> HttpResponse:
    member, now = request.member, request.now
    visible = Ticket.objects.visible_to(member)
    tickets = visible.active(now).with_turn(member).by_urgency().with_legs()
    page = page_of(tickets, request)
    is_new = not page.paginator.count and not visible.exists()
    context = turns_of(tickets, request) | {
        "section": "dashboard",
        "may_create": member.may(Right.CREATE),
        "flows": Flow.of(visible.live(now).open_legs(), member),
        "page": page,
        "rows": rows_of(page, request),
        "first_steps": first_steps(member) if is_new else [],
    }
    return render(request, "tickets/dashboard.html", context)


@member_required
def history(request: MemberRequest) -> HttpResponse:
    tickets = Ticket.objects.visible_to(request.member).ended(request.now).by_end().with_legs()
    page = page_of(tickets, request)
    return render(request, "tickets/history.html", {"section": "history", "page": page, "rows": rows_of(page, request)})


def turns_of(tickets, request: MemberRequest) -> dict:
    """What waits for this member: requests to connect, and of the tickets the most urgent."""
    requests, yours = links_waiting(request), tickets.filter(is_yours=True)
    turns = rows_of(yours[:TURNS_SHOWN], request)
    count = yours.count() if len(turns) == TURNS_SHOWN else len(turns)
    return {
        "turns": turns,
        "turns_not_shown": count - len(turns),
        "turn_count": count + len(requests),
        "requests": requests,
        "connections_waiting": len(requests),  # for the navigation, which would ask again
    }


@dataclass
class Step:
    """Something that stands between a firm and its first ticket."""

    what: str
    about: str
    is_done: bool
    act: str = ""
    url: str = ""
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
        Step("Workspace made", str(member.workspace), True),
        Step(
            "Have a network profile",
            "The name under which other firms find you, and the vault that receives. Support adds it.",
            has_profile,
        ),
        Step("Connect with a firm", "Both sides approve.", has_connection, "Request connection", request_url),
        Step("Bring in assets", "Support books what you deposit. Not needed to receive only.", has_assets),
        Step("Open a ticket", "One-way to receive, two-way to exchange.", False, "Open ticket", create_url),
    ]
    must = [step for step in steps if not step.is_done and step.what != "Bring in assets"]
    must[0].is_next = True
    return steps
