"""A person's own settings, each part saved by itself, and the list of shortcuts."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from console.access import MemberRequest, member_required
from console.acts import INVALID, see_other
from console.preferences import language_of
from console.sessions import end_others, places_of
from console.settings_forms import FORMS, SettingForm
from tickets.errors import Invalid


@member_required
@require_safe
def settings(request: MemberRequest) -> HttpResponse:
    return show(request)


@member_required
@require_POST
def change(request: MemberRequest, section: str) -> HttpResponse:
    if section not in FORMS:
        raise Http404
    form = FORMS[section](request.POST, member=request.member)
    if not form.is_valid():
        return show(request, {section: form})
    try:
        if section == "profile":
            request.member.rename(form.cleaned_data["name"], by=request.member)
        else:
            request.member.user.prefer(**form.cleaned_data)
    except Invalid as refusal:
        form.add_error(refusal.field, refusal.message)
        return show(request, {section: form})
    with translation.override(language_of(request.member.user, request)):  # it may be what was changed
        messages.success(request, form.saved())
    return see_other(reverse("settings"))


@member_required
@require_POST
def end_sessions(request: MemberRequest) -> HttpResponse:
    count = end_others(request.member.user, request.session.session_key, request.now)
    words = ngettext(
        "You were signed out of %(count)d other session.", "You were signed out of %(count)d other sessions.", count
    )
    messages.success(request, words % {"count": count} if count else _("You are signed in nowhere else."))
    return see_other(reverse("settings"))


@member_required
@require_safe
def shortcuts(request: MemberRequest) -> HttpResponse:
    return render(request, "settings/shortcuts.html", {"section": "settings"})


def show(request: MemberRequest, faulty: dict[str, SettingForm] | None = None) -> HttpResponse:
    """The page, with a form that could not be saved in place of the one that shows what is set."""
    faulty = faulty or {}
    forms = {name: form(member=request.member) for name, form in FORMS.items()} | faulty
    context = {
        "section": "settings",
        "forms": forms,
        "faulty": list(faulty.values()),
        "has_errors": bool(faulty),
        "places": places_of(request.member.user, request.session.session_key, request.now),
    }
    return render(request, "settings/settings.html", context, status=INVALID if faulty else None)
