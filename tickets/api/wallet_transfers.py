"""Transfers of the token standard: the amount is held from the start, and moves in the moment of acceptance."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tickets.api.wallet_answers import in_order, instruction_out, now_of, offer_named, wallet_user
from tickets.api.wallet_auth import WalletOwner
from tickets.api.wallet_offers import OfferIn, create_once
from tickets.api.wallet_types import Contract, ContractId, errors
from tickets.models import TransferOffer
from tickets.models.status import OfferStatus

TRANSFERS = "/wallet/token-standard/transfers"


class Result(Schema):
    """`output` has `transfer_instruction_cid` while pending, `receiver_holding_cids` when completed, else nothing."""

    output: dict[str, Any]
    sender_change_cids: list[str]
    meta: dict[str, str]


class Transfers(Schema):
    transfers: list[Contract]


def result(offer: TransferOffer) -> dict[str, Any]:
    output: dict[str, Any] = {}
    if offer.status == OfferStatus.CREATED:
        output = {"transfer_instruction_cid": offer.contract_id}
    elif offer.status == OfferStatus.COMPLETED:
        output = {"receiver_holding_cids": [offer.amulet_contract_id]}
    return {"output": output, "sender_change_cids": [], "meta": {}}


def create(request: HttpRequest, body: OfferIn):
    """Hold the amount for the receiver. To a receiver who has preapproved transfers it moves at once."""
    return result(create_once(request, body, is_token=True))


def transfers(request: HttpRequest):
    """Transfers that wait for the receiver, oldest first."""
    own = TransferOffer.objects.of(wallet_user(request).profile).open().filter(is_token=True)
    return {"transfers": [instruction_out(offer) for offer in in_order(own)]}


def accept(request: HttpRequest, contract_id: ContractId):
    return acted(request, contract_id, "accept")


def reject(request: HttpRequest, contract_id: ContractId):
    return acted(request, contract_id, "reject")


def withdraw(request: HttpRequest, contract_id: ContractId):
    return acted(request, contract_id, "withdraw")


def acted(request: HttpRequest, contract_id: str, verb: str) -> dict[str, Any]:
    offer = offer_named(TransferOffer.objects.filter(is_token=True), contract_id, request)
    getattr(offer, verb)(wallet_user=wallet_user(request), now=now_of(request))
    return result(offer)


def routes(suffix: str = "") -> Router:
    """The family, once for each version that clients know; `suffix` keeps the names of its operations apart."""
    router = Router(tags=["Token-standard transfers"], auth=WalletOwner())
    made = {200: Result, **errors(400, 403, 404, 409, 413, 415, 429)}
    router.post(TRANSFERS, operation_id=f"createTokenStandardTransfer{suffix}", response=made)(create)
    listed = {200: Transfers, **errors(403, 404)}
    router.get(TRANSFERS, operation_id=f"listTokenStandardTransfers{suffix}", response=listed)(transfers)
    moved = {200: Result, **errors(400, 403, 404, 429)}
    for verb in (accept, reject, withdraw):
        name = verb.__name__
        path, operation_id = f"{TRANSFERS}/{{contract_id}}/{name}", f"{name}TokenStandardTransfer{suffix}"
        router.post(path, operation_id=operation_id, response=moved)(verb)
    return router
