"""The largest and finest amount there can be, from the wizard to both balances."""

from tests.base import deposit
from tests.stories import ledger

WHOLE, FRACTION = "1234567890123456789012345678", "123456789012345678"
EXACT = f"{WHOLE}.{FRACTION}"
SHOWN = f"1 234 567 890 123 456 789 012 345 678.{FRACTION} ETH"


def test_an_amount_of_46_digits_stays_exact_on_every_page_and_in_both_vaults(market, arrive):
    deposit(market.beta.vault, ETH=f"{WHOLE[:-1]}9.{FRACTION}")
    ada, cy = arrive(market.ada), arrive(market.cy)

    ada.begin()
    ada.enter("receive", [("ETH", EXACT)])
    ada.press("Review now")
    ada.is_asked("Review the request")
    ada.reads(f"Beta will send you {SHOWN}.")
    ada.press("Open ticket")
    reference = ada.reference()
    ada.reads(SHOWN)
    ada.follow("Go to the ticket")
    ada.reads(SHOWN)

    cy.go("/")
    cy.reads(f"Fund {SHOWN} to Alpha")
    cy.follow(f"Fund {reference}")
    cy.press("Review funding")
    cy.is_at(f"Fund {SHOWN} to Alpha?")
    cy.press(f"Fund {SHOWN}")
    cy.is_told(f"You funded {SHOWN}.")

    assert cy.vault("Beta Treasury") == ledger(market.beta.vault) | {"ETH": "1.000000000000000000"}
    everything = f"{WHOLE[:-2]}98.{FRACTION}"  # with the 20 that were there
    assert ada.vault("Alpha Treasury")["ETH"] == ledger(market.alpha.vault)["ETH"] == everything
