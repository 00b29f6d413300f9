"""RS256: the keys are published somewhere, fetched rarely, kept for a day, and no failure of theirs is one of ours."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from tests.api.wallet.base import SECRET, says, token
from tests.keys import pair, pem
from tickets.api import wallet_keys
from tickets.api.wallet_auth import key_set
from tickets.api.wallet_keys import KeySet, KeyUnknown

PATH = "/v0/wallet/user-status"


def row(number, kid, **fields):
    return json.loads(RSAAlgorithm.to_jwk(pair(number).public_key())) | {"kid": kid, "use": "sig"} | fields


@pytest.fixture
def publisher():
    """A server of keys: `answer` is what it says, `asked` counts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked += 1
            status, body = self.server.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.url = 0, f"http://127.0.0.1:{server.server_port}/keys?of=us"
    server.publish = lambda *rows: setattr(server, "answer", (200, json.dumps({"keys": rows}).encode()))
    server.publish(row(0, "first"), row(1, "second"))
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def rs256(settings, publisher):
    settings.WALLET_AUTH_MODE, settings.WALLET_AUTH_JWKS_URL = "rs-256", publisher.url
    yield publisher
    key_set.cache_clear()


def ask(wallet, number=0, kid="first", **claims):
    return wallet.get(PATH, authorization=f"Bearer {signed(wallet.subject, number, kid, **claims)}")


def signed(subject, number, kid, **claims):
    return token(subject, pair(number), "RS256", headers={"kid": kid} if kid is not None else None, **claims)


def test_each_key_is_chosen_by_its_kid_and_fetched_once(alice, rs256):
    for _ in range(3):
        assert ask(alice, 0, "first").json()["party_id"] == alice.party
        assert ask(alice, 1, "second").status_code == 200
    assert rs256.asked == 2


@pytest.mark.parametrize(("number", "kid"), [(0, "third"), (0, None), (0, ""), (1, "first"), (0, "second")])
def test_another_kid_or_another_key_is_refused(alice, rs256, number, kid):
    says(ask(alice, number, kid), 401)


@pytest.mark.parametrize("claims", [{"aud": "https://elsewhere.example"}, {"aud": None}, {"exp": 1}, {"sub": None}])
def test_the_claims_are_checked_as_in_the_other_mode(alice, rs256, claims):
    says(ask(alice, **claims), 401)


def test_a_secret_is_no_key_here_not_even_the_public_key(alice, rs256):
    forged = jwt.api_jws.PyJWS()
    forged._algorithms["HS256"].prepare_key = lambda key: key.encode()  # PyJWT itself would refuse to make it
    public = forged.encode(json.dumps({"sub": "alice"}).encode(), pem(pair(0)), "HS256", headers={"kid": "first"})
    for header in (f"Bearer {public}", f"Bearer {token('alice', SECRET, headers={'kid': 'first'})}"):
        says(alice.get(PATH, authorization=header), 401)


@pytest.mark.parametrize(
    "fields", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}, {"n": "!"}, {"n": None}, {"e": ""}]
)
def test_a_key_made_for_something_else_is_none(alice, rs256, fields):
    rs256.publish(row(0, "first", **fields))
    says(ask(alice), 401)


@pytest.mark.parametrize(
    "answer",
    [(500, b"{}"), (302, b"")]
    + [(200, body) for body in (b"", b"<html>", b"[]", b'{"keys": 5}', b'{"keys": [5]}', b"\xff")],
)
def test_a_publisher_who_fails_makes_a_token_invalid_not_the_server(alice, rs256, answer):
    rs256.answer = answer
    says(ask(alice), 401)


def test_no_publisher_at_all_is_no_error_of_the_server(alice, rs256, settings):
    settings.WALLET_AUTH_JWKS_URL = "http://127.0.0.1:9/keys"
    says(ask(alice), 401)


def test_keys_that_are_known_go_on_while_the_publisher_is_away(alice, rs256):
    assert ask(alice).status_code == 200
    rs256.answer = (503, b"")
    assert ask(alice).status_code == 200
    says(ask(alice, 1, "second"), 401)


def test_a_key_that_came_later_is_found(alice, rs256):
    rs256.publish(row(1, "second"))
    says(ask(alice), 401)
    rs256.publish(row(0, "first"))
    assert ask(alice).status_code == 200


def test_forged_kids_cost_the_publisher_ten_requests_a_minute(publisher):
    clock = [0.0]
    keys = KeySet(publisher.url, lambda: clock[0])
    for number in range(30):
        with pytest.raises(KeyUnknown):
            keys.key(f"forged {number}")
    assert publisher.asked == 10
    clock[0] = 59.9
    with pytest.raises(KeyUnknown):
        keys.key("first")
    clock[0] = 60.0
    assert keys.key("first")
    assert publisher.asked == 11


def test_a_key_is_kept_for_a_day(publisher):
    clock = [0.0]
    keys = KeySet(publisher.url, lambda: clock[0])
    for hour, asked in ((0, 1), (23.99, 1), (24, 2), (47, 2)):
        clock[0] = hour * 3600
        assert keys.key("first")
        assert publisher.asked == asked


def test_ten_keys_are_kept(publisher):
    publisher.publish(*(row(0, f"key {number}") for number in range(11)))
    clock = [0.0]
    keys = KeySet(publisher.url, lambda: clock[0])
    for number in range(11):
        clock[0] += 10
        keys.key(f"key {number}")
    asked = publisher.asked
    keys.key("key 10")
    assert publisher.asked == asked
    keys.key("key 0")
    assert publisher.asked == asked + 1


def test_many_who_come_at_once_make_one_request(publisher):
    keys, found = KeySet(publisher.url), []
    threads = [threading.Thread(target=lambda: found.append(keys.key("first"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(found) == 8
    assert publisher.asked == 1


def test_a_publisher_who_never_answers_is_waited_for_a_while_only(monkeypatch):
    monkeypatch.setattr(wallet_keys, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(KeyUnknown):
        KeySet(f"http://127.0.0.1:{silent.getsockname()[1]}/").key("first")
