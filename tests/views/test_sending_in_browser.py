"""While an act is being sent, and where its answer is lost: the page says only what the server has said."""

import pytest
from playwright.sync_api import expect

from tests.base import cast, deposit
from tests.factories import TicketFactory
from tests.stories.people import Person
from tickets.models import Posting, Ticket

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


def test_check_33_nothing_on_the_page_changes_before_the_server_has_answered(cy):
    def slowly(route):
        cy.page.wait_for_timeout(3000)
        route.continue_()

    cy.page.route("**/confirm/**", slowly)
    before = cy.page.get_by_role("main").inner_text()
    pressed = cy.page.get_by_role("button", name="Fund 100")
    words = pressed.inner_text()
    with cy.page.expect_request("**/confirm/**"):
        pressed.click(no_wait_after=True)
    expect(button(cy)).to_have_text("Sending…")
    expect(button(cy)).to_have_attribute("aria-busy", "true")
    assert cy.page.get_by_role("main").inner_text() == before.replace(words, "Sending…")
    button(cy).click(no_wait_after=True)  # ignored
    cy.is_told("You funded 100.000000 USDC.")
    cy.reads("Held since")
    assert Posting.objects.filter(kind="hold").count() == 1


def test_a_wait_of_more_than_a_second_shows_that_it_goes_on(cy):
    cy.page.route("**/confirm/**", lambda route: None)  # no answer comes
    shown = "getComputedStyle(document.querySelector('main form button'), '::after').visibility"
    button(cy).click(no_wait_after=True)
    assert cy.page.evaluate(shown) == "hidden"
    cy.page.wait_for_timeout(1500)
    assert cy.page.evaluate(shown) == "visible"


def test_check_31_a_lost_answer_is_not_known_and_check_again_finds_that_it_went_through(cy):
    def lose_answer(route):
        route.fetch()
        route.abort("connectionreset")

    cy.page.route("**/confirm/**", lose_answer)
    button(cy).click()
    note = cy.page.locator("[data-unsure]")
    expect(note).to_contain_text("We do not know yet whether this went through.")
    expect(cy.page.locator("[data-live]")).to_contain_text("We do not know yet")
    expect(button(cy)).to_contain_text("Fund 100")
    cy.reads_no("failed", "error")
    cy.page.unroute("**/confirm/**")
    cy.follow("Check again")
    cy.reads("Held since")
    assert Posting.objects.filter(kind="hold").count() == 1


def test_check_31_offline_nothing_went_through_and_it_can_be_sent_again(cy):
    cy.page.context.set_offline(True)
    button(cy).click()
    again = cy.page.get_by_role("link", name="Check again")
    again.click()
    expect(cy.page.locator("[data-unsure]")).to_contain_text("Still no connection at ")
    cy.page.context.set_offline(False)
    cy.page.route("**/confirm/**", lambda route: route.fulfill(status=502, body="Bad gateway"))
    button(cy).click()
    expect(cy.page.locator("[data-unsure]")).to_contain_text("The connection was lost")
    assert not Posting.objects.filter(kind="hold").exists()
    cy.page.unroute("**/confirm/**")
    cy.press("Fund 100.000000 USDC")
    cy.is_told("You funded 100.000000 USDC.")


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
