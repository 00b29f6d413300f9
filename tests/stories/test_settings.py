"""Settings as a person meets them: with and without scripts, and without a fault of accessibility."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.factories import TicketFactory
from tests.stories.inspect import faults_of
from tests.stories.people import Person

PAGES = (
    "/settings/",
    "/shortcuts/",
    "/activity/",
    "/activity/?thing=offers",
    "/activity/?since=soon",
    "/no/such/page/",
)


@pytest.fixture
def person(market, new_context, live_server):
    person = Person(market.ada, new_context())
    person.let_in(live_server.url)
    return person


def test_a_look_and_a_zone_are_kept_and_follow(market, arrive):
    TicketFactory(connection=market.connection, by=market.ada, status="open", hours=5)
    ada = arrive(market.ada)
    ada.go("/settings/")
    ada.page.get_by_role("radio", name="Dark").check()
    ada.page.get_by_role("radio", name="Compact").check()
    ada.press("Save look")
    ada.is_told("Your settings were saved.")
    ada.field("Time zone").select_option(label="Kolkata")
    ada.press("Save time zone")
    ada.is_told("Times are now told in Asia/Kolkata.")
    other = arrive(market.ada)  # another browser, which follows from its first page
    other.go("/")
    expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.page.locator("html")).to_have_attribute("data-density", "compact")
    expect(other.page.get_by_role("contentinfo")).to_contain_text("Times: Asia/Kolkata (UTC+05:30)")
    assert other.page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_one_signs_out_of_a_lost_device(market, arrive):
    lost, ada = arrive(market.ada, signed_in=False), arrive(market.ada)
    lost.sign_in()
    lost.is_at("Dashboard")
    market.ada.user.refresh_from_db()
    ada.let_in(lost.page.url.rsplit("/", 1)[0])
    ada.go("/settings/")
    ada.press("Sign out everywhere else")
    ada.is_told("You were signed out of")
    lost.go("/")
    lost.is_at("Sign in")


@pytest.mark.parametrize("path", PAGES)
def test_check_55_no_fault_on(person, path):
    person.go(path)
    assert faults_of(person.page) + person.faults == []


def test_check_55_no_fault_in_the_list_of_shortcuts(person):
    person.go("/")
    person.page.keyboard.press("?")
    person.page.evaluate(AXE_SCRIPT)
    found = person.page.evaluate("() => axe.run('dialog').then(found => found.violations.map(each => each.id))")
    assert found == []
