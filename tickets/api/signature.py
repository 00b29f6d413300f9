"""Who signed a request: an RS256 JWT of one minute at most, bound to address and body, good once."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.db.models import OuterRef, Subquery
from jwt.algorithms import get_default_algorithms
from jwt.utils import base64url_decode

from tickets.api.call import Call
from tickets.api.errors import ApiError
from tickets.models import ApiKey, Nonce
from tickets.models.rows import Question, insert

LIFETIME_SECONDS, SKEW_SECONDS = 60, 5
NONCE_MAX = 256
WINDOW = timedelta(seconds=10)
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_EMPTY_BODIES = {hashlib.sha256(text).hexdigest() for text in (b"", b'""')}
_RS256 = get_default_algorithms()["RS256"]


@dataclass(frozen=True)
class Signed:
    """A request whose signature holds: the key that did it, and what its token claims."""

    key: ApiKey
    nonce: str
    expires_at: datetime


def authenticate(request: Call) -> Signed:
    """The signer of this request, or ApiError with the first 401 that fits. Reads, writes nothing."""
    token = _token(request)
    claims = _claims(token)
    sent, subject = request.headers.get("X-API-Key", ""), claims.get("sub", "")
    if not sent or not subject:
        raise ApiError("API_KEY_MISSING")
    if sent != subject:
        raise ApiError("API_KEY_MISMATCH")
    key = _key(token, subject, request.now)
    _must_be_current(claims, request.now)
    if not _is_target(request, claims["uri"]):
        raise ApiError("URI_MISMATCH")
    hashes = {hashlib.sha256(request.body).hexdigest()} if request.body else _EMPTY_BODIES
    if claims["bodyHash"] not in hashes:
        raise ApiError("BODY_HASH_MISMATCH")
    return Signed(key, str(claims["nonce"]), datetime.fromtimestamp(int(claims["exp"]), UTC))


def admit(signed: Signed, now: datetime) -> None:
    """Let the request in, once: its nonce is kept from here on, whatever becomes of it. A commit of its own."""
    digest = hashlib.sha256(signed.nonce.encode()).hexdigest()
    _must_be_within_rate(vars(signed.key)["first_at"], now)
    if not insert([Nonce(member=signed.key.member, digest=digest, at=now, expires_at=signed.expires_at)], if_free=True):
        raise ApiError("NONCE_SEEN")
    signed.key.touch(now)


def _must_be_within_rate(first: datetime | None, now: datetime) -> None:
    if _allowed() and first:
        raise ApiError("RATE_LIMITED", Retry_After=max(1, ceil((first + WINDOW - now).total_seconds())))


def _allowed() -> int:
    """Requests of one API user within the window; 0 for any number."""
    return max(0, settings.API_REQUESTS_PER_SECOND * int(WINDOW.total_seconds()))


def _token(request: Call) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or re.search(r"[\s,]", token):
        raise ApiError("TOKEN_MISSING")
    return token


def _claims(token: str) -> dict[str, Any]:
    """What the token says, not yet believed; of the right shape and types."""
    if not _TOKEN.fullmatch(token):
        raise ApiError("TOKEN_MALFORMED")
    head, body, _ = token.split(".")
    header, claims = _read(head), _read(body)
    if header.get("alg") != "RS256" or header.get("typ", "JWT") != "JWT" or "crit" in header:
        raise ApiError("TOKEN_MALFORMED")
    moments = all(_is_number(claims.get(name)) for name in ("iat", "exp"))
    texts = all(isinstance(claims.get(name), str) for name in ("uri", "bodyHash"))
    if not moments or not texts or not isinstance(claims.get("sub", ""), str) or not _is_nonce(claims.get("nonce")):
        raise ApiError("TOKEN_MALFORMED")
    return claims


def _read(segment: str) -> dict[str, Any]:
    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        read = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_once_each)
    except (binascii.Error, ValueError, ArithmeticError, RecursionError):
        raise ApiError("TOKEN_MALFORMED") from None
    if not isinstance(read, dict):
        raise ApiError("TOKEN_MALFORMED")
    return read


def _refuse(text: str) -> None:
    raise ValueError(text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("A name stands twice, and readers differ in which of the two they take.")
    return dict(pairs)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and 0 <= value < 10**11


def _is_nonce(value: Any) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) < 10**NONCE_MAX
    return isinstance(value, str) and 0 < len(value) <= NONCE_MAX and value.isprintable()


def _key(token: str, subject: str, now: datetime) -> ApiKey:
    """The newest valid key of this API user that made the signature."""
    try:
        keys = _keys(_allowed()).ask(UUID(subject), now, now - WINDOW)
    except ValueError:
        keys = []
    if not keys:
        raise ApiError("API_USER_UNKNOWN")
    for key in keys:
        if _is_signed(token, key.public_key):
            return key
    raise ApiError("SIGNATURE_INVALID")


@cache
def _keys(allowed: int) -> Question[ApiKey]:
    """Of an API user, newest first. Where as many requests as allowed came after a time, `first_at` is of the first."""
    place = max(allowed, 1) - 1
    nonces = Nonce.objects.filter(member=OuterRef("member")).order_by("-at").values("at")
    return Question(
        lambda member, now, after: (
            ApiKey.objects.valid(now)
            .filter(member=member, member__user=None)
            .annotate(first_at=Subquery(nonces.filter(at__gt=after)[place : place + 1]))
            .select_related("member__workspace")
            .order_by("-created_at")
        )
    )


def _is_signed(token: str, pem: str) -> bool:
    said, _, mark = token.rpartition(".")
    try:
        return _RS256.verify(said.encode(), _public_key(pem), base64url_decode(mark))
    except binascii.Error:
        return False


@lru_cache(maxsize=1024)
def _public_key(pem: str) -> Any:
    return load_pem_public_key(pem.encode())


def _must_be_current(claims: dict[str, Any], now: datetime) -> None:
    second = Decimal(int(now.timestamp() * 1_000_000)) / 1_000_000
    if claims["exp"] <= second:
        raise ApiError("TOKEN_EXPIRED")
    if claims["iat"] > second + SKEW_SECONDS:
        raise ApiError("TOKEN_FROM_THE_FUTURE")
    if claims["exp"] - claims["iat"] > LIFETIME_SECONDS:
        raise ApiError("TOKEN_TOO_LONG_LIVED")


def _is_target(request: Call, uri: str) -> bool:
    """Whether `uri` is path and query exactly as sent; by meaning, where the web server does not tell what was sent."""
    sent = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    if sent:
        parts = urlsplit(sent)
        return uri == (sent if sent.startswith("/") else sent.removeprefix(f"{parts.scheme}://{parts.netloc}"))
    path, _, query = uri.partition("?")
    return (unquote(path), query) == (request.path, request.META.get("QUERY_STRING", ""))
