"""A stand-in for a translation: in German every message of ours stands in brackets, so that it shows where it is told.

def test_…(bracketed):
    with translation.override("de"):
        …
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog

from tests.messages import SOURCES, collected, compiled, written

OPEN, CLOSE = "⟦", "⟧"


def in_brackets(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"


@cache
def catalogue() -> bytes:
    """A compiled catalogue of all messages in the sources."""
    made = Catalog(locale="de", charset="utf-8", fuzzy=False)
    for message in messages():
        many = isinstance(message.id, tuple)
        made.add(
            message.id,
            tuple(map(in_brackets, message.id)) if many else in_brackets(message.id),
            context=message.context,
        )
    return compiled(written(made))


def messages() -> Iterator:
    return (message for app in SOURCES for message in collected(app) if message.id)


def install(folder: Path) -> Path:
    """Write it below `folder`, as a setting LOCALE_PATHS names it."""
    place = folder / "de" / "LC_MESSAGES" / "django.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(catalogue())
    return folder
