"""`manage.py work` on transfer offers: accepted ones are paid, late ones expire, and nothing is lost or done twice."""

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from tests.base import MOMENT, NOON, cast, database_url, deposit
from tests.models.offers import HOUR, between, coins
from tickets.management.commands import work
from tickets.models import Event, OfferClaim, TransferOffer
from tickets.models.wallet import claim

SKEW = timedelta(seconds=settings.WALLET_CLOCK_SKEW_SECONDS)
POLL = timedelta(seconds=settings.WALLET_EXPIRY_POLL_SECONDS)


@pytest.fixture
def market(db):
    return cast()


def status_of(made):
    return TransferOffer.objects.get(pk=made.pk).status


def test_the_defaults_are_those_of_other_wallets():
    assert (settings.WALLET_EXPIRY_POLL_SECONDS, settings.WALLET_CLOCK_SKEW_SECONDS) == (30, 5)


@pytest.mark.parametrize("options", [{}, {"reserve": True}])
def test_an_accepted_offer_is_paid_in_the_next_round(market, options):
    made = between(market, status="accepted", **options)
    work.Command().work(NOON)
    assert (status_of(made), coins(market.beta)) == ("completed", (10, 0))
    assert made.events.last().actor == "Countersign"


def test_one_without_funds_is_aborted_and_not_tried_again(market):
    made = between(market, status="accepted", is_funded=False)
    worker = work.Command()
    worker.work(NOON)
    deposit(market.alpha.vault, CC="100")
    worker.work(NOON)
    made.refresh_from_db()
    assert (made.status, made.reason) == ("withdrawn", "out of funds (missing 10.0000000000 CC)")


@pytest.mark.parametrize("status", ["created", "accepted"])
def test_it_expires_once_its_time_is_over_by_more_than_clocks_differ(market, status):
    made = between(market, status="created", reserve=True)
    if status == "accepted":
        made.accept(by=market.cy, now=NOON)
        market.beta.profile.vault = None
        market.beta.profile.save()
    at = NOON + HOUR + SKEW
    for now, expected in ((at - SKEW, status), (at, status), (at + MOMENT, "expired")):
        work.Command().work(now)
        assert status_of(made) == expected
    assert coins(market.alpha) == (10, 0)


def test_offers_expire_at_every_poll_and_are_paid_in_every_round(market):
    worker = work.Command()
    worker.work(NOON)
    due, accepted = between(market, lasts=-HOUR), between(market, status="accepted")
    worker.work(NOON + POLL - MOMENT)
    assert (status_of(due), status_of(accepted)) == ("created", "completed")
    worker.work(NOON + POLL)
    assert status_of(due) == "expired"


def test_the_second_round_finds_nothing_to_do(market):
    between(market, status="accepted")
    between(market, lasts=-HOUR)
    work.Command().work(NOON)
    before = Event.objects.count()
    work.Command().work(NOON)
    assert Event.objects.count() == before


def test_claims_of_who_was_killed_are_forgotten(market):
    claims = [claim(market.alpha.profile, "killed", now=NOON - HOUR), claim(market.alpha.profile, "alive", now=NOON)]
    for each in claims:
        each.__enter__()
    work.Command().work(NOON)
    assert OfferClaim.objects.get().tracking_id == "alive"


@pytest.mark.parametrize("step", ["tickets_posting", "tickets_transferoffer", "tickets_event"])
def test_a_round_that_breaks_off_anywhere_moves_nothing_and_the_next_one_pays(market, caplog, step):
    made = between(market, status="accepted")

    def break_off(execute, sql, params, many, context):
        if sql.startswith((f'INSERT INTO "{step}"', f'UPDATE "{step}"')):
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(break_off), caplog.at_level(logging.ERROR):
        work.Command().work(NOON)
    assert (status_of(made), coins(market.alpha), coins(market.beta)) == ("accepted", (10, 0), (0, 0))
    assert "could not finish" in caplog.text
    work.Command().work(NOON)
    assert (status_of(made), coins(market.beta)) == ("completed", (10, 0))


def test_once_is_enough_for_cron(market):
    now = timezone.now()
    accepted = between(market, status="accepted", now=now)
    late = between(market, now=now - 2 * HOUR)
    call_command("work", "--once")
    assert (status_of(accepted), status_of(late)) == ("completed", "expired")


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_nothing_and_two_never_pay_twice():
    """Real processes, killed in the midst of their work: every amount arrives exactly once."""
    market, now, count = cast(), timezone.now(), 30
    for number in range(count):
        between(market, amount="1", tracking_id=f"{number}", status="accepted", now=now)
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]
    environment = os.environ | {"DATABASE_URL": database_url(), "WORK_SECONDS": "1"}
    for _ in range(2):
        workers = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
        wait_until(lambda: TransferOffer.objects.filter(status="completed").exists())
        for worker in workers:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
    call_command("work", "--once")
    assert TransferOffer.objects.filter(status="completed").count() == count
    assert Event.objects.filter(kind="offer.completed").count() == count
    assert coins(market.beta) == (count, 0)
    call_command("verify")


def wait_until(is_so, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It never came to that"
        time.sleep(0.01)
