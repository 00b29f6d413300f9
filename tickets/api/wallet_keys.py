"""The public keys of whoever issues the wallet's tokens, fetched from a JWKS address and kept for a day."""

import http.client
import json
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from urllib.parse import urlsplit

import jwt

log = logging.getLogger(__name__)
KEYS_MAX, KEPT_SECONDS = 10, 24 * 60 * 60
FETCHES_MAX, PER_SECONDS = 10, 60
CONNECT_SECONDS, READ_SECONDS = 5, 10
SIZE_MAX = 1_000_000


UNREADABLE = (OSError, http.client.HTTPException, jwt.PyJWTError, AttributeError, KeyError, TypeError, ValueError)


class KeyUnknown(Exception):
    """No usable key of that name: not published, or the publisher cannot be asked now."""


class KeySet:
    """The RSA keys published at `url`, by their `kid`. Safe to share between threads; one fetches, the others wait.

    A kid that is not known makes us ask again, but never more than ten times a minute: forged tokens cost the
    publisher no more than that. `clock` gives seconds.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic):
        self.url, self._clock = url, clock
        self._keys: OrderedDict[str, tuple[jwt.PyJWK, float]] = OrderedDict()
        self._fetches: deque[float] = deque(maxlen=FETCHES_MAX)
        self._fetching = threading.Lock()

    def key(self, kid: str) -> jwt.PyJWK:
        """The key of this name, or KeyUnknown."""
        if found := self._kept(kid):
            return found
        if not self._fetching.acquire(timeout=CONNECT_SECONDS + READ_SECONDS):
            raise KeyUnknown("Another request is still waiting for the keys.")
        try:
            if not (found := self._kept(kid)):
                found = self._fetched(kid)
                self._keys[kid] = found, self._clock()
                while len(self._keys) > KEYS_MAX:
                    self._keys.popitem(last=False)
        finally:
            self._fetching.release()
        return found

    def _kept(self, kid: str) -> jwt.PyJWK | None:
        key, fetched_at = self._keys.get(kid, (None, 0))
        return key if key and self._clock() - fetched_at < KEPT_SECONDS else None

    def _fetched(self, kid: str) -> jwt.PyJWK:
        now = self._clock()
        if len(self._fetches) == FETCHES_MAX and now - self._fetches[0] < PER_SECONDS:
            raise KeyUnknown(f"The keys were fetched {FETCHES_MAX} times within a minute.")
        self._fetches.append(now)
        try:
            published = json.loads(fetch(self.url))["keys"]
            # A key made for something else, or by another algorithm, is passed over however it is called.
            row = next(row for row in published if row.get("kid") == kid and is_for_signatures(row))
            return jwt.PyJWK(row, algorithm="RS256")
        except StopIteration:
            raise KeyUnknown("No key of that name is published.") from None
        except UNREADABLE as fault:
            log.warning("The keys at %s could not be read: %r", self.url, fault)
            raise KeyUnknown("The keys could not be fetched.") from None


def is_for_signatures(row: dict) -> bool:
    return row.get("kty") == "RSA" and row.get("use", "sig") == "sig" and row.get("alg", "RS256") == "RS256"


def fetch(url: str) -> bytes:
    """The body at `url`, which must answer 200; redirects are not followed."""
    parts = urlsplit(url)
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = made(parts.hostname or "", parts.port, timeout=CONNECT_SECONDS)
    try:
        connection.connect()
        connection.sock.settimeout(READ_SECONDS)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("GET", path, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"it answered {answer.status}")
        return answer.read(SIZE_MAX)
    finally:
        connection.close()
