"""Tickets as the API makes them: drafted in one act, perhaps between two other firms, and funded in two steps."""

from collections.abc import Sequence

from tests.base import NOON, Cast, Firm, cast, connect, deposit
from tickets.models import Asset, Deal, Member, Settlement, TermStatus, Ticket

Legs = Sequence[tuple[Firm, Firm, str, str]]
"""Sender, receiver, ticker and amount of each."""


def three(*, auto_approval: bool = True) -> Cast:
    """The cast, with Gamma connected too, so that Dee's firm can stand between Alpha and Beta; all have funds."""
    market = cast(auto_approval=auto_approval)
    connect(market.gamma, market.alpha)
    connect(market.gamma, market.beta)
    deposit(market.alpha.vault, BTC="10", ETH="20")
    deposit(market.beta.vault, USDC="1000000")
    return market


def exchange(market: Cast) -> Legs:
    return [(market.beta, market.alpha, "USDC", "250000"), (market.alpha, market.beta, "BTC", "3.75")]


def propose(firm: Firm, legs: Legs, *, settlement=Settlement.TOGETHER, by: Member | None = None, now=NOON, **more):
    """A draft by this firm's trader, as somebody finds it who looks later."""
    deals = [
        Deal(sender.profile, receiver.profile, asset := Asset.objects.get(pk=ticker), asset.parse(amount))
        for sender, receiver, ticker, amount in legs
    ]
    made = Ticket.objects.propose(
        profile=firm.profile, settlement=settlement, deals=deals, by=by or firm.trader, now=now, **more
    )
    return Ticket.objects.get(pk=made.pk)


def arranged(market: Cast, *, settlement=Settlement.TOGETHER, now=NOON, **more) -> Ticket:
    """An open exchange between Alpha and Beta that Gamma arranged, or one that awaits approval at Gamma."""
    ticket = propose(market.gamma, exchange(market), settlement=settlement, now=now, **more)
    ticket.submit(by=market.dee, now=now)
    return ticket


def hold(ticket: Ticket, firm: Firm, now=NOON) -> None:
    """Hold all that this firm sends, without letting it move."""
    legs = ticket.terms.sent_by(firm.trader).filter(status=TermStatus.UNFUNDED)
    ticket.hold({leg.pk: firm.vault for leg in legs}, by=firm.trader, now=now)


def fund(ticket: Ticket, firm: Firm, now=NOON) -> None:
    legs = ticket.terms.sent_by(firm.trader).filter(status=TermStatus.UNFUNDED)
    ticket.fund({leg.pk: firm.vault for leg in legs}, by=firm.trader, now=now)
