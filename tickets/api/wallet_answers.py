"""How rows look on the wire of the wallet API: offers and preapprovals as contracts, an offer's status, who calls."""

from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from django.http import Http404, HttpRequest
from ninja import Schema

from tickets.api.wallet_errors import WalletError
from tickets.api.wallet_types import DSO, Contract, contract, decimal_out, is_contract_id, moment_out
from tickets.models import Profile, TransferOffer, WalletUser
from tickets.models.offer_queries import TransferOfferQuerySet
from tickets.models.status import OfferStatus
from tickets.models.wallet import Preapproval

BASE = "/api/validator"
LIST_MAX = 1000
OFFER = "Splice.Wallet.TransferOffer:TransferOffer"
ACCEPTED = "Splice.Wallet.TransferOffer:AcceptedTransferOffer"
INSTRUCTION = "Splice.AmuletTransferInstruction:AmuletTransferInstruction"
PREAPPROVAL = "Splice.AmuletRules:TransferPreapproval"
AMULET = "Splice.Amulet:Amulet"
LOCKED_AMULET = "Splice.Amulet:LockedAmulet"
REASON_KEY = "splice.lfdecentralizedtrust.org/reason"
PREAPPROVED_FOR = timedelta(days=365 * 50)
"""A preapproval here stands until it is ended; clients want a date."""


class OfferStatusOut(Schema):
    """The fields that a status does not have are absent."""

    status: Literal["created", "accepted", "completed", "failed"]
    transaction_id: str | None = None
    contract_id: str | None = None
    failure_kind: Literal["expired", "rejected", "withdrawn"] | None = None
    withdrawn_reason: str | None = None


# Who calls


def wallet_user(request: HttpRequest) -> WalletUser:
    """Set by the sign-in."""
    return request.wallet_user  # type: ignore[attr-defined]


def now_of(request: HttpRequest) -> datetime:
    return request.now  # type: ignore[attr-defined]


def party_known(party: str) -> Profile:
    profile = Profile.objects.in_use().select_related("vault", "workspace").filter(party=party).first()
    if profile is None:
        raise Http404(f"The party {party} is not known to this network.")
    return profile


def offer_named(offers: TransferOfferQuerySet, contract_id: str, request: HttpRequest) -> TransferOffer:
    """An offer that the caller is a party of; of any other nothing is told."""
    if not is_contract_id(contract_id):
        raise WalletError(400, "Failed to decode: contract_id: a contract id is a string of hex digits.")
    own = offers.of(wallet_user(request).profile).select_related("sender", "receiver")
    found = own.filter(contract_id=contract_id).first()
    if found is None:
        raise Http404(f"No active contract {contract_id} was found. It does not exist, or it is consumed already.")
    return found


def in_order(offers: TransferOfferQuerySet) -> TransferOfferQuerySet:
    """As lists go out: oldest first, up to a thousand, there being no pages."""
    return offers.select_related("sender", "receiver").order_by("created_at", "pk")[:LIST_MAX]


# Contracts


def offer_out(offer: TransferOffer) -> Contract:
    payload = terms(offer) | {"description": offer.description}
    return contract(OFFER, offer.contract_id, payload, offer.created_at)


def accepted_out(offer: TransferOffer) -> Contract:
    return contract(ACCEPTED, offer.accepted_contract_id, terms(offer), offer.accepted_at)


def terms(offer: TransferOffer) -> dict[str, Any]:
    return {
        "sender": offer.sender.party,
        "receiver": offer.receiver.party,
        "dso": DSO,
        "amount": {"amount": decimal_out(offer.amount), "unit": "AmuletUnit"},
        "expiresAt": moment_out(offer.expires_at),
        "trackingId": offer.tracking_id or "",
    }


def instruction_out(offer: TransferOffer) -> Contract:
    """A pending transfer of the token standard."""
    transfer = {
        "sender": offer.sender.party,
        "receiver": offer.receiver.party,
        "amount": decimal_out(offer.amount),
        "instrumentId": {"admin": DSO, "id": "Amulet"},
        "requestedAt": moment_out(offer.created_at),
        "executeBefore": moment_out(offer.expires_at),
        "inputHoldingCids": [],
        "meta": {"values": {REASON_KEY: offer.description}},
    }
    return contract(INSTRUCTION, offer.contract_id, {"transfer": transfer}, offer.created_at)


def preapproval_out(preapproval: Preapproval) -> dict[str, Any]:
    given = moment_out(preapproval.created_at)
    payload = {
        "dso": DSO,
        "receiver": preapproval.profile.party,
        "provider": preapproval.profile.party,
        "validFrom": given,
        "lastRenewedAt": given,
        "expiresAt": moment_out(preapproval.created_at + PREAPPROVED_FOR),
    }
    return {"contract": contract(PREAPPROVAL, preapproval.contract_id, payload, preapproval.created_at)}


# Status


def status_out(offer: TransferOffer) -> dict[str, str]:
    if offer.status == OfferStatus.CREATED:
        transaction_id, contract_id = offer.created_transaction_id, offer.contract_id
    elif offer.status == OfferStatus.ACCEPTED:
        transaction_id, contract_id = offer.accepted_transaction_id, offer.accepted_contract_id
    elif offer.status == OfferStatus.COMPLETED:
        transaction_id, contract_id = offer.ended_transaction_id, offer.amulet_contract_id
    else:
        failed = {"status": "failed", "failure_kind": offer.status}
        return failed | ({"withdrawn_reason": offer.reason} if offer.status == OfferStatus.WITHDRAWN else {})
    return {"status": offer.status, "transaction_id": transaction_id, "contract_id": contract_id}


def status_address(tracking_id: str) -> str:
    return f"{BASE}/v0/wallet/transfer-offers/{quote(tracking_id, safe='')}/status"


def taken(offer: TransferOffer, message: str) -> WalletError:
    """409, with what became of the offer that has the id, and where to ask again."""
    address = status_address(offer.tracking_id or "")
    return WalletError(
        409, message, headers={"Location": address}, status_url=address, offer_status=status_out(offer)["status"]
    )
