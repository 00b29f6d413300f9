"""The wizard's pages. The draft is a row that every page shows and saves to, so any device goes on with it."""

import uuid

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from console.access import member_required, need, ticket_for
from console.acts import INVALID, perform, see_other, show_refusal
from console.draft_summary import summary
from console.forms import TypeForm
from console.legs import Holdings, LegForms
from console.position import if_settled
from console.proof import Proof
from console.steps import ASSETS, EXTERNAL_ID, REVIEW, STEPS, TYPE, first_missing, progress, resume_at, step_called
from console.views.acts import earlier_use
from console.views.tickets import facts_of
from tickets.errors import Refused
from tickets.models import Right, Ticket, TicketStatus


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """The first page. The draft is made by its answer; `key` lets a form that is sent twice make one."""
    need(request, Right.CREATE)
    form = TypeForm(request.POST or None, ticket=None, member=request.member, now=request.now)
    key = request.POST.get("key") or str(uuid.uuid4())
    context = page_context(None, TYPE) | {"form": form, "key": key}
    if request.method != "POST" or not form.is_valid():
        return render(request, TYPE.template, context, status=INVALID if form.errors else None)
    try:
        data = form.cleaned_data
        ticket = Ticket.objects.draft(data["kind"], data["settlement"], by=request.member, key=uuid.UUID(key))
    except ValueError:
        return see_other(reverse("ticket-new"))  # not a key that this page gave out
    except Refused as refusal:
        return show_refusal(request, refusal, page=TYPE.template, context=context, form=form)
    return see_other(resume_at(ticket).url(ticket) if ticket.status == TicketStatus.DRAFT else ticket_url(ticket))


@member_required
@require_safe
def resume(request, reference):
    """On with the making of a draft. One between two other firms is made through the API, and only read here."""
    ticket = draft_for(request, reference)
    if ticket.intermediary and ticket.status == TicketStatus.DRAFT:
        return render(request, "wizard/arranged.html", facts_of(ticket, request.member, request.now))
    return redirect(resume_at(ticket).url(ticket) if ticket.status == TicketStatus.DRAFT else ticket_url(ticket))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request, reference, slug):
    """One page of the wizard. A page ahead of its turn leads to the first that is missing."""
    current, ticket = step_called(slug), draft_for(request, reference)
    if current is None:
        raise Http404
    if ticket.intermediary:
        return see_other(reverse("ticket-resume", args=[reference]))
    if current is REVIEW and request.method == "POST":
        return submit(request, ticket)
    if ticket.status != TicketStatus.DRAFT:
        words = _("%(ticket)s has been opened already, so its draft is closed.")
        messages.info(request, words % {"ticket": ticket.reference})
        return redirect(ticket_url(ticket))
    missing = first_missing(ticket)
    if current.number > missing.number:
        return redirect(onward(request, missing, ticket))
    if current is REVIEW:
        return render(request, REVIEW.template, review_context(request, ticket))
    if current is ASSETS:
        return assets(request, ticket)
    return question(request, ticket, current)


def question(request, ticket, current):
    """A page with one form and one verb."""
    form = current.form(request.POST or None, ticket=ticket, member=request.member, now=request.now)
    context = page_context(ticket, current, request) | {"form": form}
    if current is EXTERNAL_ID:
        context["earlier"] = earlier_use(ticket, request.member, ticket.initiator.external_id)
    if request.method != "POST" or not form.is_valid():
        return render(request, current.template, context, status=INVALID if form.errors else None)

    def save():
        current.save(ticket, form.cleaned_data, request.member)
        skip_if_asked(request, ticket)

    return perform(
        request,
        save,
        then=after(request, ticket, current),
        page=current.template,
        context=context,
        form=form,
    )


def assets(request, ticket):
    """The one page with a list. Every button saves what is right, and keeps as typed what is not."""
    if request.method != "POST":
        rows = LegForms(ticket, request.member)
        rows.add(request.GET.get("add", ""))
        return render_assets(request, ticket, rows)
    drop, add = request.POST.get("remove", ""), request.POST.get("add", "")
    rows = LegForms(ticket, request.member, request.POST, drop=drop)
    if request.POST.get("check"):
        return render_assets(request, ticket, rows)
    if not drop and not rows.is_valid(add):
        return render_assets(request, ticket, rows, status=INVALID)
    revision = request.POST.get("revision", "")
    try:
        ticket.set_terms(rows.legs, by=request.member, revision=int(revision) if revision.isdecimal() else None)
    except Refused as refusal:
        return show_refusal(request, refusal, page=ASSETS.template, context=assets_context(request, ticket, rows))
    if not drop and not add:
        skip_if_asked(request, ticket)
        return see_other(after(request, ticket, ASSETS))
    ticket = ticket_for(request, ticket.reference)
    if request.htmx or not all(row.is_blank or row.is_valid() for side in rows.sides for row in side.rows):
        rows.add(add)
        return render_assets(request, ticket, rows)
    query = request.GET.copy()
    query["add"], query["removed"] = add, side_of(drop)
    return see_other(f"{ASSETS.url(ticket)}?{query.urlencode()}")  # no fragment: autofocus would yield to it


def render_assets(request, ticket, rows, status=None):
    """The rows alone for htmx, which swaps only what succeeded; else the page with them in it."""
    template = "wizard/_terms.html" if request.htmx else ASSETS.template
    status = None if request.htmx else status
    response = render(request, template, assets_context(request, ticket, rows), status=status)
    response["Vary"] = "HX-Request"
    return response


def side_of(prefix):
    """The side that a row stands on: "receive" of "receive-2"."""
    return prefix.partition("-")[0]


def submit(request, ticket):
    """Open the ticket as the review page showed it."""
    revision = request.POST.get("revision", "")
    return perform(
        request,
        lambda: ticket.submit(by=request.member, revision=int(revision) if revision.isdecimal() else -1),
        then=reverse("ticket-opened", args=[ticket.reference]),
        page=REVIEW.template,
        context=review_context(request, ticket),
        was_done=lambda: ticket.submitted_at is not None and ticket.is_made_by(request.member),
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request, reference):
    ticket = draft_for(request, reference)
    if request.method != "POST":
        return render(request, "wizard/discard.html", {"ticket": ticket, "section": "tickets"})
    return perform(
        request,
        lambda: ticket.discard(by=request.member),
        then=reverse("dashboard"),
        page="wizard/discard.html",
        context={"ticket": ticket, "section": "tickets"},
        was_done=lambda: ticket.status == TicketStatus.CANCELLED and ticket.opened_at is None,
    )


# What the pages show


def draft_for(request, reference):
    need(request, Right.CREATE)
    ticket = ticket_for(request, reference)
    if ticket.workspace_id != request.member.workspace_id:
        raise Http404
    return ticket


def page_context(ticket, current, request=None):
    is_change = request is not None and current is not REVIEW and request.GET.get("next") == "review"
    if is_change:
        back = REVIEW.url(ticket)
    elif ticket and current.previous:
        back = current.previous.url(ticket)
    else:
        back = reverse("dashboard")
    saved_at = ticket and ticket.events.order_by("-id").values_list("at", flat=True).first()
    return {
        "section": "tickets",
        "ticket": ticket,
        "step": current,
        "steps": progress(ticket, current),
        "steps_count": len(STEPS),
        "is_change": is_change,
        "back": back,
        "saved_at": saved_at,
        "so_far": ticket and [row for row in summary(ticket, request.now) if not row["is_left_out"]],
    }


def assets_context(request, ticket, rows):
    return page_context(ticket, ASSETS, request) | {
        "rows": rows,
        "forms": rows.forms,
        "removed": side_of(request.POST.get("remove", "")) if request.POST else request.GET.get("removed", ""),
        "has_errors": any(form.errors for form in rows.forms if form.is_bound),
    }


def review_context(request, ticket):
    if request.method == "POST":  # the verb has an instance of its own
        ticket = ticket_for(request, ticket.reference)
    rows = summary(ticket, request.now, changeable=True)
    accounts = if_settled(ticket, ticket.initiator, Holdings(request.member).amounts)
    return page_context(ticket, REVIEW, request) | {
        "rows": rows,
        "accounts": accounts,
        "is_wide": any(account.is_wide for account in accounts),
        "proof": Proof.of_legs(request, ticket.terms.all()),
        "earlier": earlier_use(ticket, request.member, ticket.initiator.external_id),
    }


def skip_if_asked(request, ticket):
    """Review now: the optional pages are passed over, here and on any other device."""
    if request.POST.get("next") == "review":
        ticket.skip_options(by=request.member)


def after(request, ticket, current):
    """Where Continue leads: the next page, or back to review if one came from there or asked for it."""
    if request.POST.get("next") == "review":
        return REVIEW.url(ticket)
    if request.GET.get("next") == "review":
        return f"{REVIEW.url(ticket)}?next=review"  # which a page that has come to be missing carries on
    return STEPS[current.number].url(ticket)


def onward(request, missing, ticket):
    suffix = "?next=review" if request.GET.get("next") == "review" else ""
    return f"{missing.url(ticket)}{suffix}"


def ticket_url(ticket):
    return reverse("ticket", args=[ticket.reference])
