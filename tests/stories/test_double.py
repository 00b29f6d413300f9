"""The same act sent twice, or two acts at the same moment: one outcome, and everybody told the truth."""

from tests.checks.irreversible import outcome_of
from tests.factories import TicketFactory
from tests.stories import ledger
from tickets.models import Posting, PostingKind, Ticket, TicketStatus


def to_fund(market):
    """An open ticket for which Beta is to send 100 USDC."""
    made = {"connection": market.connection, "by": market.ada, "receive": [("USDC", "100")]}
    return TicketFactory(status="open", kind="two_way", **made).reference


def at_funding(person, reference):
    person.go(f"/tickets/{reference}/fund/")
    person.press("Review funding")
    return person.button("Fund 100.000000 USDC")


def at_review(person):
    person.begin()
    person.enter("receive", [("USDC", "100")])
    person.press("Review now")
    person.is_asked("Review the request")
    return person.button("Open ticket")


def is_funded_once(market, reference):
    assert Posting.objects.filter(kind=PostingKind.HOLD).count() == 1
    assert ledger(market.beta.vault)["USDC held"] == "100.000000"
    assert Ticket.objects.get(reference=reference).status == TicketStatus.IN_SETTLEMENT


def test_opening_by_a_double_click_opens_one_ticket(market, arrive):
    ada = arrive(market.ada)
    ada.go("/tickets/new/")
    ada.choose("One-way")
    ada.button("Continue").dblclick()
    ada.is_asked("Which of your profiles opens it?")
    assert Ticket.objects.count() == 1

    at_review(ada).dblclick()
    ada.reads("What happens next")
    assert Ticket.objects.exclude(opened_at=None).count() == 1
    assert Ticket.objects.count() == 2


def test_opening_in_two_tabs_opens_one_ticket_and_the_second_shows_it(market, arrive):
    ada = arrive(market.ada)
    at_review(ada)
    first, second = ada.page, ada.context.new_page()
    second.goto(first.url)
    ada.press("Open ticket")
    reference = ada.reference()
    ada.page = second
    ada.press("Open ticket")
    ada.is_at(f"Ticket {reference} is open")
    assert Ticket.objects.get().status == TicketStatus.OPEN


def test_two_colleagues_who_fund_at_once_hold_once_and_one_is_told(market, arrive):
    cy, boss = arrive(market.cy), arrive(market.beta.admin)
    reference = to_fund(market)
    for button in [at_funding(cy, reference), at_funding(boss, reference)]:
        button.click(no_wait_after=True)
    for person in (cy, boss):
        person.page.wait_for_load_state()
    told = "is funded already. Nothing moved twice."
    outcomes = [outcome_of(person, "You funded 100.000000 USDC.", told) for person in (cy, boss)]
    assert sorted(outcomes) == [False, True]
    is_funded_once(market, reference)
