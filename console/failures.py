"""Pages for what went wrong: each says what happened, when, under which reference, and how to go on.

The reference is the X-Request-ID of the answer, and stands in the log beside the fault.
"""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone

from tickets.errors import Refused

logger = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    logger.error("Request %s failed: %s", reference_of(request), request.path)
    return HttpResponseServerError(_bare("500.html", request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseBadRequest(_bare("400.html", request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that no page had a place for."""
    return render(request, "409.html", {"refusal": refusal.message}, status=409)


def _bare(name: str, request: HttpRequest) -> str:
    """Rendered without whatever may have failed: no session, no database, no address of ours."""
    return get_template(name).render({"reference": reference_of(request), "now": timezone.now()})


def reference_of(request: HttpRequest) -> str:
    return getattr(request, "request_id", "")
