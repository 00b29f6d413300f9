"""Making a transfer offer: fill it in, see what it means, make it once.

What was filled in stands in the address, so that Back, reload and a sign-in in between keep it.
"""

import secrets
from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from console.access import MemberRequest, member_required
from console.acts import CONFLICT, INVALID, see_other, show_refusal, show_unproved
from console.moments import written
from console.offer_forms import OfferForm
from console.offers import COIN, Coins, account_of, full_name, promises_of
from console.proof import Proof
from console.timeline import hours_in_words
from console.views.offer_acts import allow
from tickets.amounts import EXACT, ZERO
from tickets.errors import NotAllowed, Refused, Taken
from tickets.models import Profile, Right, TransferOffer

MICROSECONDS_OF_HOUR = 3_600_000_000
FORM, REVIEW = "offers/new.html", "offers/review.html"


@member_required
@require_safe
def new(request: MemberRequest) -> HttpResponse:
    """The empty form, or one that is changed again; faults are told once it was sent."""
    allow(request, Right.FUND, "make")
    options = options_of(request)
    initial = {"tracking_id": f"{request.now:%Y-%m-%d}-{secrets.token_hex(8)}"} | request.GET.dict()
    form, judged = OfferForm(initial=initial, **options), OfferForm(request.GET, **options)
    judged.is_valid()
    context = {"section": "offers", "form": form, "profiles": options["profiles"]}
    return render(request, FORM, context | reading_of(judged))


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest) -> HttpResponse:
    """Every value and what the offer does, then the making of it."""
    allow(request, Right.FUND, "make")
    options = options_of(request)
    form = OfferForm(request.GET, **options)
    is_valid, reading = form.is_valid(), reading_of(form)
    context = {"section": "offers", "form": form, "profiles": options["profiles"]} | reading
    if not is_valid:
        return render(request, FORM, context, status=INVALID)
    try:
        TransferOffer.objects.must_be_free(form.cleaned_data["sender"], form.cleaned_data["tracking_id"])
        if form.cleaned_data["reserve"] and (why := why_not_held(reading)):
            form.add_error("reserve", why)
            return render(request, FORM, context, status=INVALID)
        context |= shown(request, form)
        if request.method != "POST":
            return render(request, REVIEW, context)
        if not context["proof"].is_given():
            return show_unproved(request, context["proof"], page=REVIEW, context=context, form=form)
        return make(request, form)
    except Taken as refusal:
        return taken(request, form, refusal, context)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except Refused as refusal:
        return show_refusal(request, refusal, page=FORM, context=context, form=form)


def shown(request: MemberRequest, form: OfferForm) -> dict:
    """What the review shows of a form that is valid."""
    data, change = form.cleaned_data, f"{reverse('offer-new')}?{request.GET.urlencode()}"
    proof = Proof(request, [(COIN.pk, data["amount"])])
    return {"to": data["to"], "rows": rows_of(request, form, change), "change_url": change, "proof": proof}


def make(request: MemberRequest, form: OfferForm) -> HttpResponse:
    data = form.cleaned_data
    made = TransferOffer.objects.offer(
        data["sender"],
        data["to"],
        data["amount"],
        data["description"],
        end_of(request, form),
        data["tracking_id"],
        by=request.member,
        now=request.now,
        reserve=data["reserve"],
    )
    words = _("You offered %(amount)s to %(firm)s.")
    messages.success(request, words % {"amount": Coins(made.amount), "firm": data["to"].workspace})
    return see_other(reverse("offer", args=[made.pk]))


def taken(request: MemberRequest, form: OfferForm, refusal: Taken, context: dict) -> HttpResponse:
    """The same form sent again leads to the offer that it made; another offer needs another tracking id."""
    data, found = form.cleaned_data, cast(TransferOffer, refusal.offer)
    said = (data["sender"].pk, data["to"].pk, data["amount"], data["description"])
    if said == (found.sender_id, found.receiver_id, found.amount, found.description):
        messages.info(request, _("This offer was made already: here it is. For another one start a new form."))
        return see_other(reverse("offer", args=[found.pk]))
    form.add_error("tracking_id", refusal.message)
    return render(request, FORM, context, status=CONFLICT)


def end_of(request: MemberRequest, form: OfferForm) -> datetime:
    """When it expires, if it is made now."""
    return request.now + timedelta(microseconds=int(form.cleaned_data["hours"] * MICROSECONDS_OF_HOUR))


def options_of(request: MemberRequest) -> dict:
    """What a form of this member chooses from."""
    promises = {each.vault.pk: each for each in promises_of(request.member, request.now)}
    profiles = list(Profile.objects.of(request.member).select_related("vault"))
    return {"member": request.member, "profiles": profiles, "promises": promises, "now": request.now}


def reading_of(form: OfferForm) -> dict:
    """How the amount is understood, and whether the funds for it are there; as far as that was filled in."""
    amount, sender, funds = form.cleaned_data.get("amount"), form.cleaned_data.get("sender"), form.funds
    reading = {"coins": Coins(amount) if amount else None, "sender": sender, "funds": funds}
    if not (amount and funds):
        return reading
    before = funds.available if form.cleaned_data.get("reserve") else funds.left
    missing, in_all = EXACT.subtract(amount, funds.available), EXACT.subtract(amount, funds.left)
    return reading | {
        "account": account_of(funds.vault, before, EXACT.minus(amount)),
        "missing": Coins(missing) if missing > ZERO else None,
        "missing_in_all": Coins(in_all) if in_all > ZERO else None,
    }


def why_not_held(reading: dict) -> str:
    if reading["funds"] is None:
        return _("It cannot be held: %(profile)s has no vault to send from") % {"profile": reading["sender"]}
    missing = reading["missing"]
    return _("It cannot be held: %(amount)s too little is available") % {"amount": missing} if missing else ""


def rows_of(request: MemberRequest, form: OfferForm, change: str) -> list[dict]:
    """Everything that was filled in, each with the way to change it."""
    data = form.cleaned_data
    expires = _("%(hours)s after you make it: %(at)s if now") % {
        "hours": hours_in_words(data["hours"]),
        "at": written(end_of(request, form)),
    }
    rows = [
        ("sender", _("From"), data["sender"]),
        ("receiver", _("To"), full_name(data["to"])),
        ("party", _("Party ID of the receiver"), data["to"].party),
        ("amount", _("Amount"), Coins(data["amount"])),
        ("description", _("Description"), data["description"] or pgettext("description", "None")),
        ("expires", _("Expires"), expires),
        ("reserve", _("Held now"), _("Yes, until the offer ends") if data["reserve"] else _("No")),
        ("tracking_id", _("Tracking ID"), data["tracking_id"]),
    ]
    return [{"label": label, "value": value, "href": f"{change}#{form[name].auto_id}"} for name, label, value in rows]
