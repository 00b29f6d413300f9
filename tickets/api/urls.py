"""The API under /v1, put together: one NinjaAPI, and one router for each family.

A family's module defines `router = ninja.Router(tags=[…])` and gives each operation its whole path after /v1, such as
`@router.get("/network_connections")`. Wire names by alias are switched on here for all of them.
"""

import importlib
import importlib.util

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError

from tickets.api import errors
from tickets.api.types import WireParser
from tickets.errors import Invalid, Refused

FAMILIES = ("smart_transfers", "network", "vault", "groups")

api = NinjaAPI(title="Countersign", version="1", urls_namespace="v1", docs_url=None, parser=WireParser())


def mount(router: Router) -> None:
    for view in router.path_operations.values():
        for operation in view.operations:
            operation.by_alias = True
    api.add_router("", router)


for family in FAMILIES:
    if importlib.util.find_spec(f"tickets.api.{family}"):
        mount(importlib.import_module(f"tickets.api.{family}").router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return errors.refusal(request, refusal)


@api.exception_handler(Http404)
def nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return errors.general(request, 404)


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja could not read the body; a sentence of ours says more than that."""
    if isinstance(error.__cause__, Invalid):
        return errors.envelope(request, 422, "VALIDATION", error.__cause__.message)
    return errors.general(request, error.status_code)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if any(fault["loc"][0] == "path" for fault in error.errors):
        return errors.general(request, 404)  # an id that cannot be one is nothing that anybody may see
    return errors.envelope(request, 422, "VALIDATION", errors.faults(error.errors))


urlpatterns = [path("", api.urls)]
