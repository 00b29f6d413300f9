"""Open pages that stay fresh: nothing moves by itself, nothing is taken from under the hand, a lost line is told."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.base import cast, deposit, signed_in
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "dispatchEvent(new Event('online'))"  # as the timer does every 20 seconds


@pytest.fixture
def people():
    people = cast()
    deposit(people.beta.vault, USDC="1000")
    return people


@pytest.fixture
def look(new_context, live_server):
    """Open a page as this member."""

    def look(member, path, **options):
        context = new_context(**options)
        session = signed_in(member).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return page

    return look


def open_ticket(people, **options):
    made = {"receive": [("USDC", "100")], "by": people.ada, "status": "open"} | options
    return TicketFactory(connection=people.connection, **made)


def bar(page):
    return page.locator(".live__bar")


def places(page):
    return page.evaluate("[...document.querySelectorAll('tbody tr')].map((row) => row.getBoundingClientRect().top)")


def test_check_45_a_list_tells_that_it_changed_and_moves_nothing_by_itself(people, look):
    for _ in range(12):
        open_ticket(people)
    page = look(people.cy, "/", viewport={"width": 1280, "height": 500})
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
    open_ticket(people)
    open_ticket(people)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("2 tickets changed Show")
    open_ticket(people)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("3 tickets changed Show")
    assert before == (places(page), page.evaluate("scrollY"), page.evaluate("document.activeElement.textContent"))
    said = [words for words in page.evaluate("heard") if words]
    assert said == ["2 tickets changed. Show is at the end of the page."]  # once, though it went on
    assert page.locator("[data-live]").count() == 1
    box = bar(page).bounding_box()
    assert box["y"] + box["height"] <= 500  # in sight, wherever the page was scrolled to
    assert not Axe().run(page).response["violations"]


def test_check_49_show_brings_the_changes_and_the_focus_to_the_heading(people, look):
    page = look(people.cy, "/")
    ticket = open_ticket(people)
    page.evaluate(ASK)
    bar(page).get_by_role("link", name="Show").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("rowheader", name=ticket.reference)).to_be_visible()
    expect(bar(page)).to_be_hidden()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    open_ticket(people)
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("1 ticket changed")  # the new page has a stamp of its own


def test_check_49_a_ticket_shows_by_itself_what_happened_and_keeps_the_focus(people, look):
    ticket = open_ticket(people)
    page = look(people.ada, f"/tickets/{ticket.reference}/")
    page.get_by_role("button", name="Copy ticket reference").focus()
    page.get_by_text("The making of the draft").click()
    page.mouse.move(0, 0)
    page.get_by_role("button", name="Copy ticket reference").focus()
    TicketFactory.fund(ticket, people.beta.workspace)
    page.evaluate(ASK)
    expect(page.get_by_role("main")).to_contain_text("Status: Settled")
    expect(page.get_by_role("main")).to_contain_text("Beta funded leg 1")
    expect(page.get_by_role("button", name="Copy ticket reference")).to_be_focused()
    expect(page.locator("#ticket-timeline details")).to_have_attribute("open", "")
    expect(page.locator("[data-live]")).to_have_text("This ticket changed")
    expect(bar(page)).to_be_hidden()


def test_check_49_what_somebody_is_using_is_not_taken_away(people, look):
    ticket = open_ticket(people)
    page = look(people.cy, f"/tickets/{ticket.reference}/")
    act = page.get_by_role("link", name="Reject ticket")
    act.focus()
    ticket.cancel(by=people.ada, reason="No longer needed")
    page.evaluate(ASK)
    expect(bar(page)).to_contain_text("This ticket changed Show")
    expect(act).to_be_focused()
    expect(page.locator("#ticket-timeline")).to_contain_text("cancelled the ticket")  # nobody was using that
    act.blur()
    page.mouse.move(0, 0)
    page.evaluate(ASK)
    expect(act).to_have_count(0)
    expect(bar(page)).to_be_hidden()


def test_a_lost_line_is_told_in_text_and_its_return_too(people, look):
    page = look(people.cy, "/")
    state = page.locator("[data-live-state]")
    expect(state).to_have_text("Live")
    page.context.set_offline(True)
    page.evaluate(ASK)
    expect(state).to_contain_text("Not live since ")
    expect(page.locator("[data-live]")).to_contain_text("Not live since ")
    page.context.set_offline(False)
    page.evaluate(ASK)
    expect(state).to_have_text("Live")
    page.context.clear_cookies()
    page.evaluate(ASK)
    expect(state).to_contain_text(": you are signed out")


def test_a_hidden_page_asks_nothing(people, look):
    page = look(people.cy, "/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/live/" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    page.evaluate(ASK)
    page.wait_for_timeout(300)
    assert asked == []
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert len(asked) == 1


def test_without_scripts_the_page_says_of_when_it_is(people, look):
    page = look(people.cy, "/", java_script_enabled=False)
    expect(page.locator("[data-live-state]")).to_contain_text("As of ")
    expect(bar(page)).to_be_hidden()
