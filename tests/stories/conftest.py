from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command

from tests.base import cast, deposit
from tests.stories.people import arrivals


@pytest.fixture(autouse=True)
def verified(live_server):
    """However a story ends, the ledger must be right: `manage.py verify` looks at it before it is cleared away."""
    yield
    call_command("verify", stdout=StringIO())


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request):
    """Each story is told twice: every act must be possible without a line of JavaScript."""
    return request.param


@pytest.fixture
def arrive(new_context, live_server, scripts):
    """`arrive(member)`: this person at a browser of their own, signed in unless `signed_in=False`."""
    with arrivals(new_context, live_server.url) as arrive:
        yield partial(arrive, java_script_enabled=scripts)


@pytest.fixture
def market():
    """The cast, with funds in both treasuries."""
    market = cast()
    deposit(market.alpha.vault, BTC="10", ETH="20", SOL="30")
    deposit(market.beta.vault, USDC="1000000", EURC="500000")
    return market
