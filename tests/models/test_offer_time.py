"""`expires_at` to the microsecond: exclusive for accepting and completing, inclusive for expiring."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.base import MOMENT, NOON, cast
from tests.factories import OfferFactory
from tickets.errors import Expired, WrongStatus
from tickets.models import TransferOffer

pytestmark = pytest.mark.django_db

AT = NOON + timedelta(hours=1)
MOMENTS = [AT - MOMENT, AT, AT + MOMENT]
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
FIRST = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture
def market():
    return cast()


def between(market, **options):
    return OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile, **options)


@pytest.mark.parametrize("options", [{}, {"reserve": True}, {"is_token": True}])
@pytest.mark.parametrize("now", MOMENTS)
def test_it_is_accepted_before_its_moment_only(market, now, options):
    offer = between(market, **options)
    if now < AT:
        offer.accept(by=market.cy, now=now)
        assert offer.accepted_at == now
    else:
        with pytest.raises(Expired):
            offer.accept(by=market.cy, now=now)


@pytest.mark.parametrize("options", [{}, {"reserve": True}])
@pytest.mark.parametrize("now", MOMENTS)
def test_it_is_completed_before_its_moment_only(market, now, options):
    offer = between(market, status="accepted", **options)
    if now < AT:
        offer.complete(now=now)
        assert (offer.status, offer.ended_at) == ("completed", now)
    else:
        with pytest.raises(Expired):
            offer.complete(now=now)
        offer.finish(now=now)
        assert offer.status == "accepted"


@pytest.mark.parametrize("now", MOMENTS)
def test_one_without_funds_is_aborted_before_its_moment_only(market, now):
    offer = between(market, status="accepted", is_funded=False)
    offer.finish(now=now)
    assert offer.status == ("withdrawn" if now < AT else "accepted")


@pytest.mark.parametrize("status", ["created", "accepted"])
@pytest.mark.parametrize("now", MOMENTS)
def test_it_expires_from_its_moment_on(market, now, status):
    offer = between(market, status=status)
    assert offer.status_at(now) == (status if now < AT else "expired")
    if now < AT:
        with pytest.raises(WrongStatus):
            offer.expire(now=now)
    else:
        offer.expire(now=now)
        assert (offer.status, offer.ended_at) == ("expired", now)


@pytest.mark.parametrize("now", MOMENTS)
def test_it_is_rejected_or_withdrawn_at_any_time(market, now):
    between(market).reject(by=market.cy, now=now)
    between(market).withdraw(by=market.ada, now=now)
    assert set(TransferOffer.objects.values_list("status", "ended_at")) == {("rejected", now), ("withdrawn", now)}


def test_the_worker_waits_for_clocks_that_are_behind(market):
    between(market)
    skew = timedelta(seconds=5)
    counts = [TransferOffer.objects.due(now, skew).count() for now in (AT, AT + skew, AT + skew + MOMENT)]
    assert counts == [0, 0, 1]
    assert [TransferOffer.objects.due(now).count() for now in MOMENTS] == [0, 0, 1]


def test_only_what_is_accepted_in_time_and_has_where_to_go_is_to_be_finished(market):
    between(market)
    for status in ("accepted", "completed", "rejected"):
        between(market, status=status)
    nowhere = between(market, status="accepted")
    nowhere.receiver = market.gamma.profile
    nowhere.receiver.vault = None
    nowhere.receiver.save()
    nowhere.save()
    assert [TransferOffer.objects.to_finish(now).count() for now in MOMENTS] == [1, 0, 0]


def test_a_time_in_the_past_is_no_fault_and_makes_it_expire(market):
    offer = between(market, lasts=timedelta(days=-20_000))
    with pytest.raises(Expired):
        offer.accept(by=market.cy, now=NOON)
    assert list(TransferOffer.objects.due(NOON)) == [offer]
    with pytest.raises(Expired):
        between(market, lasts=timedelta(0), is_token=True)


def test_any_time_that_can_be_told_is_kept_to_the_microsecond(market):
    for at in (FIRST, FIRST + MOMENT, AT + MOMENT, LAST - MOMENT, LAST):
        offer = between(market, lasts=at - NOON)
        assert TransferOffer.objects.get(pk=offer.pk).expires_at == at
    assert TransferOffer.objects.due(NOON).count() == 2
    assert TransferOffer.objects.due(NOON, timedelta(seconds=5)).count() == 2
