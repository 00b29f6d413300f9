"""Short ways to make transfer offers from Alpha to Beta, for the tests about them."""

from datetime import timedelta
from decimal import Decimal

from tests.base import NOON
from tests.factories import OfferFactory
from tickets.models import Asset, TransferOffer

HOUR = timedelta(hours=1)


def offer(market, tracking_id="one", amount="10", **options):
    sender, receiver = options.pop("sender", market.alpha.profile), options.pop("receiver", market.beta.profile)
    options = {"by": market.ada} | options if "wallet_user" not in options else options
    make = TransferOffer.objects.offer
    return make(sender, receiver, Decimal(amount), "A coffee", NOON + HOUR, tracking_id, now=NOON, **options)


def between(market, **options):
    return OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile, **options)


def coins(firm):
    """(available, held)"""
    cc = Asset.objects.get(pk="CC")
    return firm.vault.available(cc), firm.vault.held(cc)
