"""Token-standard transfers: held from the start, settled in the moment of acceptance."""

import pytest
from django.core.management import call_command

from tests.api.wallet.base import OFFERS, TRANSFERS, UNKNOWN_CONTRACT, in_hours, says
from tickets.models import Profile, TransferOffer

pytestmark = pytest.mark.django_db
V2 = TRANSFERS.replace("/v0/", "/v2/")
PATHS = pytest.mark.parametrize("path", [TRANSFERS, V2])


def locked(wallet):
    return wallet.get("/v0/wallet/balance").json()["effective_locked_qty"]


@PATHS
def test_a_transfer_is_held_and_pending(alice, bob, path):
    answer = alice.post(path, alice.terms(bob, amount="10", tracking_id="one"))
    offer = TransferOffer.objects.get()
    assert answer.status_code == 200
    assert answer.json() == {
        "output": {"transfer_instruction_cid": offer.contract_id},
        "sender_change_cids": [],
        "meta": {},
    }
    assert (alice.balance(), locked(alice)) == ("990.0000000000", "10.0000000000")
    call_command("verify")


@PATHS
def test_it_is_listed_among_transfers_only(alice, bob, path):
    offer = alice.offer(bob, path, amount="10", expires_at=1_893_456_000_000_000)
    for wallet in (alice, bob):
        [shown] = wallet.get(path).json()["transfers"]
        assert shown["contract_id"] == offer.contract_id
        transfer = shown["payload"]["transfer"]
        assert (transfer["sender"], transfer["receiver"]) == (alice.party, bob.party)
        assert transfer["amount"] == "10.0000000000"
        assert transfer["executeBefore"] == "2030-01-01T00:00:00Z"
        assert "For lunch" in transfer["meta"]["values"].values()
        assert wallet.get(OFFERS).json() == {"offers": []}


@PATHS
def test_accepting_settles_at_once(alice, bob, path):
    offer = alice.offer(bob, path, amount="10")
    answer = bob.act("accept", offer, path)
    offer.refresh_from_db()
    assert answer.json()["output"] == {"receiver_holding_cids": [offer.amulet_contract_id]}
    assert (alice.balance(), locked(alice), bob.balance()) == ("990.0000000000", "0.0000000000", "10.0000000000")
    assert alice.status(offer.tracking_id).json()["status"] == "completed"
    call_command("verify")


@PATHS
@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_declining_gives_the_funds_back(alice, bob, path, verb):
    offer = alice.offer(bob, path, amount="10")
    answer = (bob if verb == "reject" else alice).act(verb, offer, path)
    assert (answer.status_code, answer.json()["output"]) == (200, {})
    assert (alice.balance(), locked(alice)) == ("1000.0000000000", "0.0000000000")
    assert bob.get(path).json() == {"transfers": []}
    call_command("verify")


def test_to_who_has_preapproved_it_moves_at_once(alice, bob):
    bob.post("/v0/wallet/transfer-preapproval")
    answer = alice.post(TRANSFERS, alice.terms(bob, amount="10"))
    assert set(answer.json()["output"]) == {"receiver_holding_cids"}
    assert bob.balance() == "10.0000000000"


def test_what_is_not_there_cannot_be_held_and_the_id_stays_free(alice, bob):
    body = alice.terms(bob, amount="1000.0000000001")
    says(alice.post(TRANSFERS, body), 400)
    assert alice.post(TRANSFERS, body | {"amount": "1"}).status_code == 200


def test_who_has_no_vault_cannot_hold(alice, bob):
    Profile.objects.filter(pk=alice.profile.pk).update(vault=None)
    says(alice.post(TRANSFERS, alice.terms(bob)), 400, "vault")


def test_a_receiver_without_a_vault_cannot_accept_yet(alice, bob):
    Profile.objects.filter(pk=bob.profile.pk).update(vault=None)
    offer = alice.offer(bob, TRANSFERS)
    assert bob.act("accept", offer, TRANSFERS).status_code == 400
    assert alice.status(offer.tracking_id).json()["status"] == "created"


def test_a_time_that_has_passed_is_refused(alice, bob):
    says(alice.post(TRANSFERS, alice.terms(bob, expires_at=in_hours(-1))), 400)


@pytest.mark.parametrize("field", ["receiver_party_id", "amount", "description", "expires_at", "tracking_id"])
def test_the_body_is_that_of_an_offer(alice, bob, field):
    says(alice.post(TRANSFERS, alice.terms(bob, **{field: None})), 400, field)


def test_transfers_and_offers_share_their_tracking_ids(alice, bob):
    offer = alice.offer(bob)
    transfer = alice.offer(bob, TRANSFERS)
    says(alice.post(TRANSFERS, alice.terms(bob, tracking_id=offer.tracking_id)), 409)
    says(alice.post(OFFERS, alice.terms(bob, tracking_id=transfer.tracking_id)), 409)
    says(alice.post(V2, alice.terms(bob, tracking_id=transfer.tracking_id)), 409)


@PATHS
@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw"])
def test_who_may_not_and_what_is_gone(alice, bob, carol, path, verb):
    offer = alice.offer(bob, path)
    wrong, right = (bob, alice) if verb == "withdraw" else (alice, bob)
    says(wrong.act(verb, offer, path), 400)
    says(carol.act(verb, offer, path), 404)
    says(right.act(verb, UNKNOWN_CONTRACT, path), 404)
    says(right.act(verb, "none", path), 400)
    assert right.act(verb, offer, path).status_code == 200
    says(right.act(verb, offer, path), 404)


@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw"])
def test_each_kind_is_found_under_its_own_path_only(alice, bob, verb):
    offer, transfer = alice.offer(bob), alice.offer(bob, TRANSFERS)
    right = alice if verb == "withdraw" else bob
    says(right.act(verb, transfer, OFFERS), 404)
    says(right.act(verb, offer, TRANSFERS), 404)


def test_expiry_gives_the_funds_back(alice, bob):
    offer = alice.offer(bob, TRANSFERS, amount="10")
    offer.expire(now=offer.expires_at)
    assert alice.balance() == "1000.0000000000"
    says(bob.act("accept", offer, TRANSFERS), 404)
