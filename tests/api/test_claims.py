"""What a token claims: all of it has to be there, be true of this request, and be true now."""

import hashlib

import pytest
from django.utils import timezone

from tests.api.base import Caller, assert_refused, machine, signed
from tests.api.probe import PLAIN, SMART
from tests.base import firm

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


CLAIMS = [
    *({name: None} for name in ("uri", "nonce", "iat", "exp", "bodyHash")),
    *({name: 5} for name in ("uri", "sub", "bodyHash")),
    *({"nonce": wrong} for wrong in ("", "n" * 257, 10**256, 1.5, True, ["n"], "a\0b", "\ud800")),
    *({name: wrong} for name in ("iat", "exp") for wrong in ("soon", True, -1, 10**15, [1])),
]


@pytest.mark.parametrize("claims", CLAIMS, ids=lambda claims: str(claims)[:30])
def test_claims_that_are_missing_or_of_another_type(caller, claims):
    said = caller.claims(PLAIN, b"{}") | claims
    said = {name: value for name, value in said.items() if value is not None}
    assert_refused(caller.send("POST", PLAIN, b"{}", token=signed({"alg": "RS256", "typ": "JWT"}, said)), -5)


@pytest.mark.parametrize("claims", [b'{"sub": "a", "sub": "b"}', b'{"exp": NaN}', b'{"exp": 1e999999999}', b"[" * 5000])
def test_claims_that_readers_could_take_in_different_ways(caller, claims):
    assert_refused(caller.send("POST", PLAIN, b"{}", token=signed({"alg": "RS256", "typ": "JWT"}, claims)), -5)


def test_the_clock(caller):
    now = int(timezone.now().timestamp())
    for iat, exp, code in (
        (now - 60, now - 1, -10),
        (now - 55, now, -10),
        (now + 10, now + 60, -12),
        (now, now + 61, -7),
        (now - 3000, now + 30, -7),
    ):
        assert_refused(caller.send("POST", PLAIN, {}, iat=iat, exp=exp), code)
    for iat, exp in ((now, now + 60), (now + 3, now + 55), (now - 30, now + 30), (now + 0.5, now + 30.5)):
        assert caller.send("GET", PLAIN, iat=iat, exp=exp).status_code == 200


@pytest.mark.parametrize(
    "uri",
    [
        PLAIN.removeprefix("/v1"),
        PLAIN + "/",
        PLAIN + "?limit=6",
        PLAIN + "?limit=5&limit=5",
        PLAIN,
        SMART + "?limit=5",
        "https://console.example" + PLAIN + "?limit=5",
        PLAIN.upper() + "?limit=5",
        "",
    ],
)
def test_a_token_for_another_address(caller, uri):
    assert_refused(caller.send("GET", PLAIN + "?limit=5", uri=uri), -4)


def test_the_address_counts_as_it_was_sent(caller):
    """Where the web server tells what was sent, another spelling of the same address is another address."""
    sent, same = PLAIN + "?after=a%20b/c%26d", PLAIN + "?after=a+b%2Fc%26d"
    for uri, raw, code in ((sent, sent, 200), (same, same, 200), (same, sent, 401), ("/v1/%70robe", PLAIN, 401)):
        for target in (raw, "http://testserver" + raw):
            headers = {"X-API-Key": str(caller.member.pk), "Authorization": f"Bearer {caller.token(uri)}"}
            answer = caller.client.get(raw, headers=headers, RAW_URI=target)
            assert answer.status_code == code, (uri, target)


def test_an_encoded_path_is_understood_without_the_raw_address(caller):
    assert caller.send("GET", PLAIN + "/a%20b%C3%A4").json() == {"number": "a bä"}


def test_the_underscore_is_signed_as_it_was_sent(caller):
    underscored = SMART.replace("-", "_", 1)
    assert caller.get(underscored).status_code == 200
    assert_refused(caller.send("GET", underscored, uri=SMART), -4)


def test_the_hash_of_the_body(caller):
    upper = hashlib.sha256(b"{}").hexdigest().upper()
    for wrong in (EMPTY, upper, hashlib.sha256(b"{ }").hexdigest(), ""):
        assert_refused(caller.send("POST", PLAIN, b"{}", bodyHash=wrong), -7)
    assert_refused(caller.send("POST", PLAIN, b'""', bodyHash=EMPTY), -7)
    quotes = hashlib.sha256(b'""').hexdigest()
    for right in (EMPTY, quotes):
        assert caller.send("GET", PLAIN, bodyHash=right).status_code == 200


def test_the_body_is_hashed_as_it_came(caller):
    for raw in (b'{"then":""}', b'{"then": ""}', '{"then": "", "note": "\u00e4 \\u00e4"}'.encode()):
        assert caller.post(PLAIN, raw).status_code == 201
