"""The same act sent twice, or two acts at the same moment: one outcome, and everybody told the truth."""

from tests.factories import TicketFactory
from tests.stories import ledger
from tickets.models import Posting, PostingKind, Ticket, TicketStatus


def to_fund(market, kind="two_way"):
    """An open ticket for which Beta is to send 100 USDC."""
    made = {"connection": market.connection, "by": market.ada, "receive": [("USDC", "100")]}
    return TicketFactory(status="open", kind=kind, **made).reference


def at_funding(person, reference):
    person.go(f"/tickets/{reference}/fund/")
    person.press("Review funding")
    return person.button("Fund 100.000000 USDC")


def at_review(person):
    person.begin()
    person.enter("receive", [("USDC", "100")])
    person.press("Review now")
    person.is_asked("Review the request")
    return person.button("Open ticket")


def is_funded_once(market, reference):
    assert Posting.objects.filter(kind=PostingKind.HOLD).count() == 1
    assert ledger(market.beta.vault)["USDC held"] == "100.000000"
    assert Ticket.objects.get(reference=reference).status == TicketStatus.IN_SETTLEMENT


def test_funding_by_a_double_click_or_two_presses_of_enter_holds_once(market, arrive):
    cy = arrive(market.cy)
    reference = to_fund(market)
    at_funding(cy, reference).dblclick()
    cy.is_at("Two-way ticket with Alpha")
    cy.reads("Held since")
    is_funded_once(market, reference)

    ada = arrive(market.ada)
    button = ada.button("Fund 3.75000000 BTC")
    ada.go(f"/tickets/{reference}/fund/")
    ada.press("Review funding")
    button.focus()
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    ada.reads("Status: Settled")
    assert Posting.objects.filter(kind=PostingKind.HOLD).count() == 2
    assert ledger(market.alpha.vault)["BTC"] == "6.25000000"


def test_funding_in_two_tabs_holds_once_and_the_second_shows_the_first_ones_result(market, arrive):
    cy = arrive(market.cy)
    reference = to_fund(market)
    first = cy.page
    at_funding(cy, reference)
    cy.page = cy.context.new_page()
    at_funding(cy, reference)
    second, cy.page = cy.page, first
    cy.press("Fund 100.000000 USDC")
    cy.page = second
    cy.press("Fund 100.000000 USDC")
    cy.is_at("Two-way ticket with Alpha")
    cy.reads("Held since")
    is_funded_once(market, reference)


def test_opening_by_a_double_click_opens_one_ticket(market, arrive):
    ada = arrive(market.ada)
    ada.go("/tickets/new/")
    ada.choose("One-way")
    ada.button("Continue").dblclick()
    ada.is_asked("Which of your profiles opens it?")
    assert Ticket.objects.count() == 1

    at_review(ada).dblclick()
    ada.reads("What happens next")
    assert Ticket.objects.exclude(opened_at=None).count() == 1
    assert Ticket.objects.count() == 2


def test_opening_in_two_tabs_opens_one_ticket_and_the_second_shows_it(market, arrive):
    ada = arrive(market.ada)
    at_review(ada)
    first, second = ada.page, ada.context.new_page()
    second.goto(first.url)
    ada.press("Open ticket")
    reference = ada.reference()
    ada.page = second
    ada.press("Open ticket")
    ada.is_at(f"Ticket {reference} is open")
    assert Ticket.objects.get().status == TicketStatus.OPEN


def test_two_colleagues_who_fund_at_once_hold_once_and_one_is_told(market, arrive):
    cy, boss = arrive(market.cy), arrive(market.beta.admin)
    reference = to_fund(market)
    for button in [at_funding(cy, reference), at_funding(boss, reference)]:
        button.click(no_wait_after=True)
    for person in (cy, boss):
        person.page.wait_for_load_state()
    told = "is funded already. Nothing moved twice."
    outcomes = [outcome_of(person, "You funded 100.000000 USDC.", told) for person in (cy, boss)]
    assert sorted(outcomes) == [False, True]
    is_funded_once(market, reference)


def test_funding_and_cancelling_at_once_have_one_outcome_and_the_other_is_told(market, arrive):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = to_fund(market, kind="one_way")
    ada.go(f"/tickets/{reference}/cancel/")
    ada.fill("Reason", "The price has moved")
    for button in [ada.button(f"Cancel ticket {reference}"), at_funding(cy, reference)]:
        button.click(no_wait_after=True)
    is_cancelled = outcome_of(ada, f"{reference} is cancelled.", "This ticket is settled. Nothing was changed.")
    is_funded = outcome_of(cy, "You funded 100.000000 USDC.", "This ticket is cancelled. Alpha ended it at")
    assert is_cancelled != is_funded
    ticket = Ticket.objects.get(reference=reference)
    assert ticket.status == (TicketStatus.FULFILLED if is_funded else TicketStatus.CANCELLED)
    assert ledger(market.beta.vault)["USDC"] == ("999900.000000" if is_funded else "1000000.000000")


def outcome_of(person, done, refused):
    """Whether this person is told that it was done, or that it was refused."""
    notes = person.page.get_by_role("main")
    notes.get_by_text(done).or_(notes.get_by_text(refused)).first.wait_for()
    return notes.get_by_text(done).count() > 0
