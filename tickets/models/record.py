"""Record: a row with a life. The only lines of the product that ever write a status stand here."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Conflict, Invalid, WrongStatus
from tickets.models.rows import Question, insert, update
from tickets.models.words import CANNOT_BECOME, CHANGED, TOO_LONG, WITH_CONTROLS, within

REASON_MAX = 500


class Record(models.Model):
    """A row whose changes are verbs. `revision` counts them: by it a page can tell whether what it showed still holds.

    Every verb runs inside `_turn`: one transaction, the row locked and read anew, so that what it asks of status and
    clock is true until it commits. Whoever comes second waits, then meets the new truth.
    """

    MOVES: ClassVar[dict]
    if TYPE_CHECKING:  # every record brings its own column
        status: Any
        get_status_display: Any

    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    _is_in_turn = False
    _unstored: frozenset[str] = frozenset()
    _untold: tuple[models.Model, ...] = ()

    @contextmanager
    def _turn(self, now: datetime | None = None) -> Iterator[datetime]:
        """Open a transaction, lock this row and read it anew; yields the time by which the verb judges.

        What the verb writes and tells is stored when its turn ends, or when another one begins inside it.
        """
        with transaction.atomic():
            self._store()
            self._read_anew()
            was_in_turn, self._is_in_turn = self._is_in_turn, True
            try:
                yield now or timezone.now()
                self._store()
            finally:
                self._is_in_turn, self._unstored, self._untold = was_in_turn, frozenset(), ()

    def _move(self, to: str, **fields) -> None:
        """Change the status along MOVES, together with `fields`."""
        if to not in self.MOVES[self.status]:
            raise WrongStatus(CANNOT_BECOME[type(self).__name__] % {"status": within(self.status), "to": to})
        self._write(status=to, **fields)

    def _write(self, **fields) -> None:
        """Change `fields`, under the next revision."""
        if not self._unstored:
            self._stored_revision = self.revision
        for name, value in {**fields, "revision": self.revision + 1}.items():
            setattr(self, name, value)
        self._unstored |= {*fields, "revision"}
        if not self._is_in_turn:
            self._store()

    def _tell(self, event: models.Model) -> None:
        """Put this on record."""
        self._untold += (event,)
        if not self._is_in_turn:
            self._store()

    def _store(self) -> None:
        """Store what was written, if the row is still as it was read, and what was told."""
        fields, events = sorted(self._unstored), self._untold
        self._unstored, self._untold = frozenset(), ()
        if fields and update([self], fields, revision=self._stored_revision) != 1:
            raise Conflict(str(CHANGED[type(self).__name__]))
        insert(events)

    def _read_anew(self) -> None:
        found = _locked(type(self)).ask(self.pk)
        if not found:
            raise self.DoesNotExist(f"This {self._meta.verbose_name} is gone.")
        vars(self).update(vars(found[0]), _prefetched_objects_cache={})


@cache
def _locked(model: type[Record]) -> Question:
    return Question(lambda pk: model._base_manager.filter(pk=pk).select_for_update(of=("self",)))


def text_given(text: str, name: str, limit: int, *, lines: bool = False) -> str:
    """Free text as it is kept, or Invalid: up to `limit` characters, none of them control, one line unless `lines`."""
    field, text = name.lower().replace(" ", "_"), text.replace("\r\n", "\n").strip()
    if len(text) > limit:
        raise Invalid(TOO_LONG[name] % {"limit": limit, "count": len(text)}, field)
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in text):
        raise Invalid(str(WITH_CONTROLS[name]), field)
    return text


def reason_given(text: str) -> str:
    """The reason that goes with an act against somebody, or Invalid."""
    text = text_given(text, "reason", REASON_MAX, lines=True)
    if not text:
        raise Invalid(_("Give a reason; it stays on record."), "reason")
    return text
