"""Who calls the wallet API: a bearer token, its subject, and that subject's wallet.

The checks go in one order: token (401), wallet (404), allowed to act (403); only then the body is looked at.
"""

import logging
import warnings
from functools import lru_cache

import jwt
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from tickets.api.wallet_errors import WalletError, unauthorized
from tickets.api.wallet_keys import KeySet, KeyUnknown
from tickets.models import WalletUser

log = logging.getLogger(__name__)
ALGORITHMS = {"hs-256-unsafe": "HS256", "rs-256": "RS256"}
# We say ourselves when a secret is weak, and in words for whoever runs the server.
warnings.filterwarnings("ignore", "The HMAC key is", jwt.InsecureKeyLengthWarning)
OWN_CLAIM = "https://canton-network"
SUBJECT_MAX = 255


class AnyUser(HttpBearer):
    """Whoever has a valid token; sets `request.subject` and `request.now`."""

    def __call__(self, request: HttpRequest) -> str:
        request.now = timezone.now()  # type: ignore[attr-defined]
        request.subject = subject = self.authenticate(request, bearer(request))  # type: ignore[attr-defined]
        return subject

    def authenticate(self, request: HttpRequest, token: str) -> str:
        return subject_of(token)


class WalletOwner(AnyUser):
    """Whoever has a wallet here; sets `request.wallet_user` as well."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        subject = subject_of(token)
        found = (
            WalletUser.objects.select_related("profile__vault", "profile__workspace").filter(subject=subject).first()
        )
        if found is None:
            raise WalletError(404, f"No wallet found for user {subject}.")
        if found.profile.removed_at:
            raise WalletError(403, "The supplied authentication is not authorized to access this resource.")
        request.wallet_user = found  # type: ignore[attr-defined]
        return subject


class Operator(AnyUser):
    """The validator's operator, by name."""

    def authenticate(self, request: HttpRequest, token: str) -> str:
        subject = subject_of(token)
        if subject != settings.WALLET_OPERATOR:
            raise WalletError(403, "The supplied authentication is not authorized to access this resource.")
        return subject


def bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized("Send a bearer token in the Authorization header.")
    return token.strip()


def subject_of(token: str) -> str:
    """The user whom a token names, or 401. Why a token is not valid is only logged: it is nobody else's business."""
    warn_of_the_open_secret(settings.WALLET_AUTH_MODE, settings.WALLET_AUTH_SECRET)
    try:
        algorithm = ALGORITHMS[settings.WALLET_AUTH_MODE]
        claims = jwt.decode(
            token,
            verification_key(token, algorithm),
            algorithms=[algorithm],  # exactly one, so that no token chooses how it is checked
            audience=settings.WALLET_AUTH_AUDIENCE,
            options={"verify_jti": False, "verify_iss": False},
        )
        return named_in(claims)
    except (jwt.PyJWTError, KeyUnknown, KeyError, TypeError, ValueError, OverflowError, RecursionError) as reason:
        log.info("A wallet token was refused: %r", reason)
        raise unauthorized("The supplied authentication is invalid.") from None


def verification_key(token: str, algorithm: str) -> str | jwt.PyJWK:
    if algorithm == "HS256":
        return settings.WALLET_AUTH_SECRET
    kid = jwt.get_unverified_header(token).get("kid")
    if not isinstance(kid, str):
        raise KeyUnknown("The token names no key.")
    return key_set(settings.WALLET_AUTH_JWKS_URL).key(kid)


def named_in(claims: dict) -> str:
    """The claim of our own kind, where there is one, is stronger than `sub`."""
    own = claims.get(OWN_CLAIM)
    named = own.get("daml_user") if isinstance(own, dict) and "daml_user" in own else claims.get("sub")
    if not isinstance(named, str) or not 0 < len(named) <= SUBJECT_MAX or not named.isprintable():
        raise ValueError("The token names no user.")
    return named


@lru_cache(maxsize=4)
def key_set(url: str) -> KeySet:
    return KeySet(url)


@lru_cache(maxsize=4)
def warn_of_the_open_secret(mode: str, secret: str) -> None:
    """Once in every process."""
    if mode == "hs-256-unsafe" and secret == "unsafe":
        log.warning('The wallet API takes tokens signed with the secret "unsafe", which everybody knows: demo only.')
