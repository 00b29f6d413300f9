"""Checks 1, 3, 7 to 11 and 13: the pages of the wizard."""

import re

import pytest
from playwright.sync_api import expect

from tests.checks import seen
from tests.factories import TicketFactory
from tests.stories.drafts import QUESTIONS, answer, answered, reviewed
from tickets.models import Ticket, TicketStatus

IS_BEFORE = "(one, other) => !!(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING)"
FOCUSED = "() => document.activeElement.textContent.trim()"


@seen()
def test_check_01_each_step_has_one_heading_its_title_a_way_back_and_one_button(market, arrive, setting):
    draft = TicketFactory(connection=market.connection, by=market.ada, kind="two_way", send=[("BTC", "1")])
    ada = arrive(market.ada, setting)
    for path in ("/tickets/new/", *(f"/tickets/{draft}/draft/{slug}/" for slug in ("type", *QUESTIONS))):
        ada.go(path)
        (heading,) = ada.page.get_by_role("heading", level=1).all()
        (back,) = ada.page.get_by_role("link", name="Back", exact=True).all()
        (button,) = ada.page.locator("main .button--primary").all()
        title = " ".join(heading.text_content().split())
        assert ada.page.title() == f"{title} · Countersign"
        assert back.evaluate(IS_BEFORE, heading.element_handle())
        expect(button).to_be_visible()
        if setting == "keyboard":
            assert reaches(ada, back) < reaches(ada, button)


def reaches(person, wanted):
    """How many times Tab has to be pressed from the beginning of the page."""
    person.page.reload()
    for presses in range(1, 100):
        person.page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return presses
    pytest.fail("Tab does not reach it")


@seen("wide", "phone", "tree")
def test_check_03_the_rail_says_in_words_what_is_done_and_where_one_is(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    rows = ada.page.get_by_role("list", name="Progress").get_by_role("listitem").all()
    words = [" ".join(row.inner_text().split()) for row in rows]
    assert words[:4] == ["1 Type done", "2 Profile done", "3 Funding done", "4 Assets now"]
    assert words[4:] == ["5 Expiration optional", "6 Note optional", "7 External ID optional", "8 Review to do"]
    assert [row.get_attribute("aria-current") for row in rows] == [None] * 3 + ["step"] + [None] * 4
    assert ada.page.locator("[aria-current=step]").count() == 1
    for row in rows:  # not only read out: words that are clipped away have a pixel of room
        assert row.locator(".progress__name").bounding_box()["width"] > 30


@seen("wide", "no-scripts")
def test_check_07_back_from_review_shows_saved_terms_and_sends_nothing_again(market, arrive, setting):
    ada = arrive(market.ada, setting)
    answered(ada)
    sent = []
    ada.page.on("request", lambda request: sent.append(request.method))
    for step in ("external-id", "note"):
        ada.page.go_back()
        ada.is_asked(QUESTIONS[step])
    assert ada.field("Note").input_value() == "Block 3\nof 5"
    ada.page.go_back()
    assert ada.choice("In 4 hours").is_checked()
    for step in ("note", "external-id", "review"):
        ada.page.go_forward()
        ada.is_asked(QUESTIONS[step])
    assert set(sent) <= {"GET"}


@seen("wide", "no-scripts")
def test_check_07_back_over_a_page_that_had_an_error_asks_for_no_resubmission(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    answer(ada, "assets")
    ada.choose("Other")
    ada.fill("Hours", "-1")
    ada.press("Continue")
    ada.is_told("There is a problem")
    ada.fill("Hours", "6")
    ada.press("Continue")
    ada.is_asked(QUESTIONS["note"])
    ada.page.go_back()
    ada.is_asked(QUESTIONS["expiration"])


@pytest.mark.parametrize("setting", ["wide", "no-scripts"])
def test_check_08_at_every_step_a_reload_keeps_it_and_another_device_goes_on_there(market, arrive, setting):
    ada, phone = arrive(market.ada, setting), arrive(market.ada, setting, viewport={"width": 390, "height": 800})
    ada.go("/tickets/new/")
    ada.answer_type("One-way")
    reference = ada.reference()
    for step, question in QUESTIONS.items():
        ada.is_asked(question)
        ada.page.reload()
        ada.is_asked(question)
        phone.go("/")
        phone.follow(f"{reference}, Beta" if step not in ("profile", "funding") else f"{reference}, the counterparty")
        phone.is_asked(question)
        assert f"/{reference}/draft/{step}/" in phone.page.url
        if step != "review":
            answer(ada, step)
    for person in (ada, phone):
        person.reads("250 000.000000 USDC", "0.500000 EURC", "4 hours after opening", "Block 3", "OTC-1")
    phone.press("Open ticket")
    assert Ticket.objects.get().reference == reference
    assert Ticket.objects.get().status == TicketStatus.OPEN


def test_check_08_a_draft_outlives_signing_out_and_in(market, arrive):
    ada = arrive(market.ada, signed_in=False)
    ada.sign_in()
    ada.begin()
    reference = ada.reference()
    ada.sign_out()
    ada.go(f"/tickets/{reference}/draft/assets/")
    ada.is_at("Sign in")
    ada.sign_in()
    ada.is_asked(QUESTIONS["assets"])
    assert ada.reference() == reference


@seen("wide", "no-scripts")
def test_check_09_every_change_on_review_opens_its_page_filled_in_and_comes_straight_back(market, arrive, setting):
    ada = arrive(market.ada, setting)
    answered(ada)
    said = said_on_review(ada)
    for row, filled in {
        "Type": ada.choice("One-way"),
        "Your profile": ada.choice("Alpha Desk"),
        "Connection": ada.choice("Beta"),
        "You receive": ada.page.get_by_label("Amount", exact=True).first,
        "Expires": ada.choice("In 4 hours"),
        "Note": ada.field("Note"),
        "External ID": ada.field("External ID"),
    }.items():
        ada.follow(f"Change {row}")
        if filled.get_attribute("type") == "radio":
            expect(filled).to_be_checked()
        else:
            expect(filled).to_have_value({"Note": "Block 3\nof 5", "External ID": "OTC-1"}.get(row, "250000"))
        ada.press("Review request" if row == "External ID" else "Continue")
        ada.is_asked(QUESTIONS["review"])
        assert said_on_review(ada) == said


def said_on_review(person):
    """All rows, but for the moment at which the ticket would expire, which goes on with the clock."""
    return re.sub(r"\d\d:\d\d|\d+ \w{3} \d{4}", "", person.page.locator("dl.review").inner_text())


@seen("wide", "no-scripts")
def test_check_09_a_change_that_makes_something_missing_asks_for_it_first(market, arrive, setting):
    ada = arrive(market.ada, setting)
    reviewed(ada)
    ada.follow("Change Note")
    ada.fill("Note", "Block 4")
    ada.press("Continue")
    ada.is_asked(QUESTIONS["review"])
    ada.reads("Block 4")
    ada.follow("Change Type")
    ada.answer_type("Two-way")
    ada.is_asked(QUESTIONS["assets"])  # which a two-way ticket still lacks
    ada.enter("send", [("BTC", "1")])
    ada.press("Continue")
    ada.is_asked(QUESTIONS["review"])
    ada.reads("Beta will send you 250 000.000000 USDC; you will send Beta 1.00000000 BTC.", "Block 4")
    assert Ticket.objects.get().status == TicketStatus.DRAFT


def row_of(person, number):
    return person.page.get_by_role("group", name=f"Receive, asset {number}")


def test_check_10_an_asset_is_added_once_the_row_above_is_complete(market, arrive):
    ada = arrive(market.ada)
    ada.begin()
    add = ada.button("Add asset to receive")
    expect(add).to_have_attribute("aria-disabled", "true")
    expect(add).to_have_accessible_description("Fill in asset 1 first, both asset and amount.")
    add.focus()
    expect(add).to_be_focused()
    add.click(force=True)
    asset = row_of(ada, 1).get_by_label("Asset", exact=True)
    expect(asset).to_have_accessible_description("Choose an asset")
    expect(asset).to_be_focused()
    expect(row_of(ada, 2)).to_have_count(0)
    asset.select_option("USDC")
    row_of(ada, 1).get_by_label("Amount", exact=True).fill("1e5")
    row_of(ada, 1).get_by_label("Amount", exact=True).blur()
    expect(add).to_have_accessible_description("Correct asset 1 first.")


def test_check_10_and_then_it_works(market, arrive):
    ada = arrive(market.ada)
    ada.begin()
    ada.enter("receive", [("USDC", "5")])
    add = ada.button("Add asset to receive")
    expect(add).not_to_have_attribute("aria-disabled", "true")
    add.click()
    expect(row_of(ada, 2).get_by_label("Asset", exact=True)).to_be_focused()
    expect(row_of(ada, 1).get_by_label("Amount", exact=True)).to_have_value("5")


def test_check_10_the_button_keeps_the_focus_when_the_answer_about_the_row_above_arrives(market, arrive):
    ada = arrive(market.ada)
    ada.begin()
    held = []
    ada.page.route("**/draft/assets/", lambda route: held.append(route))
    row_of(ada, 1).get_by_label("Asset", exact=True).select_option("USDC")
    add = ada.button("Add asset to receive")
    add.focus()
    with ada.page.expect_response("**/draft/assets/"):
        held.pop().continue_()
    expect(row_of(ada, 1)).to_contain_text("Up to 6 decimals.")
    expect(add).to_be_focused()


def test_check_10_rows_about_to_be_replaced_take_no_typing_that_would_be_lost(market, arrive):
    ada = arrive(market.ada)
    ada.begin()
    ada.enter("receive", [("USDC", "5")])
    held = []
    ada.page.route("**/draft/assets/", lambda route: held.append(route))
    rows, add = ada.page.locator("#terms"), ada.button("Add asset to receive")
    expect(add).not_to_have_attribute("aria-disabled", "true")
    said = ada.page.locator(".message", has_text="No answer came. Check your connection and try again")
    for outcome in ("abort", "continue_"):
        add.click()
        expect(rows).to_have_js_property("inert", True)
        amount = row_of(ada, 1).get_by_label("Amount", exact=True)
        amount.evaluate("node => node.focus()")
        assert ada.page.evaluate("document.activeElement === document.body")
        getattr(held.pop(), outcome)()
        expect(rows).to_have_js_property("inert", False)
        expect(said).to_have_count(1 if outcome == "abort" else 0)
    ada.faults.clear()  # the answer that was cut off
    expect(row_of(ada, 2).get_by_label("Asset", exact=True)).to_be_focused()


@seen("wide", "no-scripts")
def test_check_11_a_middle_row_is_removed_and_the_others_move_up(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    ada.enter("receive", [("USDC", "1"), ("EURC", "2"), ("BTC", "3"), ("ETH", "4")])
    row_of(ada, 2).get_by_role("button", name="Remove asset 2").click()
    expect(row_of(ada, 4)).to_have_count(0)
    for number, (ticker, amount) in enumerate([("USDC", "1"), ("BTC", "3"), ("ETH", "4")], 1):
        expect(row_of(ada, number).get_by_label("Asset", exact=True)).to_have_value(ticker)
        expect(row_of(ada, number).get_by_label("Amount", exact=True)).to_have_value(amount)
    assert ada.page.evaluate(FOCUSED).startswith("You receive")


def test_check_13_panel_review_and_ticket_say_the_same_character_for_character(market, arrive):
    ada = arrive(market.ada)
    ada.begin("Two-way", "All legs together")
    ada.enter("receive", [("USDC", "250000"), ("ETH", "0.000000000000000001")])
    ada.enter("send", [("BTC", "3.75")])
    ada.press("Continue")
    panel = ada.page.get_by_role("complementary", name="So far")
    said = {name: fact(panel, name) for name in ("Your profile", "Connection", "You receive", "You send")}
    assert said["You receive"] == "250 000.000000 USDC\n0.000000000000000001 ETH"
    recital = sentence(panel.locator("p.meta"))
    ada.press("Review now")
    main = ada.page.get_by_role("main")
    assert {name: fact(main, name) for name in said} == said
    assert sentence(main.locator(".recital")) == recital
    ada.press("Open ticket")
    assert {name: fact(main, name) for name in said} == said
    assert sentence(main.locator(".recital")) == recital
    ada.follow("Go to the ticket")
    assert {name: fact(main, name) for name in list(said)[:2]} == {name: said[name] for name in list(said)[:2]}
    assert sentence(main.locator(".recital")) == recital


def fact(place, name):
    """What stands beside this name; the kinds of space are of no matter."""
    value = place.locator("dl > div").filter(has=place.page.locator(f"dt:text-matches('^{name}')")).locator("dd").first
    lines = value.locator("data").all() or [value]
    return "\n".join(sentence(line) for line in lines)


def sentence(place):
    return " ".join(place.text_content().split())
