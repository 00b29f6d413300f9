"""A client of the wallet API: raw requests with a real token.

    alice = Wallet("alice", profile)
    answer = alice.post("/v0/wallet/transfer-offers", alice.terms(bob, amount="1.5"))
    answer.status_code, answer.json()

`Wallet(…, url=live_server.url)` goes through the network, with the path exactly as given, instead of Django's client.
"""

import http.client
import itertools
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

import jwt
from django.test import Client
from django.utils import timezone

from tickets.models import Profile, TransferOffer, WalletUser

BASE = "/api/validator"
OFFERS = "/v0/wallet/transfer-offers"
TRANSFERS = "/v0/wallet/token-standard/transfers"
AUDIENCE = "https://canton.network.global"
SECRET = "a secret of the tests, which is long enough for every algorithm that is tried with it"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN_CONTRACT = "00" + "ab" * 68

_numbers = itertools.count(1)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def in_hours(hours: int) -> int:
    return micros(timezone.now() + timedelta(hours=hours))


def token(subject: str | None, secret: Any = SECRET, algorithm: str = "HS256", headers=None, **claims: Any) -> str:
    """`claims` replace what the token claims, and None leaves one out."""
    said = {"sub": subject, "aud": AUDIENCE} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, secret, algorithm=algorithm, headers=headers)


class Wallet:
    def __init__(self, subject: str, profile: Profile | None = None, *, url: str = ""):
        self.subject, self.profile, self.url = subject, profile, url
        if profile:
            self.user, _ = WalletUser.objects.get_or_create(subject=subject, defaults={"profile": profile})
        self.client = Client(raise_request_exception=False)

    @property
    def party(self) -> str:
        return self.profile.party

    def get(self, path: str, **options: Any):
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any):
        return self.send("POST", path, body, **options)

    def delete(self, path: str, **options: Any):
        return self.send("DELETE", path, **options)

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        authorization: str | None = "",
        content_type: str = "application/json",
    ):
        """`body` is bytes as they are, or anything that JSON can say; `authorization` None sends none."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = {"Authorization": authorization or f"Bearer {token(self.subject)}"}
        if authorization is None:
            headers = {}
        if self.url:
            return self._over_the_network(method, BASE + path, raw, headers | {"Content-Type": content_type})
        return self.client.generic(method, BASE + path, raw, content_type=content_type, headers=headers)

    def _over_the_network(self, method: str, path: str, raw: bytes, headers: dict[str, str]):
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, path, raw, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        return SimpleNamespace(
            status_code=answer.status, headers=answer.headers, content=content, json=lambda: json.loads(content)
        )

    # What most tests do first

    def terms(self, receiver: "Wallet", **fields: Any) -> dict[str, Any]:
        """The body of a new offer; a field given as None is left out."""
        said = {
            "receiver_party_id": receiver.party,
            "amount": "1.0",
            "description": "For lunch",
            "expires_at": in_hours(1),
            "tracking_id": f"intent {next(_numbers)}",
        } | fields
        return {name: value for name, value in said.items() if value is not None}

    def offer(self, receiver: "Wallet", path: str = OFFERS, **fields: Any) -> TransferOffer:
        body = self.terms(receiver, **fields)
        answer = self.post(path, body)
        assert answer.status_code == 200, answer.content
        return TransferOffer.objects.get(sender=self.profile, tracking_id=body["tracking_id"])

    def act(self, verb: str, offer: TransferOffer | str, path: str = OFFERS):
        return self.post(f"{path}/{getattr(offer, 'contract_id', offer)}/{verb}")

    def status(self, tracking_id: str, method: str = "POST"):
        return self.send(method, f"{OFFERS}/{quote(tracking_id, safe='')}/status")

    def balance(self) -> str:
        return self.get("/v0/wallet/balance").json()["effective_unlocked_qty"]


def says(answer: Any, status: int, *words: str) -> dict[str, Any]:
    """The error has this code, is JSON of one sentence or more, and contains these words."""
    assert answer.status_code == status, (answer.status_code, answer.content)
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert isinstance(body["error"], str)
    assert "Traceback" not in body["error"]
    for word in words:
        assert word in body["error"], body
    return body
