"""How many tickets have ended, without counting a million of them for every page.

What has ended stays as it is. So what ended a while ago is counted once for each firm and filter, and kept in this
process; only what ended since is counted again. The sum is exact.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.cache.backends.locmem import LocMemCache
from django.db.models import Count, Q, QuerySet

KEPT_FROM = 1_000
"""Fewer are counted each time."""
CERTAIN_AFTER = timedelta(hours=1)
"""No transaction takes so long that it could end a ticket at a time that was counted already."""
_kept = LocMemCache("kept counts", {"TIMEOUT": None, "OPTIONS": {"MAX_ENTRIES": 10_000}})


def count_of(tickets: QuerySet, what: Iterable[object], *, column: str, now: datetime) -> int:
    """How many `tickets` there are; `what` tells these from all others, and `column` has the time of their end."""
    key = sha256("|".join(map(str, what)).encode()).hexdigest()
    since, early = _kept.get(key, (None, 0))
    until = now - CERTAIN_AFTER
    if since is not None:
        until = max(until, since)
        tickets = tickets.filter(**{f"{column}__gt": since})
    counts = tickets.aggregate(
        early=Count("pk", filter=Q(**{f"{column}__lte": until})), late=Count("pk", filter=Q(**{f"{column}__gt": until}))
    )
    early += counts["early"]
    if early >= KEPT_FROM:
        _kept.set(key, (until, early))
    return early + counts["late"]
