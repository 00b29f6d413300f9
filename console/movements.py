"""One movement as one of its firms reads it: what for, with whom, and where to read more."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.models import Account, Member, Posting, PostingKind

MOVED = (PostingKind.DEPOSIT, PostingKind.SETTLE)
"""Holds and releases stay within one vault and its hold: they change what is available, not what is there."""


def vaults_of(member: Member) -> list[Account]:
    return list(Account.objects.vaults_of(member.workspace).select_related("hold"))


def accounts_of(vaults: Iterable[Account]) -> set:
    """The ids of these vaults and of the holds beside them."""
    return {pk for vault in vaults for pk in (vault.pk, vault.hold.pk)}


def names_of(vaults: Iterable[Account]) -> dict:
    """The vault's name by the id of either account."""
    return {pk: vault.name for vault in vaults for pk in (vault.pk, vault.hold.pk)}


def entering(accounts: Iterable) -> Q:
    return Q(destination__in=accounts)


def leaving(accounts: Iterable) -> Q:
    return Q(source__in=accounts)


def told(postings):
    """With everything that a line says of them."""
    parts = ("ticket", "sender__workspace", "receiver__workspace")
    ends = ("offer__sender__workspace", "offer__receiver__workspace")
    lines = postings.select_related("asset", *(f"term__{part}" for part in parts), *ends)
    return lines.defer("term__sender__filed_under", "term__receiver__filed_under")


def reference(pk, ticket: str | None, offer_id) -> str:
    """What a movement is called: its ticket; or else by the first figures of an id."""
    if ticket:
        return ticket
    kind, key = ("OF", offer_id) if offer_id else ("DP", pk)
    return f"{kind}-{key.hex[:8].upper()}"


@dataclass(frozen=True)
class Movement:
    """A line. `names` are the names of our own vaults, by account; `balance` is that after the movement."""

    posting: Posting
    names: dict
    debit: Decimal | None = None
    credit: Decimal | None = None
    balance: Decimal | None = None

    @property
    def reference(self) -> str:
        term = self.posting.term
        return reference(self.posting.pk, term.ticket.reference if term else None, self.posting.offer_id)

    @property
    def url(self) -> str | None:
        posting = self.posting
        if posting.term:
            return reverse("ticket", args=[posting.term.ticket.reference])
        if posting.kind == PostingKind.DEPOSIT:
            return reverse("deposit", args=[posting.pk])
        return reverse("offer", args=[posting.offer_id]) if posting.offer_id else None

    @property
    def account(self) -> str:
        """Our vault; of a movement between two of them, the one that sends."""
        pk = self.posting.source_id if self.debit is not None else self.posting.destination_id
        return self.names[pk]

    @property
    def counterparty(self) -> str:
        posting = self.posting
        if posting.kind == PostingKind.DEPOSIT:
            return _("Deposit, outside world")
        ours = [self.names[pk] for pk in (posting.source_id, posting.destination_id) if pk in self.names]
        if len(ours) == 2 and posting.kind in MOVED:
            return _("Between your vaults: %(source)s to %(destination)s") % {"source": ours[0], "destination": ours[1]}
        source, destination = self._ends
        return str((destination if self.debit is not None else source).workspace)

    @property
    def external_id(self) -> str:
        """Our own for the ticket; for an offer, the id by which it is tracked."""
        posting = self.posting
        if posting.offer:
            return posting.offer.tracking_id or posting.offer.deduplication_id or ""
        if posting.term is None:
            return ""
        return self._ends[0 if self.debit is not None else 1].external_id

    @property
    def _ends(self) -> tuple:
        of = self.posting.term or self.posting.offer
        return of.sender, of.receiver
