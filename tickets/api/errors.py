"""How the API under /v1 says no: an envelope with a message for people and a code for machines.

What an error is called, its number, its meaning and its cure stand in `error_table.py`, once.
"""

import json
import re

from django.http import HttpRequest, HttpResponse, JsonResponse

from tickets.api.error_table import ERRORS
from tickets.errors import Conflict, NotAllowed, Refused

_SMART = re.compile(r"/v1/smart[-_]transfers(/|$)")
OF_THE_DEAL = {"TERM_NOT_YOURS", "CANCEL_NOT_ALLOWED", "SOURCE_NOT_FOUND"}
_TEXT_STATUSES = {403, 404, 422}
_GENERAL = {
    400: "BAD_REQUEST",
    403: "NOT_ALLOWED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "VALIDATION",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer of the API's own edge, which no verb gives. `code` is one of the table."""

    def __init__(self, code: str, message: str = "", **headers: object):
        super().__init__(message or ERRORS[code].sentence)
        self.code, self.headers = code, {name.replace("_", "-"): str(value) for name, value in headers.items()}

    def response(self, request: HttpRequest) -> HttpResponse:
        return envelope(request, ERRORS[self.code].status, self.code, str(self), self.headers)


def has_text_codes(path: str, status: int) -> bool:
    """Whether `code` is text there: so the vendor's clients expect it of these statuses, and a number of all others."""
    return status in _TEXT_STATUSES and _SMART.match(path) is not None


def envelope(
    request: HttpRequest, status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    row = ERRORS.get(code) or ERRORS[_GENERAL.get(status, "INTERNAL")]
    number_or_text = code if has_text_codes(request.path_info, status) else row.number
    return JsonResponse({"message": message, "code": number_or_text}, status=status, headers=headers)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """What a verb refused: 403 for a role or a firm, 409 for a change in between, 422 for everything else.

    Among the last is what a party may do on a ticket, but not with this leg or not any more.
    """
    is_forbidden = isinstance(refused, NotAllowed) and refused.code not in OF_THE_DEAL
    status = 403 if is_forbidden else 409 if isinstance(refused, Conflict) else 422
    return envelope(request, status, refused.code, refused.message)


def general(request: HttpRequest, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    """The envelope of a bare HTTP status, for answers that were made without one."""
    code = _GENERAL.get(status, "BAD_REQUEST" if status < 500 else "INTERNAL")
    return envelope(request, status, code, ERRORS[code].sentence, headers)


def is_json(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").partition(";")[0] == "application/json"


def faults(errors: list[dict]) -> str:
    """What the wire's schema found, in one message: each field, and what to send instead."""
    return " ".join(dict.fromkeys(_fault(error) for error in errors[:5]))


def _fault(error: dict) -> str:
    field, kind, context = _field(error["loc"]), error["type"], error.get("ctx", {})
    limit = next((context[name] for name in ("ge", "gt", "le", "lt", "max_length", "min_length") if name in context), 0)
    if not field:
        return "Send a JSON object as the body." if error["loc"][0] == "body" else f"{error['msg']}."
    advice = {
        "missing": f"Send {field}; it is required.",
        "string_type": f"Send {field} as text in quotation marks.",
        "string_too_long": f"Shorten {field} to {limit} characters or fewer.",
        "string_too_short": f"Send {field} with {limit} characters or more.",
        "too_long": f"Send {limit} or fewer in {field}.",
        "bool_type": f"Send {field} as true or false.",
        "bool_parsing": f"Send {field} as true or false.",
        "list_type": f"Send {field} as a list.",
        "model_type": f"Send {field} as a JSON object.",
        "greater_than_equal": f"Send {field} of {limit} or more.",
        "less_than_equal": f"Send {field} of {limit} or less.",
        "uuid_parsing": f"Send {field} as an id such as 123e4567-e89b-42d3-a456-426614174000.",
        "uuid_type": f"Send {field} as an id such as 123e4567-e89b-42d3-a456-426614174000.",
        "enum": f"Send {field} as one of {context.get('expected')}.",
        "literal_error": f"Send {field} as one of {context.get('expected')}.",
        "value_error": f"Correct {field}: {context.get('error')}",
    }
    return advice.get(kind, f"Correct {field}: {error['msg']}.")


def _field(location: tuple) -> str:
    """`terms[0].amount` of ("body", "the operation's parameter", "terms", 0, "amount"), in quotation marks."""
    source, *path = location
    name = ""
    for part in path[1:] if source == "body" else path[-1:]:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return json.dumps(name) if name else ""
