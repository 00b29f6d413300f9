"""`manage.py demo`: a market to look at, whole and true, made once."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from tests.factories import WorkspaceFactory
from tickets.models import (
    Connection,
    ConnectionStatus,
    Event,
    Member,
    Posting,
    Role,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
    User,
    Workspace,
)


def demo() -> str:
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The demo, made once for all the tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo()
        transaction.set_rollback(True)


def test_everybody_who_is_named_can_sign_in(told):
    lines = [line.split() for line in told.splitlines()[1:]]
    assert lines[0][0] == "ada@northgate.example" and lines[0][-1] == Role.OWNER
    for email, password, *_ in lines:
        assert User.objects.get(email=email).check_password(password)
    assert User.objects.get(email=lines[-1][0]).is_staff


def test_it_shows_every_status(told):
    assert set(Ticket.objects.values_list("status", flat=True)) == set(TicketStatus.values)
    assert set(Term.objects.values_list("status", flat=True)) == set(TermStatus.values)
    assert set(Connection.objects.values_list("status", flat=True)) == set(ConnectionStatus.values)
    assert set(Member.objects.values_list("role", flat=True)) == set(Role.values)
    assert Ticket.objects.count() >= 48


def test_it_is_verified(told):
    said = io.StringIO()
    call_command("verify", stdout=said)
    assert said.getvalue().endswith("rules hold\n")


def test_its_history_reads_in_order_and_ends_before_now(told):
    moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments) and moments[-1] <= timezone.now()


def test_nothing_in_it_is_overdue(told):
    assert not Ticket.objects.due(timezone.now()).exists() and not Connection.objects.due(timezone.now()).exists()


def test_the_second_time_it_only_says_who_can_sign_in(told, django_assert_max_num_queries):
    before = Event.objects.count(), Posting.objects.count()
    with django_assert_max_num_queries(1):
        assert demo() == told
    assert before == (Event.objects.count(), Posting.objects.count())


@pytest.mark.django_db
def test_it_keeps_out_of_a_database_with_firms_of_its_own():
    WorkspaceFactory()
    assert "no demo was made" in demo()
    assert Workspace.objects.count() == 1 and not User.objects.exists()
