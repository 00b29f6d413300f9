"""Saved views: lists as this member likes to see them, under names of their own."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from console.access import MemberRequest, member_required
from console.acts import perform, see_other
from console.paging import CURSORS
from console.words import filled
from tickets.models import SavedView
from tickets.models.saved_view import VIEW_NAME_MAX

LISTS = {"tickets": gettext_lazy("Active tickets"), "history": gettext_lazy("Ticket history")}
"""The lists that a view can be of: the name of the address, and what people call it."""


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,  # the verb says what is missing
        help_text=filled(
            gettext_lazy("At most %(max)d characters, for example Europe desk, this week."), max=VIEW_NAME_MAX
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@member_required
@require_safe
def saved_views(request: MemberRequest) -> HttpResponse:
    titles = {reverse(name): title for name, title in LISTS.items()}
    rows = [{"view": view, "of": titles.get(view.path, view.path)} for view in SavedView.objects.of(request.member)]
    return render(request, "lists/saved_views.html", {"rows": rows})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: MemberRequest) -> HttpResponse:
    """`?list=` names the list and `query` says how it is seen."""
    name = request.GET.get("list", "")
    if name not in LISTS:
        raise Http404
    path, query = reverse(name), conditions_of(request.GET.get("query", ""))
    form = NameForm(request.POST if request.method == "POST" else None)
    page = "lists/view_save.html"
    url = f"{path}?{query}".rstrip("?")
    context = {"form": form, "of": LISTS[name], "url": url}
    if not (form.is_bound and form.is_valid()):
        return render(request, page, context)

    def verb():
        SavedView.objects.keep(form.cleaned_data["name"], path, query, by=request.member, now=request.now)
        messages.success(request, _("The view “%(name)s” was saved.") % {"name": form.cleaned_data["name"]})

    return perform(request, verb, then=url, page=page, context=context, form=form)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view(request: MemberRequest, pk) -> HttpResponse:
    """Rename it, or remove it."""
    view = get_object_or_404(SavedView.objects.of(request.member), pk=pk)
    then, name = reverse("saved-views"), view.name
    if "remove" in request.POST:
        view.delete()
        messages.success(request, _("The view “%(name)s” was removed.") % {"name": name})
        return see_other(then)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": name})
    context = {"form": form, "view": view, "name": name}
    if not (form.is_bound and form.is_valid()):
        return render(request, "lists/view.html", context)
    rename = lambda: view.rename(form.cleaned_data["name"])  # noqa: E731
    return perform(request, rename, then=then, page="lists/view.html", context=context, form=form)


def conditions_of(query: str) -> str:
    """A query without what says where in the list one is, and without what says nothing."""
    kept = QueryDict(query, mutable=True)
    for name in [*kept]:
        if name in CURSORS or not kept[name]:
            del kept[name]
    return kept.urlencode()
