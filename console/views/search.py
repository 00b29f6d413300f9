"""Search from any page: to the ticket that the text names, or else to the list that has what fits it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from console.filters import TextForm
from tickets.models import Profile, Ticket


@member_required
@require_safe
def search(request: MemberRequest) -> HttpResponse:
    form = TextForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if not text:
        return render(request, "tickets/search.html", {"section": "search", "form": form})
    tickets = Ticket.objects.of(request.member)
    if ticket := tickets.called(text):
        return redirect("ticket", ticket.reference)
    profiles = Profile.objects.named(text).exclude(workspace=request.member.workspace_id)
    active = tickets.not_ended().active(request.now)
    is_active = active.filter(active.any_meaning(text, request.member, [profile.pk for profile in profiles])).exists()
    return redirect(reverse("tickets" if is_active else "history", query={"q": text}))
