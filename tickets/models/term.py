"""Party and term: who takes part in a ticket, and the legs that move between them."""

import uuid
from datetime import tzinfo

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.amounts import ZERO, AmountField, AmountSum
from tickets.errors import Invalid
from tickets.models.asset import Asset
from tickets.models.filing import WordsField
from tickets.models.ledger import Account
from tickets.models.network import Profile
from tickets.models.status import TermStatus
from tickets.models.workspace import Member, Workspace

EXTERNAL_ID_MAX = 64
TX_HASH_MAX = 128


class PartyRole(models.TextChoices):
    INITIATOR = "initiator", gettext_lazy("Initiator")
    COUNTERPARTY = "counterparty", gettext_lazy("Counterparty")
    INTERMEDIARY = "intermediary", gettext_lazy("Intermediary")


class PartyQuerySet(models.QuerySet):
    def filed_for(self, member: Member):
        """The firm's parts in tickets that have ended, drafts of others that it never saw aside."""
        return self.filter(workspace=member.workspace_id, filed_under__isnull=False)


class PartyManager(models.Manager.from_queryset(PartyQuerySet)):
    def get_queryset(self):
        """Without the words, which only lists ask about and nobody reads."""
        return super().get_queryset().defer("filed_under")


class Party(models.Model):
    """A firm's part in a ticket. Only in a draft is its profile still open; its external ID nobody else sees."""

    ticket = models.ForeignKey("Ticket", models.PROTECT, related_name="parties")
    role = models.CharField(max_length=12, choices=PartyRole)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="parties", null=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="parties", null=True)
    external_id = models.CharField(max_length=EXTERNAL_ID_MAX, blank=True)
    agreed_at = models.DateTimeField(null=True, help_text="When it let its held legs move with all the others.")
    created_at = models.DateTimeField(default=timezone.now, editable=False, help_text="That of the ticket, for lists.")
    ended_at = models.DateTimeField(null=True, editable=False, help_text="That of the ticket, for lists.")
    filed_under = WordsField(null=True, editable=False, help_text="How its firm finds the ticket that has ended.")

    objects = PartyManager()

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["ticket", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "role"], name="one_party_per_role"),
            models.UniqueConstraint(fields=["ticket", "workspace"], name="one_party_per_workspace"),
            models.CheckConstraint(
                condition=Q(profile__isnull=True) | Q(workspace__isnull=False), name="party_profile_has_its_workspace"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-ticket"], name="party_newest_first"),
            models.Index(
                fields=["workspace", "-ended_at", "-ticket"], condition=Q(filed_under__isnull=False), name="party_filed"
            ),
            models.Index(fields=["workspace", "ticket"], condition=Q(ended_at__isnull=True), name="party_not_ended"),
            models.Index(
                fields=["workspace", "external_id"], condition=~Q(external_id=""), name="party_by_external_id"
            ),
        ]

    def __str__(self):
        return str(self.profile or self.get_role_display())

    @property
    def kept_name(self) -> str:
        """As an event keeps it: the same in whatever language the act was done."""
        return self.profile.name if self.profile else PartyRole(self.role).name.capitalize()


class TermQuerySet(models.QuerySet):
    def sent_by(self, member: Member):
        return self.filter(sender__workspace=member.workspace_id)

    def received_by(self, member: Member):
        return self.filter(receiver__workspace=member.workspace_id)

    def moving(self, member: Member):
        """Sent or received by this firm, and not those that only pass between two others."""
        return self.filter(Q(sender__workspace=member.workspace_id) | Q(receiver__workspace=member.workspace_id))

    def unsettled(self):
        return self.filter(status__in=[TermStatus.UNFUNDED, TermStatus.HELD])

    def flows(self, member: Member):
        """Per asset, what this firm sends and receives, how much of each is held, and on how many tickets."""
        out, into = Q(sender__workspace=member.workspace_id), Q(receiver__workspace=member.workspace_id)
        held = Q(status=TermStatus.HELD)
        return self._per_asset().annotate(
            out=AmountSum("amount", filter=out),
            out_held=AmountSum("amount", filter=out & held),
            into=AmountSum("amount", filter=into),
            into_held=AmountSum("amount", filter=into & held),
            ticket_count=Count("ticket", distinct=True),
        )

    def moved_per_day(self, member: Member, zone: tzinfo):
        """Per day in `zone`, of what has moved (of one asset): what this firm sent and received, oldest day first."""
        out, into = Q(sender__workspace=member.workspace_id), Q(receiver__workspace=member.workspace_id)
        moved = self.filter(out | into, status=TermStatus.SETTLED).annotate(day=TruncDate("settled_at", tzinfo=zone))
        sums = {"out": AmountSum("amount", filter=out), "into": AmountSum("amount", filter=into)}
        return moved.order_by("day").values("day").annotate(**sums)

    def per_profiles(self):
        """Per sending and receiving profile and asset, the `total`."""
        return self._per_asset("sender__profile", "receiver__profile").annotate(total=AmountSum("amount"))

    def per_destination(self):
        """Per vault that they will arrive in and asset, the `total`."""
        return self._per_asset("destination").annotate(total=AmountSum("amount"))

    def _per_asset(self, *keys: str):
        return self.order_by("asset", *keys).values("asset", "asset__name", "asset__decimals", *keys)


class Term(models.Model):
    """One leg: `amount` of `asset`, from the sender's vault to the vault where the receiver's profile takes assets in.

    A leg funded by hand moved outside; it is settled with the `tx_hash` of that transfer, and has no posting.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey("Ticket", models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    sender = models.ForeignKey(Party, models.PROTECT, related_name="terms_sent")
    receiver = models.ForeignKey(Party, models.PROTECT, related_name="terms_received")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="terms")
    amount = AmountField()
    status = models.CharField(max_length=10, choices=TermStatus, default=TermStatus.UNFUNDED)
    source = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    destination = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    tx_hash = models.CharField("transaction hash", max_length=TX_HASH_MAX, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    funded_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "leg"
        ordering = ["ticket", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TermStatus.values), name="term_status_known"),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="term_amount_above_zero"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="term_between_two_parties"),
            models.CheckConstraint(condition=Q(tx_hash="") | Q(status="settled"), name="term_by_hand_is_settled"),
            models.CheckConstraint(
                condition=~Q(status__in=["held", "settled"]) | Q(funded_at__isnull=False), name="term_funded_at_known"
            ),
        ]
        indexes = [models.Index(fields=["amount"], name="term_by_amount")]

    def __str__(self):
        return self.asset.plain(self.amount)

    # Questions

    @property
    def is_by_hand(self) -> bool:
        return bool(self.tx_hash)

    @property
    def is_funded(self) -> bool:
        return self.status in (TermStatus.HELD, TermStatus.SETTLED)

    def is_sent_by(self, member: Member) -> bool:
        return self.sender.workspace_id == member.workspace_id

    def facts(self) -> dict:
        """What an event says of this leg."""
        sender, receiver = self.sender.kept_name, self.receiver.kept_name
        return {"leg": self.number, "amount": str(self), "sender": sender, "receiver": receiver}


def tx_hash_given(text: str) -> str:
    """A transaction hash of the outside world, or Invalid."""
    text = text.strip()
    if not text:
        raise Invalid(_("Enter the hash of the transaction that moved the assets."), "tx_hash")
    if len(text) > TX_HASH_MAX or not text.isascii() or not text.isprintable() or " " in text:
        sentence = _("Enter the transaction hash as one word of %(limit)d characters or fewer.")
        raise Invalid(sentence % {"limit": TX_HASH_MAX}, "tx_hash")
    return text
