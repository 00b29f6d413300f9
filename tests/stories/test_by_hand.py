"""Assets that move outside: the sender says so, the receiver confirms."""

from tests.stories import ledger
from tests.stories.test_two_way import BEFORE
from tickets.models import Ticket, TicketStatus

FIRST, SECOND = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "60303ae22b998861bce3b28f33eec1be758a213c"


def test_the_sender_gives_the_transaction_and_the_receiver_confirms_that_it_arrived(market, arrive):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = ada.open_ticket(receive=[("DOGE", "5")])

    cy.go(f"/tickets/{reference}/")
    cy.follow("Fund leg 1 by hand")
    cy.is_at("Fund leg 1, 5.00000000 DOGE, by hand?")
    cy.press("Fund 5.00000000 DOGE by hand")
    cy.is_told("Enter the hash of the transaction")
    cy.fill("Transaction hash", FIRST)
    cy.press("Fund 5.00000000 DOGE by hand")
    cy.is_told("Leg 1 is funded by hand.")

    ada.go("/")
    ada.reads("Confirm that all legs arrived")
    ada.follow(f"Confirm {reference}")
    ada.reads(FIRST, "Countersign did not move what was funded by hand")
    ada.press("Confirm all legs arrived")
    ada.is_told(f"{reference} is settled.")
    ada.reads("Status: Settled", "by hand, outside Countersign")

    assert Ticket.objects.get(reference=reference).status == TicketStatus.FULFILLED
    assert ada.vault("Alpha Treasury") == ledger(market.alpha.vault) == BEFORE["alpha"]
    assert cy.vault("Beta Treasury") == ledger(market.beta.vault) == BEFORE["beta"]


def test_once_a_leg_is_funded_by_hand_the_others_must_be_too(market, arrive):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = ada.open_ticket("Two-way", receive=[("USDC", "100")], send=[("BTC", "1")])
    cy.go(f"/tickets/{reference}/")
    cy.follow("Fund leg 1 by hand")
    cy.reads("Every other leg must then be funded by hand too")
    cy.fill("Transaction hash", FIRST)
    cy.press("Fund 100.000000 USDC by hand")

    ada.go(f"/tickets/{reference}/")
    ada.reads("another leg of this ticket was, so the rest must be too", "You cannot cancel it: a leg has moved")
    ada.follow("Fund leg 2 by hand")
    ada.fill("Transaction hash", SECOND)
    ada.press("Fund 1.00000000 BTC by hand")
    ada.reads("Status: All legs moved", "Confirm that all of them arrived.")
    ada.follow("Confirm all legs arrived")
    ada.reads(FIRST, SECOND)
    ada.press("Confirm all legs arrived")
    ada.reads("Status: Settled")
    assert ledger(market.alpha.vault) == BEFORE["alpha"]
