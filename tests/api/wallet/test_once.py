"""Many who come at the same moment: one offer, one outcome, and every coin accounted for."""

import threading
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection

from tests.api.wallet.base import OFFERS, TRANSFERS, Wallet
from tickets.models import OfferClaim, TransferOffer, WalletUser

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each answered."""
    answers, gate = [None] * len(acts), threading.Barrier(len(acts), timeout=30)

    def run(number, act):
        try:
            connection.ensure_connection()
            gate.wait()
            answers[number] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return answers


def codes(answers):
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("path", [OFFERS, TRANSFERS])
@pytest.mark.parametrize("times", range(3))
def test_eight_requests_with_one_tracking_id_make_one_offer(alice, bob, carol, path, times):
    """To two receivers: what upstream lets through is refused here."""
    bodies = [alice.terms(receiver, tracking_id="one") for receiver in (bob, carol)] * 4
    answers = at_once(*(lambda body=body: Wallet("alice").post(path, body) for body in bodies))
    found = codes(answers)
    assert found[200] == 1, found
    assert set(found) <= {200, 409, 429}, found
    assert TransferOffer.objects.count() == 1
    assert not OfferClaim.objects.exists()
    assert Wallet("alice").post(path, bodies[0]).status_code == 409
    call_command("verify")


def test_eight_requests_over_the_network_make_one_offer(over_the_network):
    alice, bob = over_the_network.alice, over_the_network.bob
    body = alice.terms(bob, tracking_id="a/b c")
    found = codes(at_once(*[lambda: alice.post(OFFERS, body)] * 8))
    assert found[200] == 1, found
    assert set(found) <= {200, 409, 429}, found
    assert alice.status("a/b c").json()["status"] == "created"


def test_a_repeat_after_a_429_tells_that_it_was_made(alice, bob):
    body = alice.terms(bob)
    answers = at_once(*[lambda: Wallet("alice").post(OFFERS, body)] * 4)
    assert codes(answers)[200] == 1
    assert alice.post(OFFERS, body).status_code == 409


@pytest.mark.parametrize("path", [OFFERS, TRANSFERS])
@pytest.mark.parametrize("times", range(3))
def test_accept_reject_and_withdraw_at_once_have_one_outcome(alice, bob, path, times):
    offer = alice.offer(bob, path, amount="10")
    acts = [
        lambda verb=verb, who=who: Wallet(who).act(verb, offer, path)
        for verb, who in (("accept", "bob"), ("reject", "bob"), ("withdraw", "alice"), ("accept", "bob"))
    ]
    found = codes(at_once(*acts))
    assert found[200] == 1, found
    assert set(found) <= {200, 404, 429}, found
    call_command("verify")


def test_many_acceptances_never_spend_a_coin_twice(alice, bob, carol):
    offers = [alice.offer(receiver, amount="300") for receiver in (bob, carol)] + [
        alice.offer(receiver, amount="300") for receiver in (bob, carol, bob, carol)
    ]
    acts = [lambda offer=offer: Wallet(_subject(offer)).act("accept", offer) for offer in offers]
    assert codes(at_once(*acts)) == {200: 6}
    for offer in TransferOffer.objects.accepted():
        offer.finish()
    ends = Counter(TransferOffer.objects.values_list("status", flat=True))
    assert ends == {"completed": 3, "withdrawn": 3}
    assert alice.balance() == "100.0000000000"
    call_command("verify")


def _subject(offer):
    return WalletUser.objects.get(profile=offer.receiver).subject


def test_eight_registrations_make_one_wallet(db):
    answers = at_once(*[lambda: Wallet("zoe").post("/v0/register")] * 8)
    assert codes(answers) == {200: 8}
    assert len({answer.json()["party_id"] for answer in answers}) == 1


def test_eight_strangers_can_register_at_once(db):
    acts = [lambda number=number: Wallet(f"user {number}").post("/v0/register") for number in range(8)]
    assert codes(at_once(*acts)) == {200: 8}
    assert WalletUser.objects.count() == 8


def test_eight_taps_of_one_command_make_coins_once(bob):
    acts = [lambda: Wallet("bob").post("/v0/wallet/tap", {"amount": "1", "command_id": "one"})] * 8
    answers = at_once(*acts)
    assert codes(answers) == {200: 8}
    assert len({answer.json()["contract_id"] for answer in answers}) == 1
    assert bob.balance() == "200.0000000000"


def test_eight_sends_of_one_deduplication_id_move_once(alice, bob):
    bob.post("/v0/wallet/transfer-preapproval")
    body = {"receiver_party_id": bob.party, "amount": "7", "deduplication_id": "one"}
    found = codes(at_once(*[lambda: Wallet("alice").post("/v0/wallet/transfer-preapproval/send", body)] * 8))
    assert found == {200: 1, 409: 7}
    assert bob.balance() == "7.0000000000"
