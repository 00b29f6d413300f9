"""Who is let in: tokens of one algorithm, for this audience, in time; then the wallet, then the right to act."""

import time
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone

from tests.api.wallet.base import AUDIENCE, SECRET, Wallet, says, token
from tests.keys import pair
from tickets.api.wallet_auth import warn_of_the_open_secret
from tickets.models import Profile

STATUS = "/v0/wallet/user-status"
BALANCE = "/v0/wallet/balance"


def asked(wallet, path=STATUS, **claims):
    subject = claims.pop("subject", wallet.subject)
    return wallet.get(path, authorization=f"Bearer {token(subject, **claims)}")


def test_a_valid_token_names_its_user(alice):
    assert asked(alice).json()["party_id"] == alice.party


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": [AUDIENCE]},
        {"aud": ["https://elsewhere.example", AUDIENCE]},
        {"exp": 32_503_680_000},
        {"nbf": 1, "iat": 1},
        {"iss": "anybody", "scope": "nothing", "jti": 7},
        {"https://canton-network": {}},
        {"https://canton-network": {"daml_user": "alice"}, "subject": "somebody else"},
        {"https://canton-network": {"daml_user": "alice"}, "subject": None},
    ],
)
def test_tokens_that_are_good(alice, claims):
    answer = asked(alice, BALANCE, **claims)
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": None},
        {"aud": "https://elsewhere.example"},
        {"aud": ["https://elsewhere.example"]},
        {"aud": []},
        {"aud": {AUDIENCE: 1}},
        {"aud": [AUDIENCE, 5]},
        {"aud": AUDIENCE + "/"},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": 1e400},
        {"nbf": 32_503_680_000},
        {"iat": 32_503_680_000},
        {"subject": None},
        {"subject": ""},
        {"subject": "a\0b"},
        {"subject": "\ud800"},
        {"subject": "x" * 256},
        {"subject": None, "sub": 7},
        {"https://canton-network": {"daml_user": 7}},
        {"https://canton-network": {"daml_user": ""}},
        {"https://canton-network": {"daml_user": None}},
        {"secret": "another secret, and quite as long as ours is, so that its length is not what fails here"},
        {"secret": "", "algorithm": "none"},
        {"algorithm": "HS512"},
        {"algorithm": "HS384"},
        {"headers": {"crit": ["mystery"], "mystery": 1}},
    ],
)
def test_tokens_that_are_not(alice, claims):
    answer = asked(alice, BALANCE, **claims)
    says(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_token_ends_in_its_second_without_leeway(alice):
    now = int(time.time())
    says(asked(alice, exp=now - 1), 401)
    assert asked(alice, exp=now + 60).status_code == 200
    says(asked(alice, nbf=now + 60), 401)


def test_a_token_signed_by_rsa_is_not_checked_by_the_secret(alice):
    says(alice.get(STATUS, authorization=f"Bearer {token('alice', pair(), 'RS256')}"), 401)


@pytest.mark.parametrize(
    "header",
    [None, "Bearer", "Bearer ", "Basic YWxpY2U6eA==", "Bearer not.a.token", "Bearer a.b.c.d", "Token x", "Bearer é"],
)
def test_headers_that_carry_no_token(alice, header):
    answer = alice.get(STATUS, authorization=header)
    says(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_header_twice_is_no_header(alice):
    one = f"Bearer {token('alice')}"
    says(alice.get(STATUS, authorization=f"{one},{one}"), 401)


def test_the_scheme_is_read_in_any_case(alice):
    assert alice.get(STATUS, authorization=f"bearer {token('alice')}").status_code == 200


def test_a_tampered_token_is_refused_and_the_reason_is_not_told(alice):
    head, _, signature = token("alice").split(".")
    other = jwt.encode({"sub": "bob", "aud": AUDIENCE}, SECRET).split(".")[1]
    body_said = says(alice.get(STATUS, authorization=f"Bearer {head}.{other}.{signature}"), 401)
    assert body_said == says(asked(alice, exp=1), 401)


def test_who_has_no_wallet_is_told_by_name(alice):
    says(Wallet("zoe").get(BALANCE), 404, "zoe")


def test_a_wallet_whose_party_is_out_of_use_is_forbidden_without_a_reason(alice):
    Profile.objects.filter(pk=alice.profile.pk).update(removed_at=timezone.now() - timedelta(days=1))
    assert "removed" not in says(alice.get(BALANCE), 403)["error"]


def test_the_checks_go_token_wallet_right_body(alice):
    """A body that could not be read is not even looked at before."""
    garbage = {"body": b"{", "content_type": "text/plain"}
    path = "/v0/wallet/transfer-offers"
    says(alice.post(path, **garbage, authorization="Bearer x"), 401)
    says(Wallet("zoe").post(path, **garbage), 404)
    says(alice.post(path, **garbage), 415)
    Profile.objects.filter(pk=alice.profile.pk).update(removed_at=timezone.now())
    says(alice.post(path, **garbage), 403)


def test_several_users_share_the_wallet_of_a_party(alice, bob):
    clerk = Wallet("alice's clerk", alice.profile)
    offer = clerk.offer(bob)
    assert alice.status(offer.tracking_id).json()["status"] == "created"
    says(alice.post("/v0/wallet/transfer-offers", alice.terms(bob, tracking_id=offer.tracking_id)), 409)


@pytest.mark.parametrize("path", ["/v0/admin/users", "/v0/admin/transfer-preapprovals/by-party/a::1"])
def test_only_the_operator_comes_to_what_is_the_operators(alice, operator, path):
    says(alice.get(path), 403)
    says(operator.get(path, authorization=None), 401)
    assert operator.get(path).status_code in (200, 404)


@pytest.mark.parametrize("path", ["/livez", "/version", "/openapi.json", "/v0/wallet/balance", "/anything"])
def test_without_a_mode_the_whole_api_is_off(alice, settings, path):
    settings.WALLET_AUTH_MODE = ""
    says(alice.get(path), 404, "WALLET_AUTH_MODE")


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_the_secret_of_the_demo_is_warned_of(alice, settings, caplog):
    warn_of_the_open_secret.cache_clear()
    settings.WALLET_AUTH_SECRET = "unsafe"
    answer = alice.get(STATUS, authorization=f"Bearer {token('alice', 'unsafe')}")
    assert answer.status_code == 200
    assert "demo only" in caplog.text
