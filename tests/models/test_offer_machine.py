"""After any sequence of acts on transfer offers, told through the verbs, every coin is accounted for."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.base import NOON, Cast, cast, deposit
from tickets.errors import Expired, InsufficientFunds, Refused, Taken, WrongStatus
from tickets.models import Asset, Balance, Preapproval, TransferOffer
from tickets.models.status import LIVE_OFFER

# Few figures, some of them extreme, so that funds are often just enough or just too little.
figures = st.sampled_from(["1", "2", "0.0000000001", "9999999999.9999999999"])
sides = st.sampled_from(["alpha", "beta", "gamma"])
ids = st.sampled_from(["a", "b", "c", "d", "e"])
HOLDS = st.sampled_from(["", "reserve", "is_token"])
MINUTE = timedelta(minutes=1)


class Wallets(RuleBasedStateMachine):
    """Each example runs inside a transaction that is thrown away, so that none sees another's rows."""

    cast: Cast

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = NOON
        self.brought_in = Decimal(0)
        self.used = {}

    def teardown(self):
        try:
            call_command("verify", stdout=StringIO())  # all other rules, once at the end
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def drawn(self, data):
        return data.draw(st.sampled_from(list(TransferOffer.objects.order_by("created_at", "tracking_id", "pk"))))

    def member_for(self, profile):
        firms = (self.cast.alpha, self.cast.beta, self.cast.gamma)
        return next(firm.trader for firm in firms if firm.profile == profile)

    def has_offers(self):
        return TransferOffer.objects.exists()

    @rule(side=sides, figure=figures)
    def bring_in_coins(self, side, figure):
        deposit(getattr(self.cast, side).vault, CC=figure)
        self.brought_in += Decimal(figure)

    @rule(minutes=st.integers(1, 40))
    def wait(self, minutes):
        self.now += minutes * MINUTE

    @rule(
        sender=sides,
        receiver=sides,
        figure=figures,
        tracking_id=ids,
        holds=HOLDS,
    )
    def offer(self, sender, receiver, figure, tracking_id, holds):
        ours, theirs = getattr(self.cast, sender), getattr(self.cast, receiver)
        options = {holds: True} if holds else {}
        try:
            with transaction.atomic():
                TransferOffer.objects.offer(
                    ours.profile,
                    theirs.profile,
                    Decimal(figure),
                    "",
                    self.now + 60 * MINUTE,
                    tracking_id,
                    by=ours.trader,
                    now=self.now,
                    **options,
                )
            assert (sender, tracking_id) not in self.used
            self.used[sender, tracking_id] = True
        except Taken as refusal:
            assert refusal.offer.tracking_id == tracking_id
        except InsufficientFunds:
            assert holds and ours.vault.available(Asset.objects.get(pk="CC")) < Decimal(figure)

    @rule(sender=sides, receiver=sides, figure=figures, key=ids)
    def send(self, sender, receiver, figure, key):
        ours, theirs = getattr(self.cast, sender), getattr(self.cast, receiver)
        Preapproval.objects.give(theirs.profile, by=theirs.trader, now=self.now)
        try:
            with transaction.atomic():
                TransferOffer.objects.send(
                    ours.profile, theirs.profile, Decimal(figure), "", key, by=ours.trader, now=self.now
                )
        except (Taken, InsufficientFunds):
            pass

    @precondition(has_offers)
    @rule(data=st.data(), act=st.sampled_from(["accept", "reject", "withdraw"]))
    def answer(self, data, act):
        offer = self.drawn(data)
        by = self.member_for(offer.sender if act == "withdraw" else offer.receiver)
        was_open, is_late = offer.status == "created", offer.expires_at <= self.now
        try:
            with transaction.atomic():
                getattr(offer, act)(by=by, now=self.now)
            assert was_open and not (act == "accept" and is_late)
        except Expired:
            assert was_open and is_late and act == "accept"
        except WrongStatus:
            assert not was_open

    @precondition(has_offers)
    @rule(data=st.data(), act=st.sampled_from(["finish", "complete", "abort", "expire"]))
    def work(self, data, act):
        offer = self.drawn(data)
        lacks, before = offer.missing() > 0, offer.status
        try:
            with transaction.atomic():
                getattr(offer, act)(now=self.now)
        except Refused:
            assert act != "finish"
        if before == "accepted" and act == "finish" and offer.expires_at > self.now:
            assert offer.status == ("withdrawn" if lacks else "completed")

    @invariant()
    def nothing_is_created_or_lost_and_none_is_below_zero(self):
        balances = list(Balance.objects.values_list("amount", flat=True))
        assert all(amount >= 0 for amount in balances) and sum(balances) == self.brought_in

    @invariant()
    def what_is_held_is_held_for_live_offers(self):
        held = Balance.objects.filter(account__kind="hold").values_list("amount", flat=True)
        live = TransferOffer.objects.filter(status__in=LIVE_OFFER, reserves=True).values_list("amount", flat=True)
        assert sum(held) == sum(live)


@pytest.mark.django_db
def test_whatever_becomes_of_offers_every_coin_is_accounted_for():
    Wallets.cast = cast()
    run_state_machine_as_test(Wallets, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
