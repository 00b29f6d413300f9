"""The keyboard: skip link, shortcuts, menus and dialogs. Named by the checks of the reference that they are."""

import pytest
from playwright.sync_api import expect

from tests.base import cast, deposit
from tests.factories import TicketFactory
from tests.stories.people import Person

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


def test_check_47_filter_and_export_need_no_pointer(ada):
    ada.go("/activity/")
    reached = []
    for _ in range(60):
        key(ada, "Tab")
        reached.append(
            ada.page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()")
        )
        if reached[-1] == "Apply":
            break
    assert reached[0] == "Skip to main content"
    order = [reached.index(name) for name in ("Export CSV", "id_who", "id_thing", "id_reference", "id_since", "Apply")]
    assert order == sorted(order)
    ada.page.get_by_label("About", exact=True).focus()
    ada.page.keyboard.type("Conn")
    ada.page.get_by_role("button", name="Apply").focus()
    with ada.page.expect_navigation():
        key(ada, "Enter")
    ada.reads("About Connections")
    ada.link("Export CSV").focus()
    with ada.page.expect_download() as download:
        key(ada, "Enter")
    assert download.value.suggested_filename.startswith("activity-")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_check_48_the_focus_ring_is_three_pixels_wide(ada, market, theme):
    market.ada.user.prefer(theme=theme)
    ada.go("/settings/")
    key(ada, "Tab", "Tab", "Tab")
    style = ada.page.evaluate("() => { const { outline } = getComputedStyle(document.activeElement); return outline }")
    assert style.endswith("solid 3px")


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
