"""TransferOffer: one party offers another an amount of Canton Coin, which moves some time after the other accepts."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.amounts import ZERO, AmountField
from tickets.errors import Expired, InsufficientFunds, Refused, WrongStatus
from tickets.models.actor import NOBODY, Actor
from tickets.models.contract import CONTRACT_ID_LENGTH, TRANSACTION_ID_LENGTH, new_contract_id, new_transaction_id
from tickets.models.event import Event
from tickets.models.ledger import Account
from tickets.models.offer_queries import DESCRIPTION_MAX, TRACKING_ID_MAX, TransferOfferQuerySet
from tickets.models.paying import Paying, in_coins
from tickets.models.profile import Profile, WalletUser
from tickets.models.record import REASON_MAX, Record, text_given
from tickets.models.status import LIVE_OFFER, OFFER_MOVES, OfferStatus
from tickets.models.words import within
from tickets.models.workspace import Member, Right


class TransferOffer(Paying, Record):
    """Moves along OFFER_MOVES. `expires_at` is exclusive for accepting and completing, inclusive for expiring.

    Nothing is held unless `reserves`: then the amount is held from creation to the end. A token-standard transfer
    (`is_token`) is such an offer, and settles in the moment of acceptance. A preapproved send has no tracking id but a
    `deduplication_id`, and is created, accepted and completed in one moment.

    The ids of contracts and transactions are made with the step that they belong to; to clients they are opaque.
    `source` and `destination` are the vaults that it moved, or is held, between.
    """

    MOVES = OFFER_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contract_id = models.CharField(max_length=CONTRACT_ID_LENGTH, default=new_contract_id, editable=False)
    accepted_contract_id = models.CharField(max_length=CONTRACT_ID_LENGTH, null=True, editable=False)
    amulet_contract_id = models.CharField(max_length=CONTRACT_ID_LENGTH, null=True, editable=False)
    created_transaction_id = models.CharField(
        max_length=TRANSACTION_ID_LENGTH, default=new_transaction_id, editable=False
    )
    accepted_transaction_id = models.CharField(max_length=TRANSACTION_ID_LENGTH, null=True, editable=False)
    ended_transaction_id = models.CharField(max_length=TRANSACTION_ID_LENGTH, null=True, editable=False)
    sender = models.ForeignKey(Profile, models.PROTECT, related_name="offers_sent")
    receiver = models.ForeignKey(Profile, models.PROTECT, related_name="offers_received")
    amount = AmountField()
    description = models.CharField(max_length=DESCRIPTION_MAX, blank=True)
    tracking_id = models.CharField(max_length=TRACKING_ID_MAX, null=True, blank=True)
    deduplication_id = models.CharField(max_length=TRACKING_ID_MAX, null=True, blank=True)
    reserves = models.BooleanField(default=False)
    is_token = models.BooleanField("token-standard", default=False)
    source = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    destination = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    status = models.CharField(max_length=20, choices=OfferStatus, default=OfferStatus.CREATED)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=REASON_MAX, blank=True, help_text="Why it was withdrawn or rejected.")

    objects = TransferOfferQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sender", "tracking_id"], name="one_offer_per_tracking_id"),
            models.UniqueConstraint(fields=["contract_id"], name="one_offer_per_contract_id"),
            models.UniqueConstraint(fields=["accepted_contract_id"], name="one_offer_per_accepted_id"),
            models.UniqueConstraint(fields=["amulet_contract_id"], name="one_offer_per_amulet_id"),
            models.CheckConstraint(condition=Q(status__in=OfferStatus.values), name="offer_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="offer_amount_above_zero"),
            models.CheckConstraint(condition=Q(is_token=False) | Q(reserves=True), name="offer_of_token_reserves"),
            models.CheckConstraint(condition=Q(reserves=False) | Q(source__isnull=False), name="offer_holds_somewhere"),
            models.CheckConstraint(
                name="offer_accepted_at_known",
                condition=Q(status="created", accepted_at__isnull=True, accepted_contract_id__isnull=True)
                | Q(status__in=["rejected", "withdrawn", "expired"])
                | Q(accepted_at__isnull=False, accepted_contract_id__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_completed_has_its_parts",
                condition=Q(
                    status="completed",
                    amulet_contract_id__isnull=False,
                    source__isnull=False,
                    destination__isnull=False,
                )
                | (~Q(status="completed") & Q(amulet_contract_id__isnull=True, destination__isnull=True)),
            ),
            models.CheckConstraint(
                name="offer_ended_at_known",
                condition=Q(status__in=LIVE_OFFER, ended_at__isnull=True, ended_transaction_id__isnull=True)
                | (~Q(status__in=LIVE_OFFER) & Q(ended_at__isnull=False, ended_transaction_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="offer_by_created_at"),
            models.Index(fields=["-ended_at", "-id"], condition=Q(ended_at__isnull=False), name="offer_by_ended_at"),
            models.Index(
                fields=["ended_transaction_id"],
                condition=Q(ended_transaction_id__isnull=False),
                name="offer_by_ending_transaction",
            ),
            models.Index(fields=["sender", "id"], condition=Q(status__in=LIVE_OFFER), name="offer_live_by_sender"),
            models.Index(fields=["receiver", "id"], condition=Q(status__in=LIVE_OFFER), name="offer_live_by_receiver"),
            models.Index(fields=["receiver", "tracking_id"], name="offer_received_by_tracking_id"),
            models.Index(
                fields=["sender", "deduplication_id"],
                condition=Q(deduplication_id__isnull=False),
                name="offer_by_deduplication_id",
            ),
            models.Index(fields=["expires_at", "id"], condition=Q(status__in=LIVE_OFFER), name="offer_due"),
            models.Index(fields=["id"], condition=Q(status="accepted"), name="offer_to_finish"),
        ]

    def __str__(self):
        return f"{self.coins}, {self.tracking_id or self.pk}"

    # Questions

    @property
    def reference(self) -> str:
        """A short name for people, from the id: not every offer has a tracking id."""
        return f"OF-{self.pk.hex[:8].upper()}"

    @property
    def coins(self) -> str:
        """The amount at full scale: "1.5000000000 CC"."""
        return in_coins(self.amount)

    def is_sent_by(self, profile: Profile) -> bool:
        return self.sender_id == profile.pk

    def is_due(self, now: datetime) -> bool:
        """Its time has run out, whether or not the worker has made it durable."""
        return self.status in LIVE_OFFER and self.expires_at <= now

    def status_at(self, now: datetime) -> str:
        return OfferStatus.EXPIRED if self.is_due(now) else self.status

    # Verbs

    def accept(
        self, *, by: Member | None = None, wallet_user: WalletUser | None = None, now: datetime | None = None
    ) -> None:
        """The receiver agrees. The funds follow by `finish`; those of a token-standard transfer move at once."""
        with self._turn(now) as now:
            actor = self._acting_receiver(by, wallet_user, Right.CREATE)
            self._must_be(OfferStatus.CREATED)
            self._must_be_in_time(now)
            self._accept(now, actor)
            if self.is_token:
                self._complete(now)

    def reject(
        self,
        *,
        by: Member | None = None,
        wallet_user: WalletUser | None = None,
        reason: str = "",
        now: datetime | None = None,
    ) -> None:
        """The receiver declines, also when its time has run out already."""
        with self._turn(now) as now:
            actor = self._acting_receiver(by, wallet_user, Right.CANCEL)
            self._must_be(OfferStatus.CREATED)
            reason = text_given(reason, "reason", REASON_MAX, lines=True)
            self._end(OfferStatus.REJECTED, "rejected", now, actor, reason)

    def withdraw(
        self, *, by: Member | None = None, wallet_user: WalletUser | None = None, now: datetime | None = None
    ) -> None:
        """The sender takes it back before it is accepted, also when its time has run out already."""
        with self._turn(now) as now:
            actor = Actor.given(by, wallet_user)
            actor.must_act_for(self.sender, Right.CANCEL, _("Only the sender of an offer can withdraw it."))
            self._must_be(OfferStatus.CREATED)
            self._end(OfferStatus.WITHDRAWN, "withdrawn", now, actor, "Withdrawn by sender")

    def finish(self, *, now: datetime | None = None) -> None:
        """Complete it; abort it if the funds are not there. Whatever else stands in the way, it stays accepted."""
        try:
            try:
                self.complete(now=now)
            except InsufficientFunds:
                self.abort(now=now)
        except Refused:
            self.refresh_from_db()

    def complete(self, *, now: datetime | None = None) -> None:
        """Move the amount, once accepted and in time."""
        with self._turn(now) as now:
            self._must_be(OfferStatus.ACCEPTED)
            self._must_be_in_time(now)
            self._complete(now)

    def abort(self, *, now: datetime | None = None) -> None:
        """End an accepted offer for which the sender has not enough. It is not tried again."""
        with self._turn(now) as now:
            self._must_be(OfferStatus.ACCEPTED)
            self._must_be_in_time(now)
            missing = self.missing()
            if not missing:
                raise WrongStatus(_("The sender has the funds for this offer, so it can be completed."))
            self._end(OfferStatus.WITHDRAWN, "aborted", now, NOBODY, f"out of funds (missing {in_coins(missing)})")

    def expire(self, *, now: datetime | None = None) -> None:
        """Make it durable that the time has run out; what it held goes back."""
        with self._turn(now) as now:
            self._must_be(*LIVE_OFFER)
            if not self.is_due(now):
                raise WrongStatus(_("This offer has not run out of time."))
            self._end(OfferStatus.EXPIRED, "expired", now)

    # Private

    def _acting_receiver(self, by: Member | None, wallet_user: WalletUser | None, right: Right) -> Actor:
        actor = Actor.given(by, wallet_user)
        actor.must_act_for(self.receiver, right, _("Only the receiver of an offer can accept or reject it."))
        return actor

    def _must_be(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise WrongStatus(_("This offer is %(status)s. Nothing was changed.") % {"status": within(self.status)})

    def _must_be_in_time(self, now: datetime) -> None:
        if self.expires_at <= now:
            raise Expired(_("The time of this offer has run out. Nothing was moved."))

    def _accept(self, now: datetime, actor: Actor = NOBODY) -> None:
        self._move(
            OfferStatus.ACCEPTED,
            accepted_at=now,
            accepted_contract_id=new_contract_id(),
            accepted_transaction_id=new_transaction_id(),
        )
        self._record("accepted", now, actor)

    def _complete(self, now: datetime) -> None:
        source, destination = self._pay(now)
        self._move(
            OfferStatus.COMPLETED,
            source=source,
            destination=destination,
            ended_at=now,
            amulet_contract_id=new_contract_id(),
            ended_transaction_id=new_transaction_id(),
        )
        self._record("completed", now)

    def _end(self, to: str, act: str, now: datetime, actor: Actor = NOBODY, reason: str = "") -> None:
        self._give_back(now)
        self._move(to, ended_at=now, ended_transaction_id=new_transaction_id(), reason=reason)
        self._record(act, now, actor, reason=reason)

    def _record(self, act: str, now: datetime, actor: Actor = NOBODY, **facts) -> None:
        Event.objects.create(
            at=now,
            kind=f"offer.{act}",
            by=actor.by,
            workspace_id=actor.workspace_id,
            offer=self,
            status=self.status,
            facts={name: value for name, value in facts.items() if value},
            own_facts=actor.own_facts,
        )
