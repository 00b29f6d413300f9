"""What a programmer reads before calling the APIs: signing, examples, operations, errors.

A page knows of its API what everybody may know, the OpenAPI document: so it cannot say anything else than that.
"""

import json
from itertools import groupby

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required
from tickets.models import WalletUser

DEMO_SECRET = "unsafe"


@member_required
@require_safe
def api(request: MemberRequest) -> HttpResponse:
    address = reverse("v1:openapi-json")
    document = document_at(address, request)
    context = {
        "section": "api",
        "base": request.build_absolute_uri("/").rstrip("/"),
        "document_url": address,
        "families": families_of(document),
        "errors": document["x-errors"],
        "requests_per_second": settings.API_REQUESTS_PER_SECOND,
    }
    return render(request, "docs/api.html", context)


@member_required
@require_safe
def wallet(request: MemberRequest) -> HttpResponse:
    address = reverse("wallet-openapi")
    is_on = bool(settings.WALLET_AUTH_MODE)
    context = {
        "section": "api",
        "base": request.build_absolute_uri("/").rstrip("/"),
        "document_url": address,
        "families": families_of(document_at(address, request)) if is_on else [],
        "wallets": WalletUser.objects.filter(profile__workspace=request.member.workspace).select_related("profile"),
        "mode": settings.WALLET_AUTH_MODE,
        "audience": settings.WALLET_AUTH_AUDIENCE,
        "jwks_url": settings.WALLET_AUTH_JWKS_URL,
        "is_demo_secret": settings.WALLET_AUTH_SECRET == DEMO_SECRET,
        "seconds": settings.WALLET_EXPIRY_POLL_SECONDS + settings.WALLET_CLOCK_SKEW_SECONDS,
    }
    return render(request, "docs/wallet.html", context)


def document_at(address: str, request: MemberRequest) -> dict:
    """What the API answers to that address, asked inside this process."""
    match = resolve(address)
    return json.loads(match.func(request, *match.args, **match.kwargs).content)


def families_of(document: dict) -> list[tuple[str, list[dict]]]:
    """The operations under the name of their family, in the document's order."""
    operations = [
        {"method": method.upper(), "path": path, "id": said["operationId"], "family": said["tags"][0]} | said
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]
    order = list(dict.fromkeys(operation["family"] for operation in operations))
    operations.sort(key=lambda operation: order.index(operation["family"]))
    return [(family, list(found)) for family, found in groupby(operations, key=lambda operation: operation["family"])]
