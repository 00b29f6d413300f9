"""Two firms exchange assets, one of them in German: each reads and types amounts as its own language writes them."""

import pytest
from playwright.sync_api import expect

from tests.stories import ledger


@pytest.fixture
def ada(market, arrive):
    market.ada.user.prefer(language="de")
    return arrive(market.ada)


def type_amount(person, side, ticker, typed, read_as=""):
    row = person.page.get_by_role("group", name=f"{side}, Asset 1")
    row.get_by_label("Asset", exact=True).select_option(ticker)
    row.get_by_label("Betrag", exact=True).fill(typed)
    row.get_by_label("Betrag", exact=True).blur()
    if person.is_scripted and read_as:
        expect(row).to_contain_text(f"Gelesen als {read_as}")


def to_the_assets(person):
    person.go("/")
    person.follow("Ticket öffnen")
    person.choose("Beidseitig")
    person.choose("Alle Legs gemeinsam")
    person.press("Weiter")
    person.is_asked("Welches Ihrer Profile öffnet es?")
    person.press("Weiter")
    person.choose("Beta")
    person.press("Weiter")
    person.is_asked("Welche Assets sollen übertragen werden?")


def test_a_ticket_is_opened_funded_and_stated_with_commas(market, ada, arrive):
    cy = arrive(market.cy)
    to_the_assets(ada)
    type_amount(ada, "Erhalten", "USDC", "250.000,50", "250 000,500000 USDC")
    type_amount(ada, "Senden", "BTC", "3,75", "3,75000000 BTC")
    ada.press("Jetzt prüfen")
    ada.is_asked("Prüfen Sie die Anfrage")
    ada.reads("Beta wird Ihnen 250 000,500000 USDC senden; Sie werden 3,75000000 BTC an Beta senden.")
    ada.press("Ticket öffnen")
    reference = ada.reference()

    cy.fund(reference, "250 000.500000 USDC")
    cy.reads("Status: Part funded")

    ada.go(f"/tickets/{reference}/")
    ada.follow("3,75000000 BTC bereitstellen")
    ada.press("Bereitstellung prüfen")
    ada.is_at("3,75000000 BTC für Beta bereitstellen?")
    ada.press("3,75000000 BTC bereitstellen")
    ada.is_told("Sie haben 3,75000000 BTC bereitgestellt.")
    ada.reads("Status: Abgewickelt", "2 von 2 Legs gemeinsam abgewickelt.")

    for asset, moved, left in (("BTC", "3,75000000", "6,25000000"), ("USDC", "250 000,500000", "250 000,500000")):
        ada.go(f"/statement/?asset={asset}")
        line = ada.page.get_by_role("row").filter(has_text=reference)
        expect(line).to_contain_text(moved)
        expect(line).to_contain_text(left)
    assert ledger(market.alpha.vault)["USDC"] == "250000.500000"


def test_what_may_be_a_whole_number_or_a_fraction_is_asked_about_and_kept(ada):
    to_the_assets(ada)
    type_amount(ada, "Erhalten", "USDC", "1.234")
    type_amount(ada, "Senden", "BTC", "3,75")
    ada.press("Weiter")
    ada.reads("Ist 1.234 eine ganze Zahl oder ein Bruchteil? Schreiben Sie 1234 oder 1,234")
    assert ada.page.get_by_role("group", name="Erhalten, Asset 1").get_by_label("Betrag").input_value() == "1.234"
    assert ada.page.get_by_role("group", name="Senden, Asset 1").get_by_label("Betrag").input_value() == "3,75"
    type_amount(ada, "Erhalten", "USDC", "1.234,00", "1 234,000000 USDC")
    ada.press("Weiter")
    ada.is_asked("Wann soll es ablaufen?")
