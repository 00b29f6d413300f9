"""/v1/vault and /v1/transactions: what a firm has, where, and what became of a movement.

A vault account's id is its number in the workspace. Held funds are still part of its total, and locked.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Annotated, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import BeforeValidator, Field, WithJsonSchema

from tickets.amounts import ZERO
from tickets.api.call import Call
from tickets.api.types import NUMBER_MAX, AmountOut, Answer, QueryInt, QueryText
from tickets.errors import Invalid
from tickets.models import Account, Asset, Balance, Member

PAGE, PAGE_MAX = 200, 500
NUMBER_DIGITS = 9

router = Router(tags=["Vaults"])


class AssetOut(Answer):
    """`total` is `available` and `lockedAmount` together. Nothing is ever pending or frozen here."""

    id: str
    total: AmountOut
    balance: Annotated[AmountOut, Field(description="The earlier name of total.")]
    available: AmountOut
    pending: AmountOut = ZERO
    frozen: AmountOut = ZERO
    locked_amount: Annotated[AmountOut, Field(description="Held for tickets and offers.")]


class VaultOut(Answer):
    id: str
    name: str
    hidden_on_ui: Annotated[bool, Field(alias="hiddenOnUI")] = False
    auto_fuel: bool = False
    assets: list[AssetOut]


class PagingOut(Answer):
    """What to send as `before` or `after` to turn the page that way; null where there is no further page."""

    before: str | None = None
    after: str | None = None


class VaultsOut(Answer):
    accounts: list[VaultOut]
    paging: PagingOut


def _threshold(value: object) -> Decimal:
    """Plain figures, or with an exponent, as Python writes small numbers."""
    try:
        amount = Decimal(str(value)[: NUMBER_MAX + 1])
        if amount.is_finite() and abs(amount.adjusted()) < NUMBER_MAX:
            return amount
    except InvalidOperation:
        pass
    raise ValueError("write the amount in figures, with a point before the decimals, such as 1234.5.")


class Asked(Schema):
    name_prefix: Annotated[QueryText, Field(alias="namePrefix")] = None
    name_suffix: Annotated[QueryText, Field(alias="nameSuffix")] = None
    min_amount_threshold: Annotated[
        Annotated[Decimal, BeforeValidator(_threshold), WithJsonSchema({"type": "number"})] | None,
        Field(
            alias="minAmountThreshold",
            description="Only accounts with more than this in total of assetId or, without assetId, of some asset.",
        ),
    ] = None
    asset_id: Annotated[QueryText, Field(alias="assetId", description="Only accounts that have had this asset.")] = None
    order_by: Annotated[Literal["ASC", "DESC"], Field(alias="orderBy", description="By id.")] = "ASC"
    before: Annotated[QueryText, Field(description="Turn back: paging.before of a page.")] = None
    after: Annotated[QueryText, Field(description="Turn on: paging.after of a page.")] = None
    limit: Annotated[QueryInt, Field(ge=1, le=PAGE_MAX)] = PAGE


@router.get("/vault/accounts_paged", operation_id="getPagedVaultAccounts", response=VaultsOut)
def list_vaults(request: Call, asked: Query[Asked]):
    """Your vault accounts with what is in them, a page at a time."""
    if asked.before and asked.after:
        raise Invalid("Send before or after, not both.", "before")
    is_back = bool(asked.before)
    cursor = _number(asked.before or asked.after)
    found = list(islice(_matching(request.member, asked, cursor, is_back=is_back), asked.limit + 1))
    page, has_more = found[: asked.limit], len(found) > asked.limit
    if is_back:
        page.reverse()
    has_before, has_after = (has_more, True) if is_back else (cursor is not None, has_more)
    return VaultsOut(
        accounts=page,
        paging=PagingOut(
            before=page[0].id if page and has_before else None, after=page[-1].id if page and has_after else None
        ),
    )


@router.get("/vault/accounts/{vault_account_id}", operation_id="getVaultAccount", response=VaultOut)
def get_vault(request: Call, vault_account_id: str):
    return vault_out(vault_of(request.member, vault_account_id))


@router.get("/vault/accounts/{vault_account_id}/{asset_id}", operation_id="getVaultAccountAsset", response=AssetOut)
def get_vault_asset(request: Call, vault_account_id: str, asset_id: str):
    """What the vault account has of one asset, be it nothing."""
    vault = vault_of(request.member, vault_account_id)
    if not Asset.objects.filter(pk=asset_id).exists():
        raise Http404("asset")
    held = {asset.id: asset for asset in vault_out(vault).assets}
    return held.get(asset_id) or asset_out(asset_id, ZERO, ZERO)


# What the caller may reach


def vaults(member: Member):
    return Account.objects.vaults_of(member.workspace_id).prefetch_related("balances", "hold__balances")


def vault_numbered(member: Member, text: str) -> Account | None:
    """The firm's vault of that id on the wire."""
    is_number = text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS and str(int(text)) == text
    return vaults(member).filter(number=int(text)).first() if is_number else None


def vault_of(member: Member, text: str) -> Account:
    vault = vault_numbered(member, text)
    if vault is None:
        raise Http404("vault account")
    return vault


def _matching(member: Member, asked: Asked, cursor: int | None, *, is_back: bool) -> Iterator[VaultOut]:
    """The vaults asked for from the cursor on: ever later ones, or going back, ever earlier ones."""
    is_rising = (asked.order_by == "ASC") != is_back
    found = vaults(member).order_by("number" if is_rising else "-number")
    if cursor is not None:
        found = found.filter(**{"number__gt" if is_rising else "number__lt": cursor})
    if asked.name_prefix:
        found = found.filter(name__istartswith=asked.name_prefix)
    if asked.name_suffix:
        found = found.filter(name__iendswith=asked.name_suffix)
    for vault in found.iterator(chunk_size=asked.limit + 1):
        out = vault_out(vault)
        if _has_enough(out, asked):
            yield out


def _has_enough(vault: VaultOut, asked: Asked) -> bool:
    if asked.asset_id is None and asked.min_amount_threshold is None:
        return True
    assets = [asset for asset in vault.assets if asked.asset_id in (None, asset.id)]
    limit = asked.min_amount_threshold
    return bool(assets) if limit is None else any(asset.total > limit for asset in assets)


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= NUMBER_DIGITS):
        raise Invalid("Send as before or after what the paging of an answer says.", "after")
    return int(cursor)


# From rows to the wire


def vault_out(vault: Account) -> VaultOut:
    amounts: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for place, account in enumerate((vault, vault.hold)):
        balance: Balance
        for balance in account.balances.all():
            amounts[balance.asset_id][place] = balance.amount
    assets = [asset_out(ticker, *amounts[ticker]) for ticker in sorted(amounts)]
    return VaultOut(id=str(vault.number), name=vault.name, assets=assets)


def asset_out(ticker: str, available: Decimal, held: Decimal) -> AssetOut:
    total = available + held
    return AssetOut(id=ticker, total=total, balance=total, available=available, locked_amount=held)
