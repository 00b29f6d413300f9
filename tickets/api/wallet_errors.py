"""What the wallet API answers when it refuses: `{"error": "<a sentence for people>"}`, and the code that fits."""

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from tickets.errors import Conflict, Expired, NotAllowed, Refused, WrongStatus

log = logging.getLogger(__name__)
CHALLENGE = 'Bearer realm="Countersign wallet"'
UNEXPECTED = "An unexpected error occurred."
STATEMENTS = {  # what a person reads where pydantic speaks of Python
    "missing": "the required member is missing",
    "string_type": "a JSON string is expected",
    "int_type": "a JSON integer is expected",
    "int_from_float": "a JSON integer is expected",
    "bool_type": "true or false is expected",
    "model_type": "a JSON object is expected",
    "model_attributes_type": "a JSON object is expected",
    "dict_type": "a JSON object is expected",
}


class WalletError(Exception):
    """An answer other than 200. `extra` are fields beside `error`; `headers` go with it."""

    def __init__(self, status: int, message: str, *, headers: dict[str, str] | None = None, **extra):
        super().__init__(message)
        self.status, self.headers, self.extra = status, headers or {}, extra


def unauthorized(message: str) -> WalletError:
    return WalletError(401, message, headers={"WWW-Authenticate": CHALLENGE})


def error(status: int, message: str, headers: dict[str, str] | None = None, **extra) -> HttpResponse:
    return JsonResponse({"error": message, **extra}, status=status, headers=headers)


def status_of(refusal: Refused) -> int:
    """As the network maps what its ledger says: whoever may not act is told 400, whoever comes second 404 or 429."""
    if isinstance(refusal, WrongStatus) and not isinstance(refusal, Expired):
        return 404
    return 429 if isinstance(refusal, Conflict) else 400


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    if isinstance(refusal, NotAllowed):
        return error(400, f"Authorization failed: {refusal.message}")
    return error(status_of(refusal), refusal.message)


def malformed(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Only the first fault is told, like a decoder that stops there."""
    first = exc.errors[0]
    field, reason = str(first["loc"][-1]), first["msg"].removeprefix("Value error, ")
    if first["type"] in STATEMENTS:
        return error(400, f"The request content was malformed: {field}: {STATEMENTS[first['type']]}.")
    return error(400, f"Failed to decode: {field}: {reason}")


def unread(request: HttpRequest, exc: HttpError) -> HttpResponse:
    """The framework says only that the body could not be read; why is in what it caught."""
    cause = exc.__cause__
    if isinstance(cause, WalletError):
        return error(cause.status, str(cause), cause.headers)
    if isinstance(cause, RequestDataTooBig):
        return error(413, "The request is too large.")
    return error(exc.status_code, "The request content was malformed: it is not JSON." if cause else exc.message)


def unavailable(request: HttpRequest, exc: Exception) -> HttpResponse:
    log.error("The database did not do its part.", exc_info=exc)
    return error(503, "The database is busy or does not answer. Try again.")


def unexpected(request: HttpRequest, exc: Exception) -> HttpResponse:
    log.error("The wallet API failed.", exc_info=exc)
    return error(500, UNEXPECTED)


def install(api: NinjaAPI) -> None:
    handlers: dict[type[Exception], Callable] = {
        Exception: unexpected,
        OperationalError: unavailable,
        InterfaceError: unavailable,
        Refused: refused,
        WalletError: lambda request, exc: error(exc.status, str(exc), exc.headers, **exc.extra),
        ValidationError: malformed,
        HttpError: unread,
        RequestDataTooBig: lambda request, exc: error(413, "The request is too large."),
        Http404: lambda request, exc: error(404, str(exc) or "The requested resource could not be found."),
    }
    for exception, handler in handlers.items():
        api.add_exception_handler(exception, handler)
