"""Themes, sizes, resilience: checks 57 to 60."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.checks.measure import SPACED, measure
from tests.checks.pages import furnish
from tests.factories import TicketFactory
from tests.stories.inspect import DESKTOP, PHONE

ZOOMED = {"width": 320, "height": 256}  # what is left of 1280 by 1024 px at 400 percent
TOUCH = {"has_touch": True, "is_mobile": True}


@pytest.fixture
def pages(market):
    return furnish(market)


def see(person, paths, *questions, before=None):
    """What is wrong with these pages, by each question to `measure`."""
    faults = []
    for path in paths:
        person.go(path)
        if before:
            person.page.evaluate(before)
        for question in questions:
            faults += measure(person.page, question)
    return faults


@pytest.mark.parametrize("setting", ["wide", "dark"])
def test_check_57_text_borders_and_icons_stand_out_in_every_state(market, arrive, pages, setting):
    admin = arrive(market.alpha.admin, setting, reduced_motion="reduce")
    assert see(admin, pages, "faint()") == []
    admin.go("/tickets/new/")
    admin.press("Continue")  # with an error at the field
    assert measure(admin.page, "faint()") == []
    admin.go(next(path for path in pages if "/draft/assets/" in path))
    admin.button("Add asset to send").click()
    refused = admin.page.locator("[aria-disabled=true]")
    expect(refused.first).to_be_visible()
    refused.first.hover()
    assert measure(admin.page, "faint()") == []
    for act in ("hover", "focus"):
        for control in (admin.button("Continue"), admin.page.locator(".select").first, admin.page.locator("a.back")):
            getattr(control, act)()
            assert measure(admin.page, "faint()") == []


@pytest.mark.parametrize("setting", ["wide", "phone"])
def test_check_58_text_of_twice_the_size_loses_nothing(market, arrive, pages, setting):
    admin = arrive(market.alpha.admin, setting)
    session = admin.context.new_cdp_session(admin.page)  # the size that a person set in the browser
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    assert see(admin, pages, "lost()") == []
    assert admin.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"


def test_check_58_at_four_times_the_zoom_nothing_is_lost(market, arrive, pages):
    admin = arrive(market.alpha.admin, "phone", viewport=ZOOMED)
    assert see(admin, pages, "lost()", "small(24)") == []


@pytest.mark.parametrize("setting", ["wide", "phone"])
def test_check_58_text_with_spacing_of_one_s_own_loses_nothing(market, arrive, pages, setting):
    assert see(arrive(market.alpha.admin, setting), pages, "lost()", before=SPACED) == []


def test_check_58_rows_of_very_long_amounts_with_spacing_move_within_their_table(market, arrive):
    sides = {"receive": [("ETH", "1234567890123.123456789")], "send": [("CC", "1234567890123.123456789")]}
    TicketFactory(
        status="open", kind="two_way", connection=market.connection, by=market.ada, now=timezone.now(), **sides
    )
    assert see(arrive(market.alpha.admin), ["/", "/tickets/", "/connections/"], "lost()", before=SPACED) == []


@pytest.mark.parametrize("setting", ["wide", "phone"])
def test_check_58_a_row_with_two_errors_is_as_wide_as_one_without(market, arrive, setting):
    ada = arrive(market.ada, setting)
    ada.begin()
    asset = ada.page.get_by_label("Asset", exact=True).first
    before = asset.bounding_box()["width"]
    ada.press("Continue")
    expect(ada.page.get_by_role("alert").or_(ada.page.locator(".error-summary")).first).to_be_visible()
    assert asset.bounding_box()["width"] == pytest.approx(before, abs=20)


@pytest.mark.parametrize(
    ("options", "least"),
    [({"viewport": DESKTOP}, 24), ({"viewport": DESKTOP} | TOUCH, 44), ({"viewport": PHONE} | TOUCH, 44)],
    ids=["mouse", "tablet", "phone"],
)
def test_check_58_whatever_is_pressed_is_large_enough(market, arrive, pages, options, least):
    admin = arrive(market.alpha.admin, "wide", **options)
    assert see(admin, pages, f"small({least})") == []
    assert admin.page.evaluate("matchMedia('(pointer: coarse)').matches") == (least == 44)


@pytest.mark.parametrize("setting", ["wide", "dark"])
def test_check_59_the_system_s_colours_leave_a_complete_ticket(market, arrive, pages, setting):
    admin = arrive(market.alpha.admin, setting, forced_colors="active")
    assert see(admin, pages[:1], "lost()", "faint()") == []
    admin.reads("Status: Part funded", "Settlement", "Facts", "Timeline")
    drawn = "node => { const own = getComputedStyle(node, '::after'); return [own.borderTopStyle, own.width] }"
    style, width = admin.page.locator(".leg--held .rung").first.evaluate(drawn)
    assert style == "solid" and float(width.removesuffix("px")) > 100  # a held leg is still drawn to the middle
    admin.page.keyboard.press("Tab")
    assert admin.page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


@pytest.mark.parametrize("setting", ["wide", "dark"])
def test_check_59_a_ticket_is_printed_black_on_white_and_whole(market, arrive, pages, setting):
    admin = arrive(market.alpha.admin, setting, viewport={"width": 700, "height": 1000})
    admin.go(pages[0])
    admin.page.emulate_media(media="print")
    assert measure(admin.page, "lost()") + measure(admin.page, "faint()") == []
    assert admin.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    main = admin.page.get_by_role("main")
    for text in ("12 345 678 901.123456789012345678 ETH", "OTC-88131", "Ada chose the type", "Beta funded leg"):
        expect(main.get_by_text(text).first).to_be_visible()  # also of what is folded on screen
    for control in ("navigation", "button", "banner"):
        expect(admin.page.get_by_role(control)).to_have_count(0)
    expect(admin.page.get_by_text("Printed from Countersign, Alpha")).to_be_visible()


def test_check_59_with_reduced_motion_nothing_moves(market, arrive, pages):
    admin = arrive(market.alpha.admin, "wide", reduced_motion="reduce")
    admin.go(pages[0])
    moving = "[...document.querySelectorAll('*')].filter((node) => getComputedStyle(node).transitionDuration !== '0s')"
    assert admin.page.evaluate(f"{moving}.length") == 0
    act = admin.link("Cancel ticket")
    act.evaluate("node => node.setAttribute('aria-busy', 'true')")
    assert admin.page.evaluate("document.getAnimations().filter((each) => each.playState === 'running').length") == 0
    assert measure(admin.page, "lost()") == []


ORDER = """() => [...document.querySelectorAll('main h1, main h2, main .leg, main .acts a')].map(
    (node) => node.getBoundingClientRect().top)"""


@pytest.mark.parametrize(
    ("missing", "setting"),
    [(missing, "wide") for missing in ("stylesheet", "font", "script")] + [("stylesheet", "no-scripts")],
)
def test_check_60_without_styles_fonts_or_scripts_every_act_still_works(market, arrive, setting, missing):
    ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
    for person in (ada, cy):
        person.is_scripted = person.is_scripted and missing != "script"
        person.context.route("**/*", lambda route: block(route, missing))
    reference = ada.open_ticket(receive=[("USDC", "250000.5")], note="Without")
    cy.go(f"/tickets/{reference}/")
    cy.reads(f"{reference}", "You will send Alpha 250 000.500000 USDC", "Leg 1: You send")
    if missing == "stylesheet":
        tops = cy.page.evaluate(ORDER)
        assert tops == sorted(tops)  # the order of the source is that of reading
        assert cy.page.evaluate("[...document.querySelectorAll('svg')].every((each) => each.clientWidth < 200)")
    if missing == "script":
        expect(cy.button("Copy ticket reference")).to_have_count(0)  # what cannot work is not offered
    cy.fund(reference, "250 000.500000 USDC")
    cy.reads("Status: Settled")
    ada.go("/history/")
    ada.reads(reference, "Settled")
    ada.follow(f"{reference}, Beta")
    ada.reads("Beta funded leg 1")


def block(route, missing):
    route.abort() if route.request.resource_type == missing else route.continue_()
