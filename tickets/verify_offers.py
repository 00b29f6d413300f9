"""The rules of transfer offers: their status, their postings, their time, and the events that tell of them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from tickets.models import Event, OfferStatus, Posting, PostingKind, TransferOffer
from tickets.models.status import LIVE_OFFER
from tickets.verify import Finding, amiss

HOLD, SETTLE, RELEASE = PostingKind.HOLD, PostingKind.SETTLE, PostingKind.RELEASE
ENDS = ("offer.completed", "offer.rejected", "offer.withdrawn", "offer.aborted", "offer.expired")


def an_offer_has_the_status_of_its_latest_event() -> Iterator[Finding]:
    latest = Event.objects.filter(offer=OuterRef("pk")).order_by("-pk").values("status")[:1]
    for offer in amiss(_offers().annotate(told=Subquery(latest)), Q(told=F("status"))).iterator():
        yield _named(offer), offer.told, offer.status


def an_offer_tells_each_of_its_steps_once() -> Iterator[Finding]:
    """Created; accepted, where it was; and an end, once it has one."""
    told = {
        "creations": Q(events__kind="offer.created"),
        "acceptances": Q(events__kind="offer.accepted"),
        "ends": Q(events__kind__in=ENDS),
    }
    offers = _offers().annotate(**{name: Count("events", filter=kinds) for name, kinds in told.items()})
    was_accepted = Q(accepted_at__isnull=True, acceptances=0) | Q(accepted_at__isnull=False, acceptances=1)
    has_ended = Q(status__in=LIVE_OFFER, ends=0) | (~Q(status__in=LIVE_OFFER) & Q(ends=1))
    for offer in amiss(offers, Q(creations=1) & was_accepted & has_ended).iterator():
        found = f"{offer.creations} of creation, {offer.acceptances} of acceptance, {offer.ends} of an end"
        yield _named(offer), f"events of an offer {offer.status}", found


def an_offer_status_fits_its_postings() -> Iterator[Finding]:
    """A hold where it reserves, resolved once it has ended; the amount moved where it was completed, else nothing.

    Nothing moves either where it was completed within one vault.
    """
    fits = (
        Q(reserves=False, total=0) & ~Q(status=OfferStatus.COMPLETED),
        Q(reserves=False, total=0, status=OfferStatus.COMPLETED, source=F("destination")),
        Q(reserves=False, total=1, settles=1, status=OfferStatus.COMPLETED) & ~Q(source=F("destination")),
        Q(reserves=True, total=1, holds=1, status__in=LIVE_OFFER),
        Q(reserves=True, total=2, holds=1, settles=1, status=OfferStatus.COMPLETED),
        Q(reserves=True, total=2, holds=1, releases=1)
        & Q(status__in=[OfferStatus.REJECTED, OfferStatus.WITHDRAWN, OfferStatus.EXPIRED]),
    )
    for offer in amiss(_with_posting_counts(), *fits).iterator():
        found = f"{offer.holds} hold, {offer.settles} settle, {offer.releases} release among {offer.total}"
        yield _named(offer), f"postings that suit {offer.status}", found


def every_unresolved_hold_of_an_offer_waits_for_a_live_one() -> Iterator[Finding]:
    live = TransferOffer.objects.filter(pk=OuterRef("offer"), status__in=LIVE_OFFER, reserves=True)
    waiting = Posting.objects.unresolved().filter(~Exists(live), offer__isnull=False).select_related("offer")
    for posting in waiting.iterator():
        yield f"hold {posting.pk}", "a live offer that reserves", f"an offer {posting.offer.status}"


def every_posting_of_an_offer_joins_its_two_firms() -> Iterator[Finding]:
    sender, receiver = F("offer__sender__workspace"), F("offer__receiver__workspace")
    fits = (
        Q(kind__in=[HOLD, RELEASE], source__workspace=sender, destination__workspace=sender),
        Q(kind=SETTLE, source__workspace=sender, destination__workspace=receiver),
    )
    postings = Posting.objects.filter(offer__isnull=False).select_related("source__workspace", "destination__workspace")
    for posting in amiss(postings, *fits).iterator():
        yield f"posting {posting.pk}", "vaults of the offer's firms", f"{posting.source} to {posting.destination}"


def an_offer_was_accepted_and_completed_in_time_and_expired_after_it() -> Iterator[Finding]:
    in_time = Q(accepted_at__isnull=True) | Q(accepted_at__lt=F("expires_at"), accepted_at__gte=F("created_at"))
    fits = (
        Q(status=OfferStatus.COMPLETED, ended_at__lt=F("expires_at"), ended_at__gte=F("accepted_at")),
        Q(status=OfferStatus.EXPIRED, ended_at__gte=F("expires_at")),
        ~Q(status__in=[OfferStatus.COMPLETED, OfferStatus.EXPIRED]),
    )
    for offer in amiss(_offers(), *(in_time & fit for fit in fits)).iterator():
        yield _named(offer), f"times that suit {offer.status}, with {offer.expires_at} as its last", offer.ended_at


def every_tracking_id_of_a_sender_is_used_once() -> Iterator[Finding]:
    used = TransferOffer.objects.filter(tracking_id__isnull=False).order_by().values("sender__name", "tracking_id")
    use: Any
    for use in used.annotate(count=Count("pk")).filter(count__gt=1).iterator():
        yield f"tracking ID {use['tracking_id']} of {use['sender__name']}", "one offer", use["count"]


RULES = (
    an_offer_has_the_status_of_its_latest_event,
    an_offer_tells_each_of_its_steps_once,
    an_offer_status_fits_its_postings,
    every_unresolved_hold_of_an_offer_waits_for_a_live_one,
    every_posting_of_an_offer_joins_its_two_firms,
    an_offer_was_accepted_and_completed_in_time_and_expired_after_it,
    every_tracking_id_of_a_sender_is_used_once,
)


def _offers() -> Any:
    return TransferOffer.objects.order_by()


def _named(offer: Any) -> str:
    return f"offer {offer.tracking_id or offer.pk}"


def _with_posting_counts() -> Any:
    """With the number of its postings by kind: only those of its own coins and amount, between its own vaults."""
    own = Q(postings__asset="CC", postings__amount=F("amount"))
    from_source = Q(postings__source=F("source")) | Q(postings__source__vault=F("source"))
    settles = Q(postings__kind=SETTLE, postings__destination=F("destination")) & from_source
    releases = Q(postings__kind=RELEASE, postings__destination=F("source"))
    return _offers().annotate(
        total=Count("postings"),
        holds=Count("postings", filter=own & Q(postings__kind=HOLD, postings__source=F("source"))),
        settles=Count("postings", filter=own & settles),
        releases=Count("postings", filter=own & releases),
    )
