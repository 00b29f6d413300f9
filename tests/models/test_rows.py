"""The statements of the money path ask and answer as query sets do."""

import pytest
from django.db import connection
from django.db.models import Count

from tests.base import cast
from tests.factories import TermFactory, TicketFactory
from tickets.models import Term, Ticket
from tickets.models.rows import Question, keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets():
    """Two, of two legs each."""
    market = cast()
    made = [TicketFactory(connection=market.connection, by=market.ada) for _ in range(2)]  # with a leg
    for ticket in made:
        TermFactory(ticket=ticket, ticker="BTC")
    return [Ticket.objects.get(pk=ticket.pk) for ticket in made]


def test_a_question_finds_whole_rows_with_what_is_selected_and_annotated(tickets, django_assert_num_queries):
    question = Question(
        lambda pk: Ticket.objects.filter(pk=pk).select_related("workspace").annotate(leg_count=Count("terms"))
    )
    for ticket in tickets:
        firm = ticket.workspace
        with django_assert_num_queries(1):
            (found,) = question.ask(ticket.pk)
            assert (found, found.workspace.name, vars(found)["leg_count"]) == (ticket, firm.name, 2)


def test_what_is_kept_answers_without_a_question(tickets, django_assert_num_queries):
    kept = list(tickets[0].terms.all())
    ticket = Ticket.objects.get(pk=tickets[0].pk)
    keep(ticket, "terms", kept[:1])
    with django_assert_num_queries(0):
        assert list(ticket.terms.all()) == kept[:1]
        assert len(ticket.terms.all()) == 1


def test_who_asks_further_of_what_is_kept_asks_of_this_row_alone(tickets):
    for ticket in tickets:
        keep(ticket, "terms", [])
        assert ticket.terms.count() == 0, "as it was kept"
        assert ticket.terms.filter(number__gt=0).count() == 2
        assert {term.ticket_id for term in ticket.terms.order_by("-number")} == {ticket.pk}
        assert Term.objects.count() == 4


def plans() -> dict[str, int]:
    """The statements that the database has been told to prepare, and how often a plan for any value served them."""
    if connection.vendor == "sqlite":  # plans every statement anew
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_the_database_plans_once_what_goes_by_keys_and_anew_what_lists_find(tickets):
    """A plan for any text would read a million rows for a text that none of them has."""
    question = Question(lambda pk: Ticket.objects.filter(pk=pk))
    before = plans()
    for ticket in tickets * 5:
        assert question.ask(ticket.pk) == [ticket]
        assert not Ticket.objects.filter(note__icontains=str(ticket.pk)).exists()
    planned = {statement: count for statement, count in plans().items() if count > before.get(statement, 0)}
    assert len(planned) == (connection.vendor == "postgresql"), planned
    assert not any("LIKE" in statement for statement in planned)
