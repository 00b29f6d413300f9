"""How a machine proves who it is: the public keys of API users, the nonces that they used, the requests they repeat."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Conflict, Invalid, WrongStatus
from tickets.models.public_key import fingerprint_of, read_public_key
from tickets.models.rows import insert
from tickets.models.workspace import Member, Workspace

IDEMPOTENCY_KEY_MAX = 40
IDEMPOTENCY_LASTS = timedelta(hours=24)
NONCE_COUNTED = timedelta(seconds=60)
"""How long a nonce is kept although its token has expired, for the rate limit."""
OVERLAP, OVERLAP_MAX = timedelta(hours=24), timedelta(days=7)
"""How long the earlier key stays good after a rotation: unless told, and at most."""
TOUCHED_EVERY = timedelta(minutes=1)


class KeyTaken(Conflict):
    """The key is in use, or was: a pair of keys serves one API user, once."""

    code, field = "KEY_TAKEN", "public_key"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def visible_to(self, member: Member):
        return self.filter(member__workspace=member.workspace_id)

    def valid(self, now: datetime):
        """Those with which a request can be signed: neither revoked nor at their end."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)

    def register(self, member: Member, public_key: str, *, by: Member | None, now: datetime | None = None) -> "ApiKey":
        """Give a key to an API user that has none, or none that is still valid."""
        with member.machine_turn(by, now) as now:
            if member.keys.valid(now).exists():
                raise WrongStatus(
                    _("%(name)s has a valid key already. Rotate it, or revoke it first.") % {"name": member}
                )
            key = self.store(member, public_key, by=by, now=now)
            member.record("registered", on="api_key", by=by, at=now, fingerprint=key.fingerprint)
        return key

    def rotate(
        self,
        member: Member,
        public_key: str,
        *,
        by: Member | None,
        now: datetime | None = None,
        overlap: timedelta = OVERLAP,
    ) -> "ApiKey":
        """Give an API user its next key, good at once. The one before stays good for `overlap`.

        Where two are valid the earlier of them ends now, so that there are never three.
        """
        with member.machine_turn(by, now) as now:
            if not timedelta(0) <= overlap <= OVERLAP_MAX:
                raise Invalid(_("The earlier key can stay valid for 7 days at most."), "overlap")
            before = list(member.keys.valid(now).order_by(F("expires_at").desc(nulls_first=True)))
            if not before:
                raise WrongStatus(_("%(name)s has no valid key to rotate. Register one.") % {"name": member})
            key = self.store(member, public_key, by=by, now=now)
            last, *earlier = before
            self.filter(pk__in=[each.pk for each in earlier]).update(expires_at=now)
            self.filter(pk=last.pk).update(expires_at=now + overlap)
            member.record(
                "rotated",
                on="api_key",
                by=by,
                at=now,
                fingerprint=key.fingerprint,
                fingerprint_before=last.fingerprint,
                hours=overlap // timedelta(hours=1),
            )
        return key

    def store(self, member: Member, public_key: str, *, by: Member | None, now: datetime) -> "ApiKey":
        """A part of the verbs that give a key: read it, refuse one that is in use, make its row."""
        public_key = read_public_key(public_key)
        fingerprint = fingerprint_of(public_key)
        key = ApiKey(member=member, public_key=public_key, fingerprint=fingerprint, created_at=now, created_by=by)
        if insert([key], if_free=True):
            return key
        known = ApiKey.objects.select_related("member").get(fingerprint=fingerprint)
        if known.member != member:
            raise KeyTaken(
                _("Another API user has this key. Make a key pair for each, so that one can be revoked alone.")
            )
        raise KeyTaken(known.repeated_at(now))


class ApiKey(models.Model):
    """The public half of a key pair of an API user; the private half never reaches us.

    An API user has one key, or during a rotation two: the earlier one is good until `expires_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="keys", verbose_name="API user")
    public_key = models.TextField(help_text="PEM, RSA of 2048 bits or more.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the key, in hexadecimal.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["fingerprint"], name="one_api_user_per_key")]

    def __str__(self):
        return f"{self.member}, {self.fingerprint[:16]}"

    # Questions

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def repeated_at(self, now: datetime) -> str:
        """What somebody is told who gives this key to its API user once more."""
        if self.revoked_at:
            sentence = _("%(name)s had this key, and it was revoked. Make a new pair of keys.")
        elif not self.is_valid(now):
            sentence = _("%(name)s had this key, and a later one has replaced it. Make a new pair of keys.")
        elif self.expires_at:
            sentence = _("%(name)s has this key, and a later one is replacing it. Make a new pair of keys.")
        else:
            sentence = _("%(name)s has this key already. Make a new pair of keys.")
        return sentence % {"name": self.member}

    # Verbs

    def revoke(self, *, by: Member | None, now: datetime | None = None) -> None:
        """End it for good, from the next request on."""
        with self.member.machine_turn(by, now) as now:
            self.refresh_from_db(fields=["revoked_at", "expires_at"])
            if not self.is_valid(now):
                raise WrongStatus(_("This key is not valid any more."))
            self.revoked_at = now
            self.save(update_fields=["revoked_at"])
            self.member.record("revoked", on="api_key", by=by, at=now, fingerprint=self.fingerprint)

    def touch(self, now: datetime) -> None:
        """Remember that a request was signed with it; written at most once a minute.

        Call it outside the transaction of the request, or requests of one API user wait for each other. No event.
        """
        before = now - TOUCHED_EVERY
        if self.last_used_at is None or self.last_used_at <= before:
            due = Q(last_used_at=None) | Q(last_used_at__lte=before)
            ApiKey.objects.filter(due, pk=self.pk).update(last_used_at=now)
            self.last_used_at = now


class NonceQuerySet(models.QuerySet["Nonce"]):
    def spent(self, now: datetime):
        """Those of tokens that have expired, and that no rate limit counts any more."""
        return self.filter(expires_at__lte=now, at__lt=now - NONCE_COUNTED)


class Nonce(models.Model):
    """A signed request that has been seen. It is refused if it comes again, and counted against the rate limit."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the nonce, in hexadecimal.")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = NonceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="each_nonce_once")]
        indexes = [models.Index(fields=["member", "at"], name="nonce_by_member")]

    def __str__(self):
        return f"{self.digest[:16]} at {self.at:%Y-%m-%d %H:%M:%S}"


class IdempotentRequestQuerySet(models.QuerySet["IdempotentRequest"]):
    def over(self, now: datetime):
        """Those whose day has passed: their keys are free again."""
        return self.filter(created_at__lte=now - IDEMPOTENCY_LASTS)


class IdempotentRequest(models.Model):
    """An answer that is given again to whoever repeats the request under the same key within a day.

    While `status` is empty the first is still running; its `claim` ends by `leased_until`, in case its process died.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    key = models.CharField(max_length=IDEMPOTENCY_KEY_MAX)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of who asked for what, in hexadecimal.")
    claim = models.UUIDField(default=uuid.uuid4)
    leased_until = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=b"")

    objects = IdempotentRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="one_request_per_idempotency_key"),
            models.CheckConstraint(condition=~Q(key=""), name="idempotency_key_given"),
        ]

    def __str__(self):
        return f"{self.key} of {self.workspace}"
