"""What became of an offer, by its tracking id, which may be any text."""

from urllib.parse import quote

import pytest

from tests.api.wallet.base import OFFERS, in_hours, says
from tickets.models import Profile

pytestmark = pytest.mark.django_db
IDS = [
    "plain", "", " ", "a b/c", "/", "//", "a/status", "/status", "status", "x/accept", "..", ".", "a%2Fb", "%", "?",
    "a?b", "#", "a#b", "ünï ✓ \U0001f600", "a\nb", "\t", "\\", "'\"", "{tracking_id}", "+", "a+b", "&=;",
    "accept", "a" * 279,
]  # fmt: skip


@pytest.mark.parametrize("tracking_id", IDS)
def test_an_id_of_any_characters_leads_back_to_its_offer(alice, bob, tracking_id):
    offer = alice.offer(bob, tracking_id=tracking_id)
    answer = alice.status(tracking_id)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "status": "created",
        "transaction_id": offer.created_transaction_id,
        "contract_id": offer.contract_id,
    }


@pytest.mark.django_db(transaction=True)
def test_ids_of_any_characters_come_through_a_real_server(over_the_network):
    alice, bob = over_the_network.alice, over_the_network.bob
    for tracking_id in IDS:
        offer = alice.offer(bob, tracking_id=tracking_id)
        assert alice.status(tracking_id).json()["contract_id"] == offer.contract_id, tracking_id


def test_a_slash_may_also_be_sent_as_it_is(alice, bob):
    offer = alice.offer(bob, tracking_id="2026/11/21 rent")
    assert alice.post(f"{OFFERS}/2026/11/21%20rent/status").json()["contract_id"] == offer.contract_id


def test_get_reads_the_same(alice, bob):
    offer = alice.offer(bob)
    assert alice.status(offer.tracking_id, "GET").json() == alice.status(offer.tracking_id).json()


def test_the_status_follows_the_offer(alice, bob):
    Profile.objects.filter(pk=bob.profile.pk).update(vault=None)
    offer = alice.offer(bob)
    bob.act("accept", offer)
    offer.refresh_from_db()
    accepted = alice.status(offer.tracking_id).json()
    assert accepted == bob.status(offer.tracking_id).json()
    assert accepted == {
        "status": "accepted",
        "transaction_id": offer.accepted_transaction_id,
        "contract_id": offer.accepted_contract_id,
    }
    Profile.objects.filter(pk=bob.profile.pk).update(vault=bob.profile.vault)
    type(offer).objects.get(pk=offer.pk).finish()
    offer.refresh_from_db()
    completed = alice.status(offer.tracking_id).json()
    assert completed == bob.status(offer.tracking_id).json()
    assert completed == {
        "status": "completed",
        "transaction_id": offer.ended_transaction_id,
        "contract_id": offer.amulet_contract_id,
    }
    for made in (offer.created_transaction_id, offer.accepted_transaction_id, offer.ended_transaction_id):
        assert made.startswith("1220")
        assert len(made) == 68


def test_the_three_ends(alice, bob):
    rejected, withdrawn, expired = alice.offer(bob), alice.offer(bob), alice.offer(bob, expires_at=in_hours(-1))
    bob.act("reject", rejected)
    alice.act("withdraw", withdrawn)
    expired.expire()
    for wallet in (alice, bob):
        assert wallet.status(rejected.tracking_id).json() == {"status": "failed", "failure_kind": "rejected"}
        assert wallet.status(expired.tracking_id).json() == {"status": "failed", "failure_kind": "expired"}
        assert wallet.status(withdrawn.tracking_id).json() == {
            "status": "failed",
            "failure_kind": "withdrawn",
            "withdrawn_reason": "Withdrawn by sender",
        }


@pytest.mark.parametrize("tracking_id", ["nobody used this", "", "a\0b", "\udcff", "x" * 5000])
def test_an_unknown_id(alice, tracking_id):
    says(alice.post(f"{OFFERS}/{quote(tracking_id.encode('utf-8', 'surrogateescape'), safe='')}/status"), 404)


def test_an_unknown_id_is_named_in_the_answer(alice):
    says(alice.status("my own id"), 404, "my own id")


def test_a_third_party_is_told_nothing(alice, bob, carol):
    offer = alice.offer(bob)
    says(carol.status(offer.tracking_id), 404)
    bob.act("accept", offer)
    says(carol.status(offer.tracking_id), 404)


def test_what_one_sent_comes_before_what_one_received(alice, bob):
    received = bob.offer(alice, tracking_id="one")
    sent = alice.offer(bob, tracking_id="one")
    assert alice.status("one").json()["contract_id"] == sent.contract_id
    assert bob.status("one").json()["contract_id"] == received.contract_id
