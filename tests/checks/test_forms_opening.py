"""Checks 2, 17 and 18: from the wizard to what it opened, with scripts and without."""

import re

import pytest

from tests.base import deposit
from tests.checks import seen
from tests.stories.drafts import reviewed
from tickets.models import Ticket, TicketStatus, TransferOffer

WAYS = {
    "one-way": {"receive": [("USDC", "250,000.00"), ("EURC", "0.5")], "expires": "In 4 hours", "external_id": "OTC-1"},
    "two-way": {"kind": "Two-way", "settlement": "All legs together", "note": "Block 3\nof 5"}
    | {"receive": [("USDC", "250000")], "send": [("BTC", "3.75"), ("ETH", "2")]},
}


@pytest.mark.parametrize("way", WAYS)
def test_check_02_without_scripts_a_ticket_is_opened_and_settled_just_as_with_them(market, arrive, way):
    results, words = [], []
    for setting in ("wide", "no-scripts"):
        ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
        reference = ada.open_ticket(**WAYS[way])
        told = words_of(ada)
        for person in (ada, cy) if way == "two-way" else (cy,):
            fund_all(person, reference)
            told += words_of(person)
        results.append(facts_of(Ticket.objects.get(reference=reference)))
        words.append(told)
    assert results[0] == results[1]
    assert words[0] == words[1]
    assert results[0]["status"] == TicketStatus.FULFILLED


def test_check_02_without_scripts_an_offer_is_made_and_paid_just_as_with_them(market, arrive):
    deposit(market.alpha.vault, CC="100")
    results = []
    for setting in ("wide", "no-scripts"):
        ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
        ada.go("/offers/new/")
        ada.field("A connection").select_option(label="Beta Desk")
        ada.fill("Amount of Canton Coin", "12.5")
        ada.fill("Description", "Weekly rebate")
        ada.choose("In 24 hours")
        ada.press("Review offer")
        ada.press("Offer 12.5000000000 CC to Beta")
        made = TransferOffer.objects.latest("created_at")
        cy.go(f"/offers/{made.pk}/")
        cy.follow("Accept 12.5000000000 CC")
        cy.press("Accept 12.5000000000 CC")
        cy.reads("Status: Completed")
        made.refresh_from_db()
        results.append((made.amount, made.description, made.status, made.sender, made.receiver))
    assert results[0] == results[1]


def fund_all(person, reference):
    """Everything that this person's firm sends, from the vaults that the page proposes."""
    person.go(f"/tickets/{reference}/fund/")
    person.press("Review funding")
    with person.page.expect_navigation():
        person.page.locator("main .button--primary").click()


def facts_of(ticket):
    columns = ("kind", "settlement", "status", "expires_in", "note")
    terms = ticket.terms.values_list("number", "sender__profile__name", "asset", "amount", "status", "destination")
    parties = ticket.parties.values_list("role", "profile__name", "external_id")
    return {name: getattr(ticket, name) for name in columns} | {"terms": [*terms], "parties": sorted(parties, key=str)}


def words_of(person):
    """The page line by line, but for what no two tickets share, and for copying, which needs scripts."""
    own = r"TK-\w+|[0-9a-f-]{36}|\d+ \w{3} \d{4}|\d\d:\d\d(:\d\d)?|\d+ events"
    text = re.sub(own, "", person.page.inner_text("main"))
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("Copy ")]


@seen("wide", "no-scripts")
def test_check_17_the_page_after_opening_says_what_is_next_and_can_be_kept(market, arrive, setting):
    ada = arrive(market.ada, setting)
    reference = ada.open_ticket("Two-way", receive=[("USDC", "250000")], send=[("BTC", "3.75")], expires="In 4 hours")
    address = ada.page.url
    again = arrive(market.ada, setting)
    for person in (ada, again):
        person.go(address)
        person.is_at(f"Ticket {reference} is open")
        person.reads(reference, "by Ada", "What happens next")
        person.reads("Beta sees the ticket", "You fund 3.75000000 BTC", "Beta funds 250 000.000000 USDC", "by ")
        assert person.page.get_by_role("main").locator("time").count() >= 2
    ada.page.reload()
    ada.is_at(f"Ticket {reference} is open")
    assert Ticket.objects.count() == 1


def test_check_18_back_after_opening_and_opening_again_leave_one_ticket_and_say_so(market, arrive):
    ada = arrive(market.ada)
    reviewed(ada)
    old = ada.context.new_page()
    old.goto(ada.page.url)
    ada.press("Open ticket")
    reference = ada.reference()
    ada.page.go_back()
    ada.is_told(f"{reference} has been opened already, so its draft is closed.")
    assert ada.button("Open ticket").count() == 0
    ada.page = old  # as where the browser kept the form
    ada.press("Open ticket")
    ada.is_at(f"Ticket {reference} is open")
    assert Ticket.objects.get().reference == reference
