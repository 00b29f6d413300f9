"""Preapprovals: given once, looked up before sending, used in one step, ended by the operator."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.management import call_command

from tests.api.wallet.base import says
from tickets.models import Preapproval, TransferOffer

pytestmark = pytest.mark.django_db
GIVE, SEND = "/v0/wallet/transfer-preapproval", "/v0/wallet/transfer-preapproval/send"
SCAN, ADMIN = "/v0/scan-proxy/transfer-preapprovals/by-party/", "/v0/admin/transfer-preapprovals/by-party/"


def one(receiver, **fields):
    return {"receiver_party_id": receiver.party, "amount": "10", "deduplication_id": "one"} | fields


def test_the_second_time_the_first_is_named(bob):
    first = bob.post(GIVE)
    assert first.status_code == 200
    again = bob.post(GIVE)
    assert again.status_code == 409
    assert again.json() == first.json() == {"transfer_preapproval_contract_id": Preapproval.objects.get().contract_id}


@pytest.mark.parametrize("prefix", [SCAN, ADMIN])
def test_it_can_be_looked_up(alice, bob, operator, prefix):
    asks = operator if prefix == ADMIN else alice
    address = prefix + quote(bob.party, safe="")
    says(asks.get(address), 404, bob.party)
    given = bob.post(GIVE).json()["transfer_preapproval_contract_id"]
    contract = asks.get(address).json()["transfer_preapproval"]["contract"]
    assert contract["contract_id"] == given
    assert contract["payload"]["receiver"] == bob.party
    assert asks.get(prefix + bob.party).status_code == 200


@pytest.mark.parametrize(("party", "code"), [("no::1", 404), ("bob", 400), ("b%25b::1", 400), ("%00::1", 400)])
def test_of_a_party_that_is_none(alice, operator, party, code):
    says(alice.get(SCAN + party), code)
    says(operator.get(ADMIN + party), code)
    says(operator.delete(ADMIN + party), code)


def test_sending_takes_one_step(alice, bob):
    bob.post(GIVE)
    answer = alice.post(SEND, one(bob, description="Tip"))
    assert (answer.status_code, answer.json()) == (200, {})
    assert (alice.balance(), bob.balance()) == ("990.0000000000", "10.0000000000")
    assert TransferOffer.objects.get().description == "Tip"
    call_command("verify")


def test_a_description_may_be_left_out_or_null(alice, bob):
    bob.post(GIVE)
    assert alice.post(SEND, one(bob)).status_code == 200
    assert alice.post(SEND, one(bob, description=None, deduplication_id="two")).status_code == 200


def test_without_a_preapproval_it_is_refused(alice, bob):
    says(alice.post(SEND, one(bob)), 400, "preapproved")
    assert alice.balance() == "1000.0000000000"


def test_a_repeat_within_a_day_is_409_and_moves_nothing(alice, bob, carol):
    bob.post(GIVE)
    carol.post(GIVE)
    alice.post(SEND, one(bob))
    for again in (one(bob), one(bob, amount="1"), one(carol)):
        says(alice.post(SEND, again), 409)
    assert alice.balance() == "990.0000000000"
    TransferOffer.objects.update(created_at=TransferOffer.objects.get().created_at - timedelta(hours=24))
    assert alice.post(SEND, one(bob)).status_code == 200


def test_a_failed_send_leaves_the_id_free(alice, bob):
    bob.post(GIVE)
    says(alice.post(SEND, one(bob, amount="1001")), 400)
    assert alice.post(SEND, one(bob)).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        *({"amount": amount} for amount in ("0", "-1", "x", 1, None)),
        *({"receiver_party_id": party} for party in ("", "bob", None, 5)),
        *({"deduplication_id": given} for given in (None, 5, "x" * 280, "\0")),
        *({"description": given} for given in (5, "x" * 280, "\0")),
    ],
)
def test_a_body_that_cannot_be_sent(alice, bob, fields):
    bob.post(GIVE)
    says(alice.post(SEND, one(bob, **fields)), 400)


def test_an_unknown_receiver(alice, bob):
    says(alice.post(SEND, one(bob, receiver_party_id="no::1")), 404)


def test_a_send_has_no_tracking_id_and_is_in_no_list(alice, bob):
    bob.post(GIVE)
    alice.post(SEND, one(bob))
    assert alice.get("/v0/wallet/transfer-offers").json() == {"offers": []}
    says(alice.status("one"), 404)


def test_the_operator_ends_it(alice, bob, operator):
    bob.post(GIVE)
    says(alice.delete(ADMIN + bob.party), 403)
    answer = operator.delete(ADMIN + bob.party)
    assert (answer.status_code, answer.json()) == (200, {})
    says(alice.post(SEND, one(bob)), 400)
    says(operator.delete(ADMIN + bob.party), 404)
    assert bob.post(GIVE).status_code == 200
