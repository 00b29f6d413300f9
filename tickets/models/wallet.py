"""What the wallet keeps beside its offers: claims on tracking ids in flight, preapprovals, and coins from the tap."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import InFlight, WrongStatus
from tickets.models.actor import Actor
from tickets.models.contract import CONTRACT_ID_LENGTH, new_contract_id
from tickets.models.event import Event
from tickets.models.ledger import Posting
from tickets.models.offer import TransferOffer
from tickets.models.offer_queries import TRACKING_ID_MAX, text_kept
from tickets.models.paying import coin
from tickets.models.profile import Profile, WalletUser
from tickets.models.workspace import Member, Right

LEASE = timedelta(seconds=5)
"""How long the claim of a process that died keeps others away. Should it live, there is still one offer per id."""


class OfferClaim(models.Model):
    """A request to create this offer is under way. A process that was killed holds its claim until `leased_until`."""

    id = models.BigAutoField(primary_key=True)
    sender = models.ForeignKey(Profile, models.CASCADE, related_name="offer_claims")
    tracking_id = models.CharField(max_length=TRACKING_ID_MAX)
    token = models.UUIDField()
    leased_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "tracking_id"], name="one_claim_per_tracking_id")]

    def __str__(self):
        return f"{self.tracking_id} of {self.sender}"


@contextmanager
def claim(sender: Profile, tracking_id: str, *, now: datetime | None = None) -> Iterator[None]:
    """Be the only one to create this offer. Raises Taken if it exists, InFlight while somebody else is at it.

    Enter it outside every transaction, so that others see the claim at once. The offer's own transaction ends it; any
    failure ends it here.
    """
    now, token = now or timezone.now(), uuid.uuid4()
    text_kept(tracking_id, "tracking_id", TRACKING_ID_MAX)
    TransferOffer.objects.must_be_free(sender, tracking_id)
    if not _took(sender, tracking_id, token, now):
        sentence = _("An offer with tracking ID “%(id)s” is being made at this moment. Try again soon.")
        raise InFlight(sentence % {"id": tracking_id})
    try:
        yield
    finally:
        OfferClaim.objects.filter(token=token).delete()


def _took(sender: Profile, tracking_id: str, token: uuid.UUID, now: datetime) -> bool:
    lease = {"token": token, "leased_until": now + LEASE}
    try:
        with transaction.atomic():
            OfferClaim.objects.create(sender=sender, tracking_id=tracking_id, **lease)
        return True
    except IntegrityError:
        abandoned = OfferClaim.objects.filter(sender=sender, tracking_id=tracking_id, leased_until__lte=now)
        return abandoned.update(**lease) == 1


class PreapprovalQuerySet(models.QuerySet["Preapproval"]):
    def standing(self):
        return self.filter(ended_at__isnull=True)

    def give(
        self,
        profile: Profile,
        *,
        by: Member | None = None,
        wallet_user: WalletUser | None = None,
        now: datetime | None = None,
    ) -> tuple["Preapproval", bool]:
        """The profile's standing preapproval, and whether it was made now."""
        actor = Actor.given(by, wallet_user)
        actor.must_act_for(profile, Right.CREATE, _("Only the receiver's own people can preapprove transfers to it."))
        with transaction.atomic():
            made_at = {"created_at": now or timezone.now()}
            preapproval, is_new = self.standing().get_or_create(profile=profile, defaults=made_at)
            if is_new:
                preapproval._record("given", preapproval.created_at, actor)
        return preapproval, is_new


class Preapproval(models.Model):
    """A receiver takes whatever is sent to it, without being asked each time, until it ends this."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="preapprovals")
    contract_id = models.CharField(max_length=CONTRACT_ID_LENGTH, unique=True, default=new_contract_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = PreapprovalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["profile"], condition=Q(ended_at__isnull=True), name="one_standing_preapproval_per_profile"
            )
        ]

    def __str__(self):
        return f"Transfers to {self.profile}"

    def end(
        self,
        *,
        by: Member | None = None,
        wallet_user: WalletUser | None = None,
        is_operator: bool = False,
        now: datetime | None = None,
    ) -> None:
        """Transfers are offered again from now on. The receiver ends it; `is_operator` says that the operator does."""
        now = now or timezone.now()
        actor = Actor(by, wallet_user) if is_operator else Actor.given(by, wallet_user)
        if not is_operator:
            actor.must_act_for(self.profile, Right.CREATE, _("Only the receiver's own people can end a preapproval."))
        with transaction.atomic():
            if not type(self).objects.standing().filter(pk=self.pk).update(ended_at=now):
                raise WrongStatus(_("This preapproval has ended already."))
            self.ended_at = now
            self._record("ended", now, actor)

    def _record(self, act: str, at: datetime, actor: Actor) -> None:
        Event.objects.create(
            at=at,
            kind=f"preapproval.{act}",
            by=actor.by,
            workspace_id=self.profile.workspace_id,
            is_private=True,
            facts={"profile": self.profile.name, "contract_id": self.contract_id},
            own_facts=actor.own_facts,
        )


def tap(profile: Profile, amount: Decimal, *, command_id: str | None = None, now: datetime | None = None) -> Posting:
    """Coins out of nowhere, for a test network: `amount` CC into the profile's vault. A repeated command moves nothing.

    Raises Conflict where the command was given before with another amount.
    """
    if profile.vault is None:
        sentence = _("%(profile)s has no vault to receive into. Choose one for it first.")
        raise WrongStatus(sentence % {"profile": profile})
    key = uuid.uuid4() if command_id is None else uuid.uuid5(profile.pk, text_kept(command_id, "command_id", 10_000))
    return profile.vault.deposit(coin(), amount, reason="Tap", key=key, now=now)
