"""Who has a wallet: everybody with a token can make one, and the operator adds and removes users."""

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from tickets.api.wallet_answers import now_of
from tickets.api.wallet_auth import SUBJECT_MAX, AnyUser, Operator
from tickets.api.wallet_errors import WalletError
from tickets.api.wallet_types import Nothing, PartyText, Request, errors, storable
from tickets.errors import Conflict, Invalid
from tickets.models import WalletUser
from tickets.models.registration import offboard as take_away
from tickets.models.registration import register as give_wallet
from tickets.models.registration import share

router = Router(tags=["Onboarding"], auth=Operator())


class Onboarded(Schema):
    party_id: str


class UserIn(Request):
    name: str = Field(min_length=1, max_length=SUBJECT_MAX)
    party_id: PartyText | None = None
    create_party_if_missing: bool = Field(False, alias="createPartyIfMissing")


class Users(Schema):
    usernames: list[str]


def subject(request: HttpRequest) -> str:
    return request.subject  # type: ignore[attr-defined]


@router.post("/v0/register", auth=AnyUser(), operation_id="register", response={200: Onboarded, **errors()})
def register(request: HttpRequest):
    """A wallet for the caller, with a party and a vault of its own; again, the same one. No body is needed."""
    wallet = give_wallet(subject(request), firm=settings.WALLET_REGISTRATION_WORKSPACE, now=now_of(request))
    return {"party_id": wallet.profile.party}


@router.post(
    "/v0/admin/users", operation_id="onboardUser", response={200: Onboarded, **errors(400, 403, 404, 409, 413, 415)}
)
def add(request: HttpRequest, body: UserIn):
    """A wallet for somebody else; with `party_id`, a share in the wallet of that party."""
    firm, now, operator = settings.WALLET_REGISTRATION_WORKSPACE, now_of(request), subject(request)
    if not body.name.isprintable():
        raise WalletError(400, "Failed to decode: name: only characters that can be printed are allowed.")
    if body.party_id is None:
        return {"party_id": give_wallet(body.name, firm=firm, by=operator, now=now).profile.party}
    try:
        made = share(body.name, body.party_id, firm=firm, create=body.create_party_if_missing, by=operator, now=now)
    except Invalid as refusal:
        raise Http404(refusal.message) from None
    except Conflict as refusal:
        raise WalletError(409, refusal.message) from None
    return {"party_id": made.profile.party}


@router.get("/v0/admin/users", operation_id="listUsers", response={200: Users, **errors(403)})
def users(request: HttpRequest):
    return {"usernames": list(WalletUser.objects.order_by("subject").values_list("subject", flat=True))}


@router.post("/v0/admin/users/offboard", operation_id="offboardUser", response={200: Nothing, **errors(400, 403, 404)})
def offboard(request: HttpRequest, username: Query[str]):
    """The user has no wallet any more; the party, its funds and its offers stay."""
    found = WalletUser.objects.filter(subject=storable_or_none(username)).select_related("profile").first()
    if found is None:
        raise Http404(f"No user named {username} was found.")
    take_away(found, by=subject(request), now=now_of(request))
    return {}


def storable_or_none(text: str) -> str | None:
    try:
        return storable(text)
    except ValueError:
        return None
