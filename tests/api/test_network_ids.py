"""What is below /v1/network_ids: a firm's own profiles, and how others are found."""

import uuid

import pytest

from tests.api.base import Caller, machine
from tests.base import NOON, cast
from tests.factories import ProfileFactory, VaultFactory
from tickets.models import Profile, Role

pytestmark = pytest.mark.django_db
URL = "/v1/network_ids"
NOWHERE = {"scheme": "NONE"}


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def alpha(market):
    return Caller(machine(market.alpha, Role.ADMIN))


def said(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def custom(number="0"):
    return {"scheme": "CUSTOM", "dstType": "VAULT", "dstId": number}


def search(caller, **query):
    return said(caller.get(f"{URL}/search", query))


def names(answer):
    return [each["name"] for each in answer["data"]]


def test_the_list_holds_own_and_discoverable_ones(market, alpha):
    hidden = ProfileFactory(workspace=market.alpha.workspace, name="Alpha Hidden", is_discoverable=False)
    ProfileFactory(workspace=market.beta.workspace, name="Beta Hidden", is_discoverable=False)
    ours, own_hidden, beta, gamma = said(alpha.get(URL))
    assert ours == {
        "id": str(market.alpha.profile.pk),
        "name": "Alpha Desk",
        "isDiscoverable": True,
        "routingPolicy": {"crypto": custom(), "fiat": NOWHERE},
    }
    assert (own_hidden["id"], own_hidden["isDiscoverable"]) == (str(hidden.pk), False)
    assert (beta["name"], beta["routingPolicy"], gamma["name"]) == ("Beta Desk", {}, "Gamma Desk")


def test_a_new_network_id_receives_in_the_first_vault_unless_told_otherwise(market, alpha):
    VaultFactory(workspace=market.alpha.workspace)
    for number, (body, crypto) in enumerate(
        (
            ({}, custom("0")),
            ({"routingPolicy": {}}, custom("0")),
            ({"routingPolicy": {"crypto": custom("1"), "fiat": NOWHERE}}, custom("1")),
            ({"routingPolicy": {"crypto": NOWHERE}}, NOWHERE),
        )
    ):
        made = said(alpha.post(URL, {"name": f"Options {number}"} | body), 201)
        assert made["routingPolicy"] == {"crypto": crypto, "fiat": NOWHERE}
        assert said(alpha.get(f"{URL}/{made['id']}")) == made
        assert made["isDiscoverable"] is True


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 42200),
        ({"name": ""}, 42211),
        ({"name": "x" * 121}, 42200),
        ({"name": "Beta Desk"}, 42211),
        ({"name": "A", "routingPolicy": {"crypto": {"scheme": "DEFAULT"}}}, 42211),
        ({"name": "A", "routingPolicy": {"crypto": custom("5")}}, 11001),
        ({"name": "A", "routingPolicy": {"fiat": {"scheme": "CUSTOM", "dstType": "VAULT", "dstId": "0"}}}, 42211),
        ({"name": "A", "routingPolicy": {"stocks": NOWHERE}}, 42211),
    ],
)
def test_what_cannot_be_made_is_refused(alpha, body, code):
    assert said(alpha.post(URL, body), 422)["code"] == code
    assert Profile.objects.count() == 3


def test_each_change_shows(market, alpha):
    VaultFactory(workspace=market.alpha.workspace)
    url = f"{URL}/{market.alpha.profile.pk}"
    for path, body in (
        ("set_name", {"name": "Alpha One"}),
        ("set_discoverability", {"isDiscoverable": False}),
        ("set_routing_policy", {"routingPolicy": {"crypto": custom("1")}}),
        ("set_routing_policy", {"routingPolicy": {"fiat": NOWHERE}}),
    ):
        assert said(alpha.patch(f"{url}/{path}", body)) == {"success": True}
    assert said(alpha.get(url)) == {
        "id": str(market.alpha.profile.pk),
        "name": "Alpha One",
        "isDiscoverable": False,
        "routingPolicy": {"crypto": custom("1"), "fiat": NOWHERE},
    }
    for path, body in (
        ("set_name", {"name": "Gamma Desk"}),
        ("set_discoverability", {"isDiscoverable": "yes"}),
        ("set_routing_policy", {"routingPolicy": {"crypto": custom("2")}}),
        ("set_routing_policy", {}),
    ):
        assert said(alpha.patch(f"{url}/{path}", body), 422)


def test_a_removed_one_is_gone(market, alpha):
    connected = f"{URL}/{market.alpha.profile.pk}"
    assert said(alpha.delete(connected), 422)["code"] == 42213
    made = said(alpha.post(URL, {"name": "Options"}), 201)
    assert said(alpha.delete(f"{URL}/{made['id']}")) == {"success": True}
    assert said(alpha.get(f"{URL}/{made['id']}"), 404)
    assert made["id"] not in {each["id"] for each in said(alpha.get(URL))}
    assert "Options" not in names(search(alpha))


def test_another_firms_and_unknown_ones_are_not_found_by_id(market, alpha):
    for pk in (market.beta.profile.pk, uuid.uuid4(), "x"):
        for answer in (
            alpha.get(f"{URL}/{pk}"),
            alpha.delete(f"{URL}/{pk}"),
            alpha.patch(f"{URL}/{pk}/set_name", {"name": "Mine"}),
            alpha.patch(f"{URL}/{pk}/set_discoverability", {"isDiscoverable": False}),
            alpha.patch(f"{URL}/{pk}/set_routing_policy", {"routingPolicy": {}}),
        ):
            assert said(answer, 404)["code"] == 40400


def test_a_signer_looks_and_changes_nothing(market):
    signer = Caller(machine(market.alpha, Role.SIGNER))
    url = f"{URL}/{market.alpha.profile.pk}"
    assert said(signer.get(url)) and said(signer.get(URL)) and search(signer)["data"]
    for answer in (
        signer.post(URL, {"name": "Mine"}),
        signer.delete(url),
        signer.patch(f"{url}/set_name", {"name": "Mine"}),
        signer.patch(f"{url}/set_discoverability", {"isDiscoverable": False}),
        signer.patch(f"{url}/set_routing_policy", {"routingPolicy": {}}),
    ):
        assert said(answer, 403)["code"] == 3002


# Search


def test_the_search_is_by_part_of_a_name_or_a_whole_id(market, alpha):
    assert names(search(alpha)) == ["Alpha Desk", "Beta Desk", "Gamma Desk"]
    assert names(search(alpha, search="DESK")) == ["Alpha Desk", "Beta Desk", "Gamma Desk"]
    assert names(search(alpha, search="amma")) == ["Gamma Desk"]
    assert names(search(alpha, search=str(market.beta.profile.pk))) == ["Beta Desk"]
    assert names(search(alpha, search=str(uuid.uuid4()))) == names(search(alpha, search="%")) == []
    market.gamma.profile.set_discoverable(False, by=market.gamma.admin, now=NOON)
    assert names(search(alpha, search=str(market.gamma.profile.pk))) == []


def test_own_and_connected_ones_can_be_left_out(market, alpha):
    assert names(search(alpha, excludeSelf="true")) == ["Beta Desk", "Gamma Desk"]
    assert names(search(alpha, onlySelf="True")) == ["Alpha Desk"]
    assert names(search(alpha, excludeConnected="true")) == ["Alpha Desk", "Gamma Desk"]
    assert names(search(alpha, excludeSelf="true", excludeConnected="true")) == ["Gamma Desk"]
    assert names(search(alpha, onlySelf="true", excludeSelf="true")) == []
    assert names(search(Caller(machine(market.beta)), excludeConnected="true")) == ["Beta Desk", "Gamma Desk"]
    assert names(search(Caller(machine(market.gamma)), excludeConnected="true", excludeSelf="false"))[0] == "Alpha Desk"


@pytest.mark.parametrize("size", ["1", "2.0", "3", "50"])
def test_the_pages_join_without_gap_or_repetition(alpha, size):
    for number in range(4):
        ProfileFactory(name=f"Épsilon “{number}”")
    everything = [each["name"] for each in said(alpha.get(URL))]
    found, query = [], {"pageSize": size}
    while True:
        page = search(alpha, **query)
        found += names(page)
        if page["next"] is None:
            break
        query["pageCursor"] = page["next"]
    assert found == everything
    assert len(found) == 7


@pytest.mark.parametrize(
    "query", [{"search": ""}, {"pageSize": "0"}, {"pageSize": "51"}, {"pageCursor": "%%"}, {"pageCursor": "AA"}]
)
def test_a_search_that_cannot_be_read_is_refused(alpha, query):
    assert said(alpha.get(f"{URL}/search", query), 422)


def test_the_groups_of_assets(alpha):
    assert said(alpha.get(f"{URL}/routing_policy_asset_groups")) == ["crypto", "fiat"]
