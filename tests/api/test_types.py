"""What every family shares on the wire: exact amounts, moments, and the spellings that clients use."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from tests.api.base import Caller, machine
from tests.api.probe import PLAIN
from tests.base import firm
from tickets.api.types import canonical, moment

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]


@pytest.fixture
def caller():
    return Caller(machine(firm("Alpha")))


AMOUNTS = [
    ('"1.50"', "1.50"),
    ("1.50", "1.50"),
    ('"0.000000000000000001"', "0.000000000000000001"),
    ("0.000000000000000001", "0.000000000000000001"),
    ("1e-18", "0.000000000000000001"),
    ("9007199254740993", "9007199254740993"),
    ("12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"),
    ("1e3", "1000"),
    ("0.1", "0.1"),
    ("-5", "-5"),
]


@pytest.mark.parametrize(("raw", "text"), AMOUNTS)
def test_an_amount_comes_as_text_or_number_and_never_as_a_float(caller, raw, text):
    body = f'{{"legs": [{{"asset": "ETH", "amount": {raw}, "unknown": {{"x": 1}}}}], "more": 1}}'
    assert caller.post(PLAIN, body.encode()).json()["amounts"] == [text]


@pytest.mark.parametrize(
    "raw", ["true", "null", '""', '"1,5"', '"1 000"', '"1e3"', '"NaN"', '"½"', '"1."', "[]", '"%s"' % ("9" * 101)]
)
def test_what_is_no_amount(caller, raw):
    answer = caller.post(PLAIN, f'{{"legs": [{{"asset": "ETH", "amount": {raw}}}]}}'.encode())
    assert answer.status_code == 422 and "legs[0].amount" in answer.json()["message"]


def test_answers_write_amounts_plainly_hours_as_numbers_and_moments_in_milliseconds(caller):
    said = caller.post(PLAIN, {}).json()
    assert (said["amount"], said["hours"]) == ("1000000.5", 1.5)
    assert datetime.fromisoformat(said["at"]).utcoffset() == timedelta(0)
    assert len(said["at"]) == len("2026-11-21T12:00:00.000Z") and said["at"].endswith("Z")


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1000000.000", "1000000"), ("0.50", "0.5"), ("1E+6", "1000000"), ("1E-18", "0." + "0" * 17 + "1")],
)
def test_an_amount_is_written_in_one_way(amount, text):
    assert canonical(Decimal(amount)) == text


def test_a_moment_is_cut_to_milliseconds():
    at = datetime(2026, 11, 21, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert moment(at) == "2026-11-21T12:00:00.999Z"


STATUSES = [
    ("statuses=DRAFT&statuses=OPEN", ["DRAFT", "OPEN"]),
    ("statuses=DRAFT%2COPEN", ["DRAFT", "OPEN"]),
    ("statuses=DRAFT,OPEN&statuses=FULFILLED", ["DRAFT", "OPEN", "FULFILLED"]),
    ("statuses=%5B%27DRAFT%27%2C+%27OPEN%27%5D", ["DRAFT", "OPEN"]),
    ("statuses=%5B%22DRAFT%22%5D", ["DRAFT"]),
    ("statuses=", []),
    ("statuses=%5B%5D", []),
    ("", []),
]


@pytest.mark.parametrize(("query", "statuses"), STATUSES)
def test_a_list_as_each_client_writes_it(caller, query, statuses):
    assert caller.get(f"{PLAIN}?{query}").json()["statuses"] == statuses


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        ("mine=true", "mine", True),
        ("mine=True", "mine", True),
        ("mine=false", "mine", False),
        ("mine=False", "mine", False),
        ("limit=20", "limit", 20),
        ("limit=20.0", "limit", 20),
        ("", "limit", 100),
        ("after=", "after", None),
        ("after=x", "after", "x"),
        ("unknown=1", "mine", None),
    ],
)
def test_a_value_as_each_client_writes_it(caller, query, name, value):
    assert caller.get(f"{PLAIN}?{query}").json()[name] == value


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00Z",
        "2026-01-01T10:00:00.000000%2B0000",
        "2026-01-01T10:00:00.000000+0000",
        "2026-01-01T12:00:00%2B02:00",
        "2026-01-01T10:00:00",
        "2026-01-01T10:00:00.000000",
        "2026-01-01T05:00:00-0500",
    ],
)
def test_a_moment_as_each_client_writes_it(caller, text):
    found = caller.get(f"{PLAIN}?since={text}").json()["since"]
    assert datetime.fromisoformat(found) == datetime(2026, 1, 1, 10, tzinfo=UTC)


def test_a_moment_that_no_clock_shows_is_refused(caller):
    for text in ("0001-01-01T00:00:00%2B23:00", "2026-02-30T00:00:00Z", "1"):
        assert caller.get(f"{PLAIN}?since={text}").status_code == 422
