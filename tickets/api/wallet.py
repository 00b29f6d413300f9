"""The wallet API below /api/validator: transfer offers and what surrounds them, as clients of a validator expect it.

Its errors, names and sign-in differ from those of the API below /v1, so it is an API of its own. Its description is at
/api/validator/openapi.json.
"""

import json
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLResolver, path, re_path
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.parser import Parser

from tickets.api import (
    wallet_context,
    wallet_errors,
    wallet_history,
    wallet_node,
    wallet_offers,
    wallet_onboarding,
    wallet_preapprovals,
    wallet_transfers,
)
from tickets.api.wallet_answers import BASE
from tickets.api.wallet_errors import WalletError, error

OFF = "The wallet API is off. Whoever runs this server can turn it on with WALLET_AUTH_MODE."


class ExactParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != "application/json":
            raise WalletError(415, "The request's Content-Type is not supported. Expected: application/json.")
        try:
            return json.loads(request.body, parse_float=number_in, parse_constant=no_number)
        except RecursionError:
            raise ValueError("The body is nested too deeply.") from None


def number_in(text: str) -> int | Decimal:
    """A number with a point is never a float: it is an integer, as 5.0 is, or something that nobody asks for."""
    number = Decimal(text)
    is_small = number.is_finite() and number.adjusted() < 30
    return int(number) if is_small and number == number.to_integral_value() else number


def no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


api = NinjaAPI(
    title="Countersign wallet",
    version=settings.VERSION,
    description="Transfer offers of Canton Coin, exactly once, for clients of a validator's wallet.",
    urls_namespace="wallet",
    openapi_url=None,
    docs_url=None,
    parser=ExactParser(),
)
wallet_errors.install(api)
for family in (
    wallet_offers,
    wallet_context,
    wallet_history,
    wallet_preapprovals,
    wallet_onboarding,
    wallet_node,
):
    api.add_router("", family.router)
api.add_router("/v0", wallet_transfers.routes())
api.add_router("/v2", wallet_transfers.routes("V2"))


@lru_cache(maxsize=1)
def description() -> dict:
    return api.get_openapi_schema(path_prefix=f"{BASE}/")


@csrf_exempt
def openapi(request: HttpRequest) -> HttpResponse:
    if not settings.WALLET_AUTH_MODE:
        return error(404, OFF)
    if request.method not in ("GET", "HEAD"):
        return error(405, "HTTP method not allowed, supported methods: GET, HEAD.", {"Allow": "GET, HEAD"})
    return JsonResponse(description())


@csrf_exempt
def wallet(request: HttpRequest) -> HttpResponse:
    """Find the operation; whatever there is none for is answered in JSON as well, and nothing is ever redirected."""
    asked = request.path_info.removeprefix(f"{BASE}/")
    if not settings.WALLET_AUTH_MODE:
        return error(404, OFF)
    try:
        found = operations().resolve(asked)
        response = found.func(request, *found.args, **found.kwargs)
    except Http404:  # also what the resolver raises
        return error(404, "The requested resource could not be found.")
    if response.status_code == 405:
        allowed = ", ".join(sorted(response.headers["Allow"].split(", ")))
        return error(405, f"HTTP method not allowed, supported methods: {allowed}.", {"Allow": allowed})
    return response


@lru_cache(maxsize=1)
def operations() -> URLResolver:
    return URLResolver(RegexPattern(r""), api.urls[0])


urlpatterns = [
    path("openapi.json", openapi, name="wallet-openapi"),
    re_path(r"[\s\S]*\Z", wallet, name="wallet"),
]
