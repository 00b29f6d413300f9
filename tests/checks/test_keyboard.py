"""Keyboard and focus: checks 46 and 48 to 51."""

import pytest
from playwright.sync_api import expect

from tests.base import cast, deposit
from tests.checks.live import ASK, bar, open_ticket
from tests.checks.measure import measure
from tests.factories import TicketFactory
from tests.stories.people import Person
from tickets.models import Ticket

ACTIVE = "() => document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, BTC="2")
    for _ in range(3):
        TicketFactory(connection=market.connection, by=market.ada, kind="two_way", send=[("BTC", "1")], status="open")
    return market


@pytest.fixture
def ada(market, new_context, live_server):
    person = Person(market.ada, new_context())
    person.let_in(live_server.url)
    person.go("/")
    yield person
    assert person.faults == []


def key(person, *keys):
    for each in keys:
        person.page.keyboard.press(each)


def focused(person):
    return person.page.evaluate(ACTIVE)


def is_at(person, path):
    expect(person.page).to_have_url(f"{person.page.url.split('/', 3)[0]}//{person.page.url.split('/', 3)[2]}{path}")


def test_check_46_the_first_tab_shows_the_skip_link_which_leads_into_main(ada):
    key(ada, "Tab")
    assert focused(ada) == "Skip to main content"
    expect(ada.link("Skip to main content")).to_be_in_viewport()
    key(ada, "Enter")
    assert ada.page.evaluate("() => document.activeElement.id") == "main"


STOPS = """() => {
    const { say, against, ground } = measure, node = document.activeElement, box = node.getBoundingClientRect();
    const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = getComputedStyle(node);
    const bar = document.querySelector('.live__bar').getBoundingClientRect();
    const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
    return {
        what: say(node), is_page: node === document.body, style: outlineStyle, width: parseFloat(outlineWidth),
        outside: against(outlineColor, ground(node.parentElement)), inside: against(outlineColor, ground(node)),
        gap: parseFloat(outlineOffset), top: box.top - reach, bottom: box.bottom + reach,
        in_bar: !!node.closest('.live'), bar: [bar.top, bar.bottom], height: innerHeight,
    };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_check_48_the_focus_ring_is_wide_stands_out_and_is_never_covered(market, arrive, theme):
    market.cy.user.prefer(theme=theme)
    cy = arrive(market.cy, "keyboard", viewport={"width": 1280, "height": 500}, reduced_motion="reduce")
    cy.go("/")
    open_ticket(market)
    cy.page.evaluate(ASK)
    expect(bar(cy.page)).to_be_visible()  # which sticks to the foot of the window
    measure(cy.page, "lost()")
    faults, stops = [], []
    for _ in range(60):
        key(cy, "Tab")
        stop = cy.page.evaluate(STOPS)
        if stop["is_page"]:
            break
        stops.append(stop["what"])
        ring = stop["style"] == "solid" and stop["width"] >= 3 and stop["outside"] >= 3
        if not (ring and (stop["gap"] >= 2 or stop["inside"] >= 3)):
            faults.append(stop)
        is_under = not stop["in_bar"] and stop["bottom"] > stop["bar"][0] + 1 and stop["top"] < stop["bar"][1] - 1
        if is_under or stop["top"] < -1 or stop["bottom"] > stop["height"] + 1:
            faults.append(stop)
    assert not faults, "\n".join(map(str, faults))
    assert len(stops) > 20


def test_check_49_show_brings_the_changes_and_the_focus_to_the_heading(market, arrive):
    page = arrive(market.cy).page
    page.goto("/")
    ticket = open_ticket(market)
    page.evaluate(ASK)
    bar(page).get_by_role("link", name="Show").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("rowheader", name=ticket.reference)).to_be_visible()
    expect(bar(page)).to_be_hidden()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    open_ticket(market)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("1 ticket changed")  # the new page has a stamp of its own


def test_check_49_a_ticket_shows_by_itself_what_happened_and_keeps_the_focus(market, arrive):
    ticket = open_ticket(market)
    page = arrive(market.ada).page
    page.goto(f"/tickets/{ticket.reference}/")
    page.get_by_role("button", name="Copy ticket reference").focus()
    page.get_by_text("The making of the draft").click()
    page.mouse.move(0, 0)
    page.get_by_role("button", name="Copy ticket reference").focus()
    TicketFactory.fund(ticket, market.beta.workspace)
    page.evaluate(ASK)
    expect(page.get_by_role("main")).to_contain_text("Status: Settled")
    expect(page.get_by_role("main")).to_contain_text("Beta funded leg 1")
    expect(page.get_by_role("button", name="Copy ticket reference")).to_be_focused()
    expect(page.locator("#ticket-timeline details")).to_have_attribute("open", "")
    expect(page.locator("[data-live]")).to_have_text("This ticket changed")
    expect(bar(page)).to_be_hidden()


def test_check_49_what_somebody_is_using_is_not_taken_away(market, arrive):
    ticket = open_ticket(market)
    page = arrive(market.cy).page
    page.goto(f"/tickets/{ticket.reference}/")
    act = page.get_by_role("link", name="Reject ticket")
    act.focus()
    ticket.cancel(by=market.ada, reason="No longer needed")
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("This ticket changed Show")
    expect(act).to_be_focused()
    expect(page.locator("#ticket-timeline")).to_contain_text("cancelled the ticket")  # nobody was using that
    act.blur()
    page.mouse.move(0, 0)
    page.evaluate(ASK)
    expect(act).to_have_count(0)
    expect(bar(page)).to_be_hidden()


def test_check_50_keys_lead_to_pages(ada):
    for keys, path in (("ga", "/activity/"), ("gs", "/settings/"), ("gh", "/history/"), ("gd", "/")):
        key(ada, *keys)
        is_at(ada, path)
    key(ada, "n")
    is_at(ada, "/tickets/new/")


def test_check_50_j_and_k_walk_through_the_rows(ada):
    ada.go("/activity/")
    rows = ada.page.locator("main tbody tr a")
    key(ada, "j")
    expect(rows.nth(0)).to_be_focused()
    key(ada, "j")
    expect(rows.nth(1)).to_be_focused()
    key(ada, "k")
    expect(rows.nth(0)).to_be_focused()


def test_check_50_search_is_one_key_away_and_keys_are_typed_in_fields(ada):
    ada.go("/activity/")
    key(ada, "/")
    expect(ada.field("Reference or ID")).to_be_focused()
    ada.page.keyboard.type("gd?n/jk")
    expect(ada.field("Reference or ID")).to_have_value("gd?n/jk")
    is_at(ada, "/activity/")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)


def test_check_50_where_a_page_has_no_search_of_its_own_the_key_leads_to_that_of_all_pages(ada):
    ticket = Ticket.objects.first()
    ada.go("/vaults/")
    key(ada, "/")
    expect(ada.field("Find a ticket by reference, external ID or party")).to_be_focused()
    ada.page.keyboard.type(ticket.reference.lower())
    ada.page.keyboard.press("Enter")
    is_at(ada, f"/tickets/{ticket.reference}/")


def test_check_50_the_list_shows_every_key_and_only_links(ada):
    key(ada, "?")
    dialog = ada.page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("g then d")
    assert dialog.locator("form").count() == dialog.locator("form[method=dialog]").count() == 1
    key(ada, "g", "h")
    is_at(ada, "/")  # behind an open dialog nothing happens


def test_check_50_keys_with_control_and_after_a_while_do_nothing(ada):
    ada.go("/activity/")
    key(ada, "Control+j")
    assert ada.page.evaluate("() => document.activeElement === document.body")
    key(ada, "g")
    ada.page.wait_for_timeout(1700)
    key(ada, "d")
    is_at(ada, "/activity/")


def test_check_50_they_can_be_turned_off(ada):
    ada.go("/settings/")
    ada.page.get_by_label("Use single-key shortcuts").uncheck()
    ada.press("Save keyboard")
    ada.is_told("Your settings were saved.")
    key(ada, "?")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    key(ada, "g", "d")
    is_at(ada, "/settings/")


def test_check_51_escape_closes_the_list_and_gives_the_focus_back(ada):
    ada.go("/activity/")
    key(ada, "j")
    before = focused(ada)
    key(ada, "?")
    expect(ada.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    key(ada, "Escape")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)
    assert focused(ada) == before


def test_check_51_escape_closes_a_menu_wherever_the_focus_is(ada):
    summary = ada.page.locator("details.menu > summary")
    summary.click()
    ada.page.evaluate("() => document.activeElement.blur()")
    key(ada, "Escape")
    expect(ada.page.locator("details.menu[open]")).to_have_count(0)
    expect(summary).to_be_focused()


def test_check_51_escape_closes_the_navigation_of_a_phone(ada):
    ada.page.set_viewport_size({"width": 390, "height": 844})
    opener = ada.button("Menu")
    opener.focus()
    key(ada, "Enter")
    expect(ada.page.get_by_role("navigation", name="Main")).to_be_visible()
    key(ada, "Escape")
    expect(ada.page.get_by_role("navigation", name="Main")).to_have_count(0)
    expect(opener).to_be_focused()
