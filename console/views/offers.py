"""Transfer offers: what was offered to us, what we offered, and one offer with what happened to it."""

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from console import timeline
from console.access import MemberRequest, member_required, offer_for
from console.acts import INVALID
from console.export import csv_file, timed
from console.offer_filters import OfferFilter
from console.offers import COIN, offer_rows, promises_of
from console.paging import stretch_of
from tickets.amounts import plain
from tickets.models import Account, Connection, OfferStatus, Profile, Right, TransferOffer
from tickets.models.offer_queries import may_answer
from tickets.models.paying import CC, COIN_DECIMALS

CHUNK = 500


@member_required
@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    return box(request, is_sent=False, more={"profiles": Profile.objects.of(request.member)})


@member_required
@require_safe
def outbox(request: MemberRequest) -> HttpResponse:
    return box(request, is_sent=True, more={"promises": promises_of(request.member, request.now)})


@member_required
@require_safe
def inbox_csv(request: MemberRequest) -> HttpResponseBase:
    return export(request, is_sent=False)


@member_required
@require_safe
def outbox_csv(request: MemberRequest) -> HttpResponseBase:
    return export(request, is_sent=True)


@member_required
@require_safe
def offer(request: MemberRequest, pk) -> HttpResponse:
    found, member = offer_for(request, pk), request.member
    events = found.events.visible_to(member).select_related("by__workspace", "staff", "workspace")
    context = context_of(request, found) | {
        "events": timeline.rows(events, member),
        "vault": vault_of(request, found),
        "connection": Connection.objects.visible_to(member).between(found.sender, found.receiver).approved().first(),
    }
    return render(request, "offers/offer.html", context)


# Shared


def box(request: MemberRequest, *, is_sent: bool, more: dict) -> HttpResponse:
    member, now = request.member, request.now
    offers, form = offers_of(request, is_sent), OfferFilter(request.GET, now=now)
    stretch = stretch_of(form.apply(offers), request, grows="" if form.is_asked else "front")
    waiting = TransferOffer.objects.open().live(now)
    received_waiting = waiting.filter(receiver__workspace=member.workspace_id).count()
    context = more | {
        "section": "offers",
        "is_sent": is_sent,
        "received_waiting": received_waiting,
        "sent_waiting": waiting.filter(sender__workspace=member.workspace_id).count(),
        "offers_waiting": received_waiting if may_answer(member) else 0,  # for the navigation, which would ask again
        "may_offer": member.may(Right.FUND),
        "form": form,
        "coin": COIN,
        "stretch": stretch,
        "rows": offer_rows(stretch.rows, member, now, is_sent=is_sent, promises=more.get("promises", ())),
        "all_count": offers.count() if form.is_asked else stretch.total,
        "box_url": reverse("offers-sent" if is_sent else "offers"),
        "csv_url": reverse("offers-sent-csv" if is_sent else "offers-csv") + form.query(),
    }
    page = "offers/outbox.html" if is_sent else "offers/inbox.html"
    return render(request, page, context, status=None if form.is_valid() else INVALID)


def offers_of(request: MemberRequest, is_sent: bool):
    """The offers of one box, with both ends."""
    offers = TransferOffer.objects.select_related("sender__workspace", "receiver__workspace")
    return offers.sent_by(request.member) if is_sent else offers.received_by(request.member)


def export(request: MemberRequest, *, is_sent: bool) -> HttpResponseBase:
    """The same offers as the page of this address, all of them."""
    form = OfferFilter(request.GET, now=request.now)
    if not form.is_valid():
        return (outbox if is_sent else inbox)(request)
    offers = form.apply(offers_of(request, is_sent)).order_by("-created_at", "-pk")
    name = f"offers-{'sent' if is_sent else 'received'}-{timezone.localdate(request.now):%Y-%m-%d}.csv"
    return csv_file(name, header(), lines(request, offers, is_sent))


def header() -> list[str]:
    return [
        "Reference",
        timed("Made"),
        "Direction",
        "From",
        "From profile",
        "From party",
        "To",
        "To profile",
        "To party",
        "Amount",
        "Asset",
        "Description",
        "Tracking ID",
        "Status",
        "Reason",
        "Held",
        timed("Expires"),
        timed("Accepted"),
        timed("Ended"),
        "Transaction ID",
    ]


def lines(request: MemberRequest, offers, is_sent: bool) -> Iterator[list]:
    for offer in offers.iterator(chunk_size=CHUNK):
        with override("en"):  # what programs sort by must not differ from person to person
            label = str(OfferStatus(offer.status_at(request.now)).label)
        yield [
            offer.reference,
            offer.created_at,
            "out" if is_sent else "in",
            *(text for end in (offer.sender, offer.receiver) for text in (end.workspace.name, end.name, end.party)),
            plain(offer.amount, COIN_DECIMALS),
            CC,
            offer.description,
            offer.tracking_id,
            label,
            offer.reason,
            "yes" if offer.reserves else "no",
            offer.expires_at,
            offer.accepted_at,
            offer.ended_at,
            offer.ended_transaction_id,
        ]


def context_of(request: MemberRequest, found: TransferOffer) -> dict:
    """What every page about one offer shows. Between two profiles of our own firm it is seen by its sender."""
    is_sent = found.sender.workspace_id == request.member.workspace_id
    is_received = found.receiver.workspace_id == request.member.workspace_id
    promises = promises_of(request.member, request.now) if is_sent else ()
    [row] = offer_rows([found], request.member, request.now, is_sent=is_sent, promises=promises)
    return {
        "section": "offers",
        "offer": found,
        "row": row,
        "is_own": is_sent and is_received,
        "box_url": reverse("offers-sent" if is_sent else "offers"),
    }


def vault_of(request: MemberRequest, found: TransferOffer) -> Account | None:
    """Our own vault that it was, or would be, paid from or into; never the other firm's."""
    is_sent = found.sender.workspace_id == request.member.workspace_id
    kept = found.source_id if is_sent else found.destination_id
    near = found.sender if is_sent else found.receiver
    own = Account.objects.vaults_of(request.member.workspace)
    return own.filter(pk=kept or near.vault_id).first()
