"""The wallet's history: completed transfers, coins that came in, and transfers that failed for want of funds.

It is read from the rows themselves, each kind by time and key, and merged; nothing is kept twice. Offers that came to
nothing otherwise are not in it: their status tells.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema

from tickets.amounts import ZERO
from tickets.api.wallet_answers import ACCEPTED, INSTRUCTION, PREAPPROVAL, wallet_user
from tickets.api.wallet_auth import WalletOwner
from tickets.api.wallet_types import PACKAGE, Request, decimal_out, errors, moment_out
from tickets.models import Posting, PostingKind, Profile, TransferOffer
from tickets.models.paying import CC
from tickets.models.status import OfferStatus

router = Router(tags=["Wallet"], auth=WalletOwner())
PAGE_MAX = 1000
NO_AMOUNT = decimal_out(ZERO)
NO_PRICE = NO_AMOUNT
_EVENT_ID = re.compile(r"#(1220[0-9a-f]{64}):0")


class PageIn(Request):
    page_size: int = Field(ge=1, le=PAGE_MAX)
    begin_after_id: str | None = None


class Page(Schema):
    items: list[dict[str, Any]]


class Mark(NamedTuple):
    """A place in the history: newest first, and of one moment by key."""

    at: datetime
    key: uuid.UUID


@router.post(
    "/v0/wallet/transactions", operation_id="listTransactions", response={200: Page, **errors(400, 403, 404, 413, 415)}
)
def transactions(request: HttpRequest, body: PageIn):
    """Newest first. The next page begins after the `event_id` of the last item; an empty page is the end."""
    profile = wallet_user(request).profile
    after = None
    if body.begin_after_id:
        after = mark_of(body.begin_after_id, profile)
        if after is None:
            return {"items": []}
    return {"items": [item for _, item in islice(newest_first(profile, after, body.page_size), body.page_size)]}


def newest_first(profile: Profile, after: Mark | None, size: int) -> Iterator[tuple[Mark, dict]]:
    ended = page(offers_of(profile), "ended_at", after, size).select_related("sender", "receiver")
    came = page(deposits_of(profile), "at", after, size)
    return merge(
        ((Mark(offer.ended_at, offer.pk), offer_item(offer)) for offer in ended),
        ((Mark(posting.at, posting.pk), deposit_item(posting, profile)) for posting in came),
        key=lambda pair: pair[0],
        reverse=True,
    )


def page(rows: QuerySet, at: str, after: Mark | None, size: int) -> QuerySet:
    if after:
        rows = rows.filter(Q(**{f"{at}__lt": after.at}) | Q(**{at: after.at, "pk__lt": after.key}))
    return rows.order_by(f"-{at}", "-pk")[:size]


def offers_of(profile: Profile):
    completed = Q(status=OfferStatus.COMPLETED) & (Q(sender=profile) | Q(receiver=profile))
    aborted = Q(status=OfferStatus.WITHDRAWN, accepted_at__isnull=False, sender=profile)
    return TransferOffer.objects.filter(completed | aborted)


def deposits_of(profile: Profile):
    return Posting.objects.filter(kind=PostingKind.DEPOSIT, destination=profile.vault_id, asset=CC)


def mark_of(event_id: str, profile: Profile) -> Mark | None:
    """Where an event of this wallet stands, or None."""
    found = _EVENT_ID.fullmatch(event_id)
    if found is None:
        return None
    if offer := offers_of(profile).filter(ended_transaction_id=found[1]).first():
        return Mark(offer.ended_at, offer.pk)
    posting = deposits_of(profile).filter(pk=uuid.UUID(found[1][4:36])).first()
    is_same = posting is not None and deposit_transaction(posting) == found[1]
    return Mark(posting.at, posting.pk) if is_same else None


def deposit_transaction(posting: Posting) -> str:
    """The id of the transaction of a posting; the posting's key can be read from it, so no other place keeps it."""
    return f"1220{posting.pk.hex}{hashlib.sha256(posting.pk.bytes).hexdigest()[:32]}"


def offer_item(offer: TransferOffer) -> dict[str, Any]:
    common = {"event_id": f"#{offer.ended_transaction_id}:0", "date": moment_out(offer.ended_at)}
    if offer.status == OfferStatus.WITHDRAWN:
        missing = offer.reason.removeprefix("out of funds (").removesuffix(")")
        return common | {
            "transaction_type": "notification",
            "transaction_subtype": subtype(
                "Splice.Wallet.Install:WalletAppInstall",
                "WalletAppInstall_ExecuteBatch",
                amulet_operation="CO_CompleteAcceptedTransfer",
            ),
            "details": f"ITR_InsufficientFunds: {missing}",
        }
    item = common | {
        "transaction_type": "transfer",
        "transaction_subtype": completing(offer),
        "sender": share(offer.sender, -offer.amount),
        "receivers": [share(offer.receiver, offer.amount)],
        "description": offer.description,
        "holding_fees": NO_AMOUNT,
        "app_rewards_used": NO_AMOUNT,
        "validator_rewards_used": NO_AMOUNT,
        "sv_rewards_used": NO_AMOUNT,
        "development_fund_coupons_used": NO_AMOUNT,
        "amulet_price": NO_PRICE,
        "provider": offer.sender.party,
    }
    if offer.is_token:
        item["transfer_instruction_receiver"] = offer.receiver.party
        item["transfer_instruction_amount"] = decimal_out(offer.amount)
        item["transfer_instruction_cid"] = offer.contract_id
    return item


def completing(offer: TransferOffer) -> dict[str, str]:
    if offer.is_token:
        return subtype(INSTRUCTION, "TransferInstruction_Accept")
    if offer.tracking_id is None:
        return subtype(PREAPPROVAL, "TransferPreapproval_Send")
    return subtype(ACCEPTED, "AcceptedTransferOffer_Complete")


def deposit_item(posting: Posting, profile: Profile) -> dict[str, Any]:
    return {
        "transaction_type": "balance_change",
        "transaction_subtype": subtype("Splice.AmuletRules:AmuletRules", "AmuletRules_DevNet_Tap"),
        "event_id": f"#{deposit_transaction(posting)}:0",
        "date": moment_out(posting.at),
        "receivers": [share(profile, posting.amount)],
        "amulet_price": NO_PRICE,
    }


def share(profile: Profile, amount: Decimal) -> dict[str, str]:
    return {"party": profile.party, "amount": decimal_out(amount)}


def subtype(template: str, choice: str, **more: str) -> dict[str, str]:
    return {"template_id": f"{PACKAGE}:{template}", "choice": choice, **more}
