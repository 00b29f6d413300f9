"""Transfer offers between two firms: made, accepted and paid; rejected, withdrawn, expired, and without the funds."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.base import deposit
from tests.factories import OfferFactory
from tickets.models import TransferOffer


@pytest.fixture
def coins(market):
    deposit(market.alpha.vault, CC="1000")
    return market


def offer(person, amount, *, description="", hold=False, expires="In 24 hours", tracking_id="") -> None:
    """From the outbox over the form and the review."""
    person.go("/offers/sent/")
    person.follow("Make offer")
    person.is_at("Make an offer")
    person.field("A connection").select_option(label="Beta Desk")
    enter(person, amount)
    person.fill("Description", description)
    person.choose(expires)
    if hold:
        person.page.get_by_label("Hold the amount now").check()
    if tracking_id:
        person.fill("Tracking ID", tracking_id)
    person.press("Review offer")


def enter(person, amount) -> None:
    """The amount; where scripts run the page reads it back, if it can be read."""
    person.fill("Amount of Canton Coin", amount)
    if person.is_scripted:
        with person.page.expect_response(lambda response: "/offers/new/?" in response.url):
            person.field("Amount of Canton Coin").blur()


def test_an_offer_is_made_accepted_and_paid(coins, arrive):
    ada, cy = arrive(coins.ada), arrive(coins.cy)
    offer(ada, "12.5", description="Weekly rebate", tracking_id="sr/rebate 47")
    ada.is_at("Offer 12.5000000000 CC to Beta?")
    ada.reads("Beta Desk", "Weekly rebate", "sr/rebate 47", "24 hours after you make it")
    ada.press("Offer 12.5000000000 CC to Beta")
    ada.is_told("You offered 12.5000000000 CC to Beta.")
    ada.reads("Waiting for Beta to accept or reject it before")

    cy.go("/")
    cy.reads("Your turn (1)", "Accept 12.5000000000 CC from Alpha")
    made = TransferOffer.objects.get()
    cy.follow(f"Review {made.reference}")
    cy.reads("Alpha offers you 12.5000000000 CC.", "Not held: it completes only if the sender has the funds then.")
    cy.follow("Accept 12.5000000000 CC")
    cy.reads("Available after", "this cannot be undone")
    cy.press("Accept 12.5000000000 CC")
    cy.is_told("You accepted, and 12.5000000000 CC from Alpha has arrived in your vault “Beta Treasury”.")
    cy.reads("Status: Completed", "Alpha sent you 12.5000000000 CC.")
    assert cy.vault("Beta Treasury")["CC"] == "12.5000000000"
    assert ada.vault("Alpha Treasury")["CC"] == "987.5000000000"

    ada.go("/offers/sent/")
    ada.fill("Search by Reference, tracking ID, party, firm, description or amount", "REBATE 47")
    ada.press("Apply")
    ada.reads("Showing 1 of 1:", "The amount has moved.")
    ada.follow("Clear filters")
    ada.follow(f"{made.reference}, Beta")
    ada.reads("You sent Beta 12.5000000000 CC.")


def test_a_form_sent_again_or_gone_back_to_makes_no_second_offer(coins, arrive):
    ada = arrive(coins.ada)
    offer(ada, "5")
    review = ada.page.url
    ada.press("Offer 5.0000000000 CC to Beta")
    ada.go(review)
    ada.is_told("This offer was made already: here it is.")
    ada.is_at("Offer of 5.0000000000 CC to Beta")
    assert TransferOffer.objects.count() == 1


def test_held_coins_come_back_when_the_offer_is_rejected(coins, arrive):
    ada, cy = arrive(coins.ada), arrive(coins.cy)
    offer(ada, "400", hold=True)
    ada.reads("Held for this offer", "The amount is held now")
    ada.press("Offer 400.0000000000 CC to Beta")
    assert ada.vault("Alpha Treasury")["CC held"] == "400.0000000000"
    cy.go("/offers/")
    cy.reads("The sender’s funds are held.")
    cy.follow(f"Reject {TransferOffer.objects.get().reference}")
    cy.fill("Reason", "Not ours")
    cy.press("Reject 400.0000000000 CC")
    cy.is_told("You rejected 400.0000000000 CC. Nothing has moved.")
    ada.go("/offers/sent/")
    ada.reads("Status: Rejected", "Beta declined it: Not ours")
    assert "CC held" not in ada.vault("Alpha Treasury")


def test_a_withdrawn_offer_can_no_longer_be_accepted(coins, arrive):
    ada, cy = arrive(coins.ada), arrive(coins.cy)
    offer(ada, "7")
    ada.press("Offer 7.0000000000 CC to Beta")
    made = TransferOffer.objects.get()
    cy.go(f"/offers/{made.pk}/accept/")
    ada.follow("Withdraw offer")
    ada.reads("Nothing of it was held")
    ada.press("Withdraw 7.0000000000 CC")
    ada.is_told("You withdrew your offer of 7.0000000000 CC.")
    cy.press("Accept 7.0000000000 CC")  # too late
    cy.is_told("This offer is withdrawn. Nothing was changed.")
    cy.follow("Back to the offer")
    cy.reads("Withdrawn by Alpha", "Nothing has moved.")


def test_an_expired_offer_says_so(coins, arrive):
    hours_ago = timezone.now() - timedelta(hours=3)
    made = OfferFactory(sender=coins.alpha.profile, receiver=coins.beta.profile, now=hours_ago)
    cy = arrive(coins.cy)
    cy.go("/offers/?status=expired")
    cy.reads("Status: Expired", "The time ran out before it was accepted.", "2 h ago")
    cy.go(f"/offers/{made.pk}/accept/")
    cy.is_at("Offer of 10.0000000000 CC from Alpha")
    cy.reads("Nothing has moved.")
    assert cy.link("Accept 10.0000000000 CC").count() == 0


def test_without_funds_an_accepted_offer_ends_and_both_are_told_why(coins, arrive):
    ada, cy = arrive(coins.ada), arrive(coins.cy)
    offer(ada, "1,000.25")
    ada.reads("“Alpha Treasury” has 0.2500000000 CC too little available.")
    ada.press("Offer 1 000.2500000000 CC to Beta")
    ada.go("/offers/sent/")
    ada.reads("0.2500000000 CC too little for all of them", "0.2500000000 CC too little is available for it.")
    cy.go(f"/offers/{TransferOffer.objects.get().pk}/accept/")
    cy.press("Accept 1 000.2500000000 CC")
    cy.is_told("You accepted, but nothing moved: Alpha is out of funds (missing 0.2500000000 CC). The offer has ended.")
    ada.go("/offers/sent/")
    ada.reads("Status: Withdrawn", "your firm was out of funds (missing 0.2500000000 CC)")
    assert ada.vault("Alpha Treasury")["CC"] == "1000.0000000000"


def test_the_form_reads_the_amount_back_and_keeps_what_was_typed(coins, arrive, scripts):
    ada = arrive(coins.ada)
    offer(ada, "1,2", description="Keep me", expires="Other")
    ada.is_told("Enter an amount of CC in figures")
    ada.is_told("Enter hours above 0")
    assert ada.field("Description").input_value() == "Keep me"
    enter(ada, "2 500.75")
    ada.fill("Hours", "1.5")
    if scripts:
        ada.reads("Read as 2 500.7500000000 CC", "1 500.7500000000 CC too little available")
        reading, amount = ada.page.locator("#reading"), ada.field("Amount of Canton Coin")
        amount.press("1")
        expect(reading).to_be_hidden()  # it was read of another amount
        amount.press("Backspace")
        expect(reading).to_be_visible()
    ada.press("Review offer")
    ada.is_at("Offer 2 500.7500000000 CC to Beta?")
    ada.follow("Change Amount")
    assert ada.field("Amount of Canton Coin").input_value() == "2 500.75"
    assert ada.field("Hours").input_value() == "1.5"


def test_a_party_that_is_not_connected_is_reached_by_its_id(coins, arrive):
    ada = arrive(coins.ada)
    dee = arrive(coins.dee)
    dee.go("/offers/")
    dee.reads("Your party IDs (1)", coins.gamma.profile.party)
    ada.go("/offers/new/")
    ada.fill("Or the party ID of the receiver", "gamma::1220nobody")
    enter(ada, "1")
    ada.press("Review offer")
    ada.is_told("No party with this ID is known here.")
    ada.fill("Or the party ID of the receiver", coins.gamma.profile.party)
    ada.press("Review offer")
    ada.press("Offer 1.0000000000 CC to Gamma")
    dee.go("/offers/")
    dee.reads("Waits for your answer.")
