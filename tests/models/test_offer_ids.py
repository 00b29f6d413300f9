"""Tracking ids: each is used once by a party, for ever; whatever failed leaves it free."""

import pytest
from django.db import IntegrityError, transaction

from tests.base import cast, deposit, wallet_user
from tests.models.offers import between, offer
from tickets.errors import InsufficientFunds, Invalid, NotAllowed, Taken
from tickets.models import Event, Posting, TransferOffer

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="100")
    return market


def test_a_tracking_id_is_used_for_ever_whatever_became_of_its_offer(market):
    for status in ("created", "accepted", "completed", "rejected", "withdrawn", "expired"):
        used = between(market, status=status)
        with pytest.raises(Taken) as refusal:
            offer(market, used.tracking_id, amount="3", receiver=market.gamma.profile)
        assert refusal.value.offer == used


def test_a_tracking_id_is_one_party_s_own(market):
    offer(market)
    deposit(market.gamma.vault, CC="1")
    assert offer(market, sender=market.gamma.profile, by=market.dee).tracking_id == "one"
    second = wallet_user(market.alpha.profile)
    with pytest.raises(Taken):
        offer(market, wallet_user=second)


@pytest.mark.parametrize("status", ["created", "accepted", "completed", "rejected", "withdrawn", "expired"])
def test_an_id_that_came_to_a_party_is_free_until_something_became_of_it(market, status):
    received = between(market, status=status)
    back = {"sender": market.beta.profile, "receiver": market.alpha.profile, "by": market.cy}
    if status == "created":
        assert offer(market, received.tracking_id, **back).sender == market.beta.profile
    else:
        with pytest.raises(Taken) as refusal:
            offer(market, received.tracking_id, **back)
        assert refusal.value.offer == received


def test_what_failed_leaves_its_id_free_and_nothing_behind(market):
    before = Event.objects.count(), Posting.objects.count()
    for refused in ({"amount": "0"}, {"amount": "100.0000000001", "reserve": True}, {"by": market.cy}):
        with pytest.raises((Invalid, InsufficientFunds, NotAllowed)), transaction.atomic():
            offer(market, **refused)
    assert (Event.objects.count(), Posting.objects.count(), TransferOffer.objects.count()) == (*before, 0)
    assert offer(market).status == "created"


def test_the_database_too_keeps_a_tracking_id_single(market):
    offer(market)
    other = offer(market, "two")
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferOffer.objects.filter(pk=other.pk).update(tracking_id="one")


def test_a_party_finds_its_own_offer_of_an_id_before_those_it_received(market):
    def known(firm):
        return list(TransferOffer.objects.with_tracking_id(firm.profile, "one"))

    received = offer(market)
    sent = offer(market, sender=market.beta.profile, receiver=market.gamma.profile, by=market.cy)
    assert (known(market.alpha), known(market.beta), known(market.gamma)) == ([received], [sent, received], [sent])


def test_who_sees_an_offer(market):
    made = offer(market)
    for firm, sees in ((market.alpha, True), (market.beta, True), (market.gamma, False)):
        assert TransferOffer.objects.of(firm.profile).filter(pk=made.pk).exists() == sees
        assert TransferOffer.objects.visible_to(firm.viewer).filter(pk=made.pk).exists() == sees
        assert Event.objects.visible_to(firm.viewer).filter(offer=made).exists() == sees
