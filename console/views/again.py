"""Another ticket from the terms of one that there is."""

import uuid

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.access import member_required, need, ticket_for
from console.acts import see_other
from console.steps import REVIEW, first_missing
from tickets.models import Right, Ticket, TicketStatus


@member_required
@require_POST
def again(request, reference):
    """Make the draft and go on to its review; `key` lets a form that is sent twice make one."""
    ticket, back = ticket_for(request, reference), reverse("ticket", args=[reference])
    need(request, Right.CREATE)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return see_other(back)  # not a key that a page gave out
    draft = Ticket.objects.draft_like(ticket, by=request.member, key=key, now=request.now)
    if draft.status != TicketStatus.DRAFT:
        return see_other(reverse("ticket", args=[draft.reference]))
    missing = first_missing(draft)
    if missing is REVIEW:
        words = _("This draft has the terms of %(ticket)s. Nobody else sees it until you open it.")
        messages.success(request, words % {"ticket": reference})
    else:
        words = _("The profiles of %(ticket)s are no longer connected. Choose others; its legs are in the draft.")
        messages.warning(request, words % {"ticket": reference})
    return see_other(missing.url(draft) if missing is REVIEW else f"{missing.url(draft)}?next=review")
