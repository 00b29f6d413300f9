"""One shape for everything that goes wrong, whoever noticed it; and nothing that was refused leaves a trace."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.api.base import Caller, machine
from tests.api.probe import PLAIN, SMART
from tests.base import firm
from tickets.api.error_table import ERRORS
from tickets.models import UserGroup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# what the operation is told to do, the status, and the code: the table's row
OUTCOMES = [
    ("forbidden", 403, "NOT_ALLOWED"),
    ("refused", 422, "TICKET_NOT_OPEN"),
    ("conflict", 409, "CONFLICT"),
    ("nothing", 404, "NOT_FOUND"),
    ("redirect", 404, "NOT_FOUND"),
    ("crash", 500, "INTERNAL"),
    ("bad sql", 500, "INTERNAL"),
    ("html", 418, "BAD_REQUEST"),
]
FAMILIES = [
    "/v1/smart-transfers",
    "/v1/smart_transfers/statistic",
    "/v1/network_connections",
    "/v1/network_ids",
    "/v1/vault/accounts_paged",
    "/v1/transactions/11111111-1111-4111-8111-111111111111",
    "/v1/management/user_groups",
    "/v1/nowhere",
    "/v1/",
    "/v1",
]


@pytest.fixture
def caller():
    return Caller(machine(firm("Alpha")))


def assert_shape(answer, status, code=None):
    """An envelope: exactly a message of whole sentences and a code, of the type that path and status call for."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"].startswith("application/json")
    assert UUID.fullmatch(answer.headers["X-Request-ID"])
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.json()
    assert set(said) == {"message", "code"} and re.search(r"\w.*\.$", said["message"]), said
    path = answer.request["PATH_INFO"].replace("smart_", "smart-")
    is_text = path.startswith("/v1/smart-transfers") and status in (403, 404, 422)
    assert type(said["code"]) is (str if is_text else int)
    if code:
        assert said["code"] == (code if is_text else ERRORS[code].number)
    return said["message"]


@pytest.mark.parametrize(("then", "status", "code"), OUTCOMES, ids=[outcome[0] for outcome in OUTCOMES])
@pytest.mark.parametrize("base", [SMART, PLAIN])
@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_whatever_an_operation_does(caller, base, method, then, status, code):
    assert_shape(getattr(caller, method)(base, {"then": then}), status, code)
    assert not UserGroup.objects.exists()


def test_a_code_that_the_table_lacks_is_said_all_the_same(caller):
    assert assert_shape(caller.post(SMART, {"then": "unlisted"}), 422) == "Odd."
    assert caller.post(SMART, {"then": "unlisted"}).json()["code"] == "NOBODY_KNOWS"
    assert_shape(caller.post(PLAIN, {"then": "unlisted"}), 422, "VALIDATION")


@pytest.mark.parametrize("base", [SMART, PLAIN, SMART.replace("-", "_", 1)])
def test_what_never_reaches_an_operation(caller, base):
    assert_shape(caller.get(base + "/1/2"), 404, "NOT_FOUND")
    assert_shape(caller.get(base + "/"), 404, "NOT_FOUND")
    assert_shape(caller.get(base + "/%00"), 404, "NOT_FOUND")
    assert_shape(caller.get(base + "?after=%00"), 422)
    assert_shape(caller.post(base, b"{}", Content_Type="text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE")
    assert_shape(caller.post(base, b"a=1", Content_Type="application/x-www-form-urlencoded"), 415)
    for method in ("POST", "OPTIONS", "TRACE", "NONSENSE"):
        answer = caller.send(method, base + "/1")
        assert_shape(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer.headers["Allow"] == "GET, HEAD"


UNREAD = [b"{", b"", b"nonsense", b"{} {}", b"\xff\xfe", b"{'a': 1}", b'{"size": NaN}', b"[" * 100_000]


@pytest.mark.parametrize("raw", UNREAD, ids=lambda raw: str(raw[:10]))
def test_what_is_not_json(caller, raw):
    for base in (SMART, PLAIN):
        assert_shape(caller.post(base, raw), 400 if raw else 422, "BAD_REQUEST" if raw else "VALIDATION")


FAULTS = [
    (b"[]", "Send a JSON object as the body."),
    (b'"text"', "Send a JSON object as the body."),
    (b"null", "Send a JSON object as the body."),
    (b"", "Send a JSON object as the body."),
    ({"size": 0}, 'Send "size" of 1 or more.'),
    ({"size": 6}, 'Send "size" of 5 or less.'),
    ({"then": 5}, 'Send "then" as text in quotation marks.'),
    ({"legs": {}}, 'Send "legs" as a list.'),
    ({"legs": ["BTC"]}, 'Send "legs[0]" as a JSON object.'),
    ({"legs": [{"asset": "BTC"}]}, 'Send "legs[0].amount"; it is required.'),
    ({"legs": [{}]}, 'Send "legs[0].asset"; it is required. Send "legs[0].amount"; it is required.'),
    ({"legs": [{"asset": "BTC", "amount": True}]}, 'Correct "legs[0].amount": write the amount in figures'),
    ({"expiresIn": "soon"}, 'Correct "expiresIn": write the hours as a number'),
    ({"then": "\0"}, "Take the character NUL"),
    ({"then": "\ud800"}, "Take the character NUL"),
    (b'{"size": 1' + b"0" * 200 + b"}", "Send numbers of 100 digits or fewer."),
    (b'{"size": 1e999999}', "Send numbers of 100 digits or fewer."),
]


@pytest.mark.parametrize(("body", "sentence"), FAULTS, ids=lambda value: str(value)[:40])
def test_what_does_not_fit_the_schema_is_said_by_field(caller, body, sentence):
    for base in (SMART, PLAIN):
        assert sentence in assert_shape(caller.post(base, body), 422, "VALIDATION")


def test_a_value_of_the_query_that_cannot_be_read(caller):
    for query in ("limit=x", "limit=0", "limit=501", "limit=1.5", "mine=perhaps", "since=tomorrow"):
        message = assert_shape(caller.get(f"{SMART}?{query}"), 422, "VALIDATION")
        assert f'"{query.partition("=")[0]}"' in message


def test_a_body_that_is_too_large(caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    for base in (SMART, PLAIN):
        assert_shape(caller.post(base, b" " * 200), 413, "BODY_TOO_LARGE")


def test_a_body_in_chunks(caller):
    for base in (SMART, PLAIN):
        assert_shape(caller.post(base, {}, Transfer_Encoding="chunked"), 411, "LENGTH_REQUIRED")


def test_a_strange_host(caller, settings):
    settings.ALLOWED_HOSTS = ["console.example"]
    assert_shape(caller.get(PLAIN), 400, "BAD_REQUEST")


def test_without_https_where_it_is_asked_for(caller, settings):
    settings.SECURE_SSL_REDIRECT = True
    for base in (SMART, PLAIN):
        assert_shape(caller.get(base), 403, "HTTPS_ONLY")


def test_a_database_that_is_away(caller):
    def be_away(execute, sql, params, many, context):
        raise OperationalError("the database system is starting up")

    with connection.execute_wrapper(be_away):
        answer = caller.get(PLAIN)
    assert_shape(answer, 503, "UNAVAILABLE")
    assert answer.headers["Retry-After"] == "5"


def test_head_is_get_without_the_body(caller):
    full, head = caller.send("GET", PLAIN + "?limit=5"), caller.send("HEAD", PLAIN + "?limit=5")
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", str(len(full.content)))
    assert caller.send("HEAD", PLAIN + "/1/2").status_code == 404
    assert not UserGroup.objects.exists()


def test_every_answer_of_the_server_has_an_id_of_its_own(caller, settings):
    settings.ROOT_URLCONF = "console.urls"
    ids = {
        Client().get(path, headers={"X-Request-ID": "theirs"}).headers["X-Request-ID"]
        for path in ("/", "/livez", "/nowhere/", "/v1/x", "/v1/openapi.json", "/static/css/tokens.css")
    }
    assert len(ids) == 6 and all(map(UUID.fullmatch, ids))


def test_an_answer_over_https_says_that_it_is_to_stay_so_and_brings_nothing_of_the_pages(caller, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_PROXY_SSL_HEADER = 60, ("HTTP_X_PROTO", "https")
    answer = caller.send("GET", PLAIN, headers={"X-Proto": "https"})
    assert answer.status_code == 200 and answer.headers["Strict-Transport-Security"] == "max-age=60"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies and "Content-Security-Policy" not in answer.headers


@pytest.mark.urls("console.urls")
@pytest.mark.parametrize("path", FAMILIES)
def test_every_family(caller, path):
    assert_shape(Client().get(path), 401, "TOKEN_MISSING")
    assert_shape(caller.send("GET", path, uri="/v1/other"), 401, "URI_MISMATCH")
    assert_shape(caller.get(path.rstrip("/") + "/no/such/thing"), 404, "NOT_FOUND")
    is_there = caller.get(path).status_code == 200
    for method in ("PATCH", "TRACE", "OPTIONS"):
        answer = caller.send(method, path)
        if is_there or "transactions" in path:
            assert_shape(answer, 405, "METHOD_NOT_ALLOWED")
            assert "GET" in answer.headers["Allow"]
        else:
            assert_shape(answer, 404, "NOT_FOUND")
    assert_shape(caller.post(path, b"{", Content_Type="text/xml"), 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.urls("console.urls")
@pytest.mark.parametrize("path", ["/v1/smart-transfers", "/v1/network_connections", "/v1/management/user_groups"])
def test_every_family_that_reads_bodies(caller, path):
    assert_shape(caller.post(path, b"{"), 400, "BAD_REQUEST")
    assert_shape(caller.post(path, b"[]"), 422, "VALIDATION")
    assert_shape(caller.post(path, {"name": 5}), 422, "VALIDATION")
    assert_shape(caller.post(path, {}, Idempotency_Key="k" * 41), 422, "IDEMPOTENCY_KEY_LENGTH")
