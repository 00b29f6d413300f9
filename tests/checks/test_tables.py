"""Tables, filters, lists: checks 38 to 45, save paging through very many and acts on several."""

import csv
from collections import Counter
from decimal import Decimal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.checks import seen
from tests.checks.live import ASK, bar, open_ticket
from tests.checks.measure import measure
from tests.checks.pages import furnish
from tests.factories import TicketFactory

LISTS = (
    "/",
    "/tickets/",
    "/history/",
    "/offers/",
    "/connections/",
    "/activity/",
    "/vaults/",
    "/assets/",
    "/api-users/",
)
TABLES = """() => [...document.querySelectorAll('main table')].map((table) => ({
    caption: table.caption?.textContent.trim(),
    bare: [...table.querySelectorAll('thead th:not([scope=col]), tbody th:not([scope=row]), thead td')].length,
    sorted: table.querySelectorAll('[aria-sort]').length,
    heads: table.tHead?.querySelectorAll('th').length,
}))"""
ROWS = "() => [...document.querySelectorAll('#list tbody th .ref, #list tbody th a')].map((link) => link.textContent)"


def test_check_38_tables_have_captions_heads_and_one_order_and_rows_a_name(market, arrive):
    furnish(market)
    admin = arrive(market.alpha.admin, "tree")
    for path in (*LISTS, "/statement/?asset=ETH", "/settled/"):
        admin.go(path)
        for table in admin.page.evaluate(TABLES):
            assert table["caption"] and table["heads"] and not table["bare"], (path, table)
            assert table["sorted"] <= 1, (path, table)
    for path in ("/tickets/", "/history/"):
        admin.go(path)
        assert sum(table["sorted"] for table in admin.page.evaluate(TABLES)) == 1
        links = admin.page.get_by_role("table").get_by_role("rowheader").get_by_role("link").all()
        assert len(links) > 1
        for link in links:
            reference, _, party = " ".join(link.text_content().split()).partition(", ")
            assert reference.startswith("TK-") and party == "Beta"


@seen("wide", "no-scripts")
def test_check_39_filter_sort_and_page_are_addresses_that_anybody_can_open(market, arrive, setting):
    for number in range(52):  # two pages
        TicketFactory(connection=market.connection, by=market.ada, status="open", receive=[("USDC", f"{number + 1}")])
    TicketFactory(connection=market.connection, by=market.ada, status="open", receive=[("EURC", "7")])
    ada = arrive(market.ada, setting)
    ada.go("/tickets/")
    ada.field("Asset").select_option(label="USDC")
    ada.field("Order").select_option(label="Newest first")
    ada.button("Apply").click()
    ada.reads("1 to 50 of 52")
    ada.page.locator("a[rel=next]").click()
    ada.reads("51 to 52 of 52")
    assert "asset=USDC" in ada.page.url and "after=" in ada.page.url
    shown = ada.page.evaluate(ROWS)
    other = arrive(market.alpha.admin, setting)  # another person of the firm, in a browser of their own
    other.go(ada.page.url)
    assert other.page.evaluate(ROWS) == shown and len(shown) == 2
    assert not ada.page.locator("form[method=post]:visible").count()


def test_check_40_filters_are_removed_one_by_one_and_no_match_is_not_an_empty_account(market, arrive):
    TicketFactory(connection=market.connection, by=market.ada, status="open")
    ada, dee = arrive(market.ada), arrive(market.dee)
    ada.go("/tickets/?status=open&q=beta&kind=one_way")
    said = ada.page.locator(".active-filters")
    expect(said).to_contain_text("1 ticket")
    count = said.get_by_role("link", name="Remove").count()
    assert count == 3
    for left in range(count - 1, -1, -1):
        said.get_by_role("link", name="Remove").first.click()
        expect(ada.page.locator(".active-filters").get_by_role("link", name="Remove")).to_have_count(left)
    assert ada.page.url.endswith("/tickets/") or "=" not in ada.page.url.partition("?")[2]
    ada.go("/tickets/?q=nothing")
    ada.reads("No ticket fits all of this.", "Clear filters")
    dee.go("/tickets/")
    dee.reads_no("No ticket fits all of this.", "Clear filters")
    expect(dee.page.get_by_role("main")).to_contain_text("ticket")


def test_check_43_on_a_phone_no_page_scrolls_sideways_but_the_statement_does_in_its_region(market, arrive):
    paths = furnish(market)
    admin = arrive(market.alpha.admin, "phone")
    faults = []
    for path in paths:
        admin.go(path)
        faults += measure(admin.page, "lost()")
    assert faults == []
    admin.go("/statement/?asset=ETH")
    region = admin.page.get_by_role("region", name="Movements, scrolls sideways")
    region.focus()
    expect(region).to_be_focused()
    assert region.evaluate("node => node.scrollWidth > node.clientWidth")
    admin.page.keyboard.press("End")
    admin.page.keyboard.press("ArrowRight")
    expect(region).to_be_focused()


def test_check_44_the_file_adds_up_to_the_page_and_calculates_nothing(market, arrive):
    made = {"connection": market.connection, "by": market.ada, "kind": "two_way"}
    for amount in ("1.00000001", "2.5"):
        ticket = TicketFactory(status="open", send=[("BTC", amount)], receive=[("USDC", "0.1")], **made)
    TicketFactory(status="in_settlement", send=[("ETH", "0.000000000000000001")], **made)
    TicketFactory(**made)  # a draft does not count
    ticket.set_external_id('=HYPERLINK("http://x.example")', by=market.ada)
    ada = arrive(market.ada)
    ada.go("/tickets/")
    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="Export CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["External ID"] for line in lines} == {"", '\'=HYPERLINK("http://x.example")'}
    assert not [cell for line in lines for cell in line.values() if cell[:1] in tuple("=+-@\t\r")]
    sums: Counter = Counter()
    for line in lines:
        if line["Status"] not in ("Draft", "Awaiting approval"):
            sums[line["Direction"], line["Asset"]] += Decimal(line["Amount"])
    ada.go("/")
    table = ada.page.get_by_role("table").filter(has_text="Out ↑ you will send")
    shown = {}
    for row in table.locator("tbody tr").all():
        asset = row.locator("th b").inner_text()
        for label, direction in (("Out, you send", "out"), ("In, you receive", "in")):
            cell = row.locator(f"[data-label='{label}'] data")
            if cell.count() and Decimal(cell.get_attribute("value")):
                shown[direction, asset] = Decimal(cell.get_attribute("value"))
    assert shown == sums and len(shown) >= 3


def test_check_45_a_list_tells_that_it_changed_and_moves_nothing_by_itself(market, arrive):
    for _ in range(12):
        open_ticket(market)
    page = arrive(market.cy, viewport={"width": 1280, "height": 500}).page
    page.goto("/")
    page.get_by_role("link", name="TK-").first.focus()
    page.mouse.wheel(0, 300)
    for _ in range(100):  # waiting for a function of its own is what the page's policy forbids
        if page.evaluate("scrollY") > 200:
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.querySelector('[data-live]')"
        ".textContent)).observe(document.querySelector('[data-live]'), {childList: true})"
    )
    before = places(page), page.evaluate("scrollY"), page.evaluate("document.activeElement.textContent")
    open_ticket(market)
    open_ticket(market)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("2 tickets changed Show")
    open_ticket(market)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("3 tickets changed Show")
    assert before == (places(page), page.evaluate("scrollY"), page.evaluate("document.activeElement.textContent"))
    said = [words for words in page.evaluate("heard") if words]
    assert said == ["2 tickets changed. Show is at the end of the page."]  # once, though it went on
    assert page.locator("[data-live]").count() == 1
    box = bar(page).bounding_box()
    assert box["y"] + box["height"] <= 500  # in sight, wherever the page was scrolled to
    assert not Axe().run(page).response["violations"]


def places(page):
    return page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect().top)")
