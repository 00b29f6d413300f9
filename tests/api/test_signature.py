"""Who may call: every way to sign wrongly has its code, and nothing that is refused so much as reaches an operation."""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import timedelta

import jwt
import pytest
from django.db import connection
from django.utils import timezone

from tests.api.base import Caller, give_key, key_pair, machine, private_key
from tests.api.probe import PLAIN, SMART
from tests.base import firm
from tests.models.test_races import at_once
from tickets.models import Member, Nonce, Role, UserGroup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


def assert_refused(answer, code):
    assert (answer.status_code, answer.json()["code"]) == (401, code), answer.json()
    assert answer.json()["message"] and not UserGroup.objects.exists()


def segment(value) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header, claims) -> str:
    """A token with whatever header and claims, under a right signature."""
    start = f"{segment(header)}.{segment(claims)}"
    key = jwt.get_algorithm_by_name("RS256")
    return f"{start}.{segment(key.sign(start.encode(), private_key()))}"


def test_a_signed_request_is_let_in(caller):
    for answer in (caller.get(PLAIN), caller.post(PLAIN, {}), caller.get(SMART, {"limit": 5, "after": "a b/c&d"})):
        assert answer.status_code in (200, 201), answer.content
    assert Nonce.objects.count() == 3


@pytest.mark.parametrize(
    "scheme", ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer one two", "Bearer a.b.c,Bearer a.b.c"]
)
def test_without_a_token(caller, scheme):
    assert_refused(caller.send("POST", PLAIN, {}, headers={"Authorization": scheme or None}), -3)


@pytest.mark.parametrize(
    "token", ["abc", "a.b", "a.b.c.d", "a.b.c", "....", "a.b.", "ä.ö.ü", "e30.e30.e30", "W10.W10.W10"]
)
def test_what_is_no_token(caller, token):
    assert_refused(caller.send("POST", PLAIN, {}, token=token), -5)


HEADERS = [
    {"alg": "none", "typ": "JWT"},
    {"alg": "None", "typ": "JWT"},
    {"alg": "HS256", "typ": "JWT"},
    {"alg": "RS512", "typ": "JWT"},
    {"alg": "PS256", "typ": "JWT"},
    {"alg": ["RS256"], "typ": "JWT"},
    {"typ": "JWT"},
    {"alg": "RS256", "typ": "JWE"},
    {"alg": "RS256", "typ": "JWT", "crit": ["exp"]},
    {"alg": "RS256", "typ": "JWT", "crit": []},
    b'{"alg": "RS256", "typ": "JWT", "alg": "none"}',
    b'{"alg": "none", "typ": "JWT", "alg": "RS256"}',
    [],
    b"\xff",
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_a_header_that_is_not_ours(caller, header):
    assert_refused(caller.send("POST", PLAIN, b"{}", token=signed(header, caller.claims(PLAIN, b"{}"))), -5)


def test_no_signature_at_all(caller):
    claims = caller.claims(PLAIN, b"{}")
    token = f"{segment({'alg': 'RS256', 'typ': 'JWT'})}.{segment(claims)}."
    assert_refused(caller.send("POST", PLAIN, b"{}", token=token), -1)


def test_the_public_key_taken_for_a_shared_secret(caller):
    start = f"{segment({'alg': 'HS256', 'typ': 'JWT'})}.{segment(caller.claims(PLAIN, b'{}'))}"
    forged = hmac.new(key_pair()[1].encode(), start.encode(), hashlib.sha256).digest()
    assert_refused(caller.send("POST", PLAIN, b"{}", token=f"{start}.{segment(forged)}"), -5)


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


def test_without_an_api_key(caller):
    assert_refused(caller.send("POST", PLAIN, {}, headers={"X-API-Key": None}), -2)
    assert_refused(caller.send("POST", PLAIN, {}, sub=None), -2)


def test_with_the_api_key_of_another(caller, alpha):
    other = machine(alpha)
    assert_refused(caller.send("POST", PLAIN, {}, headers={"X-API-Key": str(other.pk)}), -6)
    assert_refused(caller.send("POST", PLAIN, {}, sub=str(other.pk)), -6)
    twice = f"{caller.member.pk},{caller.member.pk}"
    assert_refused(caller.send("POST", PLAIN, {}, headers={"X-API-Key": twice}), -6)


def test_unknown_revoked_and_keyless_api_users_and_people(caller, alpha):
    now = timezone.now()
    revoked, ended = machine(alpha), machine(alpha)
    revoked.keys.update(revoked_at=now - timedelta(seconds=1))
    ended.keys.update(expires_at=now)
    keyless = Member.objects.create(workspace=alpha.workspace, name="Keyless", role=Role.SIGNER)
    person = alpha.trader
    give_key(person)
    for member in (Member(pk=uuid.uuid4()), revoked, ended, keyless, person):
        assert_refused(Caller(member).post(PLAIN, {}), -7)
    strange = {"headers": {"X-API-Key": "not-a-uuid"}, "sub": "not-a-uuid"}
    assert_refused(caller.send("POST", PLAIN, {}, **strange), -7)


def test_a_signature_by_another_key(caller):
    assert_refused(Caller(caller.member, pair=1).post(PLAIN, {}), -1)
    token = caller.token(PLAIN, b"{}")
    start, signature = token.rsplit(".", 1)
    assert_refused(caller.send("POST", PLAIN, b"{}", token=f"{start}.{'A' * len(signature)}"), -1)
    head, _, signature = caller.token(PLAIN, b"{}").split(".")
    forged = segment(caller.claims(PLAIN, b"{}"))
    assert_refused(caller.send("POST", PLAIN, b"{}", token=f"{head}.{forged}.{signature}"), -1)


def test_both_keys_of_a_rotation_are_good_until_the_earlier_one_ends(caller):
    earlier = caller.member.keys.get()
    earlier.expires_at = timezone.now() + timedelta(hours=1)
    earlier.save()
    later = give_key(caller.member, pair=1, created_at=timezone.now())
    for pair, key in ((0, earlier), (1, later)):
        assert Caller(caller.member, pair=pair).get(PLAIN).status_code == 200
        key.refresh_from_db()
        assert key.last_used_at
    earlier.expires_at = timezone.now()
    earlier.save()
    assert_refused(caller.get(PLAIN), -1)


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


@pytest.mark.parametrize("nonce", ["n" * 256, 7, 2**63, "ä"])
def test_a_nonce_is_good_once(caller, nonce):
    assert caller.send("GET", PLAIN, nonce=nonce).status_code == 200
    for again in (nonce, str(nonce)):
        assert_refused(caller.send("GET", PLAIN, nonce=again), -7)


def test_a_request_that_was_refused_has_used_its_nonce(caller):
    token = caller.token(PLAIN, b'{"then": "refused"}')
    assert caller.send("POST", PLAIN, b'{"then": "refused"}', token=token).status_code == 422
    assert_refused(caller.send("POST", PLAIN, b'{"then": "refused"}', token=token), -7)


def test_one_that_was_not_let_in_has_not(caller):
    nonce = str(uuid.uuid4())
    assert_refused(caller.send("GET", PLAIN, nonce=nonce, uri="/elsewhere"), -4)
    assert caller.send("GET", PLAIN, nonce=nonce).status_code == 200


def test_the_nonce_of_another_api_user_is_free(caller, alpha):
    for each in (caller, Caller(machine(alpha))):
        assert each.send("GET", PLAIN, nonce="same").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_nonce_sent_many_times_at_once_is_good_once(caller):
    times, token, codes = 16 if connection.vendor == "postgresql" else 8, caller.token(PLAIN, b"{}"), []
    at_once(*[lambda: codes.append(caller.send("POST", PLAIN, b"{}", token=token).status_code)] * times)
    assert sorted(codes) == [201, *[401] * (times - 1)]
    assert UserGroup.objects.count() == 1


def test_the_role_is_read_anew_each_time(caller):
    for role in (Role.SIGNER, Role.VIEWER):
        caller.member.role = role
        caller.member.save()
        assert caller.post(PLAIN, {}).json()["madeBy"] == role


def test_few_queries_let_a_request_in(caller, django_assert_num_queries):
    caller.get(PLAIN)
    with django_assert_num_queries(5):  # key and member, rate, savepoint, nonce, release
        caller.get(PLAIN)


def test_use_is_noted_once_a_minute(caller):
    key = caller.member.keys.get()
    for before, is_noted in ((timedelta(seconds=50), False), (timedelta(seconds=61), True)):
        at = key.last_used_at = timezone.now() - before
        key.save()
        caller.get(PLAIN)
        key.refresh_from_db()
        assert (key.last_used_at > at) == is_noted


def test_over_the_network(caller, live_server):
    """The same through a real server, with the spelling of each client."""
    remote = Caller(caller.member, url=live_server.url)
    for query in ("?after=a%20b/c%26d", "?after=a+b%2Fc%26d", "?statuses=A%2CB", ""):
        assert remote.get(PLAIN + query).status_code == 200
    assert remote.post(PLAIN, {}).status_code == 201
    assert remote.send("GET", PLAIN, uri="/v1/x").json()["code"] == -4
