"""Transfer offers: create exactly once, list, accept, reject, withdraw, and ask what became of one."""

import logging
from typing import cast

from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.urls import register_converter
from ninja import Router, Schema

from tickets.api.wallet_answers import (
    OfferStatusOut,
    accepted_out,
    in_order,
    now_of,
    offer_named,
    offer_out,
    party_known,
    status_out,
    taken,
    wallet_user,
)
from tickets.api.wallet_auth import WalletOwner
from tickets.api.wallet_errors import WalletError
from tickets.api.wallet_types import (
    AmountText,
    Contract,
    ContractId,
    Moment,
    Nothing,
    PartyText,
    Request,
    ShortText,
    errors,
)
from tickets.errors import Taken, WrongStatus
from tickets.models import TransferOffer
from tickets.models.wallet import claim

log = logging.getLogger(__name__)
router = Router(tags=["Transfer offers"], auth=WalletOwner())
OFFERS = "/v0/wallet/transfer-offers"


class AnyText:
    """A tracking id in a path: anything, also nothing. The server has decoded the path, so a slash may be part of it;
    what stands before the last `/status` is the id."""

    regex = r"[\s\S]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AnyText, "any_text")


class OfferIn(Request):
    receiver_party_id: PartyText
    amount: AmountText
    description: ShortText
    expires_at: Moment
    tracking_id: ShortText


class Created(Schema):
    offer_contract_id: str


class Accepted(Schema):
    accepted_offer_contract_id: str


class Offers(Schema):
    offers: list[Contract]


class AcceptedOffers(Schema):
    accepted_offers: list[Contract]


@router.post(
    OFFERS, operation_id="createTransferOffer", response={200: Created, **errors(400, 403, 404, 409, 413, 415, 429)}
)
def create(request: HttpRequest, body: OfferIn):
    """Offer an amount of Canton Coin. Repeat it with the same tracking id as often as needed: it is made once."""
    return {"offer_contract_id": create_once(request, body).contract_id}


def create_once(request: HttpRequest, body: OfferIn, *, is_token: bool = False) -> TransferOffer:
    caller, now = wallet_user(request), now_of(request)
    try:
        try:
            receiver = party_known(body.receiver_party_id)
        except Http404:
            TransferOffer.objects.must_be_free(caller.profile, body.tracking_id)  # a used id is told first
            raise
        with claim(caller.profile, body.tracking_id, now=now):
            return TransferOffer.objects.offer(
                caller.profile,
                receiver,
                body.amount,
                body.description,
                body.expires_at,
                body.tracking_id,
                wallet_user=caller,
                now=now,
                is_token=is_token,
            )
    except Taken as refusal:
        raise taken(cast(TransferOffer, refusal.offer), refusal.message) from None
    except WrongStatus as refusal:  # there is no offer yet that could be gone
        raise WalletError(400, refusal.message) from None


@router.get(OFFERS, operation_id="listTransferOffers", response={200: Offers, **errors(403, 404)})
def offers(request: HttpRequest):
    """Open offers that the caller has sent or received, oldest first."""
    own = TransferOffer.objects.of(wallet_user(request).profile).open().filter(is_token=False)
    return {"offers": [offer_out(offer) for offer in in_order(own)]}


@router.get(
    "/v0/wallet/accepted-transfer-offers",
    operation_id="listAcceptedTransferOffers",
    response={200: AcceptedOffers, **errors(403, 404)},
)
def accepted_offers(request: HttpRequest):
    """Accepted offers whose amount has not moved yet."""
    own = TransferOffer.objects.of(wallet_user(request).profile).accepted().filter(is_token=False)
    return {"accepted_offers": [accepted_out(offer) for offer in in_order(own)]}


@router.post(
    f"{OFFERS}/{{any_text:tracking_id}}/status",
    operation_id="getTransferOfferStatus",
    response={200: OfferStatusOut, **errors(403, 404)},
    exclude_none=True,
)
def status(request: HttpRequest, tracking_id: str):
    """What became of the offer with this tracking id: one that the caller sent, else one that it received."""
    found = TransferOffer.objects.with_tracking_id(wallet_user(request).profile, tracking_id).first()
    if found is None:
        raise Http404(f"No transfer offer with tracking id {tracking_id} was found in this wallet.")
    return status_out(found)


@router.get(
    f"{OFFERS}/{{any_text:tracking_id}}/status",
    operation_id="readTransferOfferStatus",
    response={200: OfferStatusOut, **errors(403, 404)},
    exclude_none=True,
)
def read_status(request: HttpRequest, tracking_id: str):
    """The same by GET, which only reads."""
    return status(request, tracking_id)


@router.post(
    f"{OFFERS}/{{contract_id}}/accept",
    operation_id="acceptTransferOffer",
    response={200: Accepted, **errors(400, 403, 404, 429)},
)
def accept(request: HttpRequest, contract_id: ContractId):
    """Agree to receive. The amount moves at once if it can; if not, the worker tries until the offer expires."""
    offer = offer_named(TransferOffer.objects.filter(is_token=False), contract_id, request)
    offer.accept(wallet_user=wallet_user(request), now=now_of(request))
    accepted_id = offer.accepted_contract_id
    try:
        offer.finish()
    except DatabaseError:
        log.exception("Offer %s is accepted; the worker will finish it.", offer.pk)
    return {"accepted_offer_contract_id": accepted_id}


@router.post(
    f"{OFFERS}/{{contract_id}}/reject",
    operation_id="rejectTransferOffer",
    response={200: Nothing, **errors(400, 403, 404, 429)},
)
def reject(request: HttpRequest, contract_id: ContractId):
    offer = offer_named(TransferOffer.objects.filter(is_token=False), contract_id, request)
    offer.reject(wallet_user=wallet_user(request), now=now_of(request))
    return {}


@router.post(
    f"{OFFERS}/{{contract_id}}/withdraw",
    operation_id="withdrawTransferOffer",
    response={200: Nothing, **errors(400, 403, 404, 429)},
)
def withdraw(request: HttpRequest, contract_id: ContractId):
    offer = offer_named(TransferOffer.objects.filter(is_token=False), contract_id, request)
    offer.withdraw(wallet_user=wallet_user(request), now=now_of(request))
    return {}
