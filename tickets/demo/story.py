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


def deposit(told: Deposit, now: datetime) -> Story:
    at = now - timedelta(days=told.days)
    yield at
    vault = Account.objects.get(workspace__name=told.workspace, name=told.vault, kind="vault")
    asset, amount = _amount(told.amount)
    vault.deposit(asset, amount, reason=told.reason, staff=User.objects.get(email=told.staff), now=at)


def link(told: Link, now: datetime) -> Story:
    began = now - timedelta(days=told.days)
    yield began
    connection = Connection.objects.request(
        local=_profile(told.ours), remote=_profile(told.theirs), by=_member(told.by), now=began
    )
    for act in told.acts:
        at = began + timedelta(hours=act.hours)
        yield at
        match act.what:
            case "approve" | "withdraw":
                getattr(connection, act.what)(by=_member(act.who), now=at)
            case "reject" | "remove":
                getattr(connection, act.what)(by=_member(act.who), reason=act.detail, now=at)
            case "lapse":
                connection.lapse(now=at)


def deal(told: Deal, now: datetime) -> Story:
    began = at = now - timedelta(days=told.days)
    by = _member(told.by)
    yield at
    kind = Kind.TWO_WAY if told.send or told.is_two_way else Kind.ONE_WAY
    ticket = Ticket.objects.draft(kind, told.settlement, by=by, now=at)
    for fill in _pages(told, ticket, by):
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
        _do(act, ticket, at)


def _pages(told: Deal, ticket: Ticket, by: Member):
    """What each page of the wizard puts into the draft; a page that says nothing is left out."""
    if told.ours:
        yield lambda now: ticket.set_profile(_profile(told.ours), by=by, now=now)
    if told.theirs:
        between = Connection.objects.between(_profile(told.ours), _profile(told.theirs))
        connection = between.get(status=ConnectionStatus.APPROVED)
        yield lambda now: ticket.set_connection(connection, by=by, now=now)
    for text in told.receive:
        yield lambda now, text=text: ticket.add_term(
            ticket.counterparty, ticket.initiator, *_amount(text), by=by, now=now
        )
    for text in told.send:
        yield lambda now, text=text: ticket.add_term(
            ticket.initiator, ticket.counterparty, *_amount(text), by=by, now=now
        )
    if told.expires:
        yield lambda now: ticket.set_expiration(Decimal(told.expires), by=by, now=now)
    if told.note:
        yield lambda now: ticket.set_note(told.note, by=by, now=now)
    if told.external_id:
        yield lambda now: ticket.set_external_id(told.external_id, by=by, now=now)


def _do(act: Act, ticket: Ticket, now: datetime) -> None:
    ticket.refresh_from_db()
    by = _member(act.who) if act.who else None
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
            _fund(ticket, by, act.detail, now)
        case "fund_manually":
            ticket.fund_manually(ticket.legs_to_fund(by)[0], act.detail, by=by, now=now)
        case unknown:
            raise ValueError(f"The demo has no act {unknown}.")


def _fund(ticket: Ticket, by: Member, count: str, now: datetime) -> None:
    """Fund our legs, or the first `count` of them, from the vault in which the profile takes assets in."""
    legs = ticket.legs_to_fund(by)[: int(count) if count else None]
    ticket.fund({leg.pk: leg.sender.profile.vault for leg in legs}, by=by, now=now)


def _member(name: str) -> Member:
    return Member.objects.get(user__email__startswith=f"{name}@")


def _profile(name: str) -> Profile:
    return Profile.objects.get(name=name)


def _amount(text: str) -> tuple[Asset, Decimal]:
    figures, ticker = text.split()
    asset = Asset.objects.get(pk=ticker)
    return asset, asset.parse(figures)
