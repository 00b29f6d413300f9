"""The lists of tickets, active and ended: found, a page at a time, or all of them as a file."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from console.batches import acts_for
from console.ended_filter import EndedFilter
from console.export import csv_file
from console.filters import ActiveFilter, TicketFilter
from console.kept_counts import count_of
from console.paging import Stretch, stretch_of
from console.rows import rows_of
from console.ticket_csv import header, lines
from tickets.models import Party, Right, Ticket, TicketStatus
from tickets.models.ticket_finding import KEYS_MAX
from tickets.models.ticket_queries import TicketQuerySet, load_legs

ACTIVE_KEYS = ActiveFilter.KEYS[""]


@member_required
@require_safe
def tickets(request: MemberRequest) -> HttpResponse:
    form = ActiveFilter(request)
    active = active_of(request)
    found = form.apply(active).with_legs()
    stretch = stretch_of(found, request, keys=form.keys, among=active if form.finds_many else None)
    acts = acts_for(stretch.rows, request.member)
    return page(
        request, "tickets/tickets.html", form, stretch, may_create=request.member.may(Right.CREATE), batch_acts=acts
    )


@member_required
@require_safe
def tickets_csv(request: MemberRequest) -> HttpResponseBase:
    form = ActiveFilter(request)
    found = form.apply(active_of(request)).order_by(*(key.ordering(False) for key in form.keys))
    return export(request, form, "tickets", found)


@member_required
@require_safe
def history(request: MemberRequest) -> HttpResponse:
    form = EndedFilter(request)
    return page(request, "tickets/history.html", form, ended_stretch(request, form))


@member_required
@require_safe
def history_csv(request: MemberRequest) -> HttpResponseBase:
    form = EndedFilter(request)
    due = list(due_of(request, form))
    ended = form.apply(ended_of(request)).exclude(pk__in=[ticket.pk for ticket in due])
    ended = ended.order_by(*(key.ordering(False) for key in form.keys))
    parts = [Ticket.objects.filter(pk__in=[ticket.pk for ticket in due]), ended] if due else [ended]
    return export(request, form, "history", *(parts if form.is_newest_first else parts[::-1]))


# Shared


def active_of(request: MemberRequest) -> TicketQuerySet:
    return Ticket.objects.of(request.member).not_ended().active(request.now).with_turn(request.member)


def ended_of(request: MemberRequest) -> TicketQuerySet:
    return Ticket.objects.of(request.member).filed()


def due_of(request: MemberRequest, form: EndedFilter) -> TicketQuerySet:
    """Those whose time has run out while the worker has not made it durable: few, and about to be the newest."""
    asked = form.asked
    if not form.is_valid() or asked.get("status", TicketStatus.EXPIRED) != TicketStatus.EXPIRED:
        return Ticket.objects.none()
    due = Ticket.objects.of(request.member).not_ended().due(request.now)
    return form.apply_to_due(due).order_by("-expires_at" if form.is_newest_first else "expires_at", "pk")


def ended_stretch(request: MemberRequest, form: EndedFilter) -> Stretch:
    """A page of those that ended. Those merely due stand where they will when they have: at the newest end."""
    ended, parts = ended_of(request), form.apply_to_parts(Party.objects.filed_for(request.member))
    found, total = form.apply(ended), None
    due = list(due_of(request, form).select_related("workspace"))
    if parts is not None:
        total = count_of(parts, [request.member.workspace_id, *form.question], column="ended_at", now=request.now)
        if total <= KEYS_MAX and len(form.asked) > 1:  # how rare conditions are together, no database foresees
            found = ended.filter(pk__in=list(parts.values_list("ticket", flat=True)) if total else [])
    stretch = stretch_of(
        found.select_related("workspace"),
        request,
        keys=form.keys,
        total=total,
        among=ended if form.finds_many else None,
        grows="" if parts is None else "front" if form.is_newest_first else "back",
    )
    if not due:
        load_legs(stretch.rows)
        return stretch
    is_here = not (stretch.newer if form.is_newest_first else stretch.older)
    here = due if is_here else []
    rows = [*here, *stretch.rows] if form.is_newest_first else [*stretch.rows, *here]
    load_legs(rows)
    before = len(due) if form.is_newest_first and not is_here else 0
    first = (stretch.first or 1) + before
    return replace(stretch, rows=rows, total=stretch.total + len(due), first=first)


def page(request: MemberRequest, template: str, form: TicketFilter, stretch: Stretch, **more) -> HttpResponse:
    context = more | {
        "section": request.resolver_match.url_name,
        "form": form,
        "has_errors": not form.is_valid(),
        "stretch": stretch,
        "rows": rows_of(stretch.rows, request),
        "csv_url": f"{reverse(f'{request.resolver_match.url_name}-csv')}?{form.query}".rstrip("?"),
    }
    return render(request, template, context)


def export(request: MemberRequest, form: TicketFilter, name: str, *parts: TicketQuerySet) -> HttpResponseBase:
    """All that the filter shows, not only a page of it. One that cannot be read leads to the page that says why."""
    if not form.is_valid():
        return redirect(f"{reverse(name)}?{form.query}")
    rows: Iterator[list] = chain.from_iterable(lines(part, request.member, request.now) for part in parts)
    return csv_file(f"{name}-{timezone.localdate(request.now):%Y-%m-%d}.csv", header(), rows)
