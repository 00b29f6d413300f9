"""A third firm's system arranges an exchange between two others, who settle it at their screens."""

import pytest

from tests.base import connect
from tests.proposals import arranged, hold
from tests.stories import ledger
from tickets.models import Ticket, TicketStatus


@pytest.fixture
def three(market):
    """Gamma is connected with both, and can stand between them."""
    connect(market.gamma, market.alpha)
    connect(market.gamma, market.beta)
    return market


def test_two_firms_settle_what_a_third_arranged(three, arrive):
    ticket = arranged(three)
    ada, cy, dee = arrive(three.ada), arrive(three.cy), arrive(three.dee)

    dee.go("/")
    dee.reads("Your turn (0)", "Alpha and Beta", "arranged by your firm", "Alpha sends 3.75000000 BTC")
    dee.follow(f"{ticket}, Alpha and Beta")
    dee.is_at("Two-way ticket between Alpha and Beta")
    dee.reads("Waiting for Alpha to fund leg 2 and for Beta to fund leg 1.", "Your firm arranged it")
    dee.follow("Add a note")
    dee.fill("Note", "Please fund before five.\nThe desk closes then.")
    dee.press("Add note")
    dee.is_told("Your note is added.")

    cy.go("/")
    cy.reads("Your turn (1)", "via Gamma")
    cy.fund(ticket.reference, "250 000.000000 USDC")
    cy.reads("Please fund before five.", "Waiting for Alpha to fund leg 2.", "Gamma arranged it and moves nothing")
    assert ledger(three.beta.vault)["USDC held"] == "250000.000000"

    hold(ticket, three.alpha)  # Alpha's own system does not give its word yet
    dee.go(f"/tickets/{ticket}/")
    dee.reads("All legs held", "Waiting for Alpha to let its held legs move.")
    ada.go("/")
    ada.follow(f"Agree that {ticket} moves")
    ada.reads("Beta has let its legs move already, so the ticket settles at once")
    ada.press("Let 3.75000000 BTC move")
    ada.reads("Status: Settled", "2 of 2 legs settled together.", "You let your held legs move with all the others")

    dee.go(f"/tickets/{ticket}/")
    dee.reads("Beta sent Alpha 250 000.000000 USDC; Alpha sent Beta 3.75000000 BTC.", "Status: Settled")
    dee.reads_no("Treasury")
    assert Ticket.objects.get().status == TicketStatus.FULFILLED
    assert (ledger(three.alpha.vault)["USDC"], ledger(three.beta.vault)["BTC"]) == ("250000.000000", "3.75000000")


def test_the_firm_that_arranged_it_calls_it_off(three, arrive):
    ticket = arranged(three)
    hold(ticket, three.beta)
    dee, cy = arrive(three.dee), arrive(three.cy)
    dee.go(f"/tickets/{ticket}/")
    dee.follow("Cancel ticket")
    dee.reads("The ticket ends for all three firms", "250 000.000000 USDC to Beta")
    dee.fill("Reason", "Called off by phone")
    dee.press(f"Cancel ticket {ticket}")
    cy.go(f"/tickets/{ticket}/")
    cy.reads("Cancelled by Gamma", "What was held has gone back.", "Called off by phone")
    assert ledger(three.beta.vault) == {"EURC": "500000.000000", "USDC": "1000000.000000"}
