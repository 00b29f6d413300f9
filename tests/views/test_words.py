"""The console's own words in another language: whole messages, chosen when they are read, and codes that stay."""

from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from console import timeline
from console.act_forms import Readers, ReasonForm
from console.forms import hours_typed
from console.live import Stamp, changes
from console.steps import STEPS
from console.ticket_csv import lines
from console.words import filled, joined
from tests.base import NOON
from tests.brackets import CLOSE, OPEN
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(people):
    ticket = TicketFactory(connection=people.connection, by=people.ada, status="open", hours=1.5, now=NOON)
    ticket.cancel(by=people.ada, reason="100 % sure", now=NOON)
    return ticket


def said(ticket, viewer) -> list[str]:
    return [timeline.says(event, viewer) for event in ticket.events.order_by("pk")]


def test_an_event_is_one_message_and_then_whole_sentences(people, ticket, bracketed):
    assert said(ticket, people.ada)[-1] == "You cancelled the ticket. Reason: 100 % sure"
    with translation.override("de"):
        you = f"{OPEN}{OPEN}You{CLOSE} cancelled the ticket{CLOSE}"
        assert said(ticket, people.ada)[-1] == f"{you}. {OPEN}Reason: 100 % sure{CLOSE}"
        assert all(words.startswith(OPEN) for words in said(ticket, people.cy))


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "100 %"], "A and B and 100 %")]
)
def test_names_are_joined(names, text):
    assert joined(names) == text


def test_figures_are_filled_in_when_a_message_is_read(bracketed):
    message = filled(gettext_lazy("Both firms read it. At most %(max)d characters."), max=20)
    assert str(message) == "Both firms read it. At most 20 characters."
    with translation.override("de"):
        assert str(message) == f"{OPEN}Both firms read it. At most 20 characters.{CLOSE}"


def test_a_step_is_the_same_step_in_every_language(bracketed):
    done = set(STEPS)
    with translation.override("de"):
        assert all(step in done and STEPS[step.number - 1] is step for step in STEPS)


@pytest.mark.parametrize("readers", [*Readers, "Beta"])
def test_whoever_reads_a_reason_is_told_in_whole_sentences(readers, bracketed):
    with translation.override("de"):
        help_text = ReasonForm(readers=readers).fields["reason"].help_text
        assert help_text.count(OPEN) == 2 and help_text.startswith(OPEN) and help_text.endswith(CLOSE)


def test_what_changed_is_counted_in_one_message(people, bracketed):
    since = Stamp.now()
    TicketFactory(connection=people.connection, by=people.ada, status="open")
    assert changes("dashboard", "", since, Stamp.now(), people.cy) == "1 ticket changed"
    with translation.override("de"):
        words = changes("dashboard", "", since, Stamp.now(), people.cy)
        assert words == f"{OPEN}{OPEN}1 ticket{CLOSE} changed{CLOSE}"


def test_hours_are_typed_as_the_language_writes_them():
    assert hours_typed("1.5") == Decimal("1.5") and hours_typed("1,5") is None
    with translation.override("de"):
        assert hours_typed("1,5") == Decimal("1.5") and hours_typed("1.5") is None


def test_a_file_of_tickets_has_the_same_codes_for_everybody(people, ticket, bracketed):
    found = Ticket.objects.visible_to(people.ada)
    english = list(lines(found, people.ada, NOON))
    with translation.override("de"):
        assert list(lines(found, people.ada, NOON)) == english
