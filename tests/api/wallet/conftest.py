from types import SimpleNamespace

import pytest

from tests.api.wallet.base import SECRET, Wallet
from tests.base import cast, deposit


@pytest.fixture(autouse=True)
def _signed_with_a_long_secret(settings):
    settings.WALLET_AUTH_SECRET = SECRET


@pytest.fixture
def market(db):
    return cast()


@pytest.fixture
def alice(market):
    """Sends; her firm has 1000 CC."""
    deposit(market.alpha.vault, CC="1000")
    return Wallet("alice", market.alpha.profile)


@pytest.fixture
def bob(market):
    """Receives."""
    return Wallet("bob", market.beta.profile)


@pytest.fixture
def carol(market):
    """A third party."""
    return Wallet("carol", market.gamma.profile)


@pytest.fixture
def operator(db):
    """The validator's operator, without a wallet."""
    return Wallet("administrator")


@pytest.fixture
def over_the_network(live_server, market):
    """Alice and Bob through real sockets."""
    deposit(market.alpha.vault, CC="1000")
    alice = Wallet("alice", market.alpha.profile, url=live_server.url)
    return SimpleNamespace(
        alice=alice, bob=Wallet("bob", market.beta.profile, url=live_server.url), url=live_server.url
    )
