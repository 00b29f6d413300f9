"""/v1/transactions: what became of a movement, by the id that a ticket's term or a vault's history names.

One act of funding may be two postings, the hold and what resolves it. A transaction is asked for by the id of either;
that of the hold stays the same for its whole life. Each firm reads its own vaults' ids, and of others only the name.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from ninja import Router

from tickets.api.call import Call
from tickets.api.types import AmountOut, Answer
from tickets.models import Account, AccountKind, Member, Posting, PostingKind, Profile, Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

router = Router(tags=["Transactions"])

WireTxStatus = Literal["PENDING_AUTHORIZATION", "COMPLETED", "CANCELLED"]


class PeerOut(Answer):
    """A vault account of your own; or else another firm's profile by its name, or the world outside."""

    type: Literal["VAULT_ACCOUNT", "NETWORK_CONNECTION", "UNKNOWN"]
    id: str | None = None
    name: str | None = None


class AmountInfoOut(Answer):
    amount: AmountOut
    requested_amount: AmountOut
    net_amount: AmountOut


class TransactionOut(Answer):
    """`createdAt` and `lastUpdated` are milliseconds since 1970."""

    id: str
    status: WireTxStatus
    operation: Literal["TRANSFER"] = "TRANSFER"
    asset_id: str
    amount_info: AmountInfoOut
    source: PeerOut
    destination: PeerOut
    tx_hash: str | None
    created_at: int
    last_updated: int


@router.get("/transactions/{tx_id}", response=TransactionOut)
def get_transaction(request: Call, tx_id: UUID):
    """A movement into or out of your vaults, or on a ticket that your firm takes part in."""
    posting = postings_seen_by(request.member).filter(pk=tx_id).first()
    if posting is None:
        raise Http404("transaction")
    return transaction_out(posting, request.member)


def postings_seen_by(member: Member):
    ours = Q(source__workspace=member.workspace_id) | Q(destination__workspace=member.workspace_id)
    shared = Q(term__ticket__in=Ticket.objects.visible_to(member).order_by().values("pk"))
    return Posting.objects.filter(ours | shared).select_related(
        "source__vault",
        "destination__vault",
        "resolution",
        "term__destination",
        "term__sender__profile",
        "term__receiver__profile",
        "offer__sender",
        "offer__receiver",
    )


def transaction_out(posting: Posting, member: Member) -> TransactionOut:
    resolution = getattr(posting, "resolution", None)
    last = resolution or posting
    moved = last if last.kind in (PostingKind.SETTLE, PostingKind.DEPOSIT) else None
    return TransactionOut(
        id=str(posting.pk),
        status=status_of(posting, resolution),
        asset_id=posting.asset_id,
        amount_info=AmountInfoOut(amount=posting.amount, requested_amount=posting.amount, net_amount=posting.amount),
        source=_source(posting, member),
        destination=_destination(posting, member),
        tx_hash=moved.pk.hex if moved else None,
        created_at=_milliseconds(posting.at),
        last_updated=_milliseconds(last.at),
    )


def status_of(posting: Posting, resolution: Posting | None) -> WireTxStatus:
    """A hold waits until it is resolved: settled, it is completed; released, cancelled. Anything else has moved."""
    if posting.kind != PostingKind.HOLD:
        return "COMPLETED"
    if resolution is None:
        return "PENDING_AUTHORIZATION"
    return "COMPLETED" if resolution.kind == PostingKind.SETTLE else "CANCELLED"


def _source(posting: Posting, member: Member) -> PeerOut:
    sender, _ = _profiles(posting)
    return _peer(posting.source, sender, member)


def _destination(posting: Posting, member: Member) -> PeerOut:
    """Where it goes in the end: a hold on its way to the receiver; a release, back."""
    sender, receiver = _profiles(posting)
    if posting.kind == PostingKind.RELEASE:
        return _peer(posting.destination, sender, member)
    if posting.kind != PostingKind.HOLD:
        return _peer(posting.destination, receiver, member)
    destination = posting.term.destination if posting.term else None
    is_ours = receiver and receiver.workspace_id == member.workspace_id
    if destination is None or not is_ours:
        return PeerOut(type="NETWORK_CONNECTION", name=receiver.name if receiver else None)
    return _peer(destination, receiver, member)


def _profiles(posting: Posting) -> tuple[Profile | None, Profile | None]:
    """Who sends and who receives, where a leg or an offer says."""
    if posting.term:
        return posting.term.sender.profile, posting.term.receiver.profile
    if posting.offer:
        return posting.offer.sender, posting.offer.receiver
    return None, None


def _peer(account: Account, profile: Profile | None, member: Member) -> PeerOut:
    if account.kind == AccountKind.OUTSIDE:
        return PeerOut(type="UNKNOWN")
    if account.workspace_id != member.workspace_id:
        return PeerOut(type="NETWORK_CONNECTION", name=profile.name if profile else None)
    vault = account.vault or account
    return PeerOut(type="VAULT_ACCOUNT", id=str(vault.number), name=vault.name)


def _milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)
