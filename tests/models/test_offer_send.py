"""One step to who has preapproved it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tests.base import MOMENT, NOON, cast, deposit
from tests.models.offers import coins, offer
from tickets.errors import InsufficientFunds, Invalid, NotAllowed, Taken
from tickets.models import Preapproval, TransferOffer

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="100")
    return market


def send(market, key="d", amount="10", now=NOON, **options):
    sender, receiver = market.alpha.profile, market.beta.profile
    return TransferOffer.objects.send(
        sender, receiver, Decimal(amount), "Rent", key, now=now, **({"by": market.ada} | options)
    )


def test_what_was_preapproved_is_sent_in_one_moment_and_once_a_day(market):
    with pytest.raises(Invalid):
        send(market)
    Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    sent = send(market)
    assert (sent.status, sent.tracking_id, coins(market.beta)) == ("completed", None, (10, 0))
    assert list(sent.events.values_list("kind", "by")) == [
        ("offer.created", market.ada.pk),
        ("offer.accepted", None),
        ("offer.completed", None),
    ]
    day = timedelta(hours=24)
    for now in (NOON, NOON + day - MOMENT):
        with pytest.raises(Taken) as refusal, transaction.atomic():
            send(market, amount="3", now=now)
        assert refusal.value.offer == sent
    assert send(market, "e").status == send(market, now=NOON + day).status == "completed"


def test_a_send_that_fails_leaves_nothing_behind(market):
    Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    for refused in ({"amount": "101"}, {"amount": "0"}, {"by": market.cy}, {"key": "x" * 280}):
        with pytest.raises((InsufficientFunds, Invalid, NotAllowed)), transaction.atomic():
            send(market, **refused)
    assert not TransferOffer.objects.exists()
    assert send(market).status == "completed"


def test_a_token_standard_transfer_to_who_preapproved_is_completed_at_once(market):
    Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    made = offer(market, is_token=True)
    assert (made.status, coins(market.alpha), coins(market.beta)) == ("completed", (90, 0), (10, 0))
    assert offer(market, "plain").status == "created"
