"""How the demo is told: strictly by the verbs, and every act of every story in the order of time.

A story is a generator. It yields the moment of its next act, and is resumed when all the acts before it have been done;
so balances, events and references come about as they would have.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush

from tickets.models import (
    Account,
    Asset,
    Connection,
    ConnectionStatus,
    Kind,
    Member,
    Profile,
    Settlement,
    Ticket,
    User,
)

STEP = timedelta(seconds=23)
"""From one page of the wizard to the next."""

Story = Iterator[datetime]


@dataclass(frozen=True)
class Act:
    """So many hours after the story began, somebody (by the first part of the e-mail address) did something."""

    hours: float
    who: str
    what: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Deal:
    """A ticket, begun so many days ago: its draft, then the acts. Submitted, unless it is to stay a draft."""

    days: float
    by: str
    ours: str = ""
    theirs: str = ""
    receive: tuple[str, ...] = ()
    send: tuple[str, ...] = ()
    settlement: str = Settlement.TOGETHER
    is_two_way: bool = False
    expires: str = ""
    note: str = ""
    external_id: str = ""
    is_draft: bool = False
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A request to connect two profiles, made so many days ago, and what became of it."""

    days: float
    by: str
    ours: str
    theirs: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """Funds that support staff brought in."""

    days: float
    staff: str
    workspace: str
    vault: str
    amount: str
    reason: str


class Cast:
    """Everybody and everything that the stories name, read once."""

    def __init__(self) -> None:
        members = Member.objects.filter(user__isnull=False).select_related("user", "workspace")
        self.members = {member.user.email.partition("@")[0]: member for member in members}
        self.profiles = {row.name: row for row in Profile.objects.select_related("workspace", "vault__hold")}
        self.assets = Asset.objects.in_bulk()

    def amount(self, text: str) -> tuple[Asset, Decimal]:
        figures, ticker = text.split()
        return self.assets[ticker], self.assets[ticker].parse(figures)


def tell(stories: Iterable[Story], until: datetime) -> None:
    """Do the acts of all stories, in the order of time."""
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        heappush(waiting, (next(story), number, story))
    while waiting:
        moment, number, story = heappop(waiting)
        if moment > until:
            raise ValueError(f"The demo tells of {moment}, which has not come yet.")
        following = next(story, None)
        if following is not None:
            heappush(waiting, (following, number, story))


def deposit(told: Deposit, cast: Cast, now: datetime) -> Story:
    at = now - timedelta(days=told.days)
    yield at
    vault = Account.objects.get(workspace__name=told.workspace, name=told.vault, kind="vault")
    asset, amount = cast.amount(told.amount)
    vault.deposit(asset, amount, reason=told.reason, staff=User.objects.get(email=told.staff), now=at)


def link(told: Link, cast: Cast, now: datetime) -> Story:
    began = now - timedelta(days=told.days)
    yield began
    connection = Connection.objects.request(
        local=cast.profiles[told.ours], remote=cast.profiles[told.theirs], by=cast.members[told.by], now=began
    )
    for act in told.acts:
        at = began + timedelta(hours=act.hours)
        yield at
        match act.what:
            case "approve" | "withdraw":
                getattr(connection, act.what)(by=cast.members[act.who], now=at)
            case "reject" | "remove":
                getattr(connection, act.what)(by=cast.members[act.who], reason=act.detail, now=at)
            case "lapse":
                connection.lapse(now=at)


def deal(told: Deal, cast: Cast, now: datetime) -> Story:
    began = at = now - timedelta(days=told.days)
    by = cast.members[told.by]
    yield at
    kind = Kind.TWO_WAY if told.send or told.is_two_way else Kind.ONE_WAY
    ticket = Ticket.objects.draft(kind, told.settlement, by=by, now=at)
    for fill in _pages(told, cast, ticket, by):
        yield (at := at + STEP)
        fill(at)
    if not told.is_draft:
        yield (at := at + STEP)
        ticket.submit(by=by, revision=ticket.revision, now=at)
    for act in told.acts:
        at = began + timedelta(hours=act.hours)
        if act.what == "expire":
            at = ticket.expires_at + timedelta(seconds=1)
        yield at
        _do(act, cast, ticket, at)


def _pages(told: Deal, cast: Cast, ticket: Ticket, by: Member):
    """What each page of the wizard puts into the draft; a page that says nothing is left out."""
    if told.ours:
        yield lambda now: ticket.set_profile(cast.profiles[told.ours], by=by, now=now)
    if told.theirs:
        between = Connection.objects.between(cast.profiles[told.ours], cast.profiles[told.theirs])
        connection = between.get(status=ConnectionStatus.APPROVED)
        yield lambda now: ticket.set_connection(connection, by=by, now=now)
    for text in told.receive:
        yield lambda now, text=text: ticket.add_term(
            ticket.counterparty, ticket.initiator, *cast.amount(text), by=by, now=now
        )
    for text in told.send:
        yield lambda now, text=text: ticket.add_term(
            ticket.initiator, ticket.counterparty, *cast.amount(text), by=by, now=now
        )
    if told.expires:
        yield lambda now: ticket.set_expiration(Decimal(told.expires), by=by, now=now)
    if told.note:
        yield lambda now: ticket.set_note(told.note, by=by, now=now)
    if told.external_id:
        yield lambda now: ticket.set_external_id(told.external_id, by=by, now=now)


def _do(act: Act, cast: Cast, ticket: Ticket, now: datetime) -> None:
    ticket.refresh_from_db()
    by = cast.members.get(act.who)
    match act.what:
        case "approve" | "fulfil" | "discard":
            getattr(ticket, act.what)(by=by, now=now)
        case "decline" | "cancel" | "reject":
            getattr(ticket, act.what)(by=by, reason=act.detail, now=now)
        case "set_external_id":
            ticket.set_external_id(act.detail, by=by, now=now)
        case "expire":
            ticket.expire(now=now)
        case "fund":
            _fund(ticket, cast, by, act.detail, now)
        case "fund_manually":
            ticket.fund_manually(ticket.legs_to_fund(by)[0], act.detail, by=by, now=now)
        case unknown:
            raise ValueError(f"The demo has no act {unknown}.")


def _fund(ticket: Ticket, cast: Cast, by: Member, count: str, now: datetime) -> None:
    """Fund our legs, or the first `count` of them, from the vault in which the profile takes assets in."""
    legs = ticket.legs_to_fund(by)[: int(count) if count else None]
    vaults = {profile.pk: profile.vault for profile in cast.profiles.values()}
    ticket.fund({leg.pk: vaults[leg.sender.profile_id] for leg in legs}, by=by, now=now)
