"""Who the caller is, what the wallet holds, and the tap."""

from decimal import Decimal

import pytest

from tests.api.wallet.base import TRANSFERS, Wallet, says
from tests.base import deposit
from tickets.models import Asset, Profile

pytestmark = pytest.mark.django_db
BALANCE, AMULETS, TAP = "/v0/wallet/balance", "/v0/wallet/amulets", "/v0/wallet/tap"


def test_the_status_of_a_user(alice):
    answer = alice.get("/v0/wallet/user-status")
    assert answer.json() == {
        "party_id": alice.party,
        "user_onboarded": True,
        "user_wallet_installed": True,
        "has_featured_app_right": False,
    }


def test_the_status_of_somebody_unknown_is_no_error(db):
    answer = Wallet("zoe").get("/v0/wallet/user-status")
    assert answer.status_code == 200
    assert answer.json() == {
        "party_id": "",
        "user_onboarded": False,
        "user_wallet_installed": False,
        "has_featured_app_right": False,
    }


def test_features_need_a_token_only(db):
    answer = Wallet("zoe").get("/v0/feature-support")
    assert answer.json() == {"token_standard": True, "transfer_preapproval_description": True}


def test_the_balance_says_what_is_free_and_what_is_held(alice, bob):
    alice.offer(bob, TRANSFERS, amount="0.0000000001")
    body = alice.get(BALANCE).json()
    assert type(body.pop("round")) is int
    assert body == {
        "effective_unlocked_qty": "999.9999999999",
        "effective_locked_qty": "0.0000000001",
        "total_holding_fees": "0.0000000000",
    }


def test_the_largest_balance_is_exact(bob, market):
    deposit(market.beta.vault, CC="9999999999999999999999999999.9999999999")
    assert bob.balance() == "9999999999999999999999999999.9999999999"


def test_amulets_are_the_free_funds_and_each_hold(alice, bob):
    alice.offer(bob, TRANSFERS, amount="1.5")
    alice.offer(bob, TRANSFERS, amount="2")
    body = alice.get(AMULETS).json()
    [free] = body["amulets"]
    assert free["effective_amount"] == "996.5000000000"
    assert sorted(held["effective_amount"] for held in body["locked_amulets"]) == ["1.5000000000", "2.0000000000"]
    for position in (free, *body["locked_amulets"]):
        assert set(position) == {"contract", "round", "accrued_holding_fee", "effective_amount"}
        contract = position["contract"]["contract"]
        assert len(contract["contract_id"]) == 138
    assert free["contract"]["contract"]["payload"]["owner"] == alice.party
    assert body == alice.get(AMULETS).json()


@pytest.mark.parametrize("path", [BALANCE, AMULETS])
def test_a_wallet_without_a_vault_or_coins_is_empty(bob, path):
    full = bob.get(path).json()
    Profile.objects.filter(pk=bob.profile.pk).update(vault=None)
    assert bob.get(path).json() == full
    assert bob.balance() == "0.0000000000"


# The tap


def test_the_tap_gives_coins_for_dollars_rounded_up(bob):
    Asset.objects.filter(pk="CC").update(usd_price=Decimal("3"))
    answer = bob.post(TAP, {"amount": "10"})
    assert answer.status_code == 200
    assert len(answer.json()["contract_id"]) == 138
    assert bob.balance() == "3.3333333334"


def test_without_a_price_a_coin_is_half_a_cent(bob):
    bob.post(TAP, {"amount": "1.0"})
    assert bob.balance() == "200.0000000000"


def test_a_command_makes_coins_once(bob, carol):
    first = bob.post(TAP, {"amount": "1", "command_id": "a"}).json()
    assert bob.post(TAP, {"amount": "1.0", "command_id": "a"}).json() == first
    assert bob.balance() == "200.0000000000"
    says(bob.post(TAP, {"amount": "2", "command_id": "a"}), 409)
    assert carol.post(TAP, {"amount": "2", "command_id": "a"}).json() != first
    assert bob.post(TAP, {"amount": "1"}).json() != bob.post(TAP, {"amount": "1"}).json()


@pytest.mark.parametrize("amount", ["0", "-1", "x", 1, None, "9" * 28])
def test_a_tap_that_cannot_be_read_or_would_be_too_much(bob, amount):
    says(bob.post(TAP, {"amount": amount}), 400)


def test_a_wallet_without_a_vault_cannot_tap(bob):
    Profile.objects.filter(pk=bob.profile.pk).update(vault=None)
    says(bob.post(TAP, {"amount": "1"}), 400, "vault")


@pytest.mark.parametrize("command_id", ["a\0b", 5, ["a"]])
def test_a_command_id_that_is_none(bob, command_id):
    says(bob.post(TAP, {"amount": "1", "command_id": command_id}), 400)


def test_a_market_for_real_work_has_no_tap(bob, settings):
    settings.WALLET_TAP = False
    says(bob.post(TAP, {"amount": "1"}), 404, "tap")
    assert bob.balance() == "0.0000000000"
