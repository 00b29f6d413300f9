"""Checks 28 to 37: what cannot be undone is done once, on purpose, and told as it is."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from tests.checks import seen
from tests.checks.irreversible import acts_of, at_funding, funded_once, keeps, open_ticket, outcome_of, state_of
from tests.stories import ledger
from tests.views.second_factor import code_of, with_app, wrong_code
from tickets.models import Asset, Event, PolicyLimit, Posting, PostingKind, Ticket, TicketStatus

FUND = "Fund 100.000000 USDC"
QUICKLY = {"no_wait_after": True}


@seen("wide", "no-scripts")
def test_check_28_each_act_has_a_page_of_its_own_that_states_the_consequence(market, arrive, setting):
    for act in acts_of(market):
        person = arrive(act.member, setting)
        person.go(act.path)
        expect(person.page.get_by_role("heading", level=1)).to_have_text(re.compile(act.question))
        expect(person.page.locator(".consequence")).to_contain_text(act.consequence)
        expect(person.page.get_by_role("main").locator("form[method=post] button:not([type=button])")).to_have_count(1)
        assert re.search(r"/(review|confirm|accept|reject|withdraw|cancel|revoke)/", person.page.url)


@seen("wide")
def test_check_29_the_button_names_act_and_amount_and_enter_alone_does_nothing(market, arrive, setting):
    for act in acts_of(market):
        person = arrive(act.member, setting)
        person.go(act.path)
        expect(person.button(act.button)).to_be_visible()
        assert not person.page.evaluate("document.activeElement.matches('a, button, input, textarea')")
        before, there = Event.objects.count(), person.page.url
        person.page.keyboard.press("Enter")
        person.page.wait_for_timeout(100)
        assert (Event.objects.count(), person.page.url) == (before, there), act
        expect(person.button(act.button)).to_be_visible()


@seen("wide", "no-scripts")
def test_check_30_a_double_click_or_two_presses_of_enter_fund_once(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    at_funding(cy, ticket).dblclick()
    cy.is_at("Two-way ticket with Alpha")
    cy.reads("Held since")
    assert funded_once(market, ticket)

    ada = arrive(market.ada, setting)
    at_funding(ada, ticket, "Fund 1.00000000 BTC").focus()
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.press("Enter")
    ada.reads("Status: Settled")
    assert Posting.objects.filter(kind=PostingKind.HOLD).count() == 2
    assert ledger(market.alpha.vault)["BTC"] == "9.00000000"


@seen("wide", "no-scripts")
def test_check_30_in_two_tabs_the_second_shows_what_the_first_did(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    first = cy.page
    at_funding(cy, ticket)
    cy.page = cy.context.new_page()
    at_funding(cy, ticket)
    second, cy.page = cy.page, first
    cy.press(FUND)
    cy.page = second
    cy.press(FUND)
    cy.is_at("Two-way ticket with Alpha")
    cy.reads("Held since")
    assert funded_once(market, ticket)


@seen("wide")
def test_check_31_a_lost_answer_is_not_known_and_check_again_finds_that_it_went_through(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    button = at_funding(cy, ticket)

    def lose_answer(route):
        route.fetch()
        route.abort("connectionreset")

    cy.page.route("**/confirm/**", lose_answer)
    button.click()
    note = cy.page.locator("[data-unsure]")
    expect(note).to_contain_text("We do not know yet whether this went through.")
    expect(cy.page.locator("[data-live]")).to_contain_text("We do not know yet")
    expect(button).to_be_visible()
    cy.reads_no("failed", "error")
    cy.page.unroute("**/confirm/**")
    cy.follow("Check again")
    cy.reads("Held since")
    assert funded_once(market, ticket)


@seen("wide")
def test_check_31_offline_nothing_went_through_and_it_can_be_sent_again(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    button = at_funding(cy, ticket)
    cy.context.set_offline(True)
    button.click()
    cy.page.get_by_role("link", name="Check again").click()
    expect(cy.page.locator("[data-unsure]")).to_contain_text("Still no connection at ")
    cy.context.set_offline(False)
    cy.page.route("**/confirm/**", lambda route: route.fulfill(status=502, body="Bad gateway"))
    button.click()
    expect(cy.page.locator("[data-unsure]")).to_contain_text("The connection was lost")
    assert not Posting.objects.filter(kind=PostingKind.HOLD).exists()
    cy.page.unroute("**/confirm/**")
    cy.press(FUND)
    cy.is_told("You funded 100.000000 USDC.")


@seen("wide", "no-scripts")
def test_check_32_of_two_acts_at_once_one_is_done_and_the_other_keeps_its_words(market, arrive, setting):
    ticket = open_ticket(market, kind="one_way", send=[])
    ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
    ada.go(f"/tickets/{ticket}/cancel/")
    ada.fill("Reason", "The price has moved")
    for button in [ada.button(f"Cancel ticket {ticket}"), at_funding(cy, ticket)]:
        button.click(**QUICKLY)
    is_cancelled = outcome_of(ada, f"{ticket} is cancelled.", "This ticket is settled. Nothing was changed.")
    is_funded = outcome_of(cy, "You funded 100.000000 USDC.", "This ticket is cancelled. Alpha ended it at")
    assert is_cancelled != is_funded
    if is_funded:
        keeps(ada, "The price has moved")
    else:
        cy.reads("100.000000 USDC from your vault “Beta Treasury”")
    ticket.refresh_from_db()
    assert ticket.status == (TicketStatus.FULFILLED if is_funded else TicketStatus.CANCELLED)
    assert ledger(market.beta.vault)["USDC"] == ("999900.000000" if is_funded else "1000000.000000")


@seen("wide", "no-scripts")
@pytest.mark.parametrize("settlement", ["together", "leg_by_leg"])
def test_check_32_who_cancels_too_late_sees_what_changed_and_keeps_the_reason(market, arrive, setting, settlement):
    ticket = open_ticket(market, settlement=settlement)
    ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
    ada.go(f"/tickets/{ticket}/cancel/")
    ada.fill("Reason", "The price has moved")
    if settlement == "together":
        cy.go(f"/tickets/{ticket}/reject/")
        cy.fill("Reason", "Not agreed")
        cy.press(f"Reject ticket {ticket}")
        told = "This ticket is rejected. Beta ended it at"
    else:
        at_funding(cy, ticket).click()
        cy.is_told("You funded 100.000000 USDC.")
        told = "A leg has moved already, so only the firm that sent it can end this ticket."
    ada.button(f"Cancel ticket {ticket}").click()
    ada.is_told(told)
    keeps(ada, "The price has moved")
    ada.follow("Back to the ticket")
    ada.reads("Status: Rejected" if settlement == "together" else "Status: Part funded")


@seen("wide")
def test_check_33_nothing_on_the_page_changes_before_the_server_has_answered(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    pressed = at_funding(cy, ticket)

    def slowly(route):
        cy.page.wait_for_timeout(3000)
        route.continue_()

    cy.page.route("**/confirm/**", slowly)
    before, words = cy.page.get_by_role("main").inner_text(), pressed.inner_text()
    with cy.page.expect_request("**/confirm/**"):
        pressed.click(**QUICKLY)
    button = cy.page.locator("main form .acts button")
    expect(button).to_have_text("Sending…")
    expect(button).to_have_attribute("aria-busy", "true")
    assert cy.page.get_by_role("main").inner_text() == before.replace(words, "Sending…")
    button.click(**QUICKLY)  # ignored
    cy.is_told("You funded 100.000000 USDC.")
    cy.reads("Held since")
    assert funded_once(market, ticket)


@seen("wide")
@pytest.mark.parametrize("way", ["fund/", "fund/1/by-hand/"], ids=["from a vault", "by hand"])
def test_check_34_a_wrong_code_leaves_state_and_form_as_they_were(market, arrive, setting, way):
    cache.clear()
    PolicyLimit.objects.set(Asset.objects.get(pk="USDC"), Decimal(99), by=market.beta.admin)
    secret, ticket, cy = with_app(market.cy), open_ticket(market), arrive(market.cy, setting)
    before, is_by_hand = state_of(ticket), "by-hand" in way
    cy.go(f"/tickets/{ticket}/{way}")
    if is_by_hand:
        cy.fill("Transaction hash", "0xfeed")
    else:
        cy.press("Review funding")
    cy.reads("Beta asks for your second factor above 99.000000 USDC.")
    act = f"{FUND} by hand" if is_by_hand else FUND
    wrong = wrong_code(secret)
    for code, problem in (("", "Enter the code from your authenticator app"), (wrong, "That code is wrong")):
        cy.page.get_by_label("Code").fill(code)
        cy.button(act).click()
        cy.is_told(problem)
        assert state_of(ticket) == before
        expect(cy.page.get_by_label("Code")).to_have_value(code)
        if is_by_hand:
            expect(cy.field("Transaction hash")).to_have_value("0xfeed")
        else:
            cy.reads("100.000000 USDC from your vault “Beta Treasury”")
    cy.page.get_by_label("Code").fill(code_of(secret))
    cy.press(act)
    cy.is_told("Leg 1 is funded by hand." if is_by_hand else "You funded 100.000000 USDC.")


@seen("wide", "no-scripts")
def test_check_35_the_maker_cannot_approve_reads_why_and_a_forged_post_is_forbidden(market, arrive, setting):
    market.alpha.workspace.auto_approval = False
    market.alpha.workspace.save()
    ada = arrive(market.ada, setting)
    reference = ada.open_ticket(receive=[("USDC", "100")])
    ada.is_at(f"Ticket {reference} is waiting for approval")
    ada.reads("Not you: you made it.")
    ada.go(f"/tickets/{reference}/")
    ada.reads("Waiting for a second approver: not you, you made it.", "Bo")
    assert ada.link("Approve").count() == ada.link("Decline").count() == 0
    ada.go(f"/tickets/{reference}/approve/")
    ada.reads("a second person must approve it")
    assert ada.page.get_by_role("main").get_by_role("button").count() == 0
    for act in ("approve", "decline"):
        assert ada.post(f"/tickets/{reference}/{act}/", reason="I say so").status == 403
    assert Ticket.objects.get(reference=reference).status == TicketStatus.AWAITING_APPROVAL


@seen("wide")
@pytest.mark.parametrize("act", ["Cancel", "Reject"])
def test_check_36_a_reason_is_needed_and_all_read_it_on_ticket_timeline_and_record(market, arrive, setting, act):
    ticket, ada, cy = open_ticket(market), arrive(market.ada, setting), arrive(market.cy, setting)
    person, done = (ada, "cancelled") if act == "Cancel" else (cy, "rejected")
    person.go(f"/tickets/{ticket}/")
    person.follow(f"{act} ticket")
    person.button(f"{act} ticket {ticket}").click()
    person.is_told("Give a reason")
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.OPEN
    person.fill("Reason", "The price <b>has</b> moved")
    person.press(f"{act} ticket {ticket}")
    person.is_told(f"{ticket} is {done}.")
    for reader in (ada, cy):
        reader.go(f"/tickets/{ticket}/")
        expect(reader.page.locator("#ticket-timeline")).to_contain_text("Reason: The price <b>has</b> moved")
        reader.go("/activity/")
        expect(reader.page.get_by_role("row").filter(has_text=f"{done} the ticket")).to_contain_text("<b>has</b> moved")
        reader.go("/history/")
        reader.reads("The price <b>has</b> moved")
        assert "The price <b>has</b> moved" in reader.context.request.get("/activity/csv/").text()


@seen("wide", "no-scripts")
def test_check_37_a_session_lost_mid_form_comes_back_to_the_draft_and_nothing_was_sent(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    reference = ada.reference()
    ada.enter("receive", [("USDC", "250000")])
    ada.context.clear_cookies(name="sessionid")
    ada.press("Continue")
    ada.is_at("Sign in")
    assert not Ticket.objects.get().terms.exists()
    ada.sign_in()
    ada.is_asked("Which assets should move?")
    assert ada.reference() == reference


@seen("wide", "no-scripts")
def test_check_37_a_session_lost_at_an_act_comes_back_to_its_page_and_nothing_was_done(market, arrive, setting):
    ticket, cy = open_ticket(market), arrive(market.cy, setting)
    button = at_funding(cy, ticket)
    there = cy.page.url
    cy.context.clear_cookies(name="sessionid")
    button.click()
    cy.is_at("Sign in")
    assert not Posting.objects.filter(kind=PostingKind.HOLD).exists()
    cy.sign_in()
    expect(cy.page).to_have_url(there)
    cy.press(FUND)
    cy.is_told("You funded 100.000000 USDC.")
    assert funded_once(market, ticket)
