import pytest

from tests.checks import SETTINGS
from tests.stories.conftest import market, verified
from tests.stories.people import arrivals

__all__ = ["arrive", "market", "verified"]


@pytest.fixture
def arrive(new_context, live_server):
    """`arrive(member, setting)`: this person at a browser of their own, signed in unless `signed_in=False`."""
    with arrivals(new_context, live_server.url) as arrive:
        yield lambda member, setting="wide", **options: arrive(member, **SETTINGS[setting] | options)
