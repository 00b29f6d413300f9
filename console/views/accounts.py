"""Vault accounts: what is there, what is set aside for tickets, and what is on its way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render

from console.access import MemberRequest, member_required
from console.rows import asset_of
from console.templatetags.console import HUGE
from tickets.amounts import ZERO
from tickets.models import Account, AccountKind, Asset, Balance, Ticket


@dataclass
class Holding:
    """One asset in one vault; `incoming` are legs that have not moved yet, and is no part of the total."""

    asset: Asset
    available: Decimal = ZERO
    held: Decimal = ZERO
    incoming: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.available + self.held


@member_required
def vaults(request: MemberRequest) -> HttpResponse:
    vaults = Account.objects.vaults_of(request.member.workspace).prefetch_related("profiles")
    holdings = holdings_by_vault(request)
    rows = [row_of(vault, holdings[vault.pk].values()) for vault in vaults]
    return render(request, "accounts/vaults.html", {"section": "vaults", "rows": rows})


def row_of(vault: Account, holdings: Iterable[Holding]) -> dict:
    holdings = sorted(holdings, key=lambda holding: holding.asset.pk)
    columns = ("available", "held", "total", "incoming")
    return {"vault": vault, "holdings": holdings, "decimals": {name: decimals_of(holdings, name) for name in columns}}


def decimals_of(holdings: list[Holding], column: str) -> int:
    """How many decimals a column has to align, so that it is no wider than it must be; the longest leave the spine."""
    shown = ((holding.asset.decimals, getattr(holding, column)) for holding in holdings)
    return max((decimals for decimals, amount in shown if 0 < amount < Decimal(10) ** (HUGE - decimals)), default=0)


def holdings_by_vault(request: MemberRequest) -> dict:
    """Per vault, per asset, what is there or will be; what is empty in every respect is left out."""
    found: dict = defaultdict(dict)

    def holding(vault, asset: Asset) -> Holding:
        return found[vault].setdefault(asset.pk, Holding(asset))

    own = Balance.objects.filter(account__workspace=request.member.workspace_id, amount__gt=ZERO)
    for balance in own.select_related("account", "asset"):
        account = balance.account
        if account.kind == AccountKind.HOLD:
            holding(account.vault_id, balance.asset).held = balance.amount
        else:
            holding(account.pk, balance.asset).available = balance.amount
    legs = Ticket.objects.visible_to(request.member).live(request.now).open_legs().received_by(request.member)
    for row in legs.per_destination():
        holding(row["destination"], asset_of(row)).incoming = row["total"]
    return found
