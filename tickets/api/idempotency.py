"""A write happens in one transaction, and under one idempotency key once.

The key is claimed in a commit of its own, so that a second caller meets it while the first is at work. The operation
and its answer are then kept together or not at all. Whoever died in between loses the claim when the lease is over;
should it still come back, its transaction finds the claim gone and rolls back.
"""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpResponse

from tickets.api.call import Call
from tickets.api.errors import ApiError
from tickets.models import IdempotentRequest
from tickets.models.api_key import IDEMPOTENCY_KEY_MAX, IDEMPOTENCY_LASTS

LEASE = timedelta(seconds=60)
_METHODS = ("POST", "PUT")
_ATTEMPTS = 5

Run = Callable[[Call], HttpResponse]


def once(request: Call, run: Run) -> HttpResponse:
    """The answer of `run`, or the one that an earlier request under the same key was given."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method not in _METHODS:
        return _write(request, run)
    if not 0 < len(key) <= IDEMPOTENCY_KEY_MAX or not key.isprintable():
        raise ApiError("IDEMPOTENCY_KEY_LENGTH")
    row = _claim(request, key)
    if row.status is not None:
        return _again(row)
    try:
        with transaction.atomic():
            response = _write(request, run)
            _settle(row, status=response.status_code, body=response.content if response.status_code < 500 else b"")
    except ApiError:
        raise
    except Exception:
        with suppress(DatabaseError, ApiError):  # the lease ends by itself
            _settle(row, status=500, body=b"")
        raise
    return response


def _write(request: Call, run: Run) -> HttpResponse:
    with transaction.atomic():
        response = run(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def _claim(request: Call, key: str) -> IdempotentRequest:
    """The row of this key: without a status it is ours to fill, with one it is answered."""
    workspace = request.member.workspace_id
    ours: dict[str, Any] = {
        "claim": uuid.uuid4(),
        "fingerprint": _fingerprint(request),
        "created_at": request.now,
        "leased_until": request.now + LEASE,
    }
    unanswered: dict[str, Any] = {"status": None, "body": b""}
    for _ in range(_ATTEMPTS):
        with suppress(IntegrityError), transaction.atomic():
            return IdempotentRequest.objects.create(workspace_id=workspace, key=key, **ours)
        rows = IdempotentRequest.objects.filter(workspace=workspace, key=key)
        row = rows.first()
        if row is None:
            continue  # the worker has just deleted it
        if row.created_at > request.now - IDEMPOTENCY_LASTS:
            if row.fingerprint != ours["fingerprint"]:
                raise ApiError("IDEMPOTENCY_KEY_REUSED")
            if row.status is not None:
                return row
            if row.leased_until > request.now:
                break
        if rows.filter(claim=row.claim, status=row.status).update(**ours, **unanswered):
            return rows.get(claim=ours["claim"])
    raise ApiError("IDEMPOTENCY_KEY_BUSY", Retry_After=1)


def _fingerprint(request: Call) -> str:
    """SHA-256 of method, address (in its one spelling) and body, each ended so that none runs into the next."""
    digest = hashlib.sha256()
    for part in (request.method, request.path_info, request.META.get("QUERY_STRING", "")):
        digest.update(part.encode() + b"\0")
    digest.update(request.body)
    return digest.hexdigest()


def _again(row: IdempotentRequest) -> HttpResponse:
    if row.status >= 500:
        raise ApiError("IDEMPOTENCY_KEY_FAILED")
    return HttpResponse(bytes(row.body), status=row.status, content_type="application/json")


def _settle(row: IdempotentRequest, **answer: Any) -> None:
    """Keep the answer while the claim is still ours."""
    if not IdempotentRequest.objects.filter(pk=row.pk, claim=row.claim, status=None).update(**answer):
        raise ApiError("IDEMPOTENCY_KEY_BUSY", Retry_After=1)
