"""The ledger: double entry by form. A posting moves one amount of one asset from one account to another, for ever.

Accounts are vaults, the hold beside each vault, and the outside world. A hold is a posting into the hold account; it is
resolved, once, by a new posting out of it: on to the receiver (settle) or back to the vault (release). Balances are the
running sums, kept beside the postings and re-derived by `manage.py verify`; neither vault nor hold can go below zero.
The outside world has no balance row: what came from there is what everybody else holds.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, localcontext
from functools import reduce
from operator import or_

from django.db import models, transaction
from django.db.models import F, Func, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.amounts import EXACT, LIMIT, ZERO, AmountField
from tickets.errors import Conflict, InsufficientFunds, Invalid, NotAllowed
from tickets.models.asset import Asset
from tickets.models.event import AppendOnly, AppendOnlyQuerySet, Event
from tickets.models.record import REASON_MAX, text_given
from tickets.models.rows import Question, insert, update


class AccountKind(models.TextChoices):
    VAULT = "vault", pgettext_lazy("account", "Vault")
    HOLD = "hold", pgettext_lazy("account", "Hold")
    OUTSIDE = "outside", gettext_lazy("Outside world")


class AccountQuerySet(models.QuerySet):
    def vaults_of(self, workspace):
        return self.filter(workspace=workspace, kind=AccountKind.VAULT).order_by("number")

    def outside_world(self):
        account, _ = self.get_or_create(kind=AccountKind.OUTSIDE, defaults={"name": "Outside world"})
        return account

    def add_vault(self, workspace, name: str):
        """A new vault, with the hold account that stands beside it."""
        with transaction.atomic():
            last = self.vaults_of(workspace).aggregate(last=models.Max("number"))["last"]
            number = 0 if last is None else last + 1
            vault = self.create(kind=AccountKind.VAULT, workspace=workspace, name=name, number=number)
            self.create(kind=AccountKind.HOLD, workspace=workspace, name=f"{name}, held", vault=vault)
        return vault


class Account(models.Model):
    """Where assets are. Only a vault has a number (its place in the workspace) and a hold account beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=AccountKind)
    workspace = models.ForeignKey("Workspace", models.PROTECT, related_name="accounts", null=True, blank=True)
    name = models.CharField(max_length=120)
    number = models.PositiveIntegerField(null=True, blank=True)
    vault = models.OneToOneField("self", models.PROTECT, related_name="hold", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["workspace", "number"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], condition=Q(kind="vault"), name="one_vault_per_name"),
            models.UniqueConstraint(
                fields=["workspace", "number"], condition=Q(kind="vault"), name="one_vault_per_number"
            ),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="outside"), name="one_outside_world"),
            models.CheckConstraint(
                name="account_kind_has_its_parts",
                condition=Q(kind="vault", workspace__isnull=False, number__isnull=False, vault__isnull=True)
                | Q(kind="hold", workspace__isnull=False, number__isnull=True, vault__isnull=False)
                | Q(kind="outside", workspace__isnull=True, number__isnull=True, vault__isnull=True),
            ),
        ]

    def __str__(self):
        return self.name if self.workspace is None else f"{self.name}, {self.workspace}"

    def available(self, asset: Asset) -> Decimal:
        balance = Balance.objects.filter(account=self, asset=asset).first()
        return balance.amount if balance else ZERO

    def held(self, asset: Asset) -> Decimal:
        return self.hold.available(asset)

    def deposit(self, asset: Asset, amount: Decimal, *, reason: str, staff=None, key=None, now: datetime | None = None):
        """Bring in funds from the outside world, by support staff or by provisioning (staff None).

        `key` makes a repeat harmless: the deposit that already has it is returned, and nothing moves.
        """
        if self.kind != AccountKind.VAULT:
            raise NotAllowed(_("Funds are deposited into a vault."))
        reason = text_given(reason, "reason", REASON_MAX, lines=True)
        if not reason:
            raise Invalid(_("Give the reason of the deposit."), "reason")
        amount = asset.exact(amount)
        at, key = now or timezone.now(), key or uuid.uuid4()
        with transaction.atomic():
            # Not for its key: a funding that commits refers to this vault while we wait for the balance that it holds.
            type(self).objects.select_for_update(no_key=True).get(pk=self.pk)
            if made := Posting.objects.filter(pk=key).first():
                if (made.destination_id, made.asset_id, made.amount) != (self.pk, asset.pk, amount):
                    raise Conflict(_("This form has made another deposit already. Start a new one."))
                return made
            outside = type(self).objects.outside_world()
            posting = Posting(
                pk=key, kind=PostingKind.DEPOSIT, source=outside, destination=self, asset=asset, amount=amount
            )
            post([posting], at=at)
            Event.objects.create(
                at=at,
                kind="vault.deposited",
                staff=staff,
                workspace_id=self.workspace_id,
                is_private=True,
                facts={
                    "vault": self.name,
                    "amount": asset.plain(amount),
                    "reason": reason,
                    "posting": str(key),
                },
            )
        return posting


class Balance(models.Model):
    """What a vault or a hold contains of one asset. Only `post` writes it."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="balances")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="balances")
    amount = AmountField(default=ZERO)

    class Meta:
        ordering = ["account", "asset"]
        constraints = [
            models.UniqueConstraint(fields=["account", "asset"], name="one_balance_per_account_and_asset"),
            models.CheckConstraint(condition=Q(amount__gte=ZERO), name="balance_not_negative"),
        ]

    def __str__(self):
        return f"{self.account}: {self.asset.plain(self.amount)}"


class PostingKind(models.TextChoices):
    DEPOSIT = "deposit", pgettext_lazy("posting", "Deposit")
    HOLD = "hold", pgettext_lazy("posting", "Hold")
    SETTLE = "settle", pgettext_lazy("posting", "Settle")
    RELEASE = "release", pgettext_lazy("posting", "Release")


class PostingQuerySet(AppendOnlyQuerySet):
    def holds(self):
        return self.filter(kind=PostingKind.HOLD)

    def unresolved(self):
        """Holds that still wait for their settle or release."""
        return self.holds().filter(resolution__isnull=True)


class Posting(AppendOnly):
    """`amount` of `asset` went from `source` to `destination`. A settle or release of a hold names it in `resolves`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=10, choices=PostingKind)
    source = models.ForeignKey(Account, models.PROTECT, related_name="postings_out")
    destination = models.ForeignKey(Account, models.PROTECT, related_name="postings_in")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="postings")
    amount = AmountField()
    term = models.ForeignKey("Term", models.PROTECT, related_name="postings", null=True, verbose_name="leg")
    offer = models.ForeignKey("TransferOffer", models.PROTECT, related_name="postings", null=True)
    resolves = models.OneToOneField("self", models.PROTECT, related_name="resolution", null=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="posting_amount_above_zero"),
            models.CheckConstraint(condition=~Q(source=F("destination")), name="posting_between_two_accounts"),
            models.CheckConstraint(
                condition=Q(term__isnull=True) | Q(offer__isnull=True), name="posting_for_a_leg_or_an_offer"
            ),
            models.CheckConstraint(
                name="posting_kind_resolves_a_hold_or_not",
                condition=Q(kind__in=["deposit", "hold"], resolves__isnull=True)
                | Q(kind="release", resolves__isnull=False)
                | Q(kind="settle"),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.asset.plain(self.amount)}"

    def settled_to(self, destination: Account) -> "Posting":
        """The posting that takes this hold on to its receiver."""
        return self._resolved_by(PostingKind.SETTLE, destination)

    def released(self) -> "Posting":
        """The posting that gives this hold back to the vault that it came from."""
        return self._resolved_by(PostingKind.RELEASE, self.source)

    def _resolved_by(self, kind: str, destination: Account) -> "Posting":
        return Posting(
            kind=kind,
            source_id=self.destination_id,
            destination=destination,
            asset_id=self.asset_id,
            amount=self.amount,
            term_id=self.term_id,
            offer_id=self.offer_id,
            resolves=self,
        )


def post(postings: Iterable[Posting], *, at: datetime) -> None:
    """Write the postings, in order, and move the balances; all of them or none. Runs inside the caller's transaction.

    Raises InsufficientFunds, naming the account, before anything is written. Call it once a transaction: missing
    balance rows are made first, then all are locked in one order, so two callers can never wait for each other.
    """
    postings = list(postings)
    balances = _lock_balances(postings)
    with localcontext(EXACT):
        for posting in postings:
            posting.at = at
            taken_from = balances.get((posting.source_id, posting.asset_id))
            given_to = balances.get((posting.destination_id, posting.asset_id))
            if taken_from:
                if taken_from.amount < posting.amount:
                    raise InsufficientFunds(_missing(posting, taken_from.amount))
                taken_from.amount -= posting.amount
            if given_to:
                given_to.amount += posting.amount
                if given_to.amount >= LIMIT:
                    raise Invalid(_overfull(posting))
    update(balances.values(), ["amount"])
    insert(postings)


def _lock_balances(postings: list[Posting]) -> dict[tuple, Balance]:
    """The balance rows of all accounts named, locked by account and asset."""
    given = {(posting.destination_id, posting.asset_id) for posting in postings}
    taken = {(posting.source_id, posting.asset_id) for posting in postings if posting.kind != PostingKind.DEPOSIT}
    keys = sorted(given | taken)
    asked = [part for key in keys for part in key]
    locked = _ALL_LOCKED.ask(*asked)
    if not locked:
        insert([Balance(account_id=pk, asset_id=asset) for pk, asset in keys], if_free=True)
        locked = _ALL_LOCKED.ask(*asked)
    return {(balance.account_id, balance.asset_id): balance for balance in locked}


def _all_locked(*asked):
    """The balances of account, asset, account, asset, and so on, locked in one order; none unless all are there."""
    pairs = zip(asked[::2], asked[1::2], strict=True)
    wanted = Balance.objects.filter(reduce(or_, (Q(account=account, asset=asset) for account, asset in pairs)))
    there = wanted.order_by().annotate(there=Func("pk", function="count")).values("there")
    whole = wanted.alias(there=Subquery(there)).filter(there=len(asked) // 2)
    return whole.select_for_update(of=("self",)).order_by("account_id", "asset_id")


_ALL_LOCKED = Question(_all_locked)


def _missing(posting: Posting, available: Decimal) -> str:
    asset = posting.asset
    return _(
        "%(vault)s has %(available)s available, %(missing)s too little. Choose another vault or bring in funds first."
    ) % {
        "vault": posting.source.name,
        "available": asset.told(available),
        "missing": asset.told(posting.amount - available),
    }


def _overfull(posting: Posting) -> str:
    names = {"account": posting.destination.name, "asset": posting.asset_id}
    return _("%(account)s would hold more %(asset)s than can be counted.") % names
