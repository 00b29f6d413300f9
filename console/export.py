"""Lists as CSV files: written row by row, so that a long one needs no more memory than a short one."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import StreamingHttpResponse
from django.utils import timezone

from console import moments

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a spreadsheet begins a formula, or may: the four signs also in their full width."""


class _Echo:
    """What the writer of a line writes to: it gives the line back."""

    def write(self, line: str) -> str:
        return line


def timed(word: str) -> str:
    """What a column of moments is called: its word, and the zone in force, in which they are told."""
    return f"{word} ({timezone.get_current_timezone_name()})"


def csv_file(name: str, header: list[str], rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """A download of `rows`, which are read while it is sent."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(header: list[str], rows: Iterable[Iterable]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(header)  # by this mark a spreadsheet knows that it is UTF-8
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: object) -> str:
    """Text that a spreadsheet shows and does not calculate. A moment is told in the zone in force; None is empty."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moments.exact(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
