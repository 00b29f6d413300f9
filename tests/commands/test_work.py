"""`manage.py work`: what the clock has decided becomes durable, once, whatever else happens."""

import logging
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from tests.base import MOMENT
from tests.factories import ConnectionFactory, TicketFactory
from tickets.management.commands import work
from tickets.models import Asset, Ticket
from tickets.models.network import LAPSES_AFTER

HOUR = timedelta(hours=1)


@pytest.fixture
def began():
    """Long enough ago for a ticket of one hour to be due."""
    return timezone.now() - 2 * HOUR


def held_ticket(now) -> Ticket:
    return TicketFactory(status="in_settlement", kind="two_way", hours=1, now=now)


@pytest.mark.django_db
def test_a_due_ticket_expires_and_its_holds_go_back(began):
    ticket = held_ticket(began)
    call_command("work", "--once")
    ticket.refresh_from_db()
    vault, usdc = ticket.counterparty.profile.vault, Asset.objects.get(pk="USDC")
    assert ticket.status == "expired" and ticket.events.last().actor == "Countersign"
    assert (vault.available(usdc), vault.held(usdc)) == (250_000, 0)


@pytest.mark.django_db
def test_a_ticket_is_due_at_its_moment_and_not_before(began):
    ticket = TicketFactory(status="open", hours=1, now=began)
    for now, status in ((ticket.expires_at - MOMENT, "open"), (ticket.expires_at, "expired")):
        work.Command().work(now)
        ticket.refresh_from_db()
        assert ticket.status == status


@pytest.mark.django_db
def test_the_second_round_finds_nothing_to_do(began):
    ticket = held_ticket(began)
    call_command("work", "--once")
    before = ticket.events.count()
    call_command("work", "--once")
    assert ticket.events.count() == before


@pytest.mark.django_db
def test_a_request_that_nobody_answered_lapses(began):
    request = ConnectionFactory(status="awaiting_peer", now=began)
    work.Command().work(began + LAPSES_AFTER - MOMENT)
    request.refresh_from_db()
    assert request.status == "awaiting_peer"
    work.Command().work(began + LAPSES_AFTER)
    request.refresh_from_db()
    assert request.status == "lapsed"


@pytest.mark.django_db
def test_more_than_a_batch_is_done_in_one_round(began, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 2)
    agreed = ConnectionFactory(now=began)
    for _ in range(5):
        TicketFactory(status="open", hours=1, now=began, connection=agreed)
    call_command("work", "--once")
    assert Ticket.objects.filter(status="expired").count() == 5


@pytest.mark.django_db
def test_where_another_worker_was_first_nothing_is_said(began, caplog):
    ticket = held_ticket(began)
    late = Ticket.objects.get(pk=ticket.pk)
    call_command("work", "--once")
    work.Command()._act(late, late.expire, timezone.now())
    assert not caplog.records and late.events.filter(kind="ticket.expired").count() == 1


@pytest.mark.django_db
def test_a_row_that_fails_is_logged_and_the_others_have_their_turn(began, caplog):
    agreed = ConnectionFactory(now=began)
    first, other = sorted(
        (TicketFactory(status="open", hours=1, now=began, connection=agreed) for _ in range(2)), key=lambda row: row.pk
    )

    def refuse(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and any(key in params for key in (first.pk, first.pk.hex)):
            raise OperationalError("disk I/O error")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse), caplog.at_level(logging.ERROR):
        call_command("work", "--once")
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.status, other.status) == ("open", "expired")
    assert f"{first.reference} could not expire" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_waited_for(began, caplog, monkeypatch, settings):
    settings.WORK_SECONDS = 0.01
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # pytest keeps its own
    ticket = held_ticket(began)
    worker, refusals = work.Command(), iter(range(3))

    def be_away(execute, sql, params, many, context):
        if next(refusals, None) is not None:
            raise OperationalError("the database system is starting up")
        if "ticket.expired" in (params or ()):
            worker.stopped.set()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(be_away), caplog.at_level(logging.INFO):
        rescue = threading.Timer(30, worker.stopped.set)
        rescue.start()
        worker.handle(once=False)
        rescue.cancel()
    ticket.refresh_from_db()
    assert ticket.status == "expired"
    assert caplog.text.count("This round failed") == 1 and caplog.text.count("The database is back") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_at_once_when_told_to(tmp_path, number):
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'work.sqlite3'}"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True)
    worker = subprocess.Popen([*command, "work", "-v2"], env=environment, stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "Working.\n"
    worker.send_signal(number)
    assert worker.wait(timeout=5) == 0
