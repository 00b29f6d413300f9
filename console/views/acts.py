"""Acts on a ticket other than funding it: approve, decline, cancel, reject, add a note, change our external ID.

Each is a page of its own that says what will happen. A page whose act is no longer possible leads back to the ticket,
which says why.
"""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console import ends
from console.access import member_required, need, ticket_for
from console.act_forms import ExternalIdForm, NoteForm, Readers, ReasonForm
from console.acts import CONFLICT, INVALID, perform
from console.proof import Proof
from console.templatetags.tickets import firms
from console.views.tickets import facts_of
from tickets.models import Right, TermStatus, Ticket, TicketStatus
from tickets.models.words import within


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request, reference):
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.APPROVE)
    context = context_of(request, ticket) | {"proof": Proof.of_legs(request, ticket.terms.all())}
    if request.method == "POST":
        return perform(
            request,
            said(request, apart(ticket).approve, _("%(ticket)s is approved and open.") % {"ticket": ticket}, by=member),
            then=reverse("ticket", args=[reference]),
            page="acts/approve.html",
            context=context,
            was_done=lambda: was_done(ticket, member, "ticket.opened", own_facts__approved=True),
        )
    if ticket.status != TicketStatus.AWAITING_APPROVAL:
        return redirect("ticket", reference)
    return render(request, "acts/approve.html", context)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request, reference):
    ticket = ticket_for(request, reference)
    need(request, Right.APPROVE)
    if request.method != "POST" and (ticket.status != TicketStatus.AWAITING_APPROVAL or is_made_by(request, ticket)):
        return redirect("ticket", reference)
    return with_reason(request, ticket, "decline", "declined", _("%(ticket)s is declined."))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, reference):
    return end(request, reference, "cancel", "cancelled", _("%(ticket)s is cancelled."), is_own=True)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request, reference):
    return end(request, reference, "reject", "rejected", _("%(ticket)s is rejected."), is_own=False)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def note(request, reference):
    """Something said to the other parties, at any time: also once the ticket has ended."""
    ticket, member = ticket_for(request, reference), request.member
    if not member.may(Right.CANCEL):
        raise PermissionDenied(_("Your role, %(role)s, may not add notes.") % {"role": within(member.role)})
    if ticket.status == TicketStatus.DRAFT:
        return redirect("ticket", reference)
    last = ticket.events.order_by("-pk").values_list("pk", flat=True).first()
    form = NoteForm(posted(request), readers=readers_of(ticket, member), initial={"seen": last})
    context = context_of(request, ticket) | {"form": form}
    if not form.is_valid():
        return render(request, "acts/note.html", context, status=INVALID if form.is_bound else None)
    return perform(
        request,
        said(request, note_once, _("Your note is added."), ticket, **form.cleaned_data, by=member),
        then=reverse("ticket", args=[reference]),
        page="acts/note.html",
        context=context,
        form=form,
    )


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def external_id(request, reference):
    """Saved at once, unless another ticket of ours has the same ID: then it is asked about first."""
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.CREATE)
    current = ticket.party_of(member).external_id
    form = ExternalIdForm(posted(request), initial={"external_id": current})
    context = context_of(request, ticket) | {"current": current, "form": form}
    if not form.is_valid():
        return render(request, "acts/external_id.html", context, status=INVALID if form.is_bound else None)
    wanted = form.cleaned_data["external_id"]
    if wanted != form.cleaned_data["confirmed"] and (earlier := earlier_use(ticket, member, wanted)):
        return render(request, "acts/external_id.html", context | {"earlier": earlier}, status=CONFLICT)
    return perform(
        request,
        said(request, apart(ticket).set_external_id, _("External ID saved."), wanted, by=member),
        then=reverse("ticket", args=[reference]),
        page="acts/external_id.html",
        context=context,
        form=form,
    )


# Shared


def end(request, reference, act: str, done: str, words: str, *, is_own: bool):
    ticket, member = ticket_for(request, reference), request.member
    need(request, Right.CANCEL)
    can_be_ended = is_own == (ticket.workspace_id == member.workspace_id) and ticket.can_be_ended_by(
        member, request.now
    )
    if request.method != "POST" and not can_be_ended:
        return redirect("ticket", reference)
    return with_reason(request, ticket, act, done, words, can_be_ended=can_be_ended)


def with_reason(request, ticket: Ticket, act: str, done: str, words: str, **more):
    """Run the verb `act` with the reason that was given; `done` is its past, and `words` say so of the ticket."""
    form = ReasonForm(posted(request), readers=readers_of(ticket, request.member))
    page, context = f"acts/{act}.html", context_of(request, ticket) | {"form": form} | more
    if not form.is_valid():
        return render(request, page, context, status=INVALID if form.is_bound else None)
    verb, member = getattr(apart(ticket), act), request.member
    return perform(
        request,
        said(request, verb, words % {"ticket": ticket}, by=member, reason=form.cleaned_data["reason"]),
        then=reverse("ticket", args=[ticket.reference]),
        page=page,
        context=context,
        form=form,
        was_done=lambda: was_done(ticket, member, f"ticket.{done}"),
    )


def readers_of(ticket: Ticket, member) -> Readers | str:
    """Who reads what this member writes on the ticket."""
    return firms(ends.others(ticket, member)) if ticket.opened_at else Readers.COLLEAGUES


def note_once(ticket: Ticket, *, note: str, seen: int | None, by) -> None:
    """Add the note, unless this person has added just this one since the page was shown."""
    with transaction.atomic():
        locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if seen is None or not was_done(ticket, by, "note.added", facts__text=note, pk__gt=seen):
            locked.add_note(note, by=by)


def posted(request):
    """What a form was sent with, which may be nothing; None where none was sent."""
    return request.POST if request.method == "POST" else None


def apart(ticket: Ticket) -> Ticket:
    """An instance for the verb alone: after a refusal it is thrown away, and the page shows the one that was read."""
    return Ticket.objects.get(pk=ticket.pk)


def said(request, verb: Callable, words: str, *args, **facts) -> Callable[[], None]:
    """The verb, and then a word on the next page that it was done."""

    def run():
        verb(*args, **facts)
        messages.success(request, words)

    return run


def was_done(ticket: Ticket, member, kind: str, **facts) -> bool:
    """Whether this person has done just this before: the form was sent twice."""
    return ticket.events.filter(kind=kind, by=member, **facts).exists()


def is_made_by(request, ticket: Ticket) -> bool:
    return ticket.is_made_by(request.member)


def earlier_use(ticket: Ticket, member, external_id: str) -> Ticket | None:
    """Another ticket of this firm that has the same external ID."""
    if not external_id:
        return None
    return Ticket.objects.with_external_id(member, external_id).exclude(pk=ticket.pk).first()


def context_of(request, ticket: Ticket) -> dict:
    legs = list(ticket.terms.all())
    return facts_of(ticket, request.member, request.now) | {
        "is_maker": ticket.status == TicketStatus.AWAITING_APPROVAL and is_made_by(request, ticket),
        "held": [leg for leg in legs if leg.status == TermStatus.HELD],
    }
