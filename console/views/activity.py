"""Activity: everything that the firm's people, its API users, other firms and support did that concerns the firm."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from console.activity import ActivityFilter, events_for, row
from console.acts import INVALID
from console.export import csv_file, timed
from tickets.models import Event, Member

PAGE_ROWS = 50
CHUNK_ROWS = 500
PLACE_DIGITS = 18  # of an event's number, as far as a database reads one


@member_required
@require_safe
def activity(request: MemberRequest) -> HttpResponse:
    form = ActivityFilter(request.GET, member=request.member)
    is_valid = form.is_valid()
    found = form.apply(events_for(request.member))
    page, newer, older = page_of(found, request)
    context = {
        "section": "activity",
        "form": form,
        "rows": [row(event, request.member) for event in page],
        "total": found.count(),
        "filters": form.words(),
        "newer": newer and address(request, after=newer),
        "older": older and address(request, before=older),
        "csv_url": f"{reverse('activity-csv')}?{request.GET.urlencode()}",
    }
    return render(request, "activity/activity.html", context, status=None if is_valid else INVALID)


@member_required
@require_safe
def activity_csv(request: MemberRequest) -> HttpResponseBase:
    """What the filter finds, all of it, newest first."""
    form = ActivityFilter(request.GET, member=request.member)
    if not form.is_valid():
        return redirect(f"{reverse('activity')}?{request.GET.urlencode()}")
    found = form.apply(events_for(request.member)).order_by("-pk")
    reader = Member(workspace=request.member.workspace, role=request.member.role)  # whoever reads the file: not "you"
    header = [timed("Time"), "Who", "What happened", "Note", "About", "Reference"]
    name = f"activity-{timezone.localdate(request.now):%Y-%m-%d}.csv"
    return csv_file(name, header, lines(found, reader))


def lines(found: QuerySet[Event], member: Member) -> Iterator[list]:
    for event in found.iterator(chunk_size=CHUNK_ROWS):
        shown = row(event, member)
        yield [event.at, shown["who"], shown["says"], shown["text"], shown["thing"].sort, shown["thing"].name]


def page_of(found: QuerySet[Event], request: MemberRequest) -> tuple[list[Event], int | None, int | None]:
    """A page, newest first, and the events beside which the newer and the older page begin, where there are any."""
    before, after = place(request.GET.get("before", "")), place(request.GET.get("after", ""))
    if after is not None:
        page = list(found.filter(pk__gt=after).order_by("pk")[: PAGE_ROWS + 1])
        if len(page) > PAGE_ROWS:
            page = page[:PAGE_ROWS][::-1]
            return page, page[0].pk, page[-1].pk
        before = None  # fewer than a page are newer: that is the first page
    older = found if before is None else found.filter(pk__lt=before)
    page = list(older.order_by("-pk")[: PAGE_ROWS + 1])
    more, page = page[PAGE_ROWS:], page[:PAGE_ROWS]
    newer = page[0].pk if page and before is not None else None
    return page, newer, page[-1].pk if more else None


def place(text: str) -> int | None:
    """The number of an event; None where the text is not one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= PLACE_DIGITS else None


def address(request: MemberRequest, **where: int) -> str:
    """This page's address, with its filters, at another place."""
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    query.update({name: str(number) for name, number in where.items()})
    return f"?{query.urlencode()}"
