"""A firm in which a ticket opens only once a second person has approved it."""

import pytest

from tests.base import cast
from tickets.models import Ticket, TicketStatus


@pytest.fixture
def market():
    return cast(auto_approval=False)


def status_of(reference):
    return Ticket.objects.get(reference=reference).status


def test_a_second_person_opens_what_nobody_else_has_seen_before(market, arrive):
    ada, bo, cy = arrive(market.ada), arrive(market.bo), arrive(market.cy)
    reference = ada.open_ticket(receive=[("USDC", "100")], expires="In 1 hour")
    ada.reads("The 1 hour begin")
    cy.go(f"/tickets/{reference}/")
    cy.is_at("There is no page here")

    bo.go("/")
    bo.reads("Your turn (1)", "Approve one-way ticket with Beta")
    bo.follow(f"Review {reference}")
    bo.reads("Ada asks you to approve this ticket.")
    bo.follow("Approve")
    bo.is_at(f"Approve ticket {reference}?")
    bo.reads("Approving opens the ticket.", "100.000000 USDC")
    bo.press(f"Approve ticket {reference}")
    bo.is_told(f"{reference} is approved and open.")

    assert status_of(reference) == TicketStatus.OPEN
    ada.go(f"/tickets/{reference}/")
    ada.reads("Status: Open", "Waiting for Beta to fund leg 1", "Bo approved and opened the ticket")
    cy.go("/")
    cy.reads("Your turn (1)", "Fund 100.000000 USDC to Alpha")


def test_whoever_declines_gives_a_reason_that_the_maker_reads(market, arrive):
    ada, bo, cy = arrive(market.ada), arrive(market.bo), arrive(market.cy)
    reference = ada.open_ticket(receive=[("USDC", "100")])

    bo.go(f"/tickets/{reference}/")
    bo.follow("Decline")
    bo.press(f"Decline ticket {reference}")
    bo.is_told("Give a reason")
    assert status_of(reference) == TicketStatus.AWAITING_APPROVAL
    bo.fill("Reason", "Over our limit\nfor today")
    bo.press(f"Decline ticket {reference}")
    bo.is_told(f"{reference} is declined.")

    ada.go(f"/tickets/{reference}/")
    ada.reads("Status: Cancelled", "Bo declined the ticket", "Over our limit")
    ada.go("/history/")
    ada.reads(reference, "Over our limit")
    cy.go(f"/tickets/{reference}/")
    cy.is_at("There is no page here")
    assert status_of(reference) == TicketStatus.CANCELLED
