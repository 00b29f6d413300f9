"""Two firms connect, and part."""

from tests.base import connect
from tests.factories import TicketFactory
from tickets.models import Connection, ConnectionStatus


def ask(person, firm):
    person.go("/connections/")
    person.follow("Request connection")
    person.choose(firm)
    person.press("Ask to connect")
    person.is_at("Connections")


def test_one_firm_asks_the_other_approves_and_a_ticket_can_be_made(market, arrive):
    dee, gamma, beta = arrive(market.dee), arrive(market.gamma.admin), arrive(market.beta.admin)
    dee.go("/connections/new/")
    dee.reads("An admin of Gamma approves it first; your role may not.")
    ask(dee, "Beta")
    beta.go("/connections/")
    beta.reads_no("Gamma")  # a request that its own firm has not approved is nobody else's

    for person, other in ((gamma, "Beta"), (beta, "Gamma")):
        person.go("/")
        person.reads("Your turn (1)")
        person.follow(f"Review connection with {other}")
        person.follow("Approve connection")
        person.is_at(f"Approve the connection with {other}?")
        person.press("Approve connection")
    beta.reads("Status: Approved", "Tickets can be opened and funded between")

    dee.go("/")
    dee.follow("Open ticket")
    dee.answer_type("One-way")
    dee.press("Continue")
    assert dee.choice("Beta").is_enabled()


def test_a_request_is_rejected_with_a_reason_and_can_be_made_again(market, arrive):
    gamma, beta = arrive(market.gamma.admin), arrive(market.beta.admin)
    ask(gamma, "Beta")
    beta.go("/")
    beta.follow("Review connection with Gamma")
    beta.follow("Reject")
    beta.press("Reject connection")
    beta.is_told("Give a reason")
    beta.fill("Reason", "We do not know you")
    beta.press("Reject connection")
    beta.reads("Status: Rejected")

    gamma.go("/connections/")
    gamma.follow("Beta, Beta Desk")
    gamma.reads("Status: Rejected", "We do not know you")
    gamma.follow("Ask again")
    assert gamma.choice("Beta").is_enabled()


def test_a_request_is_withdrawn_before_it_is_answered(market, arrive):
    gamma, beta = arrive(market.gamma.admin), arrive(market.beta.admin)
    ask(gamma, "Beta")
    beta.go("/")
    beta.follow("Review connection with Gamma")
    beta.follow("Approve connection")

    gamma.go("/connections/")
    gamma.follow("Beta, Beta Desk")
    gamma.follow("Withdraw request")
    gamma.press("Withdraw request")
    gamma.reads("Status: Withdrawn")

    beta.press("Approve connection")  # too late
    beta.is_told("This request is withdrawn already.")
    assert Connection.objects.between(market.beta.profile, market.gamma.profile).get().status == "withdrawn"


def test_after_a_removal_an_open_ticket_can_be_cancelled_but_not_funded(market, arrive):
    ticket = TicketFactory(status="open", connection=market.connection, by=market.ada)
    connect(market.beta, market.gamma)
    beta, cy, ada = arrive(market.beta.admin), arrive(market.cy), arrive(market.ada)
    beta.go("/connections/")
    beta.follow("Alpha, Alpha Desk")
    beta.follow("Remove connection")
    beta.reads("1 open ticket can no longer be funded")
    beta.fill("Reason", "We parted")
    beta.press("Remove connection")
    beta.reads("Status: Removed", "We parted")
    market.connection.refresh_from_db()
    assert market.connection.status == ConnectionStatus.REMOVED

    cy.go(f"/tickets/{ticket}/")
    cy.reads("no longer connected")
    assert cy.link("Fund 250 000.000000 USDC").count() == 0
    ada.go(f"/tickets/{ticket}/")
    ada.follow("Cancel ticket")
    ada.fill("Reason", "They have left")
    ada.press(f"Cancel ticket {ticket}")
    ada.is_told(f"{ticket} is cancelled.")
    ada.go("/tickets/new/")
    ada.answer_type("One-way")
    ada.reads("No approved connection yet")
