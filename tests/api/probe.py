"""A URLconf with operations that do what a test tells them, behind the edge and under the API's own errors.

Use it with `pytest.mark.urls("tests.api.probe")`. They stand under /v1/smart-transfers/probe and /v1/probe, for the two
kinds of error codes. `make` leaves a row behind (a user group of the caller's firm), then ends as `then` says.
"""

import uuid
from decimal import Decimal
from typing import Annotated, Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.urls import include, path
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tickets import errors
from tickets.api import types
from tickets.api.assembly import Api
from tickets.models import IdempotentRequest, UserGroup

SMART, PLAIN = "/v1/smart-transfers/probe", "/v1/probe"
router = Router()


class Leg(types.Body):
    asset: str
    amount: types.AmountIn


class Made(types.Body):
    then: str = ""
    size: Annotated[int, Field(ge=1, le=5)] = 1
    expires_in: types.HoursIn | None = None
    legs: list[Leg] = []


class Asked(Schema):
    statuses: types.QueryList = []
    mine: types.QueryBool | None = None
    since: types.QueryDateTime | None = None
    limit: types.QueryInt = Field(100, ge=1, le=500)
    after: types.QueryText = None


class Said(types.Answer):
    made_by: str = ""
    group_id: uuid.UUID | None = None
    amount: types.AmountOut = Decimal("1000000.500")
    hours: types.HoursOut = Decimal("1.5000")
    at: types.DateTimeOut | None = None
    amounts: list[str] = []


def make(request, body: Made):
    group = UserGroup.objects.create(workspace=request.member.workspace, name=str(uuid.uuid4()))
    outcomes: dict[str, Any] = {
        "": lambda: None,
        "forbidden": lambda: refuse(errors.NotAllowed("Not you.")),
        "refused": lambda: refuse(errors.WrongStatus("Too late.", code="TICKET_NOT_OPEN")),
        "unlisted": lambda: refuse(errors.Refused("Odd.", code="NOBODY_KNOWS")),
        "conflict": lambda: refuse(errors.Conflict("Changed.")),
        "nothing": lambda: refuse(Http404()),
        "crash": lambda: refuse(RuntimeError("a bug")),
        "bad sql": lambda: connection.cursor().execute("SELECT nothing FROM nowhere"),
        "html": lambda: HttpResponse("<h1>Teapot</h1>", status=418),
        "redirect": lambda: HttpResponseRedirect("/elsewhere/"),
        "rob": lambda: IdempotentRequest.objects.update(claim=uuid.uuid4()) and None,
        "stray": lambda: stray(group),
    }
    ended = outcomes[body.then]()
    if ended is not None:
        return ended
    return Status(
        201,
        Said(
            made_by=request.member.role,
            group_id=group.pk,
            at=timezone.now(),
            amounts=[leg.amount for leg in body.legs],
        ),
    )


def refuse(error):
    raise error


def stray(group):
    """A member of the group that does not exist: found out when the transaction commits."""
    group.members.through.objects.create(usergroup_id=group.pk, member_id=uuid.uuid4())


def look(request, asked: Query[Asked]):
    return asked.model_dump(mode="json")


for base in (SMART.removeprefix("/v1"), PLAIN.removeprefix("/v1")):
    for method in ("post", "put", "patch", "delete"):
        getattr(router, method)(base, response={201: Said}, operation_id=f"{method}{base}")(make)
    router.get(base, operation_id=f"look{base}")(look)
    router.get(base + "/{number}", operation_id=f"number{base}")(lambda request, number: {"number": number})


def handler404(request, exception):
    """HTML as the console's own page, which needs the console's addresses."""
    return HttpResponseNotFound("<h1>Page not found</h1>")


urlpatterns = [path("v1/", include([path("", Api(router, namespace="probe").urls)]))]


def effects() -> int:
    """How often something was made."""
    return UserGroup.objects.count()


def assert_same(first, *others) -> None:
    for other in others:
        assert (other.status_code, other.content) == (first.status_code, first.content)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As of a console whose page needs more than is there: HTML."""
    return HttpResponse("<h1>We could not read this request</h1>", status=400)
