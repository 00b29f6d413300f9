"""Paying: how the coins of a transfer offer are held, moved and given back.

They go from the sender's vault to the receiver's, as both are at that moment; where the two are one, nothing is posted.
What an offer reserves is a hold from its creation on, resolved once: on to the receiver, or back.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets import amounts
from tickets.amounts import ZERO
from tickets.errors import InsufficientFunds, Invalid
from tickets.models.asset import Asset
from tickets.models.ledger import Account, Posting, PostingKind, post

if TYPE_CHECKING:
    from tickets.models.offer import TransferOffer

CC, COIN_DECIMALS = "CC", 10


def coin() -> Asset:
    return Asset.objects.get(pk=CC)


def in_coins(amount: Decimal) -> str:
    """The amount at full scale: "1.5000000000 CC"."""
    return f"{amounts.plain(amount, COIN_DECIMALS)} {CC}"


class Paying:
    """The ledger's side of an offer, mixed into TransferOffer."""

    def missing(self: TransferOffer) -> Decimal:
        """What the sender lacks at this moment to complete it; zero where the funds are there, or held."""
        if self.reserves:
            return ZERO
        available = self.sender.vault.available(coin()) if self.sender.vault else ZERO
        return max(self.amount - available, ZERO)

    # Private

    def _reserve(self: TransferOffer, now: datetime) -> None:
        post([self._posting(PostingKind.HOLD, self.source, self.source.hold)], at=now)

    def _pay(self: TransferOffer, now: datetime) -> tuple[Account, Account]:
        """Move the amount; returns from where and to where."""
        source, destination = self._paying_vault(), self.receiver.vault
        if destination is None:
            sentence = _("%(profile)s has no vault to receive into. Choose one for it first.")
            raise Invalid(sentence % {"profile": self.receiver})
        if self.reserves:
            post([self._hold().settled_to(destination)], at=now)
        elif source != destination:
            post([self._posting(PostingKind.SETTLE, source, destination)], at=now)
        elif self.missing():
            sentence = _("%(vault)s has too little for this offer. Bring in funds first.")
            raise InsufficientFunds(sentence % {"vault": source.name})
        return source, destination

    def _give_back(self: TransferOffer, now: datetime) -> None:
        if self.reserves:
            post([self._hold().released()], at=now)

    def _paying_vault(self: TransferOffer) -> Account:
        vault = self.source or self.sender.vault
        if vault is None:
            sentence = _("%(profile)s has no vault to send from. Choose one for it first.")
            raise InsufficientFunds(sentence % {"profile": self.sender})
        return vault

    def _hold(self: TransferOffer) -> Posting:
        return Posting.objects.unresolved().select_related("source", "destination", "asset").get(offer=self)

    def _posting(self: TransferOffer, kind: str, source: Account, destination: Account) -> Posting:
        return Posting(kind=kind, source=source, destination=destination, asset=coin(), amount=self.amount, offer=self)
