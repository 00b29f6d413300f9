"""Tickets that end otherwise than by settling: rejected, cancelled, out of time."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.factories import TicketFactory
from tests.stories import ledger
from tests.stories.test_two_way import BEFORE, has
from tickets.models import Ticket

HOUR = timedelta(hours=1)


def opened(market, settlement="together", funder=None, ago=timedelta(0), **options):
    """An open ticket, Beta's 100 USDC for Alpha's 1 BTC; of the firm `funder`, its leg is funded already."""
    made = {"connection": market.connection, "by": market.ada, "receive": [("USDC", "100")], "send": [("BTC", "1")]}
    now = timezone.now() - ago
    ticket = TicketFactory(status="open", kind="two_way", settlement=settlement, now=now, **made, **options)
    if funder:
        term = ticket.terms.get(sender__workspace=funder.workspace)
        ticket.fund({term.pk: funder.vault}, by=funder.trader, now=now)
    return ticket.reference


def status_of(reference):
    return Ticket.objects.get(reference=reference).status


def end(person, reference, act):
    """Cancel or reject, with a reason."""
    person.go(f"/tickets/{reference}/")
    person.follow(f"{act} ticket")
    person.fill("Reason", "The price has moved")
    person.press(f"{act} ticket {reference}")


@pytest.mark.parametrize("act", ["Cancel", "Reject"])
@pytest.mark.parametrize("is_funded", [False, True], ids=["unfunded", "with a leg held"])
def test_a_ticket_that_settles_together_gives_everything_back(market, arrive, act, is_funded):
    ada, cy = arrive(market.ada), arrive(market.cy)
    funder = (market.beta if act == "Cancel" else market.alpha) if is_funded else None
    reference = opened(market, funder=funder)
    person, other, done = (ada, cy, "cancelled") if act == "Cancel" else (cy, ada, "rejected")
    person.go(f"/tickets/{reference}/{act.lower()}/")
    person.reads("cannot be opened again", "Given back" if is_funded else "Nothing has been funded")
    end(person, reference, act)
    person.is_told(f"{reference} is {done}.")
    other.go(f"/tickets/{reference}/")
    other.reads("Given back:" if is_funded else "Nothing has moved.")
    other.reads(f"Status: {done.capitalize()}", "The price has moved")
    assert status_of(reference) == done
    has(ada, market.alpha, BEFORE["alpha"])
    has(cy, market.beta, BEFORE["beta"])


@pytest.mark.parametrize("act", ["Cancel", "Reject"])
def test_leg_by_leg_only_the_funder_can_end_it_and_nothing_comes_back(market, arrive, act):
    ada, cy = arrive(market.ada), arrive(market.cy)
    funder, person, other = (market.alpha, ada, cy) if act == "Cancel" else (market.beta, cy, ada)
    reference = opened(market, "leg_by_leg", funder)
    after = ledger(market.alpha.vault), ledger(market.beta.vault)
    theirs = "reject" if act == "Cancel" else "cancel"

    other.go(f"/tickets/{reference}/")
    other.reads(f"You cannot {theirs} it: a leg has moved already")
    assert other.link(f"{theirs.capitalize()} ticket").count() == 0
    assert other.post(f"/tickets/{reference}/{theirs}/", reason="All the same").status == 403

    end(person, reference, act)
    person.reads("What had moved stays where it went.")
    other.go("/history/")
    other.reads(reference, "The price has moved", "1 of 2 legs moved")
    assert (ledger(market.alpha.vault), ledger(market.beta.vault)) == after


@pytest.mark.parametrize("is_funded", [False, True], ids=["unfunded", "with a leg held"])
def test_the_worker_gives_back_what_is_held_when_the_time_runs_out(market, arrive, is_funded):
    ada, cy = arrive(market.ada), arrive(market.cy)
    reference = opened(market, funder=market.beta if is_funded else None, ago=HOUR, hours=1)
    call_command("work", "--once")
    assert status_of(reference) == "expired"
    cy.go("/history/")
    cy.follow(f"{reference}, Alpha")
    cy.reads("Status: Expired", "The time ran out and the ticket expired")
    if is_funded:
        cy.reads("Given back: 100.000000 USDC")
    has(ada, market.alpha, BEFORE["alpha"])
    has(cy, market.beta, BEFORE["beta"])


def test_leg_by_leg_the_clock_stops_once_a_leg_has_moved(market, arrive):
    ada = arrive(market.ada)
    reference = opened(market, "leg_by_leg", market.beta, ago=2 * HOUR, hours=1)
    call_command("work", "--once")
    ada.fund(reference, "1.00000000 BTC")
    ada.reads("Status: Settled", "the clock stopped")
    assert status_of(reference) == "fulfilled"
