"""The statement of account: opening, one line per movement, closing. Exact at any size; it only reads.

A balance is all that a vault has, held or not. So holds and releases are no movements, and holds stand apart. What
moved between two of the vaults that a statement covers is debit and credit at once.

The checksum is SHA-256 over one text in UTF-8: a line "opening", a line for each movement, a line "closing", each with
its parts parted by tabs and ended by a line feed. Opening and closing name amount and ticker; a movement names its
posting's id, its moment ("2026-11-21T14:02:55.000000Z"), reference, debit, credit and balance. Amounts are at full
scale with a point, and empty where there is none. Postings never change, nor does the checksum of days that are past.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, Count, Q, Value, When
from django.utils.translation import gettext as _

from console.movements import MOVED, Movement, accounts_of, entering, leaving, reference, told
from tickets.amounts import ZERO, AmountSum, plain
from tickets.models import Account, Asset, Posting

PAGE_LINES = 100
HOLDS_SHOWN = 100
ORDER = ("at", "is_out", "pk")
PLACE = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Period:
    """Whole days of one zone, both included."""

    first: date
    last: date
    zone: tzinfo

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def end(self) -> datetime:
        """Exclusive."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)


@dataclass(frozen=True)
class Totals:
    opening: Decimal
    debit: Decimal
    credit: Decimal
    count: int

    @property
    def closing(self) -> Decimal:
        return self.opening + self.credit - self.debit


class Place(NamedTuple):
    """Where a movement stands among all. At one moment credits come first, so that no balance dips below zero."""

    at: datetime
    is_out: int
    pk: UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """What `str` wrote; None for any other text."""
        try:
            at, is_out, pk = text.split("-")
            return cls(datetime.strptime(at, PLACE).replace(tzinfo=UTC), int(is_out == "1"), UUID(pk))
        except ValueError:
            return None

    def __str__(self):
        return f"{self.at.astimezone(UTC):{PLACE}}-{self.is_out}-{self.pk.hex}"


@dataclass(frozen=True)
class Page:
    """Some lines in a row, and which of all they are. `brought` is the balance that the first one begins with."""

    lines: list[Movement]
    brought: Decimal
    start: int
    has_earlier: bool
    has_later: bool

    @property
    def end(self) -> int:
        return self.start + len(self.lines) - 1

    @property
    def first(self) -> Place:
        return _place_of(self.lines[0].posting)

    @property
    def last(self) -> Place:
        return _place_of(self.lines[-1].posting)


@dataclass(frozen=True)
class Holds:
    """The newest holds, with the sum and number of all."""

    lines: list[Movement]
    total: Decimal
    count: int


@dataclass(frozen=True)
class Statement:
    """Of one asset in these vaults, which are all of one firm. Load them with their `hold`."""

    vaults: list[Account]
    names: dict
    asset: Asset
    period: Period
    now: datetime

    @property
    def is_of_all(self) -> bool:
        return len(self.vaults) != 1

    @property
    def title(self) -> str:
        return _("All vaults") if self.is_of_all else self.vaults[0].name

    @property
    def as_of(self) -> datetime:
        """The moment that closing balance and holds are true of."""
        return min(self.period.end, self.now)

    @cached_property
    def accounts(self) -> set:
        return accounts_of(self.vaults)

    # Figures

    @cached_property
    def totals(self) -> Totals:
        """Asked in one statement, so that they agree with each other whatever is posted meanwhile."""
        before, within = Q(at__lt=self.period.start), Q(at__gte=self.period.start)
        sums = self._until_end().aggregate(
            before=Count("pk", filter=before),
            came=AmountSum("amount", filter=before & entering(self.accounts)),
            went=AmountSum("amount", filter=before & leaving(self.accounts)),
            credit=AmountSum("amount", filter=within & entering(self.accounts)),
            debit=AmountSum("amount", filter=within & leaving(self.accounts)),
            count=Count("pk", filter=within),
        )
        opening = (sums["came"] or ZERO) - (sums["went"] or ZERO)
        return Totals(opening, sums["debit"] or ZERO, sums["credit"] or ZERO, sums["count"])

    def lines(self) -> Iterator[Movement]:
        """All of them, read as they are asked for."""
        return self._running(told(self._postings()).iterator(chunk_size=1000), self.totals.opening)

    def page(self, *, after: Place | None = None, before: Place | None = None) -> Page:
        """The first lines, or those that follow or precede a place."""
        postings, size = told(self._postings()), PAGE_LINES
        if before:
            rows = list(postings.filter(_earlier_than(before)).reverse()[: size + 1])
            if len(rows) <= size:
                return self.page()
            rows, has_later = rows[:size][::-1], True
        else:
            rows = list(postings.filter(_later_than(after) if after else Q())[: size + 1])
            if after and not rows:
                return self.page()
            rows, has_later = rows[:size], len(rows) > size
        has_earlier = bool(before or after)
        brought, skipped = self._brought_to(_place_of(rows[0])) if has_earlier else (self.totals.opening, 0)
        return Page(list(self._running(rows, brought)), brought, skipped + 1, has_earlier, has_later)

    def holds(self, shown: int | None = None) -> Holds:
        """What was set aside at `as_of`: held by then, neither settled nor released yet. `shown` bounds the lines."""
        standing = Q(resolution__isnull=True) | Q(resolution__at__gte=self.period.end)
        vaults = [vault.pk for vault in self.vaults]
        holds = Posting.objects.holds().filter(standing, source__in=vaults, asset=self.asset, at__lt=self.period.end)
        rows = told(holds).order_by("-at", "-pk")[: shown + 1 if shown else None]
        lines = [Movement(row, self.names, debit=row.amount) for row in rows]
        if shown is None or len(lines) <= shown:
            return Holds(lines, sum((line.posting.amount for line in lines), ZERO), len(lines))
        sums = holds.aggregate(total=AmountSum("amount"), count=Count("pk"))
        return Holds(lines[:shown], sums["total"], sums["count"])

    # The checksum

    def checksum(self) -> str:
        """In hexadecimal. Reads every movement, but only what the checksum is about."""
        columns = ("pk", "at", "term__ticket__reference", "offer_id", "source_id", "destination_id", "amount")
        digest, balance = Digest(self.asset, self.totals.opening), self.totals.opening
        for pk, at, ticket, offer, source, destination, amount in self._postings().values_list(*columns).iterator():
            debit = amount if source in self.accounts else None
            credit = amount if destination in self.accounts else None
            balance += (credit or ZERO) - (debit or ZERO)
            digest.add(pk, at, reference(pk, ticket, offer), debit, credit, balance)
        return digest.closed(balance)

    # Private

    def _until_end(self):
        touching = entering(self.accounts) | leaving(self.accounts)
        return Posting.objects.filter(touching, kind__in=MOVED, asset=self.asset, at__lt=self.period.end)

    def _postings(self):
        is_out = Case(When(leaving(self.accounts), then=Value(1)), default=Value(0))
        return self._until_end().filter(at__gte=self.period.start).annotate(is_out=is_out).order_by(*ORDER)

    def _running(self, postings: Iterable[Posting], balance: Decimal) -> Iterator[Movement]:
        for posting in postings:
            debit = posting.amount if posting.source_id in self.accounts else None
            credit = posting.amount if posting.destination_id in self.accounts else None
            balance += (credit or ZERO) - (debit or ZERO)
            yield Movement(posting, self.names, debit, credit, balance)

    def _brought_to(self, place: Place) -> tuple[Decimal, int]:
        """The balance right before a place, and how many lines stand before it."""
        sums = (
            self._postings()
            .filter(_earlier_than(place))
            .order_by()
            .aggregate(
                credit=AmountSum("amount", filter=entering(self.accounts)),
                debit=AmountSum("amount", filter=leaving(self.accounts)),
                count=Count("pk"),
            )
        )
        return self.totals.opening + (sums["credit"] or ZERO) - (sums["debit"] or ZERO), sums["count"]


class Digest:
    """SHA-256 over the canonical lines, written one by one as they come."""

    def __init__(self, asset: Asset, opening: Decimal):
        self._asset, self._sha = asset, hashlib.sha256()
        self._write("opening", plain(opening, asset.decimals), asset.pk)

    def add_line(self, line: Movement) -> None:
        self.add(line.posting.pk, line.posting.at, line.reference, line.debit, line.credit, line.balance)

    def add(self, pk, at: datetime, name: str, *amounts: Decimal | None) -> None:
        self._write(str(pk), utc(at), name, *(self._text(amount) for amount in amounts))

    def closed(self, closing: Decimal) -> str:
        self._write("closing", plain(closing, self._asset.decimals), self._asset.pk)
        return self._sha.hexdigest()

    def _text(self, amount: Decimal | None) -> str:
        return "" if amount is None else plain(amount, self._asset.decimals)

    def _write(self, *parts: str) -> None:
        self._sha.update(("\t".join(parts) + "\n").encode())


def utc(at: datetime) -> str:
    """The moment as checksum and CSV write it: 2026-11-21T14:02:55.000000Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is asked within it sees one state of the ledger, where the database can give that to a reader."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _place_of(posting: Any) -> Place:
    return Place(posting.at, posting.is_out, posting.pk)


def _later_than(place: Place) -> Q:
    return _beside(place, "gt")


def _earlier_than(place: Place) -> Q:
    return _beside(place, "lt")


def _beside(place: Place, side: str) -> Q:
    at, is_out, pk = place
    return (
        Q(**{f"at__{side}": at})
        | Q(**{f"is_out__{side}": is_out}, at=at)
        | Q(**{f"pk__{side}": pk}, at=at, is_out=is_out)
    )
