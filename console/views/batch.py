"""One act on several tickets of the list: what it would do, the doing, and what became of each."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import MemberRequest, member_required, need
from console.act_forms import ReasonForm
from console.acts import INVALID, perform, see_other
from console.batches import RESULTS, Selection
from console.export import csv_file
from console.proof import Proof
from console.rows import Row
from console.ticket_csv import header, lines
from console.views.acts import posted
from tickets.models import Batch, BatchAct, Ticket
from tickets.models.batch import RIGHT_FOR


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest) -> HttpResponse:
    """What was selected stands in the address, so that Back, reload and a sign-in in between keep it."""
    act, back = request.GET.get("act", ""), back_of(request)
    if act not in BatchAct.values:
        raise Http404
    need(request, RIGHT_FOR[act])
    selection = Selection(request, act)
    if not selection.tickets:
        return nothing_selected(request, back)
    key = key_of(request)
    then = reverse("batch", args=[key])
    context = {"selection": selection, "back": back, "section": "tickets", "key": key, "check": then}
    if act == BatchAct.APPROVE:
        context["proof"] = Proof.of_legs(request, selection.legs)
    form = None
    if act == BatchAct.END:
        form = context["form"] = ReasonForm(posted(request), readers=selection.readers)
    if request.method != "POST" or (form and not form.is_valid()):
        return render(request, "batches/review.html", context, status=INVALID if request.method == "POST" else None)
    return perform(
        request,
        lambda: carry_out(request, selection, key, form),
        then=then,
        page="batches/review.html",
        context=context,
        form=form,
        was_done=lambda: Batch.objects.of(request.member).filter(pk=key).exists(),
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """What became of each ticket, whenever it is looked at. A post carries on what was cut short."""
    found = Batch.objects.of(request.member).filter(pk=pk).first()
    if found is None:  # where the answer was lost, the page that was left asks here
        if request.method == "GET":
            messages.warning(
                request, _("Nothing of that has arrived here, so nothing was done. Select the tickets anew.")
            )
        return redirect("tickets")
    if request.method == "POST":
        found.carry_out()
        return see_other(reverse("batch", args=[pk]))
    items = list(found.items.order_by("number"))
    tickets = Ticket.objects.visible_to(request.member).with_legs().in_bulk([item.ticket_id for item in items])
    for item in items:
        item.row = Row(tickets[item.ticket_id], request.member, request.now)
    done = [item for item in items if item.is_done]
    context = {
        "section": "tickets",
        "batch": found,
        "title": RESULTS[found.act](len(items)) % {"done": len(done), "count": len(items)},
        "done": done,
        "refused": [item for item in items if item.is_done is False],
        "waiting": [item for item in items if item.is_done is None],
    }
    return render(request, "batches/batch.html", context)


@member_required
@require_safe
def csv(request: MemberRequest) -> HttpResponseBase:
    """The selected tickets as a file."""
    selection = Selection(request)
    if not selection.tickets:
        return nothing_selected(request, back_of(request))
    found = Ticket.objects.filter(pk__in=[ticket.pk for ticket in selection.tickets])
    name = f"selected-tickets-{timezone.localdate(request.now):%Y-%m-%d}.csv"
    return csv_file(name, header(), lines(found, request.member, request.now))


# Shared


def carry_out(request: MemberRequest, selection: Selection, key: uuid.UUID, form: ReasonForm | None) -> None:
    reason = form.cleaned_data["reason"] if form else ""
    Batch.objects.begin(selection.act, selection.sent, key=key, by=request.member, reason=reason).carry_out()


def nothing_selected(request: MemberRequest, back: str) -> HttpResponse:
    messages.warning(request, _("Select at least one ticket first: tick it in the list."))
    return redirect(back)


def back_of(request: MemberRequest) -> str:
    """The list as it was when the tickets were selected."""
    return f"{reverse('tickets')}?{QueryDict(request.GET.get('list', '')).urlencode()}".rstrip("?")


def key_of(request: MemberRequest) -> uuid.UUID:
    """That of the form, by which it is done once however often it is sent; a new one for a new page."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
