"""Pages of a long list that neither skip nor repeat a row while others arrive.

A page begins after or before a row, not at a number: its address holds by what that row was ordered, signed, so that
it leads nowhere else and tells nothing. Counting is asked for once, and never for how far down the page is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.signing import BadSignature, Signer
from django.db.models import Count, F, Q, QuerySet, Value

from console.access import MemberRequest

PAGE_ROWS = 50
COUNTED_AMONG = 1_000
CURSORS = ("after", "before")
"""What an address says of the page; the rest of it says which rows, and in which order."""


@dataclass(frozen=True)
class Key:
    """A column that a list is ordered by. Rows without a value there come last, whichever the way."""

    name: str
    is_descending: bool = False
    attribute: str = ""  # under which a row has it, where that is not its name
    has_gaps: bool = False

    def of(self, row: Any) -> Any:
        value = getattr(row, self.attribute or self.name)
        return value if value is None or isinstance(value, bool | int) else str(value)

    def ordering(self, is_backward: bool):
        way = "desc" if self.is_descending != is_backward else "asc"
        if not self.has_gaps:
            return getattr(F(self.name), way)()
        return getattr(F(self.name), way)(**{"nulls_first" if is_backward else "nulls_last": True})

    def at(self, value) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value, is_backward: bool) -> Q:
        """Rows further on than this value, or nearer to the beginning."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if is_backward else Q(pk__in=[])
        strictly = Q(**{f"{self.name}__{self._side(is_backward)}": value})
        return strictly | Q(**{f"{self.name}__isnull": True}) if self.has_gaps and not is_backward else strictly

    def bound(self, value, is_backward: bool) -> Q:
        """The same and its equals, as one comparison by which an index leads there."""
        return Q() if self.has_gaps else Q(**{f"{self.name}__{self._side(is_backward)}e": value})

    def _side(self, is_backward: bool) -> str:
        return "lt" if self.is_descending != is_backward else "gt"


NEWEST_FIRST = (Key("created_at", is_descending=True), Key("pk", is_descending=True))


@dataclass(frozen=True)
class Stretch:
    """Some rows of a list; `newer` and `older` lead on, where there is more.

    `first` is the number of the first row among all. `total` is exact unless `is_capped`: then there are more than
    that, and rows have no numbers.
    """

    rows: list
    total: int
    first: int
    newer: str = ""
    older: str = ""
    is_capped: bool = False

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def has_more(self) -> bool:
        return bool(self.newer or self.older)


def stretch_of(
    rows: QuerySet,
    request: MemberRequest,
    *,
    keys: Sequence[Key] = NEWEST_FIRST,
    total: int | None = None,
    among: QuerySet | None = None,
    grows: Literal["", "front", "back"] = "",
    size: int = PAGE_ROWS,
) -> Stretch:
    """The rows that the address asks for: `?after=` a row the next ones, `?before=` it those that stand before it.

    The last of the keys tells any two rows apart. What is no place in this very list leads to its beginning. `total` is
    given where it is known already. `among` are the rows of which these are a part that is hard to find: then only
    those are counted that stand among its first COUNTED_AMONG. Where rows only ever join at one end, `grows` names it:
    then a row's number follows from the address. Elsewhere the rows above are counted.
    """
    return _Paging(rows, request, tuple(keys), grows, size).stretch(total, among)


class _Paging:
    def __init__(self, rows: QuerySet, request: MemberRequest, keys: tuple[Key, ...], grows: str, size: int):
        self.rows, self.keys, self.grows, self.size = rows, keys, grows, size
        query = request.GET.copy()
        self.asked = {name: "".join(query.pop(name, [])[-1:]) for name in CURSORS}
        self.signer = Signer(salt=f"paging {request.path}?{query.urlencode()} by {self.keys}")

    def stretch(self, total: int | None, among: QuerySet | None) -> Stretch:
        found, place, is_end = self._found()
        shown, is_capped = found[: self.size], False
        if total is None and is_end and not place:
            total = len(found)
        elif total is None and among is not None:
            total, is_capped = self._count_among(among, min(len(found), self.size + 1))
        elif total is None:
            total = self.rows.count()
        if not shown:
            return Stretch([], total, 0, is_capped=is_capped)
        first = 0 if is_capped else self._number(shown, place, total)
        return Stretch(
            shown,
            total,
            first,
            newer=self._named(shown[0], first, total) if place else "",
            older=self._named(shown[-1], first + len(shown) - 1, total) if not is_end else "",
            is_capped=is_capped,
        )

    def _count_among(self, among: QuerySet, found_count: int) -> tuple[int, bool]:
        """How many rows there are, and whether there are more: those behind the first of `among` are not looked at."""
        first = self._ordered(among, False).values("pk")[: COUNTED_AMONG + 1]
        found, looked_at = (
            rows.order_by().filter(pk__in=first).values_list(Value(name)).annotate(count=Count("pk"))
            for name, rows in (("found", self.rows), ("looked at", among.model._default_manager.all()))
        )
        counts = {"found": 0, "looked at": 0} | dict(found.union(looked_at, all=True))
        if counts["looked at"] <= COUNTED_AMONG:
            return counts["found"], False
        return _round_below(max(counts["found"], found_count)), True

    def _found(self) -> tuple[list, tuple | None, bool]:
        """Rows for the page, the place it goes by (None at the beginning), and whether the list ends with them."""
        if before := self._place("before"):
            found = list(self._beside(before[1], True)[: self.size + 1])
            if len(found) > self.size:  # else the page would be a short one: show the beginning
                return found[self.size - 1 :: -1], ("before", before[0]), False
        elif (after := self._place("after")) and (found := list(self._beside(after[1], False)[: self.size + 1])):
            return found, ("after", after[0]), len(found) <= self.size
        found = list(self._ordered(self.rows, False)[: self.size + 1])
        return found, None, len(found) <= self.size

    def _beside(self, values: list, is_backward: bool) -> QuerySet:
        same, strictly = Q(), Q(pk__in=[])
        for key, value in zip(self.keys, values, strict=True):
            strictly |= same & key.beyond(value, is_backward)
            same &= key.at(value)
        bound = self.keys[0].bound(values[0], is_backward)
        return self._ordered(self.rows.filter(bound, strictly), is_backward)

    def _ordered(self, rows: QuerySet, is_backward: bool) -> QuerySet:
        return rows.order_by(*(key.ordering(is_backward) for key in self.keys))

    def _number(self, shown: list, place: tuple | None, total: int) -> int:
        if place is None:
            return 1
        way, kept = place
        if not self.grows:
            return self._beside([key.of(shown[0]) for key in self.keys], True).count() + 1
        number = total - kept + 1 if self.grows == "front" else kept
        return max(number + 1 if way == "after" else number - len(shown), 1)

    def _named(self, row: Any, number: int, total: int) -> str:
        kept = total - number + 1 if self.grows == "front" else number
        return self.signer.sign_object([kept, *(key.of(row) for key in self.keys)], compress=True)

    def _place(self, name: str) -> tuple[int, list] | None:
        """The number and the values of a row; None where the text was not made by a page of this list."""
        try:
            kept, *values = self.signer.unsign_object(self.asked[name])
        except (BadSignature, ValueError):
            return None
        return (kept, values) if len(values) == len(self.keys) else None


def _round_below(count: int) -> int:
    """The largest number below that has one figure other than nought: there are more than that."""
    step = 10 ** (len(str(count - 1)) - 1)
    return (count - 1) // step * step
