"""What provisioning does alike for every kind of object: bring its row to the values, say so, know its place."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from tickets.errors import Refused
from tickets.market_file import MarketFault, path_of
from tickets.models import Workspace

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"
_KEYS = {"is_discoverable": "discoverable"}

Item = TypeVar("Item")


class Run:
    """One run over one file. `lines` says what became of each object, `counts` how many were created, updated…"""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts = Counter(dict.fromkeys((CREATED, UPDATED, UNCHANGED), 0))
        self._place: tuple[str | int, ...] = ()
        self._seen: set[tuple[str, Any]] = set()

    def _keep(self, row: models.Model, label: str, change: str = UNCHANGED, /, **values: Any) -> None:
        """Bring the row to these values and say so; `change` is what happened to another part of the same object."""
        stored = self._store(row, values)
        self._note(next(found for found in (CREATED, UPDATED, UNCHANGED) if found in (change, stored)), label)

    def _store(self, row: models.Model, values: dict[str, Any], *, is_changed: bool = False) -> str:
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        is_new = row._state.adding
        if not (is_new or changed or is_changed):
            return UNCHANGED
        row.full_clean()
        row.save()
        return CREATED if is_new else UPDATED

    def _note(self, change: str, label: str) -> None:
        self.counts[change] += 1
        self.lines.append(f"{change:9} {label}")

    def _found(self, row: Any, workspace: Workspace, key: str) -> Any:
        if row is not None and row.workspace_id != workspace.pk:
            self._fault("another workspace has this already", key)
        return row

    def _once(self, kind: str, value: Any, key: str) -> None:
        """The same object twice in a file would be at odds with itself."""
        if (kind, value) in self._seen:
            self._fault("the file has this already, further up", key)
        self._seen.add((kind, value))

    # Where in the file we are

    def _each(self, key: str, items: Sequence[Item], apply: Callable[..., None], *context: Any) -> None:
        for index, item in enumerate(items):
            with self._at(key, index):
                apply(item, *context)

    @contextmanager
    def _at(self, *steps: str | int) -> Iterator[None]:
        before, self._place = self._place, (*self._place, *steps)
        try:
            yield
        except Refused as refusal:
            self._fault(refusal.message)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            self._fault(messages[0], *([] if name == NON_FIELD_ERRORS else [_KEYS.get(name, name)]))
        finally:
            self._place = before

    def _fault(self, message: str, *steps: str | int) -> Any:
        raise MarketFault((path_of((*self._place, *steps)), message)) from None
