"""One NinjaAPI out of the families' routers: wire names, refusals and OpenAPI are the same in all of them."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from pydantic.alias_generators import to_camel

from tickets.api import errors, openapi
from tickets.api.types import WireParser
from tickets.errors import Invalid, Refused


class Api(NinjaAPI):
    """Mounts each router at the root: its operations have their whole path after /v1."""

    def __init__(self, *routers: Router, namespace: str = "v1"):
        super().__init__(
            title="Countersign",
            version=settings.VERSION,
            description=openapi.DESCRIPTION,
            servers=[{"url": "/"}],
            urls_namespace=namespace,
            docs_url=None,
            parser=WireParser(),
        )
        self._document: Any = None
        for router in routers:
            _write_aliases(router)
            self.add_router("", router)
        for kind, answer in _ANSWERS.items():
            self.add_exception_handler(kind, answer)

    def get_openapi_schema(self, **options: Any) -> Any:
        """Made once, for everybody may ask for it."""
        if self._document is None:
            self._document = openapi.describe(super().get_openapi_schema(**options))
        return self._document

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return to_camel(operation.view_func.__name__)


def _write_aliases(router: Router) -> None:
    for view in router.path_operations.values():
        for operation in view.operations:
            operation.by_alias = True
    for _, child, _ in router._routers:
        _write_aliases(child)


def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return errors.general(request, 404)


def _unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """ninja could not read the body; a sentence of ours says more than that."""
    if isinstance(error.__cause__, Invalid):
        return errors.envelope(request, 422, "VALIDATION", error.__cause__.message)
    return errors.general(request, error.status_code)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if any(fault["loc"][0] == "path" for fault in error.errors):
        return errors.general(request, 404)  # an id that cannot be one is nothing that anybody may see
    return errors.envelope(request, 422, "VALIDATION", errors.faults(error.errors))


_ANSWERS: dict[type[Exception], Any] = {
    Refused: errors.refusal,
    Http404: _not_found,
    HttpError: _unread,
    ValidationError: _invalid,
}
