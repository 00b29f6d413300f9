"""Where a firm receives over one connection: the routing policy of /v1/network_connections."""

import pytest

from tests.api.test_network_connections import URL, Market, custom, said
from tests.factories import VaultFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return Market()


def test_a_connection_has_a_policy_of_its_own(market):
    VaultFactory(workspace=market.cast.alpha.workspace)
    url = f"{URL}/{market.cast.connection.pk}"

    def route(policy):
        assert said(market.alpha.patch(f"{url}/set_routing_policy", {"routingPolicy": policy})) == {"success": True}
        return said(market.alpha.get(url))["routingPolicy"]

    fiat = {"fiat": {"scheme": "DEFAULT"}}
    assert route(custom("1")) == custom("1") | fiat
    assert route({"fiat": {"scheme": "NONE"}}) == custom("1") | fiat
    assert route({}) == custom("1") | fiat
    assert said(market.beta.get(url))["routingPolicy"] == {"crypto": {"scheme": "DEFAULT"}} | fiat
    assert route({"crypto": {"scheme": "NONE"}}) == {"crypto": {"scheme": "NONE"}} | fiat
    assert route({"crypto": {"scheme": "DEFAULT"}}) == {"crypto": {"scheme": "DEFAULT"}} | fiat
    assert market.ask(routingPolicy=custom("1"))["routingPolicy"] == custom("1") | fiat


@pytest.mark.parametrize(
    ("policy", "code", "sentence"),
    [
        ({"stocks": {"scheme": "NONE"}}, 42211, "no group stocks"),
        ({"fiat": {"scheme": "CUSTOM", "dstType": "FIAT_ACCOUNT", "dstId": "1"}}, 42211, "not settled here"),
        ({"crypto": {"scheme": "CUSTOM", "dstType": "EXCHANGE", "dstId": "1"}}, 42211, "vault accounts only"),
        ({"crypto": {"scheme": "CUSTOM", "dstId": "0"}}, 42211, "vault accounts only"),
        ({"crypto": {"scheme": "CUSTOM", "dstType": "VAULT"}}, 11001, "no vault account"),
        (custom("00"), 11001, "no vault account 00"),
        (custom("9" * 30), 11001, "no vault account"),
        ({"crypto": {"scheme": "SOMEWHERE"}}, 42200, "scheme"),
        ({"crypto": None}, 42200, "crypto"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(market, policy, code, sentence):
    url = f"{URL}/{market.cast.connection.pk}/set_routing_policy"
    refused = said(market.alpha.patch(url, {"routingPolicy": policy}), 422)
    assert refused["code"] == code and sentence in refused["message"]


def test_nothing_is_ever_routed_to_a_third_party(market):
    answer = said(market.alpha_signer.get(f"{URL}/{market.cast.connection.pk}/is_third_party_routing/crypto"))
    assert answer["isThirdPartyRouting"] is False and answer["description"]
    assert said(market.gamma.get(f"{URL}/{market.cast.connection.pk}/is_third_party_routing/crypto"), 404)
