"""What lists show: a ticket or a connection as one firm sees it, and the flow of one asset. Nothing here decides."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from console import ends
from console.access import MemberRequest
from console.paging import PAGE_ROWS
from console.templatetags.console import plain_amount
from tickets.amounts import ZERO
from tickets.models import (
    Asset,
    Connection,
    ConnectionStatus,
    Member,
    Party,
    Profile,
    Right,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
)
from tickets.models.status import PENDING

LARGE = 10**9


@dataclass(frozen=True)
class Row:
    """A ticket as `member` sees it at `now`. Load it with its legs."""

    ticket: Ticket
    member: Member
    now: datetime

    @property
    def url(self) -> str | None:
        """Where it is looked at; a draft has only the pages of its making, for those who may open tickets."""
        if self.ticket.status != TicketStatus.DRAFT:
            return reverse("ticket", args=[self.ticket.reference])
        return reverse("ticket-resume", args=[self.ticket.reference]) if self.member.may(Right.CREATE) else None

    @cached_property
    def is_between(self) -> bool:
        """Our firm arranged the ticket between the two others, and moves nothing itself."""
        return ends.is_between(self.ticket, self.member)

    @property
    def near(self) -> Party:
        return ends.near(self.ticket, self.member)

    @property
    def far(self) -> Party:
        return ends.far(self.ticket, self.member)

    @property
    def others(self) -> list[Party]:
        return ends.others(self.ticket, self.member)

    @property
    def partners(self) -> list[Party]:
        """With whom the ticket is: the other end, or for an intermediary both."""
        return self.others if self.is_between else [self.far]

    @property
    def via(self) -> Party | None:
        """The third firm that arranged it, where that is not ours."""
        return None if self.is_between else self.ticket.intermediary

    @property
    def sides(self) -> list[dict]:
        """Which of the two ends sends what, for the firm between them; the far one first, as the recital has it."""
        legs = [(end, [leg for leg in self._legs if leg.sender_id == end.pk]) for end in (self.far, self.near)]
        return [{"party": end, "legs": sent} for end, sent in legs if sent]

    @property
    def status(self) -> str:
        return self.ticket.status_at(self.now)

    @property
    def ended_at(self) -> datetime:
        """When it ended, or ran out of time while the worker has not made that durable."""
        return self.ticket.ended_at or self.ticket.expires_at

    @property
    def percent(self) -> int | None:
        """How many of the legs are funded; amounts of different assets make no sum."""
        if self.status != TicketStatus.IN_SETTLEMENT:
            return None
        return 100 * sum(leg.is_funded for leg in self._legs) // len(self._legs)

    @property
    def label(self) -> str | None:
        """What the chip says once every leg is funded, and the ticket still waits for somebody's word."""
        if self.percent != 100:
            return None
        return _("All legs moved") if self.moved_count == self.leg_count else _("All legs held")

    @cached_property
    def sent(self) -> list[Term]:
        return [leg for leg in self._legs if leg.is_sent_by(self.member)]

    @cached_property
    def received(self) -> list[Term]:
        return [leg for leg in self._legs if leg.receiver.workspace_id == self.member.workspace_id]

    @property
    def leg_count(self) -> int:
        return len(self._legs)

    @property
    def moved_count(self) -> int:
        return sum(leg.status == TermStatus.SETTLED for leg in self._legs)

    @property
    def act(self) -> str:
        """What is asked for, where it is this member's turn."""
        if self.ticket.status == TicketStatus.AWAITING_APPROVAL:
            return "approve"
        if self.legs_to_fund:
            return "fund"
        return "agree" if self.ticket.can_be_agreed_by(self.member) else "fulfil"

    @cached_property
    def legs_to_fund(self) -> list[Term]:
        return self.ticket.legs_to_fund(self.member)

    @property
    def _legs(self) -> list[Term]:
        return list(self.ticket.terms.all())


@dataclass(frozen=True)
class Flow:
    """What is still to be sent and received of one asset. None stands for nothing at all."""

    asset: Asset
    out: Decimal | None
    out_held: Decimal | None
    into: Decimal | None
    into_held: Decimal | None
    ticket_count: int

    @classmethod
    def of(cls, legs, member: Member) -> list["Flow"]:
        sums = ("out", "out_held", "into", "into_held", "ticket_count")
        flows = legs.moving(member).flows(member)
        return [cls(asset_of(row), **{name: row[name] for name in sums}) for row in flows]

    @property
    def places(self) -> dict[str, int]:
        """How many decimals fit into its four columns: of an amount in thousands of millions hardly any."""
        amounts = {"out": self.out, "out_held": self.out_held, "into": self.into, "into_held": self.into_held}
        return {name: 2 if amount and amount >= LARGE else 8 for name, amount in amounts.items()}

    @property
    def words(self) -> str:
        """The picture, for whoever cannot see it."""
        outs = (_("out none"), _("out %(all)s"), _("out %(all)s, of which held %(held)s"))
        ins = (_("in none"), _("in %(all)s"), _("in %(all)s, of which held %(held)s"))
        out, into = self._side(self.out, self.out_held, *outs), self._side(self.into, self.into_held, *ins)
        return f"{self.asset.id}: {out}; {into}"

    @property
    def bars(self) -> list[dict[str, str]]:
        """Rectangles right and left of the spine at x = 100; the larger side is 98 wide. For the eye only."""
        bars = []
        for is_out, whole, held in ((True, self.out, self.out_held), (False, self.into, self.into_held)):
            for css, amount in (("flow__due", whole), ("flow__held", held)):
                if amount:
                    width = max(round(98 * amount / self._larger, 1), Decimal("0.5"))
                    bars.append({"css": css, "x": str(100 - width if is_out else 100), "width": str(width)})
        return bars

    @property
    def _larger(self) -> Decimal:
        return max(self.out or ZERO, self.into or ZERO)

    def _side(self, whole: Decimal | None, held: Decimal | None, none: str, unheld: str, partly: str) -> str:
        if not whole:
            return none
        amounts = {"all": plain_amount(whole, self.asset), "held": plain_amount(held or ZERO, self.asset)}
        return (partly if held else unheld) % amounts


def asset_of(sums: dict) -> Asset:
    """The asset of a row of sums, which brings along what amounts need of it."""
    return Asset(id=sums["asset"], name=sums["asset__name"], decimals=sums["asset__decimals"])


def page_of(rows, request: MemberRequest) -> Page:
    """The page that the address asks for, or the nearest that there is; for lists that do not grow long."""
    return Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))


def rows_of(tickets, request: MemberRequest) -> list[Row]:
    return [Row(ticket, request.member, request.now) for ticket in tickets]


@dataclass(frozen=True)
class Link:
    """A connection from the side of `member`. Load it with both profiles and their workspaces."""

    connection: Connection
    member: Member
    now: datetime
    out: tuple = ()  # what is open with them: pairs of asset and amount
    into: tuple = ()

    @property
    def local(self) -> Profile:
        return self.connection.local(self.member)

    @property
    def remote(self) -> Profile:
        return self.connection.remote(self.member)

    @property
    def firm(self) -> str:
        return self.remote.workspace.name

    @property
    def is_ours(self) -> bool:
        return self.connection.is_requested_by(self.member)

    @property
    def is_yours(self) -> bool:
        return self.connection.awaits(self.member, self.now)

    @property
    def status(self) -> str:
        return self.connection.status_at(self.now)

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING

    @property
    def awaits_us(self) -> bool:
        """Our firm's approval is the next, whether or not this member may give it."""
        return self.status == (ConnectionStatus.AWAITING_REQUESTER if self.is_ours else ConnectionStatus.AWAITING_PEER)

    @property
    def label(self) -> str | None:
        """What the chip says while somebody's approval is missing, told from our side."""
        if not self.is_pending:
            return None
        if not self.awaits_us:
            return _("Waiting for them")
        return _("Your approval") if self.is_yours else _("Your firm’s approval")

    @property
    def shape(self) -> str:
        """The status by whose look the chip is drawn: ours to approve, or theirs."""
        if not self.is_pending:
            return self.status
        return ConnectionStatus.AWAITING_REQUESTER if self.awaits_us else ConnectionStatus.AWAITING_PEER

    @property
    def since(self) -> datetime:
        return self.connection.approved_at or self.connection.requested_at or self.connection.created_at


def links_waiting(request: MemberRequest) -> list[Link]:
    """Requests that this member can approve or reject, the first to lapse first."""
    waiting = Connection.objects.waiting_for(request.member, request.now).order_by("lapses_at")
    waiting = waiting.select_related("requester__workspace", "peer__workspace")
    return [Link(connection, request.member, request.now) for connection in waiting]
