"""What a first visit costs over the wire, as production serves it, and which pages are compressed."""

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.test.testcases import LiveServerThread

from tests.base import cast, deposit, signed_in
from tests.factories import TicketFactory
from tests.stories.people import Person

WITH_FONTS, WITHOUT_FONTS = 160_000, 60_000  # bytes, bodies as sent and headers


@pytest.fixture
def served(transactional_db, settings, tmp_path):
    """The address of a server whose static files were collected, hashed and compressed; nothing else serves them."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = installed.STORAGES | {"staticfiles": {"BACKEND": "console.stylesheet.StaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin"])
    thread = LiveServerThread("localhost", lambda application: application)
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://localhost:{thread.port}"
    thread.terminate()


@pytest.fixture
def market():
    """A desk with as many tickets as its dashboard shows, some of them waiting for it."""
    market = cast()
    deposit(market.alpha.vault, BTC="100", USDC="5000000", ETH="20")
    for number in range(25):
        TicketFactory(
            connection=market.connection,
            by=market.ada,
            kind="two_way",
            status="in_settlement" if number % 4 == 0 else "open",
            send=[("BTC", "1.25"), ("ETH", "0.5")],
            hours=48 + number,
        )
    return market


def test_the_first_load_of_the_dashboard_is_light_and_asks_no_other_host(served, market, browser):
    context = browser.new_context(base_url=served)
    ada, answered = Person(market.ada, context), []
    ada.let_in(served)
    context.on("requestfinished", lambda request: answered.append(request))
    ada.page.goto("/", wait_until="networkidle")
    weights = {True: 0, False: 0}
    for request in answered:
        assert request.response().status == 200, request.url
        sizes = request.sizes()
        weights[request.resource_type == "font"] += sizes["responseBodySize"] + sizes["responseHeadersSize"]
    faces = ada.page.evaluate("[...document.fonts].filter((face) => face.status === 'loaded').length")
    context.close()
    assert ada.faults == []  # a request to any other host is one
    assert faces >= 3 and weights[True] > 50_000  # the fonts did come
    assert weights[False] <= WITHOUT_FONTS
    assert sum(weights.values()) <= WITH_FONTS


def test_every_rule_of_the_stylesheet_is_in_the_one_file(served, market, browser):
    context = browser.new_context(base_url=served)
    page = context.new_page()
    rules = "(sheet) => [...sheet.cssRules].map((rule) => rule.name ?? rule.nameList?.join() ?? rule.constructor.name)"
    page.goto("/account/login/")
    names = page.evaluate(f"({rules})(document.styleSheets[0])")
    ground = page.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')")
    context.close()
    assert "CSSImportRule" not in names and names[0] == "tokens,base,layout,component,utility,print"
    assert names.count("component") > 10 and names[-1] == "print" and ground


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scheme", "site", "is_compressed"),
    [
        ("http", None, True),  # nothing there is secret on the wire
        ("https", "same-origin", True),
        ("https", "none", True),
        ("https", "cross-site", False),
        ("https", "same-site", False),
        ("https", None, False),
    ],
)
def test_a_page_that_another_site_asks_for_is_not_compressed(scheme, site, is_compressed):
    headers = {"Accept-Encoding": "gzip"} | ({"Sec-Fetch-Site": site} if site else {})
    response = signed_in(cast().ada).get("/", secure=scheme == "https", headers=headers)
    assert response.status_code == 200
    assert (response.headers.get("Content-Encoding") == "gzip") == is_compressed


@pytest.mark.django_db
def test_only_pages_are_compressed():
    response = signed_in(cast().ada).get("/tickets/csv/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


@pytest.mark.django_db
def test_the_length_of_a_page_tells_nothing():
    client = signed_in(cast().ada)
    lengths = {len(client.get("/", headers={"Accept-Encoding": "gzip"}).content) for _ in range(8)}
    assert len(lengths) > 2
