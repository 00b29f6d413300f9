"""What a programmer reads before calling the API: signing, examples, operations, errors.

The page knows of the API what everybody may know, its OpenAPI document: so it cannot say anything else than that.
"""

import json
from itertools import groupby

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from console.access import MemberRequest, member_required


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
