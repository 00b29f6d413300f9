"""A machine that signs its requests, as the official clients do.

    ada = Caller(machine(market.alpha, Role.SIGNER))
    answer = ada.post("/v1/smart-transfers", {"type": "ASYNC", …})
    answer.status_code, answer.json()

`Caller(member, url=live_server.url)` goes through the network instead of Django's test client. `ada.send(…)` takes
everything apart that an attack may want to change.
"""

import base64
import hashlib
import http.client
import json
import time
import uuid
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from tests.base import NOON, Firm
from tickets.models import ApiKey, Member, Role, UserGroup


@cache
def private_key(number: int = 0) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def key_pair(number: int = 0) -> tuple[str, str]:
    """A private and a public key, in PEM. Made once for each number, for it takes a while."""
    secret = private_key(number).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = (
        private_key(number)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return secret.decode(), public.decode()


def machine(firm: Firm, role: str = Role.SIGNER, *, pair: int = 0) -> Member:
    """An API user of that firm, with a key. All of them share a key pair, which only tests may do."""
    member = Member.objects.create(workspace=firm.workspace, name=f"{firm.workspace.name} bot {role}", role=role)
    give_key(member, pair=pair)
    return member


def give_key(member: Member, *, pair: int = 0, created_at=NOON, **fields) -> ApiKey:
    public = key_pair(pair)[1]
    fingerprint = hashlib.sha256(f"{member.pk} {public}".encode()).hexdigest()  # as if each had a pair of its own
    return ApiKey.objects.create(
        member=member, public_key=public, fingerprint=fingerprint, created_at=created_at, **fields
    )


class Caller:
    """Signs with the key pair of that number."""

    def __init__(self, member: Member, *, url: str = "", pair: int = 0):
        self.member, self.url, self.pair = member, url, pair
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str):
        return self.send("GET", path + ("?" + urlencode(query, doseq=True) if query else ""), headers=headers)

    def post(self, path: str, body: Any = None, **headers: str):
        return self.send("POST", path, body, headers=headers)

    def put(self, path: str, body: Any = None, **headers: str):
        return self.send("PUT", path, body, headers=headers)

    def patch(self, path: str, body: Any = None, **headers: str):
        return self.send("PATCH", path, body, headers=headers)

    def delete(self, path: str, body: Any = None, **headers: str):
        return self.send("DELETE", path, body, headers=headers)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str | None] | None = None,
        token: str | None = None,
        **claims: Any,
    ):
        """`body` is bytes as they are, or anything that JSON can say; a header that is None is left out.

        Underscores in names of headers stand for hyphens: `post(…, Idempotency_Key="k1")`.
        """
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        signed = {
            "X-API-Key": str(self.member.pk),
            "Authorization": f"Bearer {token or self.token(path, raw, **claims)}",
        }
        if raw:
            signed["Content-Type"] = "application/json"
        signed |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        signed = {name: value for name, value in signed.items() if value is not None}
        if self.url:
            return self._over_the_network(method, path, raw, signed)
        kind = signed.pop("Content-Type", "")
        return self.client.generic(method, path, raw, content_type=kind, headers=signed)

    def token(self, path: str, raw: bytes = b"", **claims: Any) -> str:
        """A token for that request; `claims` replace what it claims, and None leaves one out."""
        said = self.claims(path, raw) | claims
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, private_key(self.pair), algorithm="RS256")

    def claims(self, path: str, raw: bytes = b"") -> dict[str, Any]:
        now = int(time.time())
        return {
            "uri": path,
            "nonce": str(uuid.uuid4()),
            "iat": now,
            "exp": now + 55,
            "sub": str(self.member.pk),
            "bodyHash": hashlib.sha256(raw).hexdigest(),
        }

    def _over_the_network(self, method: str, path: str, raw: bytes, headers: dict[str, str]):
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, path, raw, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return SimpleNamespace(
            status_code=answer.status, content=content, headers=answer.headers, json=lambda: json.loads(content)
        )


def segment(value: Any) -> str:
    """A part of a token, of bytes as they are or of anything that JSON can say."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Any, claims: Any) -> str:
    """A token with whatever header and claims, under a right signature."""
    start = f"{segment(header)}.{segment(claims)}"
    signature = jwt.get_algorithm_by_name("RS256").sign(start.encode(), private_key())
    return f"{start}.{segment(signature)}"


def assert_refused(answer: Any, code: int) -> None:
    """Not let in, for that reason, and without an effect."""
    assert (answer.status_code, answer.json()["code"]) == (401, code), answer.json()
    assert answer.json()["message"] and not UserGroup.objects.exists()
