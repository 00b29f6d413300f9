"""Two firms exchange two assets each way."""

import pytest

from tests.stories import ledger
from tickets.models import Ticket, TicketStatus

SEND, RECEIVE = [("BTC", "3.75"), ("ETH", "2")], [("USDC", "250000"), ("EURC", "1000.5")]
BEFORE = {
    "alpha": {"BTC": "10.00000000", "ETH": "20.000000000000000000", "SOL": "30.000000000"},
    "beta": {"EURC": "500000.000000", "USDC": "1000000.000000"},
}
AFTER = {
    "alpha": {
        "BTC": "6.25000000",
        "ETH": "18.000000000000000000",
        "EURC": "1000.500000",
        "SOL": "30.000000000",
        "USDC": "250000.000000",
    },
    "beta": {
        "BTC": "3.75000000",
        "ETH": "2.000000000000000000",
        "EURC": "498999.500000",
        "USDC": "750000.000000",
    },
}
ASIDE = {
    "alpha": {"BTC": "6.25000000", "BTC held": "3.75000000"}
    | {"ETH": "18.000000000000000000", "ETH held": "2.000000000000000000", "SOL": "30.000000000"},
    "beta": {"EURC": "498999.500000", "EURC held": "1000.500000"}
    | {"USDC": "750000.000000", "USDC held": "250000.000000"},
}


def has(person, firm, expected):
    """Exactly this is in the firm's treasury: the ledger says so, and so does the page."""
    assert ledger(firm.vault) == expected
    shown = person.vault(firm.vault.name)
    assert {name: figure for name, figure in shown.items() if not name.endswith("incoming")} == expected


@pytest.mark.parametrize("first", ["alpha", "beta"])
def test_together_every_leg_is_held_until_the_last_is_funded(market, arrive, first):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = ada.open_ticket("Two-way", "All legs together", receive=RECEIVE, send=SEND)
    ada.reads("All 4 legs settle together")
    one, other = ((ada, market.alpha), (cy, market.beta))[:: 1 if first == "alpha" else -1]
    second = "beta" if first == "alpha" else "alpha"

    one[0].fund(reference, "2 legs")
    one[0].reads("Status: Part funded, 50 percent", "Held since", "2 of 4 legs are funded", "Waiting for")
    has(*one, ASIDE[first])
    has(*other, BEFORE[second])
    other[0].go("/")
    other[0].reads("Your turn (1)")
    other[0].fund(reference, "2 legs")
    other[0].reads("Status: Settled", "4 of 4 legs settled together.")

    assert Ticket.objects.get(reference=reference).status == TicketStatus.FULFILLED
    has(ada, market.alpha, AFTER["alpha"])
    has(cy, market.beta, AFTER["beta"])


def test_leg_by_leg_each_leg_moves_when_it_is_funded(market, arrive):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = ada.open_ticket("Two-way", "Leg by leg", receive=RECEIVE, send=SEND, expires="In 1 hour")

    cy.go(f"/tickets/{reference}/fund/")
    cy.page.get_by_role("checkbox", name="Fund leg 2").uncheck()
    cy.press("Review funding")
    cy.reads("no longer expires")
    cy.press("Fund 250 000.000000 USDC")
    cy.reads("1 of 4 legs has moved", "the clock stopped")
    has(ada, market.alpha, BEFORE["alpha"] | {"USDC": "250000.000000"})
    has(cy, market.beta, {"EURC": "500000.000000", "USDC": "750000.000000"})

    ada.fund(reference, "2 legs")
    ada.reads("3 of 4 legs have moved", "Waiting for Beta to fund leg 2")
    has(ada, market.alpha, {name: figure for name, figure in AFTER["alpha"].items() if name != "EURC"})

    cy.fund(reference, "1 000.500000 EURC")
    cy.reads("Status: Settled", "4 of 4 legs settled.")
    has(ada, market.alpha, AFTER["alpha"])
    has(cy, market.beta, AFTER["beta"])
