"""The wallet itself: who the caller is, what it holds, and (on a test network) coins from the tap."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Router, Schema

from tickets.amounts import EXACT, ZERO
from tickets.api.wallet_answers import AMULET, LOCKED_AMULET, now_of, wallet_user
from tickets.api.wallet_auth import AnyUser, WalletOwner
from tickets.api.wallet_errors import WalletError
from tickets.api.wallet_types import (
    DSO,
    EPOCH,
    PLACES,
    AmountText,
    Contract,
    ContractWithState,
    Request,
    contract,
    decimal_out,
    derived_id,
    errors,
    moment_out,
)
from tickets.errors import Conflict
from tickets.models import Posting, WalletUser
from tickets.models.contract import contract_id_of
from tickets.models.paying import coin
from tickets.models.wallet import tap as make_coins

router = Router(tags=["Wallet"], auth=WalletOwner())
ROUND_SECONDS = 600
PRICE = Decimal("0.005")
"""US dollars for one coin where the asset has no price of its own."""
NO_FEE = decimal_out(ZERO)


class UserStatus(Schema):
    party_id: str
    user_onboarded: bool
    user_wallet_installed: bool
    has_featured_app_right: bool


class Features(Schema):
    token_standard: bool
    transfer_preapproval_description: bool


class BalanceOut(Schema):
    round: int
    effective_unlocked_qty: str
    effective_locked_qty: str
    total_holding_fees: str


class Position(Schema):
    contract: ContractWithState
    round: int
    accrued_holding_fee: str
    effective_amount: str


class Amulets(Schema):
    amulets: list[Position]
    locked_amulets: list[Position]


class TapIn(Request):
    amount: AmountText
    command_id: str | None = None


class Tapped(Schema):
    contract_id: str


def current_round(request: HttpRequest) -> int:
    """Rounds of ten minutes, counted since 1970."""
    return int((now_of(request) - EPOCH).total_seconds()) // ROUND_SECONDS


@router.get("/v0/wallet/user-status", auth=AnyUser(), operation_id="userStatus", response={200: UserStatus, **errors()})
def user_status(request: HttpRequest):
    """Whether the caller has a wallet; asking needs none."""
    subject = request.subject  # type: ignore[attr-defined]
    found = WalletUser.objects.select_related("profile").filter(subject=subject).first()
    return {
        "party_id": found.profile.party if found else "",
        "user_onboarded": found is not None,
        "user_wallet_installed": found is not None,
        "has_featured_app_right": False,
    }


@router.get("/v0/feature-support", auth=AnyUser(), operation_id="featureSupport", response={200: Features, **errors()})
def feature_support(request: HttpRequest):
    return {"token_standard": True, "transfer_preapproval_description": True}


@router.get("/v0/wallet/balance", operation_id="getBalance", response={200: BalanceOut, **errors(403, 404)})
def balance(request: HttpRequest):
    vault = wallet_user(request).profile.vault
    return {
        "round": current_round(request),
        "effective_unlocked_qty": decimal_out(vault.available(coin()) if vault else ZERO),
        "effective_locked_qty": decimal_out(vault.held(coin()) if vault else ZERO),
        "total_holding_fees": NO_FEE,
    }


@router.get("/v0/wallet/amulets", operation_id="list", response={200: Amulets, **errors(403, 404)}, exclude_none=True)
def amulets(request: HttpRequest):
    """What the vault has free is one position, and every hold is one."""
    profile = wallet_user(request).profile
    vault, at = profile.vault, current_round(request)
    if vault is None:
        return {"amulets": [], "locked_amulets": []}
    available = vault.available(coin())
    holds = Posting.objects.unresolved().filter(source=vault, asset=coin())
    free = contract(AMULET, derived_id(vault.pk, available), holding(profile.party, available, at), vault.created_at)
    return {
        "amulets": [position(free, available, at)] if available else [],
        "locked_amulets": [position(locked(profile.party, hold, at), hold.amount, at) for hold in holds],
    }


def holding(party: str, amount: Decimal, at: int) -> dict[str, Any]:
    whole = {"initialAmount": decimal_out(amount), "createdAt": {"number": str(at)}, "ratePerRound": {"rate": NO_FEE}}
    return {"dso": DSO, "owner": party, "amount": whole}


def locked(party: str, hold: Posting, at: int) -> Contract:
    lock = {"holders": [party], "expiresAt": moment_out(hold.at), "optContext": None}
    payload = {"amulet": holding(party, hold.amount, at), "lock": lock}
    return contract(LOCKED_AMULET, contract_id_of(hold.pk), payload, hold.at)


def position(held: Contract, amount: Decimal, at: int) -> dict[str, Any]:
    return {
        "contract": {"contract": held},
        "round": at,
        "accrued_holding_fee": NO_FEE,
        "effective_amount": decimal_out(amount),
    }


@router.post("/v0/wallet/tap", operation_id="tap", response={200: Tapped, **errors(400, 403, 404, 409, 413, 415, 429)})
def tap(request: HttpRequest, body: TapIn):
    """Coins for this many US dollars, from nothing. A repeated command id makes none, and names the first ones."""
    if not settings.WALLET_TAP:
        raise Http404("This network has no tap.")
    profile = wallet_user(request).profile
    if profile.vault is None:
        raise WalletError(400, f"{profile} has no vault to receive into. Choose one for it first.")
    coins = coins_for(body.amount, coin().usd_price or PRICE)
    try:
        posting = make_coins(profile, coins, command_id=body.command_id, now=now_of(request))
    except Conflict:
        raise WalletError(409, "This command id was given before with another amount.") from None
    return {"contract_id": contract_id_of(posting.pk)}


def coins_for(dollars: Decimal, price: Decimal) -> Decimal:
    """Dollars by the price of a coin, rounded up to the last decimal of a coin."""
    smallest = math.ceil(Fraction(dollars) / Fraction(price) * 10**PLACES)
    return EXACT.scaleb(Decimal(smallest), -PLACES)
