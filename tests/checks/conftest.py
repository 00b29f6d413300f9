import pytest

from tests.checks import SETTINGS
from tests.stories.conftest import market, verified
from tests.stories.people import Person

__all__ = ["arrive", "market", "verified"]


@pytest.fixture
def arrive(new_context, live_server):
    """`arrive(member, setting)`: this person at a browser of their own, signed in unless `signed_in=False`."""
    people = []

    def arrive(member, setting="wide", signed_in=True, **options):
        options = SETTINGS[setting] | options
        person = Person(member, new_context(**options), is_scripted=options.get("java_script_enabled", True))
        people.append(person)
        if signed_in:
            person.let_in(live_server.url)
        return person

    yield arrive
    assert [fault for person in people for fault in person.faults] == []
