"""A firm asks another for two assets, and gets them."""

from tests.base import deposit
from tests.stories import ledger
from tickets.models import Account, Ticket, TicketStatus


def test_two_assets_are_asked_for_page_by_page_and_funded_in_one_act(market, arrive):
    reserve = Account.objects.add_vault(market.beta.workspace, "Beta Reserve")
    deposit(reserve, BTC="4")
    ada, cy = arrive(market.ada, signed_in=False), arrive(market.cy, signed_in=False)

    ada.sign_in()
    ada.is_at("Dashboard")
    reference = ada.open_ticket(
        receive=[("USDC", " 250,000.00 "), ("BTC", "3.75")], expires="In 4 hours", note="Block 3", external_id="OTC-1"
    )
    ada.is_at(f"Ticket {reference} is open")
    ada.reads("Beta will send you 250 000.000000 USDC and 3.75000000 BTC. You will send nothing.", "Block 3", "OTC-1")
    assert ada.vault("Alpha Treasury")["USDC incoming"] == "250000.000000"

    cy.sign_in()
    cy.reads("Your turn (1)", "Fund 250 000.000000 USDC and 3.75000000 BTC to Alpha")
    cy.follow(f"Fund {reference}")
    cy.is_at("Fund 2 legs")
    legs = [cy.page.get_by_role("group", name=f"Leg {number}:") for number in (1, 2)]
    assert legs[0].get_by_role("radio", name="Beta Treasury").is_checked()
    assert legs[1].get_by_role("radio", name="Beta Treasury").is_disabled()
    legs[1].get_by_role("radio", name="Beta Reserve").check()
    cy.press("Review funding")
    cy.is_at("Fund 2 legs to Alpha?")
    cy.reads("1 000 000.000000", "−250 000.000000", "750 000.000000", "−3.75000000", "0.25000000")
    cy.reads("at once", "cannot be undone", "the ticket is then settled")
    cy.press("Fund 2 legs")
    cy.is_told("You funded 2 legs.")
    cy.reads("You sent Alpha 250 000.000000 USDC and 3.75000000 BTC.", "Status: Settled")
    cy.reads_no("OTC-1")

    ada.go("/")
    ada.reads("Active tickets (0)")
    ada.follow("Ticket history")
    ada.follow(f"{reference}, Beta")
    ada.reads("Beta sent you 250 000.000000 USDC and 3.75000000 BTC.", "2 of 2 legs settled", "OTC-1")
    ada.reads_no("Beta Reserve")

    assert Ticket.objects.get(reference=reference).status == TicketStatus.FULFILLED
    assert ada.vault("Alpha Treasury") == ledger(market.alpha.vault)
    assert ledger(market.alpha.vault) == {
        "BTC": "13.75000000",
        "ETH": "20.000000000000000000",
        "SOL": "30.000000000",
        "USDC": "250000.000000",
    }
    assert cy.vault("Beta Treasury") == ledger(market.beta.vault) == {"EURC": "500000.000000", "USDC": "750000.000000"}
    assert cy.vault("Beta Reserve") == ledger(reserve) == {"BTC": "0.25000000"}
