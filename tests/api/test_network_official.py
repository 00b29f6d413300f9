"""The vendor's client, its network calls: what it sends is understood, and every answer is of its own class."""

import pytest
from fireblocks.exceptions import ForbiddenException, NotFoundException
from fireblocks.models.create_network_id_request import CreateNetworkIdRequest
from fireblocks.models.custom_routing_dest import CustomRoutingDest
from fireblocks.models.default_network_routing_dest import DefaultNetworkRoutingDest
from fireblocks.models.delete_network_connection_response import DeleteNetworkConnectionResponse
from fireblocks.models.delete_network_id_response import DeleteNetworkIdResponse
from fireblocks.models.network_connection import NetworkConnection
from fireblocks.models.network_connection_response import NetworkConnectionResponse
from fireblocks.models.network_connection_routing_policy_value import NetworkConnectionRoutingPolicyValue
from fireblocks.models.network_id_response import NetworkIdResponse
from fireblocks.models.network_id_routing_policy_value import NetworkIdRoutingPolicyValue
from fireblocks.models.none_network_routing_dest import NoneNetworkRoutingDest
from fireblocks.models.search_network_ids_response import SearchNetworkIdsResponse
from fireblocks.models.set_network_id_discoverability_request import SetNetworkIdDiscoverabilityRequest
from fireblocks.models.set_network_id_name_request import SetNetworkIdNameRequest
from fireblocks.models.set_network_id_response import SetNetworkIdResponse
from fireblocks.models.set_network_id_routing_policy_request import SetNetworkIdRoutingPolicyRequest
from fireblocks.models.set_routing_policy_request import SetRoutingPolicyRequest
from fireblocks.models.set_routing_policy_response import SetRoutingPolicyResponse
from fireblocks.models.third_party_routing import ThirdPartyRouting

from tests.api.base import machine
from tests.api.official import answered, strict
from tests.base import cast
from tickets.models import Role

pytestmark = [pytest.mark.django_db(transaction=True), strict]


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def alpha(market, official):
    return official(machine(market.alpha, Role.ADMIN)).network_connections


@pytest.fixture
def gamma(market, official):
    return official(machine(market.gamma, Role.NON_SIGNING_ADMIN)).network_connections


def custom(wrapper, number="0"):
    return {"crypto": wrapper(CustomRoutingDest(scheme="CUSTOM", dst_type="VAULT", dst_id=number))}


def test_a_connection_from_request_to_removal(market, alpha, gamma):
    body = NetworkConnection(
        local_network_id=str(market.alpha.profile.pk),
        remote_network_id=str(market.gamma.profile.pk),
        routing_policy=custom(NetworkConnectionRoutingPolicyValue)
        | {"fiat": NetworkConnectionRoutingPolicyValue(DefaultNetworkRoutingDest(scheme="DEFAULT"))},
    )
    made = answered(alpha.create_network_connection(network_connection=body), NetworkConnectionResponse, 201)
    assert made.status == "WAITING_FOR_PEER_APPROVAL"
    assert type(made.routing_policy["crypto"].actual_instance) is CustomRoutingDest
    assert type(made.routing_policy["fiat"].actual_instance) is DefaultNetworkRoutingDest
    assert len(answered(alpha.get_network_connections(), NetworkConnectionResponse)) == 2
    theirs = answered(gamma.get_network(connection_id=made.id), NetworkConnectionResponse)
    assert (theirs.status, theirs.remote_network_id.name) == ("WAITING_FOR_APPROVAL", "Alpha Desk")
    assert theirs.local_channel.network_id == str(market.gamma.profile.pk)
    nowhere = {"crypto": NetworkConnectionRoutingPolicyValue(NoneNetworkRoutingDest(scheme="NONE"))}
    routed = gamma.set_routing_policy(
        connection_id=made.id, set_routing_policy_request=SetRoutingPolicyRequest(routing_policy=nowhere)
    )
    assert answered(routed, SetRoutingPolicyResponse).success
    theirs = answered(gamma.get_network(connection_id=made.id), NetworkConnectionResponse)
    assert type(theirs.routing_policy["crypto"].actual_instance) is NoneNetworkRoutingDest
    third = alpha.check_third_party_routing(connection_id=made.id, asset_type="crypto")
    assert answered(third, ThirdPartyRouting).is_third_party_routing is False
    assert answered(gamma.delete_network_connection(connection_id=made.id), DeleteNetworkConnectionResponse).success
    assert answered(alpha.get_network(connection_id=made.id), NetworkConnectionResponse).status == "REJECTED_BY_PEER"


def test_a_network_id_from_making_to_removal(market, alpha):
    body = CreateNetworkIdRequest(name="Alpha Options", routing_policy=custom(NetworkIdRoutingPolicyValue))
    made = answered(alpha.create_network_id(create_network_id_request=body), NetworkIdResponse, 201)
    assert type(made.routing_policy["crypto"].actual_instance) is CustomRoutingDest
    assert type(made.routing_policy["fiat"].actual_instance) is NoneNetworkRoutingDest
    for answer in (
        alpha.set_network_id_name(
            network_id=made.id, set_network_id_name_request=SetNetworkIdNameRequest(name="Alpha Derivatives")
        ),
        alpha.set_network_id_discoverability(
            network_id=made.id,
            set_network_id_discoverability_request=SetNetworkIdDiscoverabilityRequest(is_discoverable=False),
        ),
        alpha.set_network_id_routing_policy(
            network_id=made.id,
            set_network_id_routing_policy_request=SetNetworkIdRoutingPolicyRequest(
                routing_policy={"crypto": NetworkIdRoutingPolicyValue(NoneNetworkRoutingDest(scheme="NONE"))}
            ),
        ),
    ):
        assert answered(answer, SetNetworkIdResponse).success
    changed = answered(alpha.get_network_id(network_id=made.id), NetworkIdResponse)
    assert (changed.name, changed.is_discoverable) == ("Alpha Derivatives", False)
    assert type(changed.routing_policy["crypto"].actual_instance) is NoneNetworkRoutingDest
    assert answered(alpha.delete_network_id(network_id=made.id), DeleteNetworkIdResponse).success
    with pytest.raises(NotFoundException) as refusal:
        alpha.get_network_id(network_id=made.id).result()
    assert refusal.value.data.code == 40400


def test_network_ids_are_listed_and_searched(market, alpha):
    with pytest.warns(DeprecationWarning, match="GET /network_ids"):  # the client's own advice
        listed = answered(alpha.get_network_ids(), NetworkIdResponse)
    assert [each.name for each in listed] == ["Alpha Desk", "Beta Desk", "Gamma Desk"]
    first = answered(alpha.search_network_ids(search="desk", page_size=2), SearchNetworkIdsResponse)
    assert [each.name for each in first.data] == ["Alpha Desk", "Beta Desk"]
    rest = alpha.search_network_ids(search="desk", page_size=2.0, page_cursor=first.next)
    rest = answered(rest, SearchNetworkIdsResponse)
    assert ([each.name for each in rest.data], rest.next) == (["Gamma Desk"], None)
    strangers = alpha.search_network_ids(exclude_self=True, exclude_connected=True, only_self=False)
    assert [each.name for each in answered(strangers, SearchNetworkIdsResponse).data] == ["Gamma Desk"]
    assert answered(alpha.get_routing_policy_asset_groups(), str) == ["crypto", "fiat"]


def test_a_refusal_is_an_exception_of_the_clients_own(market, official):
    signer = official(machine(market.alpha, Role.SIGNER)).network_connections
    with pytest.raises(ForbiddenException) as refusal:
        signer.delete_network_id(network_id=str(market.alpha.profile.pk)).result()
    assert refusal.value.data.code == 3002
