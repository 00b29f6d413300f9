"""What a firm's vaults hold: what is there, what is set aside, what is promised, and what is on its way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from console.access import MemberRequest
from console.rows import asset_of
from console.templatetags.console import HUGE
from tickets.amounts import ZERO, AmountSum, marked
from tickets.models import Account, AccountKind, Asset, Balance, Ticket, TransferOffer
from tickets.models.paying import coin

CENT = Decimal("0.01")


@dataclass
class Holding:
    """One asset in one vault. What is to come is no part of the total.

    `incoming` are legs of open tickets that have not moved yet, `offered` transfer offers to us that can still come to
    something; `promised` is what such offers of ours will take from what is available, for nothing is held for them.
    """

    asset: Asset
    available: Decimal = ZERO
    held: Decimal = ZERO
    incoming: Decimal = ZERO
    offered: Decimal = ZERO
    promised: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.available + self.held


COLUMNS = ("available", "held", "total", "incoming", "offered", "promised")


def holdings_by_vault(request: MemberRequest, *, with_offers: bool = False) -> dict:
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
    if with_offers:
        for vault, total in offered_to(request):
            holding(vault, coin()).offered = total
        for row in TransferOffer.objects.sent_by(request.member).promised(request.now):
            holding(row["sender__vault"], coin()).promised = row["total"]
    return found


def offered_to(request: MemberRequest) -> list[tuple]:
    """Per vault that receives, what live offers to us would bring."""
    offers = TransferOffer.objects.received_by(request.member).live(request.now).filter(receiver__vault__isnull=False)
    sums = offers.order_by().values("receiver__vault").annotate(total=AmountSum("amount"))
    return [(row["receiver__vault"], row["total"]) for row in sums]


def row_of(vault: Account, holdings: Iterable[Holding]) -> dict:
    """A vault's table: its lines, and of each column how many decimals it needs and whether it is needed at all."""
    holdings = sorted(holdings, key=lambda holding: holding.asset.pk)
    return {
        "vault": vault,
        "holdings": holdings,
        "decimals": {name: decimals_of(holdings, name) for name in COLUMNS},
        "has_offered": any(holding.offered for holding in holdings),
        "has_promised": any(holding.promised for holding in holdings),
    }


def decimals_of(holdings: list[Holding], column: str) -> int:
    """How many decimals a column has to align, so that it is no wider than it must be; the longest leave the spine."""
    shown = ((holding.asset.decimals, getattr(holding, column)) for holding in holdings)
    return max((decimals for decimals, amount in shown if 0 < amount < Decimal(10) ** (HUGE - decimals)), default=0)


@dataclass(frozen=True)
class AssetRow:
    """An asset, and what all our vaults have of it."""

    asset: Asset
    available: Decimal
    held: Decimal

    @property
    def total(self) -> Decimal:
        return self.available + self.held

    @property
    def step(self) -> Decimal:
        """The least amount that there is."""
        return Decimal(1).scaleb(-self.asset.decimals)

    @property
    def estimate(self) -> str | None:
        """Of the total in US dollars, in whole cents rounded down: no more than a hint."""
        if self.asset.usd_price is None or not self.total:
            return None
        worth = self.total * self.asset.usd_price
        if worth < CENT:
            return _("less than %(amount)s") % {"amount": marked(str(CENT))}
        return marked(f"{worth.quantize(CENT, ROUND_DOWN):,f}".replace(",", "\u00a0"))


def assets_of(request: MemberRequest) -> list[AssetRow]:
    """Every asset of the market."""
    own = Balance.objects.filter(account__workspace=request.member.workspace_id).order_by()
    sums = own.values("asset", "account__kind").annotate(total=AmountSum("amount"))
    found = {(row["asset"], row["account__kind"]): row["total"] for row in sums}

    def of(asset: Asset, kind: AccountKind) -> Decimal:
        return found.get((asset.pk, kind), ZERO)

    return [AssetRow(each, of(each, AccountKind.VAULT), of(each, AccountKind.HOLD)) for each in Asset.objects.all()]
