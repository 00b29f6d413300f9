"""The catalogues hold what the sources say, all of it translated, and are what Django reads."""

import re
from collections import Counter

import pytest

from tests.messages import LANGUAGES, SOURCES, collected, compiled, is_translated, kept, place_of, updated, written

CATALOGUES = [(app, language) for app in SOURCES for language in LANGUAGES]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|{\w+}|</?\w+|&\w+;")
every_catalogue = pytest.mark.parametrize(("app", "language"), CATALOGUES)


def each(text) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def translated(app, language):
    return [message for message in kept(app, language) if message.id and is_translated(message)]


@every_catalogue
def test_a_catalogue_has_every_message_of_the_sources_and_no_other(app, language):
    """`make messages` brings it up to them."""
    catalogue = kept(app, language)
    assert {(message.id, message.context) for message in catalogue if message.id} == {
        (message.id, message.context) for message in collected(app) if message.id
    }
    assert not catalogue.obsolete and not any(message.fuzzy for message in catalogue if message.id)
    assert place_of(app, language).read_bytes() == written(updated(app, language))


@every_catalogue
def test_every_message_is_translated(app, language):
    assert [message.id for message in kept(app, language) if message.id and not is_translated(message)] == []


@every_catalogue
def test_what_is_compiled_is_what_is_written(app, language):
    path = place_of(app, language)
    assert path.with_suffix(".mo").read_bytes() == compiled(path.read_bytes())


@every_catalogue
def test_a_translation_keeps_the_places_that_are_filled_in(app, language):
    """And the tags, in an order of its own."""
    for message in translated(app, language):
        originals = [Counter(PLACEHOLDER.findall(text)) for text in each(message.id)]
        for text in each(message.string):
            assert Counter(PLACEHOLDER.findall(text)) in originals, (message.id, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_message_of_two_apps_is_translated_alike(language):
    """Django asks the first app for all."""
    found: dict[tuple, object] = {}
    for app in SOURCES:
        for message in translated(app, language):
            assert found.setdefault((message.id, message.context), message.string) == message.string


@every_catalogue
def test_a_translation_begins_and_ends_like_its_message(app, language):
    """A space or a full stop that is lost or added would show where it is put into a line."""
    for message in translated(app, language):
        for text in each(message.string):
            first = each(message.id)[0]
            assert (text[0].isspace(), text[-1].isspace()) == (first[0].isspace(), first[-1].isspace()), first
            assert (text[-1] == ".") == (first[-1] == "."), first
