"""What has settled, day by day in the viewer's zone: the figures, and the bars that are drawn of them on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from console.access import MemberRequest
from console.moments import start_of
from console.templatetags.console import plain_amount
from console.words import filled
from tickets.amounts import ZERO
from tickets.models import Asset, Member, Party, Term, TicketStatus, filing

TICKETS = "tickets"
SPANS = (7, 30, 90, 365)
STEP, HALF, THIN = 10, 56, Decimal("0.5")
"""Units of the drawing: from day to day, the longest bar, and the shortest that can still be seen."""


class ChartForm(forms.Form):
    of = forms.ChoiceField(label=pgettext_lazy("chart", "Show"), required=False)
    days = forms.TypedChoiceField(
        label=pgettext_lazy("chart", "Over"),
        required=False,
        coerce=int,
        choices=[(span, filled(gettext_lazy("%(count)d days"), count=span)) for span in SPANS],
    )

    def __init__(self, data, *, assets: Sequence[Asset]):
        super().__init__({"of": data.get("of") or TICKETS, "days": data.get("days") or "30"}, auto_id="%s")
        self.fields["of"].choices = [
            (TICKETS, _("Tickets")),
            *((asset.pk, _("Amount of %(asset)s") % {"asset": asset}) for asset in assets),
        ]


@dataclass(frozen=True)
class Day:
    """What settled on it: tickets, or amounts of the chart's asset."""

    on: date
    count: int = 0
    out: Decimal = ZERO
    into: Decimal = ZERO


@dataclass(frozen=True)
class Chart:
    """`days` are those on which something settled; `asset` is None where tickets are counted."""

    first: date
    last: date
    days: Sequence[Day]
    asset: Asset | None = None

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days)

    @property
    def out(self) -> Decimal:
        return sum((day.out for day in self.days), ZERO)

    @property
    def into(self) -> Decimal:
        return sum((day.into for day in self.days), ZERO)

    @property
    def most(self) -> Decimal:
        """What the longest bar stands for."""
        return max((max(day.out, day.into, Decimal(day.count)) for day in self.days), default=ZERO)

    @property
    def words(self) -> str:
        """The picture, for whoever cannot see it."""
        if self.asset is None:
            return ngettext("%(count)d ticket settled", "%(count)d tickets settled", self.count) % {"count": self.count}
        amounts = {"into": plain_amount(self.into, self.asset), "out": plain_amount(self.out, self.asset)}
        return _("In %(into)s, out %(out)s") % amounts

    @property
    def width(self) -> int:
        return STEP * ((self.last - self.first).days + 1)

    @property
    def height(self) -> int:
        return self.line + (HALF + 4 if self.out else 0)

    @property
    def line(self) -> int:
        """Where nothing is: what came in stands on it, what went out hangs from it."""
        return HALF + 4 if self.into or self.asset is None else 4

    @property
    def bars(self) -> list[dict[str, str]]:
        """Rectangles; their lengths are rounded, for the eye only."""
        bars = []
        for day in self.days:
            x = str(STEP * (day.on - self.first).days + 1)
            for css, amount in (("count", Decimal(day.count)), ("in", day.into), ("out", day.out)):
                if amount:
                    height = max(round(HALF * amount / self.most, 1), THIN)
                    y = self.line if css == "out" else self.line - height
                    bars.append({"css": f"chart__{css}", "x": x, "y": str(y), "height": str(height)})
        return bars


def chart_of(request: MemberRequest, days: int, asset: Asset | None) -> Chart:
    """The last `days` days, today included."""
    last = timezone.localdate(request.now)
    first = last - timedelta(days=days - 1)
    found = _tickets(request.member, first) if asset is None else _amounts(request.member, first, asset)
    return Chart(first, last, [day for day in found if first <= day.on <= last], asset)


def _tickets(member: Member, first: date) -> list[Day]:
    settled = Party.objects.filed_for(member).filter(
        ended_at__gte=start_of(first), filed_under__all=[filing.of_status(TicketStatus.FULFILLED)]
    )
    days = settled.annotate(day=TruncDate("ended_at", tzinfo=timezone.get_current_timezone()))
    rows = days.order_by("day").values("day").annotate(count=Count("pk"))
    return [Day(row["day"], count=row["count"]) for row in rows]


def _amounts(member: Member, first: date, asset: Asset) -> list[Day]:
    """A leg moves before its ticket ends, so older tickets need not be looked at; that keeps to the firm's indexes."""
    start = start_of(first)
    ended = Q(filed_under__isnull=False, ended_at__gte=start)
    recent = Party.objects.filter(ended | Q(ended_at=None), workspace=member.workspace_id)
    legs = Term.objects.filter(ticket__in=recent.values("ticket"), asset=asset, settled_at__gte=start)
    rows = legs.moved_per_day(member, timezone.get_current_timezone())
    return [Day(row["day"], out=row["out"] or ZERO, into=row["into"] or ZERO) for row in rows]
