"""`manage.py demo`: a market to look at, whole and true, made once."""

import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.factories import WorkspaceFactory
from tickets.models import (
    Connection,
    ConnectionStatus,
    Event,
    Member,
    OfferStatus,
    Posting,
    Role,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
    TransferOffer,
    User,
    Workspace,
)

pytestmark = pytest.mark.django_db


def demo() -> str:
    said = io.StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def test_the_demo_is_whole_and_true(subtests, django_assert_max_num_queries):
    """Made once for all that is asked of it, for it takes a while."""
    told = demo()
    with subtests.test("everybody who is named can sign in"):
        lines = [line.split() for line in told.splitlines()[1:]]
        assert lines[0][0] == "ada@northgate.example" and lines[0][-1] == Role.OWNER
        for email, password, *_ in lines:
            assert User.objects.get(email=email).check_password(password)
        assert User.objects.get(email=lines[-1][0]).is_staff
    with subtests.test("it shows every status and role"):
        for model, name, choices in (
            (Ticket, "status", TicketStatus),
            (Term, "status", TermStatus),
            (Connection, "status", ConnectionStatus),
            (Member, "role", Role),
        ):
            assert set(model.objects.values_list(name, flat=True)) == set(choices.values)
        assert Ticket.objects.count() >= 48
        shown = set(TransferOffer.objects.values_list("status", flat=True))
        assert shown == set(OfferStatus.values) - {OfferStatus.ACCEPTED}  # which lasts but a moment
    with subtests.test("it is verified"):
        said = io.StringIO()
        call_command("verify", stdout=said)
        assert said.getvalue().endswith("rules hold\n")
    with subtests.test("its history reads in order and ends before now"):
        moments = list(Event.objects.order_by("pk").values_list("at", flat=True))
        assert moments == sorted(moments) and moments[-1] <= timezone.now()
    with subtests.test("nothing in it is overdue"):
        now = timezone.now()
        assert not Ticket.objects.due(now).exists() and not Connection.objects.due(now).exists()
        assert not TransferOffer.objects.due(now).exists()
    with subtests.test("the second time it only says who can sign in"):
        before = Event.objects.count(), Posting.objects.count()
        with django_assert_max_num_queries(1):
            assert demo() == told
        assert before == (Event.objects.count(), Posting.objects.count())


def test_it_keeps_out_of_a_database_with_firms_of_its_own():
    WorkspaceFactory()
    assert "no demo was made" in demo()
    assert Workspace.objects.count() == 1 and not User.objects.exists()
