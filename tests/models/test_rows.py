"""The statements of the money path ask and answer as query sets do."""

import pytest
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
