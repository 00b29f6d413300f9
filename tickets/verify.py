"""Everything that must always hold, asked of the rows themselves. Nothing here trusts what another column says of them.

Each rule is a function whose name is the rule and which yields what breaks it. A rule is one query or a few over the
whole table, so that a million tickets are no more questions than one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models import Case, Count, Value, When

from tickets.amounts import ZERO, AmountSum
from tickets.models import AccountKind, Asset, Balance, OfferStatus, Posting, Ticket, TicketStatus, TransferOffer

Finding = tuple[object, object, object]
"""The object at fault, what was expected of it, and what was found."""
Rule = Callable[[], Iterator[Finding]]


class Violation(NamedTuple):
    rule: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}: expected {self.expected}, found {self.found}"


def violations(rules: tuple[Rule, ...]) -> Iterator[Violation]:
    for rule in rules:
        for finding in rule():
            yield Violation(rule.__name__.replace("_", " "), *map(str, finding))


def figures() -> Iterator[str]:
    """What there is: tickets and offers by status, postings, and each asset inside and as it came from outside."""
    for rows, statuses in ((Ticket.objects.all(), TicketStatus), (TransferOffer.objects.all(), OfferStatus)):
        counts = dict(rows.order_by().values_list("status").annotate(count=Count("pk")))
        by_status = ", ".join(f"{counts.get(status, 0)} {label.lower()}" for status, label in statuses.choices)
        yield f"{rows.model._meta.verbose_name_plural}: {by_status}"
    yield f"postings: {Posting.objects.count()}"
    inside, outside = totals_inside(), totals_from_outside()
    for asset in Asset.objects.filter(pk__in=inside.keys() | outside.keys()):
        kept, came = inside.get(asset.pk, ZERO), outside.get(asset.pk, ZERO)
        yield f"{asset.plain(kept)} inside, {asset.plain(came)} from outside"


def totals_inside() -> dict[str, Any]:
    return _by_asset(Balance.objects.all())


def totals_from_outside() -> dict[str, Any]:
    """What the outside world has given, less what it was given back."""
    given = _by_asset(Posting.objects.filter(source__kind=AccountKind.OUTSIDE))
    taken = _by_asset(Posting.objects.filter(destination__kind=AccountKind.OUTSIDE))
    return {asset: given.get(asset, ZERO) - taken.get(asset, ZERO) for asset in given.keys() | taken.keys()}


def amiss(rows: models.QuerySet, *fits: models.Q) -> models.QuerySet:
    """The rows that fit none of the cases. A comparison with NULL is no fit; under a plain NOT it would get away."""
    found = Case(*(When(case, then=Value(True)) for case in fits), default=Value(False))
    return rows.annotate(is_fit=found).filter(is_fit=False)


@contextmanager
def snapshot() -> Iterator[None]:
    """One state of the rows for all questions, whatever the console does meanwhile, and without stopping it."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # `atomic` would take the one lock for writing
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def _by_asset(rows: models.QuerySet) -> dict[str, Any]:
    return dict(rows.order_by().values_list("asset_id").annotate(total=AmountSum("amount")))
