"""One idempotency key, and more than one at it: while the first runs, after it died, and all at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.api.base import Caller, machine
from tests.api.probe import PLAIN, SMART, assert_same, effects
from tests.base import firm
from tests.models.test_races import at_once
from tickets.api import idempotency
from tickets.models import IdempotentRequest, UserGroup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
KEY = {"Idempotency_Key": "k" * 40}
SECOND = timedelta(seconds=1)


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


def running(caller, **fields):
    """A first request under the key that never ended, as when its process died."""
    caller.post(PLAIN, {}, **KEY)
    UserGroup.objects.all().delete()
    lease = {"leased_until": timezone.now() + SECOND * 50, "status": None, "body": b""}
    IdempotentRequest.objects.update(**lease | fields)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_cannot_be_committed_leaves_nothing(caller):
    for headers in ({}, KEY):
        assert caller.post(SMART, {"then": "stray"}, **headers).status_code == 500
    assert caller.post(SMART, {"then": "stray"}, **KEY).status_code == 400
    assert effects() == 0


def test_while_the_first_is_running(caller):
    running(caller)
    answer = caller.post(PLAIN, {}, **KEY)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (409, 40901, "1")
    assert caller.post(PLAIN, {"size": 2}, **KEY).json()["code"] == 42201
    assert effects() == 0


def test_after_its_process_died_somebody_takes_over(caller):
    running(caller, leased_until=timezone.now())
    first = caller.post(PLAIN, {}, **KEY)
    assert first.status_code == 201
    assert_same(first, caller.post(PLAIN, {}, **KEY))
    assert effects() == 1


def test_whoever_lost_the_claim_rolls_back(caller):
    answer = caller.post(PLAIN, {"then": "rob"}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, 40901)
    assert effects() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_orphan", [False, True])
def test_many_at_once_have_one_effect(caller, is_orphan):
    if is_orphan:
        running(caller, leased_until=timezone.now())
    answers = []
    at_once(*[lambda: answers.append(caller.post(PLAIN, {}, **KEY))] * 8)
    done = [answer for answer in answers if answer.status_code == 201]
    assert done and {answer.status_code for answer in answers} <= {201, 409}
    assert_same(*done, caller.post(PLAIN, {}, **KEY))
    assert effects() == 1


@pytest.mark.django_db(transaction=True)
def test_one_that_comes_back_after_its_lease_changes_nothing(caller, monkeypatch):
    """The first sleeps past its lease, a second takes over and ends, then the first wakes up.

    On SQLite the first holds the only write lock until it ends, so the second is given its answer.
    """
    is_alone = connection.vendor == "sqlite"
    asleep, awake, slow = threading.Event(), threading.Event(), []
    settle = idempotency._settle

    def sleep_first(row, **answer):
        if not asleep.is_set():
            asleep.set()
            awake.wait(30)
        settle(row, **answer)

    monkeypatch.setattr(idempotency, "_settle", sleep_first)
    monkeypatch.setattr(idempotency, "LEASE", timedelta(0))

    def first():
        slow.append(caller.post(PLAIN, {}, **KEY))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert asleep.wait(30)
    if is_alone:
        threading.Timer(1, awake.set).start()
    quick = caller.post(PLAIN, {}, **KEY)
    awake.set()
    thread.join(30)
    assert (quick.status_code, slow[0].status_code) == (201, 201 if is_alone else 409)
    assert_same(quick, caller.post(PLAIN, {}, **KEY))
    assert effects() == 1
