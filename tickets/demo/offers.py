"""The transfer offers of the demo, and how one is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.demo.history import ARLO, HALDEN, KESTREL, MERIDIAN, NORTHGATE, NORTHGATE_TREASURY
from tickets.demo.story import Act, Cast, Story
from tickets.models import TransferOffer


@dataclass(frozen=True, kw_only=True)
class Offering:
    """An offer of Canton Coin, made so many days ago for so many hours, and what became of it."""

    days: float
    by: str
    ours: str
    theirs: str
    amount: str
    tracking_id: str
    description: str = ""
    hours: float = 24
    is_held: bool = False
    acts: tuple[Act, ...] = ()


ENDED_OFFERS = (
    Offering(
        days=12.4,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE_TREASURY,
        amount="250000",
        tracking_id="kda-rebate-2026-w45",
        description="Weekly rebate, week 45",
        acts=(Act(3, "tom", "accept"),),
    ),
    Offering(
        days=11.1,
        by="tom",
        ours=NORTHGATE_TREASURY,
        theirs=HALDEN,
        amount="48000.5",
        tracking_id="fee-oct",
        description="Fee share October",
        is_held=True,
        acts=(Act(6, "ingrid", "accept"),),
    ),
    Offering(
        days=9.3,
        by="tom",
        ours=NORTHGATE_TREASURY,
        theirs=MERIDIAN,
        amount="88.125",
        tracking_id="corr-11-12",
        description="Correction of 12 November",
        acts=(Act(2, "otto", "reject", "Booked already; please see our statement of the 12th."),),
    ),
    Offering(
        days=8.2,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE,
        amount="15.25",
        tracking_id="kda/test/0001",
        acts=(Act(24, "", "expire"),),
    ),
    Offering(
        days=6.6,
        by="ingrid",  # Halden has only what it was paid: this is more
        ours=HALDEN,
        theirs=NORTHGATE_TREASURY,
        amount="9000000",
        tracking_id="hpb/coll/00912",
        description="Collateral return",
        acts=(Act(1.5, "ada", "accept"),),
    ),
    Offering(
        days=5.4,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE_TREASURY,
        amount="250000",
        tracking_id="kda-rebate-2026-w46",
        description="Weekly rebate, week 46",
        acts=(Act(0.4, "tom", "accept"),),
    ),
    Offering(
        days=3.7,
        by="tom",
        ours=NORTHGATE_TREASURY,
        theirs=ARLO,
        amount="12500",
        tracking_id="mt-220",
        description="Margin top-up",
        hours=72,
        acts=(Act(5, "tom", "withdraw"),),
    ),
)

OPEN_OFFERS = (
    Offering(
        days=0.2,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE_TREASURY,
        amount="250000",
        tracking_id="kda-rebate-2026-w47",
        description="Weekly rebate, week 47",
        hours=54,
    ),
    Offering(
        days=0.12,
        by="arjun",
        ours=KESTREL,
        theirs=NORTHGATE,
        amount="12500000",
        tracking_id="kda/coll/00913",
        description="Collateral return; the amount is held for you",
        hours=130,
        is_held=True,
    ),
    Offering(
        days=0.08,
        by="ingrid",
        ours=HALDEN,
        theirs=NORTHGATE,
        amount="0.0000000001",
        tracking_id="route-test-2026-11-21T09:00Z",
        description="Test of the route before the block trade, please accept at any time today",
        hours=29,
    ),
    Offering(
        days=0.4,
        by="ada",
        ours=NORTHGATE_TREASURY,
        theirs=HALDEN,
        amount="5400",
        tracking_id="mt-221",
        description="Margin top-up",
        hours=96,
    ),
    Offering(
        days=0.1,
        by="tom",  # both together are more than the vault has
        ours=NORTHGATE_TREASURY,
        theirs=ARLO,
        amount="18450000",
        tracking_id="ngt-loan-0007",
        description="Repayment of loan 7",
        hours=200,
    ),
)


def offering(told: Offering, cast: Cast, now: datetime) -> Story:
    began = now - timedelta(days=told.days)
    yield began
    _, amount = cast.amount(f"{told.amount} CC")
    offer = TransferOffer.objects.offer(
        cast.profiles[told.ours],
        cast.profiles[told.theirs],
        amount,
        told.description,
        began + timedelta(hours=told.hours),
        told.tracking_id,
        by=cast.members[told.by],
        now=began,
        reserve=told.is_held,
    )
    for act in told.acts:
        at = began + timedelta(hours=act.hours)
        yield at
        by = cast.members.get(act.who)
        match act.what:
            case "accept":
                offer.accept(by=by, now=at)
                offer.finish(now=at)
            case "reject":
                offer.reject(by=by, reason=act.detail, now=at)
            case "withdraw":
                offer.withdraw(by=by, now=at)
            case "expire":
                offer.expire(now=at)
