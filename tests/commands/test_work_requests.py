"""`manage.py work`: what the API keeps only for a while is deleted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.base import MOMENT, firm
from tickets.management.commands import work
from tickets.models import IdempotentRequest, Nonce
from tickets.models.api_key import IDEMPOTENCY_LASTS, NONCE_COUNTED

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def nonce(member, at, expires_at):
    digest = f"{Nonce.objects.count():064}"
    return Nonce.objects.create(member=member, digest=digest, at=at, expires_at=expires_at).pk


def request(workspace, created_at):
    return IdempotentRequest.objects.create(
        workspace=workspace,
        key=f"key {IdempotentRequest.objects.count()}",
        fingerprint="f",
        leased_until=created_at + SECOND,
        created_at=created_at,
    ).pk


def test_a_nonce_is_kept_while_its_token_is_valid_or_its_request_counts():
    now, member = timezone.now(), firm("Alpha").trader
    kept = {
        nonce(member, at=now - NONCE_COUNTED - SECOND, expires_at=now + MOMENT),
        nonce(member, at=now - NONCE_COUNTED, expires_at=now - SECOND),
    }
    nonce(member, at=now - NONCE_COUNTED - MOMENT, expires_at=now)
    work.Command().work(now)
    assert set(Nonce.objects.values_list("pk", flat=True)) == kept


def test_an_answer_is_kept_for_a_day():
    now, alpha = timezone.now(), firm("Alpha")
    kept = request(alpha.workspace, now - IDEMPOTENCY_LASTS + MOMENT)
    request(alpha.workspace, now - IDEMPOTENCY_LASTS)
    work.Command().work(now)
    assert [row.pk for row in IdempotentRequest.objects.all()] == [kept]


def test_many_are_deleted_batch_by_batch(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(work, "BATCH", 2)
    now, member = timezone.now(), firm("Alpha").trader
    for _ in range(5):
        nonce(member, at=now - timedelta(hours=1), expires_at=now - timedelta(hours=1))
    with django_assert_num_queries(7):
        work.Command()._forget(Nonce.objects.spent(now))
    assert not Nonce.objects.exists()


def test_a_worker_that_is_told_to_stop_deletes_no_further():
    now, member = timezone.now(), firm("Alpha").trader
    nonce(member, at=now - timedelta(hours=1), expires_at=now - timedelta(hours=1))
    worker = work.Command()
    worker.stopped.set()
    worker.work(now)
    assert Nonce.objects.exists()
