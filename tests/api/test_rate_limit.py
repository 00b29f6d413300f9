"""How much one API user may ask: counted over ten seconds, each for itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.base import Caller, machine
from tests.api.probe import PLAIN, SMART
from tests.base import firm
from tickets.models import Nonce, UserGroup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha, settings):
    settings.API_REQUESTS_PER_SECOND = 1  # ten in ten seconds
    return Caller(machine(alpha))


def busy(caller, count, seconds_ago=0):
    at = timezone.now() - timedelta(seconds=seconds_ago)
    start = Nonce.objects.count()
    Nonce.objects.bulk_create(
        Nonce(member=caller.member, digest=str(start + number), at=at, expires_at=at) for number in range(count)
    )


def test_the_last_one_allowed_is_let_in_and_the_next_is_not(caller):
    busy(caller, 9)
    assert caller.get(PLAIN).status_code == 200
    for base in (SMART, PLAIN):
        answer = caller.post(base, {})
        assert (answer.status_code, answer.json()["code"]) == (429, 42900)
        assert answer.json()["message"] and 1 <= int(answer.headers["Retry-After"]) <= 10
    assert not UserGroup.objects.exists() and Nonce.objects.count() == 10


def test_it_is_told_when_there_is_room_again(caller):
    busy(caller, 10, seconds_ago=7)
    assert caller.get(PLAIN).headers["Retry-After"] == "3"


def test_after_ten_seconds_nothing_counts_any_more(caller):
    busy(caller, 50, seconds_ago=10)
    assert caller.get(PLAIN).status_code == 200


def test_another_api_user_of_the_same_firm_has_a_limit_of_its_own(caller, alpha):
    busy(caller, 10)
    assert caller.get(PLAIN).status_code == 429
    assert Caller(machine(alpha)).get(PLAIN).status_code == 200


def test_zero_is_no_limit(caller, settings):
    settings.API_REQUESTS_PER_SECOND = 0
    busy(caller, 50)
    assert caller.get(PLAIN).status_code == 200


def test_one_that_was_refused_can_be_sent_again_as_it_is(caller, settings):
    busy(caller, 10)
    token = caller.token(PLAIN)
    assert caller.send("GET", PLAIN, token=token).status_code == 429
    settings.API_REQUESTS_PER_SECOND = 0
    assert caller.send("GET", PLAIN, token=token).status_code == 200
