"""What OpenAPI says of every operation alike: how it is signed, repeated and refused."""

from dataclasses import asdict
from typing import Any

from tickets.api.error_table import ERRORS
from tickets.api.errors import has_text_codes
from tickets.models.api_key import IDEMPOTENCY_KEY_MAX

DESCRIPTION = """\
Tickets between firms that know each other: make them, fund their terms, follow them until they are fulfilled.

**Signing.** Every request carries `X-API-Key`, the id of an API user, and `Authorization: Bearer`, an RS256 JWT with
the claims `uri` (path and query exactly as sent, from `/v1` on), `nonce` (unique), `iat`, `exp` (60 seconds later at
most), `sub` (the same id) and `bodyHash` (lower-case hexadecimal SHA-256 of the bytes of the body).

**Repeating.** A POST or PUT may carry `Idempotency-Key`. The same request under the same key is answered as the first
time for 24 hours, and done once.

**Amounts** are decimal text such as `"1234.5"`; JSON numbers are taken too, and read exactly.

**Errors** are `{"message": …, "code": …}`. The code is text for 403, 404 and 422 below `/v1/smart-transfers`, a number
elsewhere. Every answer has an `X-Request-ID`. `/v1/smart_transfers` is the same as `/v1/smart-transfers`."""

SECURITY = {
    "ApiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The id of an API user."},
    "Bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Signed for this request."},
}
_TITLES = {
    400: "Unreadable",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    411: "Unmeasured",
    413: "TooLarge",
    415: "NotJson",
    422: "Refused",
    429: "TooMany",
    500: "Failed",
    503: "Unavailable",
}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A UUID, or other text of your own, under which the request is done once within 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_MAX},
}


def describe(document: dict[str, Any]) -> dict[str, Any]:
    """Add to ninja's document what the edge does."""
    components = document["components"]
    components["securitySchemes"] = SECURITY
    components["schemas"] |= {"Error": _error("integer"), "TicketError": _error("string")}
    components["responses"] = {
        prefix + title: _response(status, text=bool(prefix))
        for status, title in _TITLES.items()
        for prefix in ("", "Ticket")
        if not prefix or has_text_codes("/v1/smart-transfers", status)
    }
    document["x-errors"] = [asdict(row) for row in ERRORS.values()]
    document["security"] = [{name: [] for name in SECURITY}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    for status, title in _TITLES.items():
        prefix = "Ticket" if has_text_codes(path, status) else ""
        operation["responses"].setdefault(status, {"$ref": f"#/components/responses/{prefix}{title}"})
    if method in ("post", "put"):
        operation["parameters"] = [*operation.get("parameters", ()), _IDEMPOTENCY_KEY]


def _error(kind: str) -> dict[str, Any]:
    code = {"type": kind} if kind == "integer" else {"type": kind, "examples": ["TICKET_NOT_OPEN"]}
    return {
        "type": "object",
        "required": ["message", "code"],
        "properties": {"message": {"type": "string"}, "code": code},
    }


def _response(status: int, *, text: bool) -> dict[str, Any]:
    rows = [row for row in ERRORS.values() if row.status == status]
    said = [f"- `{row.code if text else row.number}` {row.meaning} {row.cure}" for row in rows]
    schema = {"$ref": f"#/components/schemas/{'TicketError' if text else 'Error'}"}
    response: dict[str, Any] = {
        "description": "\n".join(said),
        "content": {"application/json": {"schema": schema}},
    }
    if status in (409, 429, 503):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    if status == 405:
        response["headers"] = {"Allow": {"schema": {"type": "string"}}}
    return response
