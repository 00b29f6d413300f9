"""GET, POST, DELETE and PATCH below /v1/network_connections: each firm reads its own side, and admins change it."""

import uuid

import pytest
from django.utils import timezone

from tests.api.base import Caller, machine
from tests.base import cast
from tests.factories import ConnectionFactory, ProfileFactory
from tickets.models import Connection, Event, Role
from tickets.models.network import LAPSES_AFTER

pytestmark = pytest.mark.django_db
URL = "/v1/network_connections"


class Market:
    """The cast, and an admin's and a signer's machine of each firm: `alpha`, `alpha_signer`, …"""

    def __init__(self):
        self.cast = cast()
        for name in ("alpha", "beta", "gamma"):
            firm = getattr(self.cast, name)
            setattr(self, name, Caller(machine(firm, Role.ADMIN)))
            setattr(self, f"{name}_signer", Caller(machine(firm, Role.SIGNER)))

    def body(self, local="alpha", remote="gamma", **more):
        ids = (str(getattr(self.cast, name).profile.pk) for name in (local, remote))
        return dict(zip(("localNetworkId", "remoteNetworkId"), ids, strict=True)) | more

    def ask(self, **more):
        """Alpha asks Gamma."""
        answer = self.alpha.post(URL, self.body(**more))
        assert answer.status_code == 201, answer.content
        return answer.json()


@pytest.fixture
def market():
    return Market()


def custom(number="0"):
    return {"crypto": {"scheme": "CUSTOM", "dstType": "VAULT", "dstId": number}}


def said(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def test_each_firm_reads_its_own_side(market):
    alpha, beta = market.cast.alpha.profile, market.cast.beta.profile
    [ours], [theirs] = said(market.alpha.get(URL)), said(market.beta_signer.get(URL))
    assert ours == {
        "id": str(market.cast.connection.pk),
        "status": "APPROVED",
        "localNetworkId": {"id": str(alpha.pk), "name": "Alpha Desk"},
        "remoteNetworkId": {"id": str(beta.pk), "name": "Beta Desk"},
        "routingPolicy": {"crypto": {"scheme": "DEFAULT"}, "fiat": {"scheme": "DEFAULT"}},
        "localChannel": {"networkId": str(alpha.pk), "name": "Alpha Desk"},
        "remoteChannel": {"networkId": str(beta.pk), "name": "Beta Desk"},
    }
    assert (theirs["localNetworkId"], theirs["remoteNetworkId"]) == (ours["remoteNetworkId"], ours["localNetworkId"])
    assert said(market.gamma.get(URL)) == []
    assert said(market.alpha.get(f"{URL}/{ours['id']}")) == ours
    assert said(market.gamma.get(f"{URL}/{ours['id']}"), 404)["code"] == 40400


def test_asking_approves_for_the_firm_that_asks(market):
    made = market.ask()
    assert made["status"] == "WAITING_FOR_PEER_APPROVAL"
    assert made["routingPolicy"]["crypto"] == {"scheme": "DEFAULT"}
    [theirs] = said(market.gamma.get(URL))
    assert (theirs["id"], theirs["status"]) == (made["id"], "WAITING_FOR_APPROVAL")
    for caller in (market.alpha, market.gamma):
        answer = caller.put(f"{URL}/{made['id']}/approve")
        if caller is market.alpha:
            assert said(answer, 403)["code"] == 3002
        else:
            assert said(answer)["status"] == "APPROVED"
    assert said(market.alpha.get(f"{URL}/{made['id']}"))["status"] == "APPROVED"


STATUSES = {  # requester, peer
    "awaiting_requester": ("WAITING_FOR_APPROVAL", None),
    "awaiting_peer": ("WAITING_FOR_PEER_APPROVAL", "WAITING_FOR_APPROVAL"),
    "approved": ("APPROVED", "APPROVED"),
    "rejected": ("REJECTED_BY_PEER", "REJECTED"),
    "withdrawn": ("CANCELLED", "CANCELLED"),
    "lapsed": ("CANCELLED", "CANCELLED"),
    "removed": ("REMOVED_BY_PEER", "REMOVED"),
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_told_from_the_side_of_who_asks(market, status):
    alpha, gamma = market.cast.alpha.profile, market.cast.gamma.profile
    connection = ConnectionFactory(requester=alpha, peer=gamma, status=status, now=timezone.now())
    answers = [caller.get(f"{URL}/{connection.pk}") for caller in (market.alpha, market.gamma)]
    assert tuple(answer.json().get("status") for answer in answers) == STATUSES[status]


def test_a_request_past_its_time_reads_as_cancelled_and_cannot_be_approved(market):
    alpha, gamma = market.cast.alpha.profile, market.cast.gamma.profile
    connection = ConnectionFactory(
        requester=alpha, peer=gamma, status="awaiting_peer", now=timezone.now() - LAPSES_AFTER
    )
    assert said(market.gamma.get(f"{URL}/{connection.pk}"))["status"] == "CANCELLED"
    assert said(market.gamma.put(f"{URL}/{connection.pk}/approve"), 422)["code"] == 42214
    assert said(market.alpha.delete(f"{URL}/{connection.pk}"), 422)["code"] == 42214
    assert market.ask()["status"] == "WAITING_FOR_PEER_APPROVAL"


def test_what_cannot_be_asked_for_is_refused(market):
    hidden = ProfileFactory(workspace=market.cast.gamma.workspace, is_discoverable=False)
    removed = ProfileFactory(workspace=market.cast.gamma.workspace, removed_at=timezone.now())
    for body, status, code in (
        (market.body("beta", "gamma"), 422, 42226),  # another firm's profile as one's own
        (market.body(local="alpha", remote="alpha"), 422, 42211),
        (market.body() | {"remoteNetworkId": str(uuid.uuid4())}, 422, 42211),
        (market.body() | {"remoteNetworkId": str(removed.pk)}, 422, 42211),
        (market.body() | {"remoteNetworkId": "x"}, 422, 42211),
        (market.body(remote="beta"), 409, 40900),  # connected already
        ({"localNetworkId": market.body()["localNetworkId"]}, 422, 42200),
        (market.body(routingPolicy=custom("7")), 422, 11001),
    ):
        assert said(market.alpha.post(URL, body), status)["code"] == code
    assert Connection.objects.count() == 1
    assert said(market.alpha.post(URL, market.body() | {"remoteNetworkId": str(hidden.pk)}), 201)


def test_delete_removes_withdraws_or_rejects(market):
    assert said(market.beta.delete(f"{URL}/{market.cast.connection.pk}")) == {"success": True}
    asked = market.ask()
    assert said(market.alpha.delete(f"{URL}/{asked['id']}")) == {"success": True}
    again = market.ask()
    assert said(market.gamma.delete(f"{URL}/{again['id']}")) == {"success": True}
    assert [each["status"] for each in said(market.alpha.get(URL))] == [
        "REJECTED_BY_PEER",
        "CANCELLED",
        "REMOVED_BY_PEER",
    ]
    assert said(market.gamma.delete(f"{URL}/{again['id']}"), 422)["code"] == 42213
    assert said(market.beta.delete(f"{URL}/{again['id']}"), 404)


@pytest.mark.parametrize("body", [{"reason": "We do not know you"}, {}, None])
def test_rejecting_gives_the_reason_to_the_other_firm(market, body):
    asked = market.ask()
    assert said(market.gamma.put(f"{URL}/{asked['id']}/reject", body))["status"] == "REJECTED"
    reason = Event.objects.visible_to(market.cast.ada).get(kind="connection.rejected").facts["reason"]
    assert reason == (body or {}).get("reason", "Through the API; no reason was given.")
    assert said(market.alpha.get(f"{URL}/{asked['id']}"))["status"] == "REJECTED_BY_PEER"


def test_a_signer_looks_and_changes_nothing(market):
    asked, approved = market.ask()["id"], market.cast.connection.pk
    assert len(said(market.alpha_signer.get(URL))) == 2
    for answer in (
        market.alpha_signer.post(URL, market.body()),
        market.alpha_signer.delete(f"{URL}/{asked}"),
        market.gamma_signer.delete(f"{URL}/{asked}"),
        market.gamma_signer.put(f"{URL}/{asked}/approve"),
        market.gamma_signer.put(f"{URL}/{asked}/reject"),
        market.alpha_signer.delete(f"{URL}/{approved}"),
        market.alpha_signer.patch(f"{URL}/{approved}/set_routing_policy", {"routingPolicy": custom()}),
    ):
        assert said(answer, 403)["code"] == 3002


def test_what_is_not_there_is_not_found(market):
    for pk in (uuid.uuid4(), "x"):
        for answer in (
            market.alpha.get(f"{URL}/{pk}"),
            market.alpha.delete(f"{URL}/{pk}"),
            market.alpha.put(f"{URL}/{pk}/approve"),
            market.alpha.put(f"{URL}/{pk}/reject"),
            market.alpha.patch(f"{URL}/{pk}/set_routing_policy", {"routingPolicy": {}}),
        ):
            assert said(answer, 404)["code"] == 40400
    assert said(market.alpha.put(URL), 405)["code"] == 40500
