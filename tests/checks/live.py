"""Open pages that ask what changed."""

from playwright.sync_api import Locator, Page

from tests.factories import TicketFactory

ASK = "dispatchEvent(new Event('online'))"  # as the timer does every 20 seconds


def bar(page: Page) -> Locator:
    """Where a page says how much changed."""
    return page.locator(".live__bar")


def open_ticket(market, **options):
    """One that Alpha opens towards Beta."""
    made = {"receive": [("USDC", "100")], "by": market.ada, "status": "open"} | options
    return TicketFactory(connection=market.connection, **made)
