"""While an act is being sent, and where its answer is lost: the page says only what the server has said."""

import pytest
from playwright.sync_api import expect

from tests.base import cast, deposit
from tests.factories import TicketFactory
from tests.stories.people import Person
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    people = cast()
    deposit(people.beta.vault, USDC="1000")
    return people


@pytest.fixture
def cy(people, new_context, live_server):
    """Beta's trader, at the confirmation of a funding of 100 USDC."""
    ticket = TicketFactory(
        connection=people.connection, by=people.ada, kind="two_way", receive=[("USDC", "100")], status="open"
    )
    person = Person(people.cy, new_context())
    person.let_in(live_server.url)
    person.go(f"/tickets/{ticket.reference}/fund/")
    person.press("Review funding")
    return person


def button(person):
    return person.page.locator("main form .acts button")


def test_a_wait_of_more_than_a_second_shows_that_it_goes_on(cy):
    cy.page.route("**/confirm/**", lambda route: None)  # no answer comes
    shown = "getComputedStyle(document.querySelector('main form button'), '::after').visibility"
    button(cy).click(no_wait_after=True)
    assert cy.page.evaluate(shown) == "hidden"
    cy.page.wait_for_timeout(1500)
    assert cy.page.evaluate(shown) == "visible"


def test_a_refusal_is_shown_as_the_browser_would_and_takes_the_focus(people, cy):
    reference = Ticket.objects.get().reference
    cy.go(f"/tickets/{reference}/reject/")
    button(cy).click()
    expect(cy.page).to_have_title("Error: Reject ticket " + reference + "? · Countersign")
    expect(cy.page.locator(".errors")).to_be_focused()
    cy.fill("Reason", "The price has moved")
    Ticket.objects.get().cancel(by=people.ada, reason="No longer needed")
    button(cy).click()
    cy.reads("Alpha ended it at")
    assert cy.faults == []
