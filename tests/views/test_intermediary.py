"""A ticket that a third firm arranged: an ordinary one for its ends, one without a "you" for the firm between them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.base import signed_in
from tests.proposals import arranged, exchange, fund, hold, propose, three
from tests.views.test_ticket_page import page, text
from tickets.models import Connection, Settlement, Ticket

pytestmark = pytest.mark.django_db
ALPHA_BETA = "Beta will send Alpha 250 000.000000 USDC; Alpha will send Beta 3.75000000 BTC."


@pytest.fixture
def people():
    return three()


@pytest.fixture
def ticket(people):
    return arranged(people, now=timezone.now())


def url(ticket, name):
    return reverse(f"ticket-{name}", args=[ticket.reference])


def says_you(words):
    return re.findall(r"\b[Yy]ou\b (?:send|sent|receive|will|were|fund)\w*", words)


def plain(response):
    return response.content.decode().replace("\u00a0", " ")


# The two ends


def test_the_ends_see_an_ordinary_ticket_and_who_arranged_it(people, ticket):
    for member, other in ((people.ada, "Beta"), (people.cy, "Alpha")):
        response = page(member, ticket)
        shown = text(response)
        assert f"Two-way ticket with {other}" in shown and f"{other} will send you" in shown
        assert "Gamma arranged it and moves nothing itself." in shown
        assert "<dt>Arranged by</dt><dd>Gamma Desk</dd>" in plain(response)
        assert "Gamma opened the ticket Dee, Gamma" in shown and "Opened byDee, Gamma," in shown
        assert "Your turn. Fund" in shown and f"{other} still has to fund leg" in shown
        assert url(ticket, "reject") in plain(response) and url(ticket, "cancel") not in plain(response)
        lists = plain(signed_in(member).get("/"))
        assert lists.count('<span class="sub">via Gamma</span>') == 2  # under Your turn and in the table


def test_an_end_rejects_it_and_all_three_read_why(people, ticket):
    cy = signed_in(people.cy)
    asked = text(cy.get(url(ticket, "reject")))
    assert "ends for all three firms" in asked and "Alpha and Gamma will read it." in asked
    assert cy.post(url(ticket, "cancel"), {"reason": "x"}).status_code == 403
    assert cy.post(url(ticket, "reject"), {"reason": "Not agreed"}).status_code == 303
    for member in (people.ada, people.cy, people.dee):
        assert "Rejected by Beta" in text(page(member, ticket)) and "Not agreed" in text(page(member, ticket))
        assert ticket.reference in plain(signed_in(member).get("/history/"))


# The firm between them


def test_the_firm_between_reads_both_names_and_never_you(people, ticket):
    response = page(people.dee, ticket)
    shown = text(response)
    assert "Two-way ticket between Alpha and Beta" in shown and ALPHA_BETA in shown
    assert "Your firm arranged it and moves nothing itself." in shown
    assert "Beta sends 250 000.000000 USDC from Beta Desk to Alpha Desk" in shown
    assert "Alpha sends 3.75000000 BTC from Alpha Desk to Beta Desk" in shown
    assert "BetweenAlpha Desk and Beta Desk" in shown
    assert "Waiting for Alpha to fund leg 2 and for Beta to fund leg 1." in shown
    assert says_you(shown) == []
    for name in ("fund", "agree", "reject", "fulfil"):
        assert url(ticket, name) not in plain(response)
        assert signed_in(people.dee).get(url(ticket, name)).status_code == 302
    assert url(ticket, "cancel") in plain(response)
    assert signed_in(people.dee).get(f"/tickets/{ticket}/fund/1/by-hand/").status_code == 404


def test_it_never_reads_a_vault_of_theirs(people, ticket):
    fund(ticket, people.beta)
    fund(ticket, people.alpha)
    html = plain(page(people.dee, ticket))
    assert "Alpha Treasury" not in html and "Beta Treasury" not in html
    assert "Beta sent Alpha 250 000.000000 USDC; Alpha sent Beta 3.75000000 BTC." in text(page(people.dee, ticket))


def test_its_lists_name_both_firms_and_who_sends_what(people, ticket):
    propose(people.gamma, exchange(people))
    response = signed_in(people.dee).get("/")
    assert response.context["flows"] == [] and response.context["turn_count"] == 0
    row = text(response).split("Active tickets (2)")[1]
    assert row.count("Alpha and Beta Two-way, arranged by your firm") == 2
    assert "Beta sends 250 000.000000 USDC Alpha sends 3.75000000 BTC" in row
    ticket.cancel(by=people.dee, reason="Off")
    assert "Alpha and Beta Two-way, arranged by your firm" in text(signed_in(people.dee).get("/history/"))


def test_it_waits_for_each_firm_by_name(people, ticket):
    hold(ticket, people.beta)
    waiting = "Waiting for Alpha to fund leg 2 and for Beta to let its held legs move."
    assert waiting in text(page(people.dee, ticket))
    fund(ticket, people.alpha)
    assert "Waiting for Beta to let its held legs move." in text(page(people.dee, ticket))
    assert "Beta funded leg 1; 250 000.000000 USDC is held" in text(page(people.dee, ticket))


def test_it_cancels_and_what_was_held_goes_back(people, ticket):
    hold(ticket, people.beta)
    dee = signed_in(people.dee)
    asked = text(dee.get(url(ticket, "cancel")))
    assert "250 000.000000 USDC to Beta." in asked and "Alpha and Beta will read it." in asked
    assert dee.post(url(ticket, "cancel"), {"reason": "Called off"}).status_code == 303
    assert "Cancelled by Gamma" in text(page(people.ada, ticket))
    assert "were to send" not in text(page(people.dee, ticket))


def test_after_a_leg_moved_it_reads_why_it_cannot_cancel(people):
    ticket = arranged(people, settlement=Settlement.LEG_BY_LEG)
    fund(ticket, people.beta)
    assert "You cannot cancel it: a leg has moved already" in text(page(people.dee, ticket))


def test_its_own_people_approve_or_decline_it():
    people = three(auto_approval=False)
    ticket = arranged(people, hours=None)
    bo = signed_in(people.gamma.approver)
    assert "Approve two-way ticket between Alpha and Beta" in text(bo.get("/"))
    assert "Alpha and Beta see it once it is approved." in text(page(people.gamma.approver, ticket))
    asked = text(bo.get(url(ticket, "approve")))
    assert ALPHA_BETA in asked and "Your firm sends and receives nothing." in asked and says_you(asked) == []
    assert "Beta sends 250 000.000000 USDC" in asked and "Alpha and Beta see it from then on" in asked
    assert "Alpha and Beta have not seen it and will not." in text(bo.get(url(ticket, "decline")))
    next_steps = text(signed_in(people.dee).get(url(ticket, "opened")))
    assert "Alpha and Beta see the ticket" in next_steps and "Alpha funds 3.75000000 BTC" in next_steps
    assert says_you(next_steps) == []
    assert bo.post(url(ticket, "approve")).status_code == 303
    assert Ticket.objects.get().status == "open"


def test_it_reads_which_two_firms_are_no_longer_connected(people, ticket):
    people.connection.remove(by=people.beta.admin, reason="We parted")
    assert "Alpha and Beta are no longer connected, so this ticket cannot be funded" in text(page(people.dee, ticket))
    assert not Ticket.objects.with_turn(people.ada).get().is_yours


def test_before_opening_it_must_itself_be_connected_with_both():
    people = three(auto_approval=False)
    ticket = arranged(people)
    found = Connection.objects.between(people.gamma.profile, people.beta.profile).get()
    found.remove(by=people.gamma.admin, reason="We parted")
    shown = text(page(people.gamma.approver, ticket))
    assert "Your firm and Beta are no longer connected, so this ticket cannot be opened now." in shown


def test_confirming_what_moved_by_hand_asks_both_firms_first(people):
    ticket = arranged(people, settlement=Settlement.LEG_BY_LEG)
    for member, leg in ((people.cy, ticket.terms.get(number=1)), (people.ada, ticket.terms.get(number=2))):
        ticket.fund_manually(leg, "0xa", by=member)
    assert "ticket between Alpha and Beta" in text(signed_in(people.dee).get("/")).split("Confirm that all legs")[1]
    asked = text(signed_in(people.dee).get(url(ticket, "fulfil")))
    assert "250 000.000000 USDC to Alpha" in asked and "ask first whether it arrived" in asked


def test_its_connections_do_not_count_what_only_passes_between_two_others(people, ticket):
    found = Connection.objects.between(people.gamma.profile, people.beta.profile).get()
    assert not Ticket.objects.between(people.gamma.profile, people.beta.profile).exists()
    assert ticket.reference not in plain(signed_in(people.dee).get(reverse("connection", args=[found.pk])))
    assert Ticket.objects.between(people.alpha.profile, people.beta.profile).exists()


def test_its_page_asks_no_more_of_the_database_than_any_other(people, ticket):
    client = signed_in(people.gamma.admin)
    with CaptureQueriesContext(connection) as asked:
        client.get(url(ticket, "note").removesuffix("note/"))
    assert len(asked) <= 12
