"""How a machine proves who it is: the public keys of API users, the nonces that they used, the requests they repeat."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tickets.models.workspace import Member, Workspace

IDEMPOTENCY_KEY_MAX = 40


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

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["member", "fingerprint"], name="one_key_per_fingerprint")]

    def __str__(self):
        return f"{self.member}, {self.fingerprint[:16]}"


class Nonce(models.Model):
    """A signed request that has been seen. It is refused if it comes again, and counted against the rate limit."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the nonce, in hexadecimal.")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="each_nonce_once")]
        indexes = [models.Index(fields=["member", "at"], name="nonce_by_member")]

    def __str__(self):
        return f"{self.digest[:16]} at {self.at:%Y-%m-%d %H:%M:%S}"


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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="one_request_per_idempotency_key"),
            models.CheckConstraint(condition=~Q(key=""), name="idempotency_key_given"),
        ]

    def __str__(self):
        return f"{self.key} of {self.workspace}"
