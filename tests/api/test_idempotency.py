"""Under one idempotency key a write is done once, and answered alike for a day."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.base import Caller, machine
from tests.api.probe import PLAIN, SMART, assert_same, effects
from tests.base import firm
from tickets.models import IdempotentRequest, Nonce, Role
from tickets.models.api_key import IDEMPOTENCY_LASTS

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
KEY = {"Idempotency_Key": "k" * 40}
SECOND = timedelta(seconds=1)


@pytest.fixture
def alpha():
    return firm("Alpha")


@pytest.fixture
def caller(alpha):
    return Caller(machine(alpha))


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("base", [SMART, PLAIN])
def test_the_same_request_is_answered_alike_and_done_once(caller, alpha, method, base):
    first = getattr(caller, method)(base, {"size": 2}, **KEY)
    colleague = Caller(machine(alpha, Role.VIEWER))  # the key is the firm's
    again = [getattr(each, method)(base, {"size": 2}, **KEY) for each in (caller, colleague)]
    assert first.status_code == 201 and effects() == 1
    assert_same(first, *again)


def test_both_spellings_of_an_address_are_the_same_request(caller):
    assert_same(caller.post(SMART, {}, **KEY), caller.post(SMART.replace("-", "_", 1), {}, **KEY))


def test_without_a_key_and_under_others_it_is_done_each_time(caller):
    for headers in ({}, {}, {"Idempotency_Key": "1"}, {"Idempotency_Key": str(uuid.uuid4())}):
        assert caller.post(PLAIN, {}, **headers).status_code == 201
    assert effects() == 4


@pytest.mark.parametrize("method", ["patch", "delete"])
def test_other_methods_pass_the_key_over(caller, method):
    for _ in range(2):
        assert getattr(caller, method)(PLAIN, {}, **KEY).status_code == 201
    assert getattr(caller, method)(PLAIN, {}, Idempotency_Key="k" * 41).status_code == 201
    assert effects() == 3 and not IdempotentRequest.objects.exists()


def test_another_firm_has_keys_of_its_own(caller):
    for each in (caller, Caller(machine(firm("Beta")))):
        assert each.post(PLAIN, {}, **KEY).status_code == 201
    assert effects() == 2


@pytest.mark.parametrize("key", ["", "k" * 41, "a\tb", "\x80"])
def test_a_key_that_is_none(caller, key):
    for base, code in ((SMART, "IDEMPOTENCY_KEY_LENGTH"), (PLAIN, 42202)):
        answer = caller.post(base, {}, Idempotency_Key=key)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert effects() == 0


def test_a_key_used_for_another_request(caller):
    caller.post(SMART, {"size": 1}, **KEY)
    others = [
        lambda: caller.post(SMART, {"size": 2}, **KEY),
        lambda: caller.post(SMART, b'{"size":1}', **KEY),
        lambda: caller.post(SMART + "?x=1", {"size": 1}, **KEY),
        lambda: caller.put(SMART, {"size": 1}, **KEY),
    ]
    for other in others:
        answer = other()
        assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert caller.post(PLAIN, {"size": 1}, **KEY).json()["code"] == 42201
    assert effects() == 1


@pytest.mark.parametrize("then", ["forbidden", "refused", "conflict", "nothing", "html"])
def test_a_refusal_is_repeated_too_and_leaves_nothing(caller, then):
    first = caller.post(SMART, {"then": then}, **KEY)
    assert 400 <= first.status_code < 500 and effects() == 0
    assert_same(first, caller.post(SMART, {"then": then}, **KEY))
    assert IdempotentRequest.objects.get().status == first.status_code


def test_what_cannot_be_read_is_repeated_too(caller):
    for base, raw in ((SMART, b"{"), (PLAIN, b'{"size": 9}')):
        headers = {"Idempotency_Key": base}
        assert_same(caller.post(base, raw, **headers), caller.post(base, raw, **headers))
    assert [row.status for row in IdempotentRequest.objects.order_by("pk")] == [400, 422]


@pytest.mark.parametrize("then", ["crash", "bad sql"])
def test_after_an_internal_error_the_key_is_spent(caller, then):
    assert caller.post(SMART, {"then": then}, **KEY).status_code == 500
    for _ in range(2):
        answer = caller.post(SMART, {"then": then}, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (400, 40001)
    assert effects() == 0
    assert caller.post(SMART, {}, Idempotency_Key="another").status_code == 201


def test_after_a_day_the_key_is_free(caller):
    first = caller.post(PLAIN, {}, **KEY)
    IdempotentRequest.objects.update(created_at=timezone.now() - IDEMPOTENCY_LASTS + SECOND * 5)
    assert_same(first, caller.post(PLAIN, {}, **KEY))
    IdempotentRequest.objects.update(created_at=timezone.now() - IDEMPOTENCY_LASTS)
    later = caller.post(PLAIN, {"size": 3}, **KEY)
    assert later.status_code == 201 and later.content != first.content
    assert_same(later, caller.post(PLAIN, {"size": 3}, **KEY))
    assert effects() == 2


def test_who_is_not_let_in_never_touches_the_key(caller, settings):
    assert caller.send("POST", PLAIN, {}, headers=KEY, uri="/v1/elsewhere").status_code == 401
    settings.API_REQUESTS_PER_SECOND = 1
    now = timezone.now()
    Nonce.objects.bulk_create(
        Nonce(member=caller.member, digest=str(number), at=now, expires_at=now) for number in range(10)
    )
    assert caller.post(PLAIN, {}, **KEY).status_code == 429
    assert caller.post(PLAIN, {}, Idempotency_Key="k" * 41).status_code == 429
    assert not IdempotentRequest.objects.exists()
    settings.API_REQUESTS_PER_SECOND = 0
    assert caller.post(PLAIN, {}, **KEY).status_code == 201
