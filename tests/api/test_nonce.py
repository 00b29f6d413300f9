"""A signed request is let in once, whatever becomes of it, and at little cost."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.api.base import Caller, assert_refused, machine
from tests.api.probe import PLAIN
from tests.base import firm
from tests.models.test_races import at_once
from tickets.models import Role, UserGroup

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


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
    with django_assert_num_queries(2):  # key, member and rate; nonce
        caller.get(PLAIN)


def test_use_is_noted_once_a_minute(caller):
    key = caller.member.keys.get()
    for before, is_noted in ((timedelta(seconds=50), False), (timedelta(seconds=61), True)):
        at = key.last_used_at = timezone.now() - before
        key.save()
        caller.get(PLAIN)
        key.refresh_from_db()
        assert (key.last_used_at > at) == is_noted
