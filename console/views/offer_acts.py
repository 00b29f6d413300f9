"""Acts on a transfer offer: accept, reject, withdraw. Each is a page of its own that says what will happen.

A page whose act is no longer possible leads back to the offer, which says why.
"""

import logging
from collections.abc import Callable
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from console.access import MemberRequest, member_required, offer_for
from console.acts import INVALID, perform
from console.offer_forms import RejectForm
from console.offers import COIN, Coins, OfferRow, account_of, lacked
from console.proof import Proof
from console.views.offers import context_of
from tickets.amounts import ZERO
from tickets.models import Account, OfferStatus, Right, TransferOffer
from tickets.models.words import within

log = logging.getLogger(__name__)
MAY_NOT = {
    "make": gettext_lazy("Your role, %(role)s, may not make transfer offers."),
    "accept": gettext_lazy("Your role, %(role)s, may not accept transfer offers."),
    "reject": gettext_lazy("Your role, %(role)s, may not reject transfer offers."),
    "withdraw": gettext_lazy("Your role, %(role)s, may not withdraw transfer offers."),
}
form_page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@form_page
def accept(request: MemberRequest, pk) -> HttpResponse:
    """Agree to receive, and finish at once what can be finished."""
    found, member = offer_for(request, pk), request.member
    allow(request, Right.CREATE, "accept")

    def verb():
        offer = apart(found)
        offer.accept(by=member)
        try:
            offer.finish()
        except DatabaseError:
            log.exception("Offer %s is accepted; the worker will finish it.", offer.pk)
        tell_outcome(request, offer)

    context = context_of(request, found)
    context["account"] = available_of(found.receiver.vault, found.amount)
    context["proof"] = Proof(request, [(COIN.pk, found.amount)])
    return act(request, found, "accept", "accepted", verb, context)


@member_required
@form_page
def reject(request: MemberRequest, pk) -> HttpResponse:
    found, member = offer_for(request, pk), request.member
    allow(request, Right.CANCEL, "reject")
    context = context_of(request, found)
    form = RejectForm(request.POST if request.method == "POST" else None, reader=found.sender.workspace.name)

    def verb():
        apart(found).reject(by=member, reason=form.cleaned_data["reason"])
        messages.success(request, _("You rejected %(amount)s. Nothing has moved.") % {"amount": context["row"].what})

    return act(request, found, "reject", "rejected", verb, context, form)


@member_required
@form_page
def withdraw(request: MemberRequest, pk) -> HttpResponse:
    found, member = offer_for(request, pk), request.member
    allow(request, Right.CANCEL, "withdraw")
    context = context_of(request, found)
    given_back = found.amount if found.reserves else ZERO
    context["account"] = available_of(found.source or found.sender.vault, given_back)

    def verb():
        apart(found).withdraw(by=member)
        messages.success(request, _("You withdrew your offer of %(amount)s.") % {"amount": context["row"].what})

    return act(request, found, "withdraw", "withdrawn", verb, context)


# Shared


def act(
    request: MemberRequest,
    found: TransferOffer,
    name: str,
    event: str,
    verb: Callable[[], None],
    context: dict,
    form: RejectForm | None = None,
) -> HttpResponse:
    """The page that asks whether to do it, and the doing. A form sent twice shows what came of the first."""
    row: OfferRow = context["row"]
    is_possible = getattr(row, f"can_{name}")
    if request.method != "POST" and not is_possible:
        return redirect(row.url)
    page, context = f"offers/{name}.html", context | {"form": form, "is_possible": is_possible}
    if request.method != "POST" or (form and not form.is_valid()):
        return render(request, page, context, status=INVALID if form and form.errors else None)
    done = found.events.filter(kind=f"offer.{event}", by=request.member)
    then = reverse("offer", args=[found.pk])
    return perform(request, verb, then=then, page=page, context=context, form=form, was_done=done.exists)


def allow(request: MemberRequest, right: Right, what: str) -> None:
    """Answer 403 where the role does not allow the act."""
    if not request.member.may(right):
        raise PermissionDenied(MAY_NOT[what] % {"role": within(request.member.role)})


def apart(found: TransferOffer) -> TransferOffer:
    """An instance for the verb alone: after a refusal it is thrown away, and the page shows the one that was read."""
    return TransferOffer.objects.select_related("sender__workspace", "receiver__vault").get(pk=found.pk)


def available_of(vault: Account | None, change: Decimal) -> dict | None:
    """What the vault has available before and after."""
    return account_of(vault, vault.available(COIN), change) if vault else None


def tell_outcome(request: MemberRequest, offer: TransferOffer) -> None:
    """What came of an acceptance, in the moment after it."""
    what, firm = str(Coins(offer.amount)), offer.sender.workspace.name
    if offer.status == OfferStatus.COMPLETED:
        words = _("You accepted, and %(amount)s from %(firm)s has arrived in your vault “%(vault)s”.")
        messages.success(request, words % {"amount": what, "firm": firm, "vault": offer.destination.name})
    elif offer.status == OfferStatus.WITHDRAWN:
        words = _(
            "You accepted, but nothing moved: %(firm)s is out of funds (missing %(missing)s). The offer has ended."
        )
        messages.warning(request, words % {"firm": firm, "missing": lacked(offer.reason)})
    elif offer.receiver.vault is None:
        words = _("You accepted. Nothing has moved yet: %(profile)s has no vault to receive into.")
        messages.warning(request, words % {"profile": offer.receiver})
    else:
        words = _("You accepted. %(amount)s moves in a moment; it is tried again until the offer expires.")
        messages.info(request, words % {"amount": what})
