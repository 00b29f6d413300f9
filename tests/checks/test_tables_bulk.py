"""Check 42: one act on many tickets of the list, with what became of each; and what the selection itself says."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.checks import seen
from tests.factories import TicketFactory
from tests.stories.inspect import faults_of
from tests.stories.people import spoken
from tickets.models import Ticket

WHY = ["Alpha ended it at", "Beta ended it at", "This ticket is settled. Nothing was changed."]


@pytest.fixture
def tickets(market):
    """Twenty open ones, the first to expire first, as the list has them."""
    now = timezone.now()
    options = {"connection": market.connection, "by": market.ada, "kind": "two_way", "status": "open", "now": now}
    return [
        TicketFactory(**options, send=[("BTC", "0.1")], receive=[("USDC", "100")], hours=hours)
        for hours in range(1, 21)
    ]


def pick(person, ticket):
    """The check box of a ticket, by what it is called."""
    return person.page.get_by_role("checkbox", name=spoken(f"Select {ticket}, Beta"))


def end_three_otherwise(market, tickets):
    """While somebody is still reading the review."""
    now = timezone.now()
    Ticket.objects.get(pk=tickets[3].pk).cancel(by=market.alpha.admin, reason="Doubled", now=now)
    Ticket.objects.get(pk=tickets[8].pk).reject(by=market.cy, reason="Too late", now=now)
    for firm in (market.beta, market.alpha):
        TicketFactory.fund(Ticket.objects.get(pk=tickets[13].pk), firm.workspace, now)


@seen("wide", "phone", "no-scripts", "keyboard")
def test_check_42_an_act_on_twenty_does_seventeen_and_says_why_three_were_not(market, arrive, tickets, setting):
    ada = arrive(market.ada, setting)
    ada.go("/tickets/")
    for ticket in tickets:
        box = pick(ada, ticket)
        if setting == "keyboard":
            box.focus()
            ada.page.keyboard.press("Space")
        else:
            box.check()
        expect(box).to_be_checked()
    if ada.is_scripted:
        ada.reads("20 tickets selected: BTC, USDC")
    ada.press("Cancel or reject")
    ada.is_at("Cancel 20 tickets?")
    assets = ada.page.get_by_role("table", name="Legs of these tickets that have not moved yet, by asset")
    sums = [(row.get_attribute("value")) for row in assets.locator("data").all()]
    assert sums == ["2.00000000", "2000.000000"]
    ada.reads("20 that your firm opened are cancelled.", "Nothing has been funded, so nothing moves.")
    ada.press("Cancel 20 tickets")
    ada.is_told("Give a reason: Beta will read it.")
    end_three_otherwise(market, tickets)
    ada.fill("Reason", "The desk closes early")
    # What has ended meanwhile is still asked for by the page that promised it: it was shown before.
    ada.page.get_by_role("button", name="Cancel 20 tickets").click()
    ada.is_at("17 of 20 tickets cancelled or rejected")
    refused = ada.page.get_by_role("table", name="Refused, and why")
    for ticket, why in zip([tickets[3], tickets[8], tickets[13]], WHY, strict=True):
        expect(refused.get_by_role("row").filter(has_text=ticket.reference)).to_contain_text(why)
    done = ada.page.get_by_role("table", name="Done", exact=True)
    for ticket in tickets:
        is_here = ticket not in (tickets[3], tickets[8], tickets[13])
        assert done.get_by_role("row").filter(has_text=ticket.reference).count() == is_here
    found = {ticket.reference: (ticket.status, ticket.reason) for ticket in Ticket.objects.all()}
    assert list(found.values()).count(("cancelled", "The desk closes early")) == 17
    ada.page.reload()
    ada.is_at("17 of 20 tickets cancelled or rejected")


@seen("wide")
def test_a_double_press_and_a_second_tab_act_once_and_show_the_first_result(market, arrive, tickets, setting):
    ada = arrive(market.ada, setting)
    ada.go(f"/tickets/batch/?act=end&pick={tickets[0]}&pick={tickets[1]}")
    key = ada.page.locator("[name=key]").input_value()
    ada.fill("Reason", "Over")
    ada.button("Cancel 2 tickets").dblclick()
    ada.is_at("2 of 2 tickets cancelled or rejected")
    assert ada.page.url.endswith(f"/tickets/batch/{key}/")
    assert Ticket.objects.get(pk=tickets[0].pk).events.filter(kind="ticket.cancelled").count() == 1


@seen("wide")
def test_a_lost_answer_is_no_failure_and_checking_again_finds_what_became_of_each(market, arrive, tickets, setting):
    ada = arrive(market.ada, setting)
    ada.go(f"/tickets/batch/?act=end&pick={tickets[0]}&pick={tickets[1]}")
    ada.fill("Reason", "Over")

    def lose(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    ada.page.route("**/tickets/batch/**", lose)
    ada.button("Cancel 2 tickets").click()
    ada.reads("We do not know yet whether this went through.")
    ada.page.unroute("**/tickets/batch/**")
    ada.page.get_by_role("link", name="Check again").click()
    ada.is_at("2 of 2 tickets cancelled or rejected")


@seen("wide")
def test_the_selection_says_how_many_and_which_assets_and_outlives_a_filter(market, arrive, tickets, setting):
    ada = arrive(market.ada, setting)
    ada.go("/tickets/")
    every = ada.page.get_by_label("Select all on this page")
    ada.reads("Select tickets above to act on several at once.")
    pick(ada, tickets[2]).check()
    ada.reads("1 ticket selected: BTC, USDC")
    expect(ada.page.locator("[data-live]")).to_have_text("1 ticket selected: BTC, USDC")
    ada.field("Search").fill(tickets[2].reference)
    ada.button("Apply").click()
    expect(ada.page.get_by_role("checkbox", name="Select TK-")).to_have_count(1)
    expect(pick(ada, tickets[2])).to_be_checked()
    expect(every).to_be_checked()
    ada.go("/tickets/")
    every.check()
    ada.reads("20 tickets selected: BTC, USDC")
    every.uncheck()
    ada.reads("Select tickets above to act on several at once.")


@seen("wide")
def test_the_pages_of_a_batch_have_no_faults(market, arrive, tickets, setting):
    ada, faults = arrive(market.ada, setting), []
    ada.go("/tickets/")
    for ticket in tickets[:2]:
        pick(ada, ticket).evaluate("box => box.click()")  # so that Tab still begins at the top
    faults += faults_of(ada.page)
    review = f"/tickets/batch/?act=end&pick={tickets[0]}&pick={tickets[1]}"
    ada.go(review)
    faults += faults_of(ada.page)
    ada.press("Cancel 2 tickets")
    faults += faults_of(ada.page)
    ada.go(review)
    Ticket.objects.get(pk=tickets[0].pk).cancel(by=market.alpha.admin, reason="Doubled", now=timezone.now())
    ada.fill("Reason", "Over")
    ada.press("Cancel 2 tickets")
    assert faults + faults_of(ada.page) == []


@seen("phone")
def test_a_finger_meets_a_check_box_of_44_px_and_what_has_the_focus_is_never_covered(market, arrive, tickets, setting):
    ada = arrive(market.ada, setting)
    ada.go("/tickets/")
    for size in ada.page.locator("td.pick label").evaluate_all("all => all.map((one) => one.getBoundingClientRect())"):
        assert size["width"] >= 44 and size["height"] >= 44
    ada.page.set_viewport_size({"width": 1280, "height": 700})
    pick(ada, tickets[0]).check()
    bar = ada.page.get_by_role("form", name="Selected tickets")
    assert bar.bounding_box()["y"] < 700  # in sight while there is a selection
    for ticket in tickets[1:]:
        pick(ada, ticket).focus()
        box = pick(ada, ticket).bounding_box()
        assert box["y"] + box["height"] <= bar.bounding_box()["y"]
