"""A draft ends where somebody says so. What else becomes of drafts is in tests/checks."""

from tests.stories.drafts import reviewed
from tickets.models import Ticket, TicketStatus


def test_a_discarded_draft_is_gone_for_good(market, arrive):
    ada = arrive(market.ada)
    reference = reviewed(ada)
    ada.follow("Discard draft")
    ada.is_at(f"Discard draft {reference}?")
    ada.press("Discard draft")
    ada.is_at("Dashboard")
    ada.reads_no(reference)
    ada.go("/history/")
    ada.reads("Draft discarded")
    ada.go(f"/tickets/{reference}/draft/review/")
    assert ada.button("Open ticket").count() == 0
    assert Ticket.objects.get().status == TicketStatus.CANCELLED
