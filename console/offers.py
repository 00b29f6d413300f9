"""What pages show of a transfer offer: as one firm sees it, and whether the funds for it are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from console.templatetags.console import plain_amount
from tickets.amounts import EXACT, ZERO
from tickets.models import Account, Asset, Balance, Member, OfferStatus, Profile, Right, TransferOffer
from tickets.models.paying import CC, COIN_DECIMALS

COIN = Asset(id=CC, name="Canton Coin", decimals=COIN_DECIMALS)
OUT_OF_FUNDS = "out of funds (missing "  # how the reason begins, which the API tells as well; then the amount
HINT_SHOWN, PARTY_HEAD, PARTY_TAIL = 16, 8, 4  # of a party id in lists: of its name, and of its fingerprint


class Coins(NamedTuple):
    """An amount of Canton Coin, as what writes amounts takes it."""

    amount: Decimal
    asset: Asset = COIN

    def __str__(self) -> str:
        return plain_amount(self.amount, self.asset)


def lacked(reason: str) -> Coins:
    """What the sender had too little when the offer was to be paid, as the reason kept with it tells."""
    return Coins(Decimal(reason.removeprefix(OUT_OF_FUNDS).removesuffix(f" {CC})")))


def reason_told(reason: str, is_withdrawn: bool) -> str:
    """Why an offer ended: as somebody typed it, or what is kept of a withdrawal, put into the language in force."""
    if not is_withdrawn or not reason:
        return reason
    if reason.startswith(OUT_OF_FUNDS):
        return _("out of funds (missing %(missing)s)") % {"missing": lacked(reason)}
    return _("Withdrawn by sender")


@dataclass(frozen=True)
class Promises:
    """A vault that offers are paid from: what is available, and what live offers will take from it when accepted."""

    vault: Account
    available: Decimal = ZERO
    promised: Decimal = ZERO
    count: int = 0

    @property
    def left(self) -> Decimal:
        """Available to promise; below zero where more is promised than there is."""
        return EXACT.subtract(self.available, self.promised)

    @property
    def missing(self) -> Decimal | None:
        return EXACT.minus(self.left) if self.left < ZERO else None


@dataclass(frozen=True)
class OfferRow:
    """An offer as `member` sees it at `now`, from one of its two ends. Load it with both profiles and their firms."""

    offer: TransferOffer
    member: Member
    now: datetime
    is_sent: bool
    promises: Promises | None = None

    @property
    def reference(self) -> str:
        return self.offer.reference

    @property
    def url(self) -> str:
        return reverse("offer", args=[self.offer.pk])

    @property
    def amount(self) -> Decimal:
        return self.offer.amount

    @property
    def asset(self) -> Asset:
        return COIN

    @property
    def near(self) -> Profile:
        return self.offer.sender if self.is_sent else self.offer.receiver

    @property
    def far(self) -> Profile:
        return self.offer.receiver if self.is_sent else self.offer.sender

    @property
    def firm(self) -> str:
        return self.far.workspace.name

    @property
    def status(self) -> str:
        return self.offer.status_at(self.now)

    @property
    def is_open(self) -> bool:
        return self.status == OfferStatus.CREATED

    @property
    def is_live(self) -> bool:
        return self.status in (OfferStatus.CREATED, OfferStatus.ACCEPTED)

    @property
    def can_accept(self) -> bool:
        return self.is_open and self._is_of(self.offer.receiver) and self.member.may(Right.CREATE)

    @property
    def can_reject(self) -> bool:
        return self.is_open and self._is_of(self.offer.receiver) and self.member.may(Right.CANCEL)

    @property
    def can_withdraw(self) -> bool:
        return self.is_open and self._is_of(self.offer.sender) and self.member.may(Right.CANCEL)

    @property
    def is_yours(self) -> bool:
        """This member is asked for an answer."""
        return not self.is_sent and (self.can_accept or self.can_reject)

    @property
    def since(self) -> datetime:
        """When it came to be what it is."""
        if self.status == OfferStatus.EXPIRED:
            return self.offer.expires_at
        return self.offer.ended_at or self.offer.accepted_at or self.offer.created_at

    @property
    def until(self) -> datetime:
        """When it expires, or ended."""
        return self.offer.expires_at if self.is_live else self.since

    @property
    def funds(self) -> str:
        """Whether the amount is there, as far as this firm may know it; empty once that no longer matters.

        held, not_held: told to the receiver. covered, over_promised, short: told to the sender.
        """
        if not self.is_live:
            return ""
        if self.offer.reserves:
            return "held"
        if not self.is_sent:
            return "not_held"
        if self.promises is None or self.promises.available < self.amount:
            return "short"
        return "over_promised" if self.promises.missing else "covered"

    @property
    def missing(self) -> Coins:
        """What the sender's vault lacks for this offer alone."""
        return Coins(EXACT.subtract(self.amount, self.promises.available if self.promises else ZERO))

    @property
    def missing_in_all(self) -> Coins | None:
        """What it lacks for all open offers together."""
        return Coins(self.promises.missing) if self.promises and self.promises.missing else None

    @property
    def is_out_of_funds(self) -> bool:
        """It was accepted, and then the sender had too little; any other withdrawal is before that."""
        return self.offer.status == OfferStatus.WITHDRAWN and self.offer.accepted_at is not None

    @property
    def lacked(self) -> Coins:
        return lacked(self.offer.reason)

    @property
    def reason(self) -> str:
        return reason_told(self.offer.reason, self.offer.status == OfferStatus.WITHDRAWN)

    @property
    def past(self) -> str:
        """How it ended."""
        return pgettext("status", "Out of funds") if self.is_out_of_funds else str(OfferStatus(self.status).label)

    @property
    def drawn(self) -> str:
        """How far its rung is filled: at the middle what is held, through what has moved."""
        if self.status == OfferStatus.COMPLETED:
            return "settled"
        if not self.is_live:
            return "due"
        return "held" if self.offer.reserves else "moving" if self.status == OfferStatus.ACCEPTED else "due"

    @property
    def what(self) -> str:
        return str(Coins(self.amount))

    def _is_of(self, profile: Profile) -> bool:
        return profile.workspace_id == self.member.workspace_id


def offer_rows(
    offers: Iterable[TransferOffer], member: Member, now: datetime, *, is_sent: bool, promises: Iterable[Promises] = ()
) -> list[OfferRow]:
    """Rows of one box; those of the outbox are told what else was promised from our vaults."""
    by_vault = {each.vault.pk: each for each in promises}
    return [OfferRow(offer, member, now, is_sent, by_vault.get(offer.sender.vault_id)) for offer in offers]


def promises_of(member: Member, now: datetime) -> list[Promises]:
    """Each vault that a profile of this firm pays from."""
    paying = Profile.objects.of(member).filter(vault__isnull=False).values("vault")
    balance = Balance.objects.filter(account=OuterRef("pk"), asset=CC).values("amount")
    vaults = Account.objects.vaults_of(member.workspace_id).filter(pk__in=paying)
    sent = TransferOffer.objects.filter(sender__workspace=member.workspace_id).promised(now)
    promised = {row["sender__vault"]: (row["total"], row["count"]) for row in sent}
    return [
        Promises(vault, vault.coins if vault.coins is not None else ZERO, *promised.get(vault.pk, (ZERO, 0)))
        for vault in vaults.annotate(coins=Subquery(balance))
    ]


def account_of(vault: Account, before: Decimal, change: Decimal) -> dict:
    """A small account: before, change, after."""
    return {"vault": vault, "asset": COIN, "before": before, "change": change, "after": EXACT.add(before, change)}


def full_name(profile: Profile) -> str:
    """The firm and its profile, said once where one is named after the other."""
    firm = profile.workspace.name
    if firm.startswith(profile.name):
        return firm
    return profile.name if profile.name.startswith(firm) else f"{firm}, {profile.name}"


def short_party(party: str) -> tuple[str, str]:
    """A party id for lists: its name, and both ends of its fingerprint."""
    hint, _, fingerprint = party.partition("::")
    if len(hint) > HINT_SHOWN:
        hint = f"{hint[: HINT_SHOWN - 1]}…"
    if len(fingerprint) > PARTY_HEAD + PARTY_TAIL + 1:
        fingerprint = f"{fingerprint[:PARTY_HEAD]}…{fingerprint[-PARTY_TAIL:]}"
    return f"{hint}::", fingerprint
