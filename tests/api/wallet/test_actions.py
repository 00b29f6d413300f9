"""Accept, reject, withdraw: by whom, when, how often; and where the money is afterwards."""

import pytest
from django.core.management import call_command
from django.db import OperationalError

from tests.api.wallet.base import OFFERS, UNKNOWN_CONTRACT, Wallet, in_hours, says
from tickets.models import Profile, TransferOffer

pytestmark = pytest.mark.django_db
ACCEPTED = "/v0/wallet/accepted-transfer-offers"


def without_vault(wallet):
    Profile.objects.filter(pk=wallet.profile.pk).update(vault=None)


def test_accepting_moves_the_amount_at_once(alice, bob):
    offer = alice.offer(bob, amount="12.5")
    answer = bob.act("accept", offer)
    assert answer.status_code == 200
    offer.refresh_from_db()
    assert answer.json() == {"accepted_offer_contract_id": offer.accepted_contract_id}
    assert (alice.balance(), bob.balance()) == ("987.5000000000", "12.5000000000")
    assert alice.get(OFFERS).json()["offers"] == alice.get(ACCEPTED).json()["accepted_offers"] == []
    call_command("verify")


def test_an_offer_that_cannot_be_completed_yet_stays_accepted_in_both_lists(alice, bob, carol):
    without_vault(bob)
    offer = alice.offer(bob, expires_at=1_893_456_000_000_001)
    bob.act("accept", offer)
    offer.refresh_from_db()
    for wallet in (alice, bob):
        [shown] = wallet.get(ACCEPTED).json()["accepted_offers"]
        assert shown["template_id"].endswith(":Splice.Wallet.TransferOffer:AcceptedTransferOffer")
        assert shown["contract_id"] == offer.accepted_contract_id
        assert set(shown["payload"]) == {"sender", "receiver", "dso", "amount", "expiresAt", "trackingId"}
        assert shown["payload"]["expiresAt"] == "2030-01-01T00:00:00.000001Z"
    assert carol.get(ACCEPTED).json() == {"accepted_offers": []}


def test_too_little_money_aborts_at_once_and_says_what_is_missing(alice, bob):
    offer = alice.offer(bob, amount="1000.0000000001")
    assert bob.act("accept", offer).status_code == 200
    assert alice.status(offer.tracking_id).json() == {
        "status": "failed",
        "failure_kind": "withdrawn",
        "withdrawn_reason": "out of funds (missing 0.0000000001 CC)",
    }


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
def test_the_answer_is_an_empty_object(alice, bob, verb):
    answer = (bob if verb == "reject" else alice).act(verb, alice.offer(bob))
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize("body", [None, b"", {}, b"null", b"[]", b"not json", {"reason": "no"}])
@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw"])
def test_no_body_is_needed_and_any_is_taken(alice, bob, verb, body):
    offer = alice.offer(bob)
    wallet = alice if verb == "withdraw" else bob
    assert wallet.post(f"{OFFERS}/{offer.contract_id}/{verb}", body).status_code == 200


@pytest.mark.parametrize(("verb", "wrong"), [("accept", "alice"), ("reject", "alice"), ("withdraw", "bob")])
def test_the_wrong_side_is_refused_with_400(alice, bob, verb, wrong):
    offer = alice.offer(bob)
    says({"alice": alice, "bob": bob}[wrong].act(verb, offer), 400, "Authorization failed")
    assert alice.status(offer.tracking_id).json()["status"] == "created"


@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw"])
def test_a_third_party_finds_nothing(alice, bob, carol, verb):
    offer = alice.offer(bob)
    says(carol.act(verb, offer), 404)
    unknown = says(carol.act(verb, UNKNOWN_CONTRACT), 404)["error"]
    assert unknown.replace(UNKNOWN_CONTRACT, "") == says(carol.act(verb, offer), 404)["error"].replace(
        offer.contract_id, ""
    )


@pytest.mark.parametrize("verb", ["accept", "reject", "withdraw"])
@pytest.mark.parametrize("contract_id", ["zz", "00AB", "abc", "a%20b", "00" * 200, "%00", "null"])
def test_a_contract_id_that_is_none(alice, verb, contract_id):
    says(alice.act(verb, contract_id), 400, "contract_id")


@pytest.mark.parametrize("first", ["accept", "reject", "withdraw"])
@pytest.mark.parametrize("second", ["accept", "reject", "withdraw"])
def test_what_was_acted_on_is_gone(alice, bob, first, second):
    offer = alice.offer(bob)
    (alice if first == "withdraw" else bob).act(first, offer)
    says((alice if second == "withdraw" else bob).act(second, offer), 404)


def test_an_accepted_offer_is_gone_under_both_of_its_ids(alice, bob):
    without_vault(bob)
    offer = alice.offer(bob)
    accepted_id = bob.act("accept", offer).json()["accepted_offer_contract_id"]
    for contract_id in (offer.contract_id, accepted_id):
        says(alice.act("withdraw", contract_id), 404)
        says(bob.act("reject", contract_id), 404)


def test_after_its_time_an_offer_can_be_declined_but_not_accepted(alice, bob):
    late, other = (alice.offer(bob, expires_at=in_hours(-1)) for _ in range(2))
    says(bob.act("accept", late), 400)
    assert bob.act("reject", late).status_code == 200
    assert alice.act("withdraw", other).status_code == 200


def test_after_the_worker_removed_it_nothing_is_found(alice, bob):
    offer = alice.offer(bob, expires_at=in_hours(-1))
    offer.expire()
    says(bob.act("accept", offer), 404)
    says(alice.act("withdraw", offer), 404)


def test_a_transfer_to_oneself_completes(alice):
    offer = alice.offer(alice)
    assert alice.act("accept", offer).status_code == 200
    assert alice.status(offer.tracking_id).json()["status"] == "completed"
    assert alice.balance() == "1000.0000000000"
    call_command("verify")


def test_two_users_of_one_party_act_for_each_other(alice, bob):
    clerk = Wallet("bob's clerk", bob.profile)
    assert clerk.act("accept", alice.offer(bob)).status_code == 200


def test_the_same_funds_are_not_given_twice(alice, bob, carol):
    first, second = alice.offer(bob, amount="600"), alice.offer(carol, amount="600")
    bob.act("accept", first)
    carol.act("accept", second)
    assert alice.status(second.tracking_id).json()["withdrawn_reason"] == "out of funds (missing 200.0000000000 CC)"
    assert [wallet.balance() for wallet in (alice, bob, carol)] == ["400.0000000000", "600.0000000000", "0.0000000000"]


def test_a_fault_while_completing_leaves_it_accepted(alice, bob, monkeypatch):
    def fail(self, **arguments):
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(TransferOffer, "finish", fail)
    offer = alice.offer(bob)
    assert bob.act("accept", offer).status_code == 200
    assert bob.status(offer.tracking_id).json()["status"] == "accepted"
