"""Who may call: every wrong token and key has its code, and nothing that is refused reaches an operation."""

import hashlib
import hmac
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.base import Caller, assert_refused, give_key, key_pair, machine, segment, signed
from tests.api.probe import PLAIN, SMART
from tests.base import firm
from tickets.models import Member, Nonce, Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


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


def test_over_the_network(caller, live_server):
    """The same through a real server, with the spelling of each client."""
    remote = Caller(caller.member, url=live_server.url)
    for query in ("?after=a%20b/c%26d", "?after=a+b%2Fc%26d", "?statuses=A%2CB", ""):
        assert remote.get(PLAIN + query).status_code == 200
    assert remote.post(PLAIN, {}).status_code == 201
    assert remote.send("GET", PLAIN, uri="/v1/x").json()["code"] == -4
