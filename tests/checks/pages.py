"""A desk with something of everything on its pages, and the paths of those pages."""

from datetime import timedelta

from django.utils import timezone

from tests.base import deposit
from tests.factories import ConnectionFactory, OfferFactory, TicketFactory
from tests.keys import public
from tickets.models import Member

LONG = "12345678901.123456789012345678"


def furnish(market) -> list[str]:
    """Fill Alpha's pages; returns their paths, as its admin may open them. The first is a part funded ticket."""
    admin, now = market.alpha.admin, timezone.now()
    deposit(market.alpha.vault, ETH=LONG, CC="500")
    made = {"connection": market.connection, "by": market.ada, "kind": "two_way", "now": now}
    ticket = TicketFactory(status="in_settlement", send=[("ETH", LONG), ("BTC", "1")], hours=5, **made)
    ticket.set_external_id("OTC-88131", by=market.ada)
    draft = TicketFactory(send=[("ETH", "41.2"), ("BTC", "0.5")], **made)
    draft.set_note("Block 3\nof 5", by=market.ada)
    for status in ("open", "fulfilled", "rejected"):
        TicketFactory(status=status, **made)
    offer = OfferFactory(sender=market.beta.profile, receiver=market.alpha.profile, now=now)
    OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile, now=now + timedelta(seconds=1))
    asked = ConnectionFactory(requester=market.gamma.profile, peer=market.alpha.profile, status="awaiting_peer")
    bot = Member.objects.add_machine("Treasury bot", "SIGNER", public(), by=admin)
    page = f"/tickets/{ticket}/"
    return [
        page,
        f"{page}fund/",
        f"{page}fund/confirm/?leg_2=on&source_2=0&leg_3=on&source_3=0",
        f"{page}cancel/",
        f"{page}receipt/",
        *(f"/tickets/{draft}/draft/{step}/" for step in ("type", "funding", "assets", "expiration", "note", "review")),
        "/",
        "/tickets/",
        "/tickets/?status=open&q=beta",
        "/tickets/?q=nothing",
        "/history/",
        "/search/",
        "/offers/",
        "/offers/sent/",
        f"/offers/{offer.pk}/accept/",
        "/vaults/",
        "/statement/?asset=ETH",
        "/assets/",
        "/connections/",
        f"/connections/{asked.pk}/",
        "/api-users/",
        f"/api-users/{bot.pk}/",
        "/api/",
        "/activity/",
        "/settings/",
        "/no/such/page/",
    ]
