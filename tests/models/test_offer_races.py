"""Races over transfer offers: real threads with connections of their own, on the same rows at the same moment."""

import itertools
from decimal import Decimal

import pytest
from django.db import transaction

from tests.base import NOON, cast, deposit, wallet_user
from tests.models.offers import HOUR, between, coins, offer
from tests.models.test_races import THREADS, assert_all_money_is_accounted_for, at_once, by_name
from tickets.errors import Conflict, InFlight, Taken
from tickets.management.commands import work
from tickets.models import Event, OfferClaim, Preapproval, TransferOffer
from tickets.models.status import LIVE_OFFER
from tickets.models.wallet import claim

pytestmark = pytest.mark.django_db(transaction=True)
VERBS = ("accept", "reject", "withdraw", "complete", "finish", "expire")
ENDS = ("offer.completed", "offer.rejected", "offer.withdrawn", "offer.aborted", "offer.expired")


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="1000")
    return market


def verb(pk, name, **arguments):
    return lambda: getattr(TransferOffer.objects.get(pk=pk), name)(**({"now": NOON} | arguments))


def verbs_of(made, market):
    """Every act that can change an offer."""
    return {
        "accept": verb(made.pk, "accept", by=market.cy),
        "reject": verb(made.pk, "reject", by=market.cy),
        "withdraw": verb(made.pk, "withdraw", by=market.ada),
        "complete": verb(made.pk, "complete"),
        "finish": verb(made.pk, "finish"),
        "expire": verb(made.pk, "expire", now=NOON + HOUR),
    }


@pytest.mark.parametrize("options", [{}, {"reserve": True}])
def test_sixteen_that_make_the_same_offer_make_one(market, options):
    alice, receivers = wallet_user(market.alpha.profile), [market.beta.profile, market.gamma.profile]
    acts = [
        lambda number=number: offer(
            market, wallet_user=alice, receiver=receivers[number % 2], amount=str(number + 1), **options
        )
        for number in range(16)
    ]
    assert by_name(at_once(*acts)) == {"NoneType": 1, "Taken": 15}
    made = TransferOffer.objects.get()
    assert made.events.count() == 1
    assert coins(market.alpha)[1] == (made.amount if options else 0)
    assert_all_money_is_accounted_for()


def test_sixteen_with_a_claim_make_one_and_the_others_are_told_to_wait_or_that_it_is_taken(market):
    def make():
        with claim(market.alpha.profile, "one", now=NOON):
            offer(market)

    outcomes = at_once(*[make] * 16)
    assert sum(outcome is None for outcome in outcomes) == TransferOffer.objects.count() == 1
    assert all(isinstance(outcome, InFlight | Taken) for outcome in outcomes if outcome)
    assert not OfferClaim.objects.exists()


def test_the_same_send_at_once_moves_once(market):
    Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    sender, receiver = market.alpha.profile, market.beta.profile
    acts = [
        lambda: TransferOffer.objects.send(sender, receiver, Decimal(10), "", "d", by=market.ada, now=NOON)
    ] * THREADS
    assert by_name(at_once(*acts)) == {"NoneType": 1, "Taken": THREADS - 1}
    assert coins(market.beta) == (10, 0)
    assert_all_money_is_accounted_for()


def test_one_preapproval_is_given_at_once(market):
    at_once(*[lambda: Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)] * THREADS)
    assert Preapproval.objects.count() == Event.objects.filter(kind="preapproval.given").count() == 1


@pytest.mark.parametrize(
    ("status", "options"),
    [
        ("created", {}),
        ("created", {"reserve": True}),
        ("created", {"is_token": True}),
        ("accepted", {}),
        ("accepted", {"reserve": True}),
    ],
)
def test_of_any_two_verbs_at_once_the_outcome_is_one(market, status, options):
    made, acts = [], []
    for pair in itertools.combinations_with_replacement(VERBS, 2):
        one = between(market, status=status, **options)
        made.append(one)
        acts += [verbs_of(one, market)[name] for name in pair]
    step = THREADS // 2 * 2
    for start in range(0, len(acts), step):
        at_once(*acts[start : start + step])
    assert_all_money_is_accounted_for()
    for one in TransferOffer.objects.filter(pk__in=[one.pk for one in made]):
        ended = one.events.filter(kind__in=ENDS).count()
        assert (ended, one.events.filter(kind="offer.created").count()) == (one.status not in LIVE_OFFER, 1)
        assert one.events.filter(kind="offer.accepted").count() <= 1


def test_every_verb_at_once_leaves_one_outcome(market):
    before = coins(market.alpha)[0]
    made = [between(market, reserve=bool(number % 2)) for number in range(THREADS // 8)]
    at_once(*[act for one in made for act in verbs_of(one, market).values()])
    assert_all_money_is_accounted_for()
    moved = sum(one.amount for one in TransferOffer.objects.filter(status="completed"))
    held = sum(one.amount for one in TransferOffer.objects.filter(status__in=LIVE_OFFER, reserves=True))
    assert coins(market.beta)[0] == moved
    assert coins(market.alpha) == (before + 10 * len(made) - moved - held, held)


def test_what_is_there_once_is_paid_once(market):
    deposit(market.gamma.vault, CC="30")
    made = []
    for number in range(THREADS):
        one = offer(market, str(number), sender=market.gamma.profile, by=market.dee)
        one.accept(by=market.cy, now=NOON)
        made.append(one)
    assert set(at_once(*[verb(one.pk, "finish") for one in made])) == {None}
    reasons = list(TransferOffer.objects.filter(status="withdrawn").values_list("reason", flat=True))
    assert coins(market.beta) == (30, 0) and TransferOffer.objects.filter(status="completed").count() == 3
    assert len(reasons) == THREADS - 3 and all(reason.startswith("out of funds (missing ") for reason in reasons)
    assert_all_money_is_accounted_for()


def test_two_that_pay_each_other_never_wait_for_each_other(market):
    deposit(market.beta.vault, CC="1000")
    acts = []
    for number in range(THREADS // 2):
        there = offer(market, f"there {number}")
        back = offer(market, f"back {number}", sender=market.beta.profile, receiver=market.alpha.profile, by=market.cy)
        there.accept(by=market.cy, now=NOON)
        back.accept(by=market.ada, now=NOON)
        acts += [verb(there.pk, "complete"), verb(back.pk, "complete")]
    assert set(at_once(*acts)) == {None}
    assert (coins(market.alpha), coins(market.beta)) == ((1000, 0), (1000, 0))


def test_workers_at_once_act_once(market):
    for number in range(6):
        status = "accepted" if number % 2 else "created"
        between(market, status=status, reserve=number > 2, tracking_id=f"due {number}")
    in_time = [between(market, status="accepted", lasts=3 * HOUR).pk for _ in range(4)]
    at_once(*[lambda: work.Command().work(NOON + 2 * HOUR)] * 4)
    assert TransferOffer.objects.filter(status="expired").count() == 6
    assert TransferOffer.objects.filter(status="completed", pk__in=in_time).count() == 4
    assert Event.objects.filter(kind__in=ENDS).count() == 10
    assert_all_money_is_accounted_for()


def test_an_offer_whose_first_attempt_fails_is_made_by_the_second(market):
    """The second meets the first's row, waits for it, and finds it gone."""

    def fail():
        with transaction.atomic():
            offer(market)
            raise Conflict("Something else failed.")

    outcomes = at_once(*[fail, lambda: offer(market)] * 4)
    assert sum(outcome is None for outcome in outcomes) == TransferOffer.objects.count() == 1
