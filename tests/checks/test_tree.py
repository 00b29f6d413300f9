"""Screen-reader tree: checks 52, 53, 54 and 56. Check 55 has a file of its own."""

import re
from itertools import pairwise

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.checks.live import ASK
from tests.checks.pages import furnish

LANDMARKS = ("banner", "main", "contentinfo")
LEVELS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].filter((node) => node.checkVisibility({ \
    contentVisibilityAuto: true })).map((node) => Number(node.localName[1]))"
NAMES = {"runOnly": ["label-content-name-mismatch", "button-name", "link-name", "label", "select-name", "svg-img-alt"]}
HEARD = """() => {
    window.heard = [];
    const live = document.querySelector('[data-live]');
    new MutationObserver(() => heard.push(live.textContent)).observe(live, { childList: true, characterData: true });
}"""


def test_check_52_landmarks_once_each_and_headings_without_gaps(market, arrive):
    admin = arrive(market.alpha.admin, "tree")
    for path in furnish(market):
        admin.go(path)
        for role in LANDMARKS:
            assert admin.page.get_by_role(role).count() == 1, (path, role)
        is_shell = path != "/no/such/page/"  # which stands alone, as sign-in does
        assert admin.page.get_by_role("navigation", name="Main", exact=True).count() == is_shell, path
        levels = admin.page.evaluate(LEVELS)
        assert levels[0] == 1 and levels.count(1) == 1, (path, levels)
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)


def test_check_53_chips_and_legs_are_sentences_and_drawings_are_hidden(market, arrive):
    page = furnish(market)[0]
    admin = arrive(market.alpha.admin, "tree")
    admin.go(page)
    chip = admin.page.get_by_role("main").locator(".chip").first.text_content()
    assert re.fullmatch(r"Status: Part funded, \d+ percent", chip)
    legs = admin.page.get_by_role("list").filter(has_text="Leg 1:").get_by_role("listitem").all()
    said = [" ".join(leg.locator(".leg__text").text_content().split()) for leg in legs]
    assert len(said) == 3
    assert re.match(r"Leg 1: Beta sends 250 000\.000000 USDC from Beta Desk to your vault .+\. Held since ", said[0])
    assert said[1].startswith("Leg 2: You send 12 345 678 901.123456789012345678 ETH from a vault of yours to Beta ")
    assert said[2].endswith("Not funded: your turn.")
    drawings = admin.page.locator(".rung, main svg").all()
    assert drawings and all(
        each.evaluate("node => !!node.closest('[aria-hidden=true]') || node.getAttribute('role') === 'img'")
        for each in drawings
    )
    admin.go("/")
    for picture in admin.page.get_by_role("img").all():
        assert picture.get_attribute("aria-label")


def test_check_54_one_polite_region_tells_counts_and_saves_and_no_countdown(market, arrive):
    paths = furnish(market)
    admin = arrive(market.alpha.admin, "tree")
    for path in paths:
        admin.go(path)
        regions = admin.page.locator("[aria-live], [role=status], [role=log], output")
        assert regions.count() == 1 and regions.get_attribute("role") == "status", path
        assert not regions.locator("time").count()
    admin.go("/tickets/")
    admin.page.evaluate(HEARD)
    admin.field("Search").fill("nobody at all")
    admin.button("Apply").press("Enter")
    expect(admin.page.locator("[data-live]")).to_have_text(re.compile("^0 tickets"))
    admin.go("/settings/")
    admin.press("Save look")
    expect(admin.page.get_by_role("status")).to_contain_text("Your settings were saved.")
    admin.go(paths[0])
    admin.page.evaluate(HEARD)
    with admin.page.expect_response(lambda response: "/live/" in response.url):  # nothing but time has passed
        admin.page.evaluate(ASK)
    assert admin.page.evaluate("heard.filter(Boolean)") == []


def test_check_56_names_hold_what_is_seen_icons_have_names_and_the_language_is_told(market, arrive):
    admin = arrive(market.alpha.admin, "tree")
    faults = []
    for path in furnish(market):
        admin.go(path)
        assert re.match(r"^en\b", admin.page.locator("html").get_attribute("lang")), path
        admin.page.evaluate(AXE_SCRIPT)
        found = admin.page.evaluate("options => axe.run(options).then((each) => each.violations)", NAMES)
        faults += [(path, each["id"], node["html"]) for each in found for node in each["nodes"]]
    assert faults == []
