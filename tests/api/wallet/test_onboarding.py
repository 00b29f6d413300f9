"""Who has a wallet: made by oneself or by the operator, and taken away by the operator."""

from urllib.parse import quote

import pytest
from django.core.management import call_command

from tests.api.wallet.base import Wallet, says
from tickets.models import Event, Profile, WalletUser, Workspace
from tickets.models.registration import hint_of

pytestmark = pytest.mark.django_db
REGISTER, USERS, OFFBOARD = "/v0/register", "/v0/admin/users", "/v0/admin/users/offboard"


@pytest.mark.parametrize("body", [None, b"", b"null", {}, {"unknown": 1}])
def test_everybody_can_register_once(body, db):
    zoe = Wallet("zoe")
    answer = zoe.post(REGISTER, body)
    assert answer.status_code == 200, answer.content
    party = answer.json()["party_id"]
    assert party.startswith("zoe::1220")
    assert zoe.post(REGISTER, body).json() == {"party_id": party}
    status = zoe.get("/v0/wallet/user-status").json()
    assert (status["party_id"], status["user_wallet_installed"]) == (party, True)
    assert zoe.balance() == "0.0000000000"


def test_a_registered_wallet_is_ready_for_use(alice):
    zoe = Wallet("zoe")
    zoe.post(REGISTER)
    zoe.profile = WalletUser.objects.get(subject="zoe").profile
    alice_offer = alice.offer(zoe, amount="5")
    zoe.act("accept", alice_offer)
    assert zoe.balance() == "5.0000000000"
    call_command("verify")


def test_each_has_a_vault_of_its_own_in_the_firm_that_the_settings_name(settings):
    settings.WALLET_REGISTRATION_WORKSPACE = "Our users"
    for subject in ("zoe", "yan"):
        Wallet(subject).post(REGISTER)
    firm = Workspace.objects.get(name="Our users")
    vaults = [profile.vault for profile in firm.profiles.all()]
    assert len(set(vaults)) == 2
    assert {vault.number for vault in vaults} == {0, 1}
    assert not firm.profiles.filter(is_discoverable=True).exists()
    event = Event.objects.filter(kind="wallet.registered").first()
    assert (event.actor, event.is_private) == ("zoe, by wallet", True)


def test_a_name_that_is_taken_by_a_firm_does_not_stop_anybody(market):
    Profile.objects.filter(pk=market.alpha.profile.pk).update(name="Wallet of zoe")
    assert Wallet("zoe").post(REGISTER).status_code == 200


@pytest.mark.parametrize(
    ("subject", "hint"),
    [
        ("zoe", "zoe"),
        ("Zoe-1 x", "Zoe-1 x"),
        ("a_b", "a__b"),
        ("auth0|5f", "auth0_007c5f"),
        ("zoé@x.ch", "zo_00e9_0040x_002ech"),
        ("\U0001f600", "_d83d_de00"),
        ("a:b", "a:b"),
        ("a::b:", "a_003a:b_003a"),
    ],
)
def test_the_hint_of_a_party(subject, hint):
    assert hint_of(subject) == hint
    party = Wallet(subject).post(REGISTER).json()["party_id"]
    assert party.partition("::")[0] == hint
    assert Wallet("asks").get(f"/v0/scan-proxy/transfer-preapprovals/by-party/{quote(party)}").status_code == 404


@pytest.mark.parametrize("subject", ["x" * 255, "é" * 255, "_" * 200, ":" * 255])
def test_long_subjects_have_parties_too(subject):
    first = Wallet(subject).post(REGISTER)
    assert first.status_code == 200, first.content
    assert Wallet(subject).post(REGISTER).json() == first.json()
    assert Wallet(subject[:-1]).post(REGISTER).json() != first.json()


def test_the_operator_adds_and_lists_users(operator, alice):
    answer = operator.post(USERS, {"name": "zoe"})
    assert answer.status_code == 200
    assert answer.json() == operator.post(USERS, {"name": "zoe"}).json() == Wallet("zoe").post(REGISTER).json()
    assert operator.get(USERS).json() == {"usernames": ["alice", "zoe"]}
    assert Event.objects.get(kind="wallet.registered").own_facts == {"wallet_user": "administrator"}


def test_a_user_can_share_the_party_of_another(operator, alice, bob):
    answer = operator.post(USERS, {"name": "clerk", "party_id": alice.party})
    assert answer.json() == {"party_id": alice.party}
    assert Wallet("clerk").balance() == "1000.0000000000"
    assert operator.post(USERS, {"name": "clerk", "party_id": alice.party}).status_code == 200
    says(operator.post(USERS, {"name": "clerk", "party_id": bob.party}), 409)


def test_a_party_is_made_only_if_that_is_said(operator):
    body = {"name": "zoe", "party_id": "Zoe-party::1220ff"}
    says(operator.post(USERS, body), 404, "Zoe-party::1220ff")
    says(operator.post(USERS, body | {"createPartyIfMissing": False}), 404)
    assert not WalletUser.objects.exists()
    answer = operator.post(USERS, body | {"createPartyIfMissing": True})
    assert answer.json() == {"party_id": "Zoe-party::1220ff"}
    assert Wallet("zoe").balance() == "0.0000000000"


@pytest.mark.parametrize(
    "body",
    [
        *({"name": name} for name in (None, 5, "", "a\0b", "\ud800", "x" * 256, "a\nb")),
        {},
        {"name": "zoe", "party_id": "zoe"},
        {"name": "zoe", "createPartyIfMissing": "yes"},
        b"{",
    ],
)
def test_a_user_that_cannot_be_added(operator, body):
    says(operator.post(USERS, body), 400)
    assert not WalletUser.objects.exists()


def test_who_is_offboarded_has_no_wallet_and_who_comes_back_finds_it(operator, alice):
    zoe = Wallet("zoe")
    party = zoe.post(REGISTER).json()["party_id"]
    zoe.post("/v0/wallet/tap", {"amount": "1"})
    answer = operator.post(f"{OFFBOARD}?username=zoe")
    assert (answer.status_code, answer.json()) == (200, {})
    says(zoe.get("/v0/wallet/balance"), 404)
    assert zoe.get("/v0/wallet/user-status").json()["user_onboarded"] is False
    says(operator.post(f"{OFFBOARD}?username=zoe"), 404, "zoe")
    assert zoe.post(REGISTER).json() == {"party_id": party}
    assert zoe.balance() == "200.0000000000"


@pytest.mark.parametrize(("query", "code"), [("", 400), ("?username=nobody", 404), ("?username=a%00b", 404)])
def test_offboarding_nobody(operator, query, code):
    says(operator.post(OFFBOARD + query), code)


def test_a_name_with_any_character_is_found(operator):
    subject = "auth0|ü/&=? 1"
    Wallet(subject).post(REGISTER)
    assert operator.post(f"{OFFBOARD}?username={quote(subject, safe='')}").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", USERS), ("POST", USERS), ("POST", f"{OFFBOARD}?username=alice")])
def test_nobody_else_is_let_in(alice, method, path):
    says(alice.send(method, path), 403)
    says(Wallet("nobody").send(method, path), 403)


def test_another_operator_can_be_named(settings):
    settings.WALLET_OPERATOR = "root"
    says(Wallet("administrator").get(USERS), 403)
    assert Wallet("root").get(USERS).status_code == 200
