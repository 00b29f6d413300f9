"""Connections with other firms: the list, the request, and one connection with its acts."""

from collections import defaultdict
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from console import timeline
from console.access import MemberRequest, connection_for, member_required, need
from console.act_forms import ReasonForm
from console.acts import INVALID, perform
from console.network_forms import RequestForm
from console.rows import Flow, Link, asset_of, links_waiting, page_of
from tickets.models import Connection, Profile, Right, TermStatus, Ticket

form_page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_safe
def connections(request: MemberRequest) -> HttpResponse:
    member = request.member
    visible = Connection.objects.visible_to(member).select_related("requester__workspace", "peer__workspace")
    page = page_of(visible.order_by("status", "-created_at"), request)
    requests, exposure = links_waiting(request), open_exposure(request)
    context = {
        "section": "connections",
        "may_request": member.may(Right.REQUEST),
        "requests": requests,
        "connections_waiting": len(requests),
        "page": page,
        "links": [link_of(each, request, exposure) for each in page],
        "profiles": Profile.objects.of(member).select_related("vault"),
    }
    return render(request, "network/connections.html", context)


@member_required
@form_page
def request_connection(request: MemberRequest) -> HttpResponse:
    """Ask a firm to connect with one of our profiles. Which, is asked first where there are several."""
    need(request, Right.REQUEST)
    profiles = list(Profile.objects.of(request.member))
    chosen = request.GET.get("profile", "")
    local = next((profile for profile in profiles if str(profile.pk) == chosen), None)
    if local is None and len(profiles) == 1:
        local = profiles[0]
    if local is None:
        return render(request, "network/choose_profile.html", {"section": "connections", "profiles": profiles})
    return request_as(request, local, len(profiles))


def request_as(request: MemberRequest, local: Profile, profile_count: int) -> HttpResponse:
    member, find = request.member, request.GET.get("find", "").strip()
    form = RequestForm(posted(request), local=local, member=member, find=find, now=request.now)
    page = "network/request.html"
    context = {
        "section": "connections",
        "form": form,
        "local": local,
        "find": find,
        "profile_count": profile_count,
        "may_connect": member.may(Right.CONNECT),
    }
    if not form.is_valid():
        return render(request, page, context, status=INVALID if form.is_bound else None)
    remote = form.cleaned_data["remote"]
    return perform(
        request,
        lambda: Connection.objects.request(local=local, remote=remote, by=member),
        then=reverse("connections"),
        page=page,
        context=context,
        form=form,
        was_done=lambda: Connection.objects.between(local, remote).filter(events__by=member, ended_at=None).exists(),
    )


@member_required
@require_safe
def connection(request: MemberRequest, pk) -> HttpResponse:
    link = link_of(connection_for(request, pk), request)
    member = request.member
    tickets = Ticket.objects.visible_to(member).live(request.now).between(link.local, link.remote)
    events = link.connection.events.visible_to(member)
    context = {
        "section": "connections",
        "link": link,
        "may_withdraw": link.connection.can_be_withdrawn_by(member, request.now),
        "may_remove": link.connection.can_be_removed_by(member),
        "may_request": member.may(Right.REQUEST),
        "flows": Flow.of(tickets.open_legs(), member),
        "events": timeline.rows(events.select_related("by__workspace", "staff"), member),
    }
    return render(request, "network/connection.html", context)


@member_required
@form_page
def approve(request: MemberRequest, pk) -> HttpResponse:
    need(request, Right.CONNECT)
    found = connection_for(request, pk)
    is_possible = found.awaits(request.member, request.now)
    return act(request, found, "approved", lambda: found.approve(by=request.member), is_possible)


@member_required
@form_page
def reject(request: MemberRequest, pk) -> HttpResponse:
    need(request, Right.CONNECT)
    found = connection_for(request, pk)
    is_possible = found.awaits(request.member, request.now)
    form = ReasonForm(posted(request))

    def verb():
        found.reject(by=request.member, reason=form.cleaned_data["reason"])

    return act(request, found, "rejected", verb, is_possible, form)


@member_required
@form_page
def withdraw(request: MemberRequest, pk) -> HttpResponse:
    need(request, Right.REQUEST)
    found = connection_for(request, pk)
    is_possible = found.can_be_withdrawn_by(request.member, request.now)
    return act(request, found, "withdrawn", lambda: found.withdraw(by=request.member), is_possible)


@member_required
@form_page
def remove(request: MemberRequest, pk) -> HttpResponse:
    need(request, Right.CONNECT)
    found = connection_for(request, pk)
    is_possible = found.can_be_removed_by(request.member)
    form = ReasonForm(posted(request))

    def verb():
        found.remove(by=request.member, reason=form.cleaned_data["reason"])

    return act(request, found, "removed", verb, is_possible, form)


def posted(request: MemberRequest):
    """What a form was sent with, which may be nothing; None where none was sent."""
    return request.POST if request.method == "POST" else None


def act(
    request: MemberRequest,
    found: Connection,
    event: str,
    verb: Callable[[], None],
    is_possible: bool,
    form: ReasonForm | None = None,
) -> HttpResponse:
    """The page that asks whether to do it, and the doing; what cannot be done now is explained by the connection."""
    link, then = link_of(found, request), reverse("connection", args=[found.pk])
    if request.method != "POST" and not is_possible:
        return redirect(then)
    live = Ticket.objects.visible_to(request.member).live(request.now).between(found.requester, found.peer)
    unfunded = live.open_legs().filter(status=TermStatus.UNFUNDED).order_by().values("ticket").distinct()
    context = {"section": "connections", "link": link, "form": form, "ticket_count": unfunded.count()}
    page = f"network/{event}.html"
    if request.method != "POST" or (form and not form.is_valid()):
        return render(request, page, context, status=INVALID if form and form.errors else None)
    done = found.events.filter(kind=f"connection.{event}", by=request.member)
    return perform(request, verb, then=then, page=page, context=context, form=form, was_done=done.exists)


def link_of(found: Connection, request: MemberRequest, exposure: dict | None = None) -> Link:
    """A connection from our side. `exposure` gives up what it says of a pair, so that it is told once per pair."""
    local, remote = found.local(request.member).pk, found.remote(request.member).pk
    exposure = {} if exposure is None else exposure
    out, into = exposure.pop((local, remote), ()), exposure.pop((remote, local), ())
    return Link(found, request.member, request.now, tuple(out), tuple(into))


def open_exposure(request: MemberRequest) -> dict:
    """What is still to move on live tickets, by sending and receiving profile: asset and amount."""
    exposure = defaultdict(list)
    legs = Ticket.objects.visible_to(request.member).live(request.now).open_legs()
    for row in legs.per_profiles():
        exposure[row["sender__profile"], row["receiver__profile"]].append((asset_of(row), row["total"]))
    return exposure
