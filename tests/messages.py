"""What `make messages` does: collect every message of the sources into the catalogues, and compile these.

A catalogue keeps the translations that it has, loses what the sources no longer say, and never guesses one from a
message that looks alike. Messages are sorted and carry no line numbers, so a change of code changes few lines of it.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
LANGUAGES = ("de",)
SOURCES = {
    "tickets": ("tickets/**/*.py",),
    "console": ("console/**/*.py", "templates/**/*.html", "templates/**/*.txt"),
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
WIDTH = 120
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Babel dates what it compiles; the same catalogue must always give the same file."""


def messages_of(path: Path) -> Iterator[tuple]:
    """Each message as (text or (one, many), context or None)."""
    source = path.read_text()
    if path.suffix != ".py":
        source = f"({templatize(source, origin=str(path))}\n)"  # within brackets an indent means nothing
    for _, message, _, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        yield message, context


def sources_of(app: str) -> list[Path]:
    return sorted(path for pattern in SOURCES[app] for path in ROOT.glob(pattern))


def collected(app: str) -> Catalog:
    """What the sources say, without a translation."""
    catalog = Catalog(charset="utf-8")
    for path in sources_of(app):
        for message, context in messages_of(path):
            catalog.add(message, context=context)
    return catalog


def place_of(app: str, language: str) -> Path:
    return ROOT / app / "locale" / language / "LC_MESSAGES" / "django.po"


def kept(app: str, language: str) -> Catalog:
    """The catalogue as it is in the repository; an empty one at first."""
    path = place_of(app, language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def updated(app: str, language: str) -> Catalog:
    old, new = kept(app, language), Catalog(locale=language, charset="utf-8", fuzzy=False)
    new._messages = {}
    for message in collected(app):
        if message.id:
            before = old.get(message.id, message.context)
            is_same = before is not None and before.id == message.id and not before.fuzzy
            new.add(message.id, before.string if is_same else None, context=message.context)
    return new


def written(catalog: Catalog) -> bytes:
    """As a .po file: with what Django reads of the head, and no date that differs each day."""
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    body = BytesIO()
    write_po(body, catalog, width=WIDTH, no_location=True, omit_header=True, sort_output=True)
    return head.encode() + body.getvalue()


def compiled(po: bytes) -> bytes:
    catalog, out = read_po(BytesIO(po), charset="utf-8"), BytesIO()
    catalog.creation_date = catalog.revision_date = LONG_AGO
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    for app in SOURCES:
        for language in LANGUAGES:
            catalog, path = updated(app, language), place_of(app, language)
            missing = sum(1 for message in catalog if message.id and not is_translated(message))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(po := written(catalog))
            path.with_suffix(".mo").write_bytes(compiled(po))
            print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {missing} to translate")


def is_translated(message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


if __name__ == "__main__":
    sys.exit(main())
