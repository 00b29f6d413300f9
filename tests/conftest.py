"""What every test may use: a fast configuration, a database of its own, and a browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

ON_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_AUTOREFRESH = True  # straight from the sources, nothing collected
    settings.WHITENOISE_USE_FINDERS = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI a skipped test is a failure: a missing browser must not look like a pass."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])] if reporter else []
    if ON_CI and skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("\nSkipped, but on CI every test must run: " + ", ".join(skipped), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite a file for each test process, so that a live server's threads have connections of their own."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


@pytest.fixture
def bracketed(settings: Any, tmp_path: Any) -> None:
    """German is English with every message in brackets, for this test."""
    from tests import brackets  # reads all sources, which most runs can save

    settings.LOCALE_PATHS = [brackets.install(tmp_path / "locale")]


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright  # takes a second, which most runs can save

    path = next(filter(None, map(shutil.which, BROWSER_NAMES)), None)
    driver = [sys.executable, "-m", "playwright", "--version"]
    if path is None or subprocess.run(driver, capture_output=True).returncode:
        give_up = pytest.fail if ON_CI else pytest.skip
        give_up("No Chromium that could be driven; on Debian: apt-get install chromium libatomic1")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: "Browser", live_server: Any) -> "Iterator[Callable[..., BrowserContext]]":
    """Make a browser context: a person with cookies of their own, looking at the live server."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> "BrowserContext":
        context = browser.new_context(**{"base_url": live_server.url, "locale": "en-GB", **options})
        context.set_default_timeout(30_000)  # a busy machine takes its time over the first page
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
