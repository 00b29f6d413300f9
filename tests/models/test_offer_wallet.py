"""What the wallet keeps beside its offers: claims in flight, preapprovals, and coins from the tap."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tests.base import MOMENT, NOON, cast, deposit, wallet_user
from tests.models.offers import between, coins, offer
from tickets.errors import Conflict, InFlight, Invalid, NotAllowed, Taken, WrongStatus
from tickets.models import Event, OfferClaim, Preapproval, TransferOffer
from tickets.models.wallet import LEASE, claim, tap

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="100")
    return market


def test_while_an_offer_is_being_made_nobody_else_makes_it(market):
    ours, theirs = market.alpha.profile, market.beta.profile
    with claim(ours, "one", now=NOON):
        with pytest.raises(InFlight), claim(ours, "one", now=NOON):
            raise AssertionError("Two are at it")
        with claim(ours, "two", now=NOON), claim(theirs, "one", now=NOON):
            assert OfferClaim.objects.count() == 3
        offer(market)
        assert not OfferClaim.objects.exists()  # within the offer's own transaction
    with pytest.raises(Taken), claim(ours, "one", now=NOON):
        raise AssertionError("It was made already")


def test_a_failure_ends_the_claim_and_leaves_the_id_free(market):
    with pytest.raises(Invalid), claim(market.alpha.profile, "one", now=NOON):
        offer(market, amount="0")
    with claim(market.alpha.profile, "one", now=NOON):
        offer(market)
    assert TransferOffer.objects.count() == 1


def test_who_was_killed_holds_its_claim_until_its_lease_is_over(market):
    abandoned = claim(market.alpha.profile, "one", now=NOON)
    abandoned.__enter__()
    for now in (NOON, NOON + LEASE - MOMENT):
        with pytest.raises(InFlight), claim(market.alpha.profile, "one", now=now):
            raise AssertionError("It may still be alive")
    with claim(market.alpha.profile, "one", now=NOON + LEASE):
        with pytest.raises(InFlight), claim(market.alpha.profile, "one", now=NOON + LEASE):
            raise AssertionError("The lease begins anew")
        abandoned.__exit__(None, None, None)  # it was only slow: what it held is another's now
        assert OfferClaim.objects.count() == 1
    assert not OfferClaim.objects.exists()


def test_a_claim_that_cannot_be_kept_is_refused(market):
    for tracking_id in ("x" * 280, "\x00"):
        with pytest.raises(Invalid), claim(market.alpha.profile, tracking_id, now=NOON):
            raise AssertionError("No database could keep it")


def test_one_preapproval_stands_at_a_time(market):
    bob = wallet_user(market.beta.profile, "bob")
    first, is_new = Preapproval.objects.give(market.beta.profile, wallet_user=bob, now=NOON)
    assert is_new and Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON) == (first, False)
    assert Event.objects.visible_to(market.cy).filter(kind="preapproval.given").get().own_facts == {
        "wallet_user": "bob"
    }
    assert not Event.objects.visible_to(market.ada).filter(kind="preapproval.given").exists()
    first.end(by=market.cy, now=NOON)
    with pytest.raises(WrongStatus), transaction.atomic():
        first.end(by=market.cy, now=NOON)
    second, is_new = Preapproval.objects.give(market.beta.profile, wallet_user=bob, now=NOON)
    assert is_new and second.contract_id != first.contract_id
    second.end(is_operator=True, now=NOON)
    assert not market.beta.profile.preapprovals.standing().exists()


def test_only_the_receiver_s_own_people_preapprove(market):
    for actor in ({"by": market.ada}, {"by": market.beta.viewer}, {"wallet_user": wallet_user(market.alpha.profile)}):
        with pytest.raises(NotAllowed):
            Preapproval.objects.give(market.beta.profile, **actor, now=NOON)
    standing, _ = Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    with pytest.raises(NotAllowed):
        standing.end(by=market.ada, now=NOON)


def test_a_tap_that_is_repeated_gives_once(market):
    first = tap(market.beta.profile, Decimal("1.5"), command_id="drip", now=NOON)
    assert tap(market.beta.profile, Decimal("1.5"), command_id="drip", now=NOON + timedelta(days=1)) == first
    with pytest.raises(Conflict), transaction.atomic():
        tap(market.beta.profile, Decimal(2), command_id="drip", now=NOON)
    for command_id in (None, None, "other"):
        tap(market.beta.profile, Decimal(1), command_id=command_id, now=NOON)
    tap(market.gamma.profile, Decimal(7), command_id="drip", now=NOON)
    assert (coins(market.beta), coins(market.gamma)) == ((Decimal("4.5"), 0), (7, 0))


def test_nothing_comes_from_the_tap_without_a_vault(market):
    market.gamma.profile.vault = None
    with pytest.raises(WrongStatus):
        tap(market.gamma.profile, Decimal(1), now=NOON)


def test_a_profile_with_a_live_offer_stays_in_use(market):
    market.connection.remove(by=market.alpha.admin, reason="We parted", now=NOON)
    live = between(market)
    for firm in (market.alpha, market.beta):
        with pytest.raises(WrongStatus), transaction.atomic():
            firm.profile.remove(by=firm.admin, now=NOON)
    live.withdraw(by=market.ada, now=NOON)
    market.beta.profile.remove(by=market.beta.admin, now=NOON)
