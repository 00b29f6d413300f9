"""What is available before and after: in a vault that funds, or in all vaults if a ticket settles."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tickets.amounts import EXACT, ZERO, plain
from tickets.models import Account, Asset, Party, Ticket

PANEL = 16  # figures and point that fit into the panel beside a page


@dataclass(frozen=True)
class Position:
    """Of one asset: each figure with its label, the last of them the outcome; and what is missing to get there."""

    where: str
    asset: Asset
    lines: list[tuple[str, Decimal]]
    missing: Decimal | None

    @property
    def is_wide(self) -> bool:
        return any(len(plain(amount, self.asset.decimals).strip("-")) > PANEL for _label, amount in self.lines)


def after_funding(vault: Account, asset: Asset, before: Decimal, amount: Decimal) -> Position:
    after = EXACT.subtract(before, amount)
    lines = [
        (_("Available before"), before),
        (_("This funding"), EXACT.minus(amount)),
        (_("Available after"), after),
    ]
    return Position(vault.name, asset, lines, EXACT.minus(after) if after < ZERO else None)


def if_settled(ticket: Ticket, party: Party, available: Mapping[str, Decimal]) -> list[Position]:
    """Of each asset that this party sends or receives. `available` is what its vaults have in all, by ticker."""
    positions = []
    for asset in dict.fromkeys(leg.asset for leg in ticket.terms.all()):
        legs = [leg for leg in ticket.terms.all() if leg.asset == asset]
        before = available.get(asset.pk, ZERO)
        out = _sum(leg.amount for leg in legs if leg.sender_id == party.pk)
        into = _sum(leg.amount for leg in legs if leg.receiver_id == party.pk)
        lines = [(_("Available now"), before)]
        lines += [(_("You send"), EXACT.minus(out))] if out else []
        lines += [(_("You receive"), into)] if into else []
        lines.append((_("Then"), EXACT.add(EXACT.subtract(before, out), into)))
        missing = EXACT.subtract(out, before) if out > before else None
        positions.append(Position(_("Your vaults"), asset, lines, missing))
    return positions


def _sum(amounts) -> Decimal:
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total
