"""Open pages that stay fresh: they tell of a lost line, ask nothing while hidden, and say without scripts of when."""

import pytest
from playwright.sync_api import expect

from tests.base import cast, deposit, signed_in
from tests.checks.live import ASK, bar

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_an_earlier_question_that_fails_late_does_not_overrule_a_later_answer(people, look):
    page = look(people.cy, "/")
    waiting = []
    page.route("**/live/**", lambda route: route.continue_() if waiting else waiting.append(route))
    page.evaluate(ASK)
    with page.expect_response("**/live/**"):
        page.evaluate(ASK)
    with page.expect_event("requestfailed"):
        waiting[0].abort()
    page.wait_for_timeout(300)
    expect(page.locator("[data-live-state]")).to_have_text("Live")


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
