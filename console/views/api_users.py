"""API users: the list, adding one, and one API user with its keys and acts. For those who may manage them."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.db.models import Max
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from console import timeline
from console.access import MemberRequest, member_required, need
from console.acts import INVALID, perform, see_other, show_refusal
from console.api_user_forms import ApiUserForm, NameAndRole, PublicKeyForm, RotateForm, rights_of
from console.rows import page_of
from tickets.errors import Conflict, Refused
from tickets.models import ApiKey, Member, Right
from tickets.models.public_key import fingerprint_of


def manager_page(*methods: str) -> Callable:
    """A page for members who may manage API users. What they post stays out of reports of our own faults."""

    def decorate(view):
        @member_required
        @require_http_methods(["GET", "HEAD", *methods])
        @sensitive_post_parameters("public_key")
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            need(request, Right.MANAGE)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@manager_page()
def api_users(request: MemberRequest) -> HttpResponse:
    machines = Member.objects.of(request.member).machines().prefetch_related("keys")
    page = page_of(machines.annotate(last_used_at=Max("keys__last_used_at")).order_by("name", "pk"), request)
    rows = [{"machine": machine, "keys": valid_of(machine, request.now)} for machine in page]
    return render(request, "api_users/api_users.html", {"section": "api-users", "page": page, "rows": rows})


@manager_page("POST")
def add(request: MemberRequest) -> HttpResponse:
    form, page = ApiUserForm(posted(request)), "api_users/add.html"
    context = {"section": "api-users", "form": form}
    if not form.is_valid():
        return render(request, page, context, status=INVALID if form.is_bound else None)
    data = form.cleaned_data
    try:
        machine = Member.objects.add_machine(data["name"], data["role"], data["public_key"], by=request.member)
        words = _("%(machine)s was added. Give the machine its id, below, to send as X-API-Key.")
        messages.success(request, words % {"machine": machine})
    except Refused as refusal:
        machine = added_before(request, data) if isinstance(refusal, Conflict) else None
        if machine is None:
            return show_refusal(request, refusal, page=page, context=context, form=form)
    return see_other(reverse("api-user", args=[machine.pk]))


def added_before(request: MemberRequest, data: dict) -> Member | None:
    """What this member added with just this key and name: the form was sent twice."""
    given = ApiKey.objects.visible_to(request.member).filter(created_by=request.member, member__name=data["name"])
    key = given.filter(fingerprint=fingerprint_of(data["public_key"])).select_related("member").first()
    return key and key.member


@manager_page()
def api_user(request: MemberRequest, pk) -> HttpResponse:
    machine = machine_for(request, pk)
    keys = [key_row(key, request.now) for key in machine.keys.select_related("created_by")]
    context = context_of(request, machine) | {
        "rows": keys,
        "last_used_at": max((row["key"].last_used_at for row in keys if row["key"].last_used_at), default=None),
        "rights": rights_of(machine.role),
        "events": timeline.rows(machine.history().select_related("by__workspace", "staff"), request.member),
    }
    return render(request, "api_users/api_user.html", context)


@manager_page("POST")
def change(request: MemberRequest, pk) -> HttpResponse:
    machine = machine_for(request, pk)
    form = NameAndRole(posted(request), initial={"name": machine.name, "role": machine.role})

    def verb():
        machine.change_machine(name=form.cleaned_data["name"], role=form.cleaned_data["role"], by=request.member)

    return act(request, machine, "change", verb, form=form)


@manager_page("POST")
def rotate(request: MemberRequest, pk) -> HttpResponse:
    """Give the next key; where none is valid there is nothing to overlap with, and it is simply registered."""
    machine = machine_for(request, pk)
    is_first = not valid_of(machine, request.now)
    form = (PublicKeyForm if is_first else RotateForm)(posted(request))

    def verb():
        options = {name: value for name, value in form.cleaned_data.items() if name == "overlap"}
        give = machine.keys.register if is_first else machine.keys.rotate
        give(machine, form.cleaned_data["public_key"], by=request.member, **options)

    def was_done():
        given = machine.keys.valid(request.now).filter(created_by=request.member)
        return given.filter(fingerprint=fingerprint_of(form.cleaned_data["public_key"])).exists()

    return act(request, machine, "register" if is_first else "rotate", verb, form=form, was_done=was_done)


@manager_page("POST")
def revoke(request: MemberRequest, pk, key_pk) -> HttpResponse:
    machine = machine_for(request, pk)
    key = get_object_or_404(machine.keys.select_related("member"), pk=key_pk)
    others = [other for other in valid_of(machine, request.now) if other != key]
    more = {"key": key, "other": others[0] if others else None}
    is_possible = key.is_valid(request.now)
    done = machine.history().filter(kind="api_key.revoked", by=request.member, facts__fingerprint=key.fingerprint)
    verb = apart(key).revoke
    return act(request, machine, "revoke", lambda: verb(by=request.member), more, is_possible, was_done=done.exists)


@manager_page("POST")
def shut_out(request: MemberRequest, pk) -> HttpResponse:
    machine = machine_for(request, pk)
    is_possible = bool(valid_of(machine, request.now))
    done = machine.history().filter(kind="api_user.shut_out", by=request.member)
    verb = machine.shut_out
    return act(request, machine, "shut_out", lambda: verb(by=request.member), {}, is_possible, was_done=done.exists)


def act(
    request: MemberRequest,
    machine: Member,
    name: str,
    verb: Callable[[], object],
    more: dict | None = None,
    is_possible: bool = True,
    form: Form | None = None,
    was_done: Callable[[], bool] = lambda: False,
) -> HttpResponse:
    """The page that asks whether to do it, and the doing; what cannot be done now is told by the API user's page."""
    page, then = f"api_users/{name}.html", reverse("api-user", args=[machine.pk])
    context = context_of(request, machine) | {"form": form} | (more or {})
    if request.method != "POST" and not is_possible:
        return redirect(then)
    if request.method != "POST" or (form and not form.is_valid()):
        return render(request, page, context, status=INVALID if form and form.errors else None)
    return perform(request, verb, then=then, page=page, context=context, form=form, was_done=was_done)


def machine_for(request: MemberRequest, pk) -> Member:
    return get_object_or_404(Member.objects.of(request.member).machines().prefetch_related("keys"), pk=pk)


def apart(key: ApiKey) -> ApiKey:
    """An instance for the verb alone: the page shows the one that was read."""
    return ApiKey.objects.select_related("member").get(pk=key.pk)


def context_of(request: MemberRequest, machine: Member) -> dict:
    return {"section": "api-users", "machine": machine, "valid_keys": valid_of(machine, request.now)}


def valid_of(machine: Member, now: datetime) -> list[ApiKey]:
    """The current key first, then the one that is being replaced."""
    return sorted((key for key in machine.keys.all() if key.is_valid(now)), key=lambda key: key.expires_at is not None)


def key_row(key: ApiKey, now: datetime) -> dict:
    """A key with its state: how the chip is drawn, and what it says."""
    if key.revoked_at:
        return {"key": key, "shape": "withdrawn", "label": pgettext("key", "Revoked")}
    if not key.is_valid(now):
        return {"key": key, "shape": "expired", "label": pgettext("key", "Ended")}
    if key.expires_at:
        return {"key": key, "shape": "awaiting_peer", "label": pgettext("key", "Valid, ending"), "is_valid": True}
    return {"key": key, "shape": "approved", "label": pgettext("key", "Valid"), "is_valid": True}


def posted(request: MemberRequest):
    """What a form was sent with, which may be nothing; None where none was sent."""
    return request.POST if request.method == "POST" else None
