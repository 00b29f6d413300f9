"""What the node says of itself: whether it runs, which version it is, who operates it, who issues the coin."""

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from tickets.api.wallet_auth import AnyUser
from tickets.api.wallet_types import DSO, errors, moment_out
from tickets.models import WalletUser

router = Router(tags=["Node"])
STARTED = time.monotonic()


class Version(Schema):
    version: str
    commit_ts: str


class NodeStatus(Schema):
    success: dict[str, Any]


class ValidatorUser(Schema):
    party_id: str
    user_name: str
    featured: bool


class DsoParty(Schema):
    dso_party_id: str


@router.get("/livez", auth=None, operation_id="isLive", response={200: None, 503: None})
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@router.get("/readyz", auth=None, operation_id="isReady", response={200: None, 503: None})
def readyz(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200 if database_answers() else 503)


@router.get("/status", auth=None, operation_id="getHealthStatus", response=NodeStatus)
def status(request: HttpRequest):
    seconds = int(time.monotonic() - STARTED)
    minutes, hours = seconds // 60 % 60, seconds // 3600
    return {
        "success": {
            "id": hashlib.sha256(settings.WALLET_OPERATOR.encode()).hexdigest(),
            "uptime": f"PT{hours}H{minutes}M{seconds % 60}S",
            "ports": {},
            "active": database_answers(),
        }
    }


@router.get("/version", auth=None, operation_id="getVersion", response=Version)
def version(request: HttpRequest):
    built = int((Path(settings.BASE_DIR) / "pyproject.toml").stat().st_mtime)
    return {"version": settings.VERSION, "commit_ts": moment_out(datetime.fromtimestamp(built, UTC))}


@router.get(
    "/v0/validator-user", auth=None, operation_id="getValidatorUserInfo", response={200: ValidatorUser, **errors()}
)
def validator_user(request: HttpRequest):
    """The operator; the party is empty while the operator has no wallet."""
    wallet = WalletUser.objects.select_related("profile").filter(subject=settings.WALLET_OPERATOR).first()
    return {
        "party_id": wallet.profile.party if wallet else "",
        "user_name": settings.WALLET_OPERATOR,
        "featured": False,
    }


@router.get(
    "/v0/scan-proxy/dso-party-id", auth=AnyUser(), operation_id="getDsoPartyId", response={200: DsoParty, **errors()}
)
def dso_party_id(request: HttpRequest):
    return {"dso_party_id": DSO}


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
