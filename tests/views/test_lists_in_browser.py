"""The lists as people see them: within the page, without accessibility faults, points of a column under each other."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from tests.base import cast, deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)
HUGE = "1234567890123456789012345678.123456789012345678"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def people():
    people, now = cast(), timezone.now()
    deposit(people.alpha.vault, BTC="12.4", USDC="1000", ETH="0.000000000000000001")
    for send, status in (([("ETH", HUGE), ("BTC", "1")], "in_settlement"), ([("ETH", "41.2"), ("NEO", "3")], "open")):
        TicketFactory(connection=people.connection, kind="two_way", send=send, status=status, hours=2, now=now)
    for status in ("draft", "fulfilled", "rejected"):
        TicketFactory(connection=people.connection, kind="two_way", send=[("ETH", HUGE)], status=status)
    Connection.objects.request(local=people.gamma.profile, remote=people.alpha.profile, by=people.gamma.admin, now=now)
    return people


@pytest.fixture
def look(people, new_context):
    """Open a page as Alpha's admin, in one size and theme."""

    def look(path, size, theme):
        context = new_context(viewport=SIZES[size], color_scheme=theme)
        session = signed_in(people.alpha.admin).cookies["sessionid"].value
        page = context.new_page()
        page.goto("/livez")
        context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])
        page.goto(path)
        return page

    return look


def paths(people):
    connection = f"/connections/{people.connection.pk}/"
    return [
        "/",
        "/tickets/",
        "/history/",
        "/vaults/",
        "/connections/",
        "/connections/new/",
        connection,
        f"{connection}remove/",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_overflows_and_axe_finds_nothing(people, look, size, theme):
    for path in paths(people):
        page = look(path, size, theme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("h1").count() == 1
        violations = Axe().run(page).response["violations"]
        assert not violations, (path, [(each["id"], each["nodes"][0]["html"]) for each in violations])


def test_decimal_points_of_a_column_share_one_place(look):
    page = look("/", "desk", "light")
    places = page.evaluate(
        """() => [...document.querySelectorAll('table')].map((table) => Object.groupBy(
            [...table.querySelectorAll('.spine .amt:not(.amt--huge) .amt__i')].map(
                (whole) => [whole.closest('td').dataset.label, whole.getBoundingClientRect().right]),
            ([label]) => label))"""
    )
    columns = [rights for table in places for rights in table.values()]
    assert len(columns) > 3
    for column in columns:
        rights = [right for _, right in column]
        assert max(rights) - min(rights) <= 1


def test_your_turn_is_reached_and_acted_on_by_keyboard(look):
    page = look("/", "desk", "light")
    names = []
    for _ in range(30):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))
    assert names[0] == "Skip to main content"
    assert names.index("Open ticket") < names.index("Review connection with Gamma")
    assert any(name.startswith("Fund TK-") for name in names)


def test_a_filter_changes_the_list_alone_and_the_focus_stays(look):
    page = look("/tickets/", "desk", "light")
    page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    page.get_by_label("Search").fill("nobody at all")
    page.get_by_role("button", name="Apply").press("Enter")
    page.get_by_text("No ticket fits all of this.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Apply"
    assert page.locator("h1").get_attribute("data-kept") == "yes" and "q=nobody" in page.url
    page.locator("[data-live]", has_text="0 tickets").wait_for(state="attached")
    page.go_back()
    page.get_by_role("link", name="Beta").first.wait_for()
