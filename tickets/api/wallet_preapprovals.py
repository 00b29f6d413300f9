"""Preapprovals: a receiver takes what is sent without being asked, and a sender needs one step only."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status

from tickets.api.wallet_answers import now_of, party_known, preapproval_out, wallet_user
from tickets.api.wallet_auth import AnyUser, Operator, WalletOwner
from tickets.api.wallet_errors import WalletError
from tickets.api.wallet_types import (
    AmountText,
    ContractWithState,
    Nothing,
    PartyPath,
    PartyText,
    Request,
    ShortText,
    errors,
    party_in,
)
from tickets.errors import Taken
from tickets.models import TransferOffer
from tickets.models.wallet import Preapproval

router = Router(tags=["Preapprovals"], auth=WalletOwner())
ADMIN = "/v0/admin/transfer-preapprovals/by-party/{receiver_party}"


class Given(Schema):
    transfer_preapproval_contract_id: str


class SendIn(Request):
    receiver_party_id: PartyText
    amount: AmountText
    deduplication_id: ShortText
    description: ShortText | None = None


class Found(Schema):
    transfer_preapproval: ContractWithState


@router.post(
    "/v0/wallet/transfer-preapproval",
    operation_id="createTransferPreapproval",
    response={200: Given, 409: Given, **errors(403, 404, 429)},
)
def give(request: HttpRequest):
    """Preapprove transfers to the caller; 409 names the preapproval that stands already."""
    caller = wallet_user(request)
    preapproval, is_new = Preapproval.objects.give(caller.profile, wallet_user=caller, now=now_of(request))
    return Status(200 if is_new else 409, {"transfer_preapproval_contract_id": preapproval.contract_id})


@router.post(
    "/v0/wallet/transfer-preapproval/send",
    operation_id="transferPreapprovalSend",
    response={200: Nothing, **errors(400, 403, 404, 409, 413, 415, 429)},
)
def send(request: HttpRequest, body: SendIn):
    """Send at once to a receiver who has preapproved it; once for each deduplication id within 24 hours."""
    caller = wallet_user(request)
    try:
        TransferOffer.objects.send(
            caller.profile,
            party_known(body.receiver_party_id),
            body.amount,
            body.description or "",
            body.deduplication_id,
            wallet_user=caller,
            now=now_of(request),
        )
    except Taken as refusal:
        raise WalletError(409, refusal.message) from None
    return {}


def standing_of(party: str) -> Preapproval:
    try:
        profile = party_known(party_in(party))
    except ValueError as fault:
        raise WalletError(400, f"Failed to decode: party: {fault}") from None
    found = Preapproval.objects.standing().select_related("profile").filter(profile=profile).first()
    if found is None:
        raise Http404(f"No transfer preapproval found for party {party}.")
    return found


def shown(party: str) -> dict[str, Any]:
    return {"transfer_preapproval": preapproval_out(standing_of(party))}


@router.get(
    "/v0/scan-proxy/transfer-preapprovals/by-party/{party}",
    auth=AnyUser(),
    operation_id="lookupTransferPreapprovalByPartyScan",
    response={200: Found, **errors(400, 404)},
    exclude_none=True,
)
def find(request: HttpRequest, party: PartyPath):
    return shown(party)


@router.get(
    ADMIN,
    auth=Operator(),
    operation_id="lookupTransferPreapprovalByParty",
    response={200: Found, **errors(400, 403, 404)},
    exclude_none=True,
)
def find_as_operator(request: HttpRequest, receiver_party: PartyPath):
    return shown(receiver_party)


@router.delete(
    ADMIN,
    auth=Operator(),
    operation_id="cancelTransferPreapprovalByParty",
    response={200: Nothing, **errors(400, 403, 404)},
)
def end(request: HttpRequest, receiver_party: PartyPath):
    standing_of(receiver_party).end(is_operator=True, now=now_of(request))
    return {}
