"""The edge of the API under /v1: whatever comes in is signed, counted and heard once; whatever goes out is JSON.

It stands before all other middleware, which is for pages: programs have no session, no language, no form to forge.
Every answer of the server, also a page, gets an X-Request-ID here. An operation finds `request.member` (whose API user
signed) and `request.now`.
"""

import logging
import re
import uuid
from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.middleware.security import SecurityMiddleware
from django.urls import resolve
from django.utils import timezone, translation

from tickets.api import errors, idempotency, signature
from tickets.api.call import Call
from tickets.api.errors import ApiError

PUBLIC = "/v1/openapi.json"
_UNDERSCORE = re.compile(r"/v1/smart_transfers(?=/|$)")
_READS = ("GET", "HEAD", "OPTIONS", "TRACE")

logger = logging.getLogger(__name__)


class Edge:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.operate = SecurityMiddleware(_operate)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())
        cast(Call, request).request_id = request_id  # pages of errors name it too
        is_api = request.path_info == "/v1" or request.path_info.startswith("/v1/")
        with translation.override(settings.LANGUAGE_CODE):  # of programs; pages choose theirs once they know the person
            response = self._api(cast(Call, request), request_id) if is_api else self.get_response(request)
        response["X-Request-ID"] = request_id
        return response

    def _api(self, request: Call, request_id: str) -> HttpResponse:
        try:
            response = self._answer(request)
        except ApiError as error:
            response = error.response(request)
        except RequestDataTooBig:
            response = errors.general(request, 413)
        except (UnreadablePostError, DisallowedHost):
            response = errors.general(request, 400)
        except (OperationalError, InterfaceError):
            logger.exception("The database failed in request %s.", request_id)
            response = errors.general(request, 503, {"Retry-After": "5"})
        except Exception:
            logger.exception("Request %s failed at the edge.", request_id)
            response = errors.general(request, 500)
        if response.status_code >= 500:
            logger.error("Request %s was answered %s.", request_id, response.status_code)
        return _finish(request, response)

    def _answer(self, request: Call) -> HttpResponse:
        request.now = timezone.now()
        request.get_host()  # must be one of ours
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise ApiError("HTTPS_ONLY")  # no redirect: it would bring the same token again
        if "Transfer-Encoding" in request.headers:
            raise ApiError("LENGTH_REQUIRED")  # Django reads no such body, and would take it for an empty one
        if request.path_info == PUBLIC:
            return self._run(request)
        signed = signature.authenticate(request)
        request.member = signed.key.member
        signature.admit(signed, request.now)
        _rewrite(request)
        if "\0" in request.path_info:
            raise ApiError("NOT_FOUND")  # no database keeps it
        _must_be_json(request)
        if request.method in _READS:
            return self._run(request)
        return idempotency.once(request, self._run)

    def _run(self, request: Call) -> HttpResponse:
        """The operation's answer, or the envelope of an answer that something else gave in its place."""
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            response = cast(HttpResponse, self.operate(request))
        except Http404:
            response = errors.general(request, 404)
        except Exception:
            logger.exception("Request %s failed in its operation.", request.request_id)
            response = errors.general(request, 500)
        request.method = method
        if 300 <= response.status_code < 400:
            return errors.general(request, 404)  # the API redirects nowhere
        if response.status_code >= 400 and not errors.is_json(response):
            headers = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
            return errors.general(request, response.status_code, headers)
        return response


def _operate(request: HttpRequest) -> HttpResponse:
    operation = resolve(request.path_info)
    return operation.func(request, *operation.args, **operation.kwargs)


def _rewrite(request: Call) -> None:
    """Route the spelling with an underscore as the other; the address that was signed stays as it came."""
    request.path_info = _UNDERSCORE.sub("/v1/smart-transfers", request.path_info)


def _must_be_json(request: Call) -> None:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if request.body and kind and kind != "application/json":
        raise ApiError("UNSUPPORTED_MEDIA_TYPE")


def _finish(request: Call, response: HttpResponse) -> HttpResponse:
    if "GET" in response.get("Allow", ""):
        response["Allow"] = ", ".join(sorted({*re.findall(r"\w+", response["Allow"]), "HEAD"}))
    if request.path_info != PUBLIC:
        response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if response.status_code != 204:
        response["Content-Length"] = len(response.content)
    if request.method == "HEAD":
        response.content = b""
    return response
