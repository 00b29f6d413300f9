"""Where the coins of a transfer offer are at every step."""

from decimal import Decimal

import pytest
from django.db import transaction

from tests.base import NOON, cast, deposit
from tests.models.offers import HOUR, coins, offer
from tickets.errors import InsufficientFunds, Invalid, WrongStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="100")
    return market


def test_nothing_is_held_until_it_is_completed_unless_it_reserves(market):
    steps = {False: [(100, 0), (100, 0), (90, 0)], True: [(90, 10), (90, 10), (90, 0)]}
    for reserve, expected in steps.items():
        with transaction.atomic():
            made = offer(market, reserve=reserve)
            found = [coins(market.alpha)]
            made.accept(by=market.cy, now=NOON)
            found.append(coins(market.alpha))
            made.complete(now=NOON)
            found.append(coins(market.alpha))
            assert (found, coins(market.beta)) == (expected, (10, 0))
            assert (made.source, made.destination) == (market.alpha.vault, market.beta.vault)
            transaction.set_rollback(True)


@pytest.mark.parametrize("options", [{"reserve": True}, {"is_token": True}])
@pytest.mark.parametrize("end", ["reject", "withdraw", "expire"])
def test_what_was_held_goes_back_when_it_ends_otherwise(market, options, end):
    made = offer(market, **options)
    {
        "reject": lambda: made.reject(by=market.cy, reason="Not agreed", now=NOON),
        "withdraw": lambda: made.withdraw(by=market.ada, now=NOON),
        "expire": lambda: made.expire(now=NOON + HOUR),
    }[end]()
    assert coins(market.alpha) == (100, 0)
    assert made.reason == {"reject": "Not agreed", "withdraw": "Withdrawn by sender", "expire": ""}[end]


def test_a_token_standard_transfer_moves_in_the_moment_of_acceptance(market):
    made = offer(market, is_token=True)
    assert (made.reserves, coins(market.alpha)) == (True, (90, 10))
    made.accept(by=market.cy, now=NOON)
    assert (made.status, coins(market.alpha), coins(market.beta)) == ("completed", (90, 0), (10, 0))


def test_more_may_be_offered_than_is_there_and_the_first_to_complete_wins(market):
    first, second = offer(market, "one", "60"), offer(market, "two", "60.0000000001")
    for made in (first, second):
        made.accept(by=market.cy, now=NOON)
    second.finish(now=NOON)
    first.finish(now=NOON)
    assert (second.status, first.status) == ("completed", "withdrawn")
    assert first.reason == "out of funds (missing 20.0000000001 CC)"
    assert coins(market.alpha) == (Decimal("39.9999999999"), 0)


def test_what_is_held_for_one_offer_is_missing_for_another(market):
    offer(market, "one", "60", reserve=True)
    made = offer(market, "two", "60")
    assert made.missing() == 20
    made.accept(by=market.cy, now=NOON)
    made.finish(now=NOON)
    assert made.reason == "out of funds (missing 20.0000000000 CC)"
    with pytest.raises(InsufficientFunds), transaction.atomic():
        offer(market, "three", "60", reserve=True)


def test_without_a_vault_a_sender_has_nothing_and_a_receiver_is_waited_for(market):
    market.gamma.profile.vault = None
    market.gamma.profile.save()
    poor = offer(market, sender=market.gamma.profile, by=market.dee)
    poor.accept(by=market.cy, now=NOON)
    poor.finish(now=NOON)
    assert poor.reason == "out of funds (missing 10.0000000000 CC)"
    with pytest.raises(InsufficientFunds), transaction.atomic():
        offer(market, "held", sender=market.gamma.profile, by=market.dee, reserve=True)
    waiting = offer(market, receiver=market.gamma.profile)
    waiting.accept(by=market.dee, now=NOON)
    waiting.finish(now=NOON)
    assert waiting.status == "accepted"
    token = offer(market, "token", receiver=market.gamma.profile, is_token=True)
    with pytest.raises(Invalid), transaction.atomic():
        token.accept(by=market.dee, now=NOON)
    market.gamma.profile.vault = market.gamma.vault
    market.gamma.profile.save()
    waiting.finish(now=NOON)
    assert (waiting.status, coins(market.gamma)) == ("completed", (10, 0))


@pytest.mark.parametrize("options", [{}, {"reserve": True}, {"is_token": True}])
def test_a_transfer_to_oneself_completes_and_moves_nothing(market, options):
    made = offer(market, receiver=market.alpha.profile, **options)
    made.accept(by=market.ada, now=NOON)
    made.finish(now=NOON)
    assert (made.status, coins(market.alpha)) == ("completed", (100, 0))
    assert made.postings.count() == (2 if options else 0)


def test_a_transfer_to_oneself_also_needs_the_funds(market):
    made = offer(market, amount="101", receiver=market.alpha.profile)
    made.accept(by=market.ada, now=NOON)
    made.finish(now=NOON)
    assert (made.status, made.reason) == ("withdrawn", "out of funds (missing 1.0000000000 CC)")


def test_one_that_has_its_funds_is_not_aborted(market):
    made = offer(market)
    made.accept(by=market.cy, now=NOON)
    with pytest.raises(WrongStatus):
        made.abort(now=NOON)
