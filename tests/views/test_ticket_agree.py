"""Agreeing: legs that were held through the API without a word wait for it, and the console can give it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import cast, deposit, signed_in
from tests.factories import TicketFactory
from tests.proposals import fund, hold
from tests.views.test_ticket_page import page, text
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    people = cast()
    deposit(people.alpha.vault, BTC="10")
    deposit(people.beta.vault, USDC="1000000")
    return people


@pytest.fixture
def ticket(people):
    made = {"connection": people.connection, "by": people.ada, "now": timezone.now()}
    return TicketFactory(kind="two_way", status="open", hours=4, **made)


def url(ticket, name="agree"):
    return reverse(f"ticket-{name}", args=[ticket.reference])


def test_once_all_our_legs_are_held_it_is_our_turn_to_let_them_move(people, ticket):
    hold(ticket, people.alpha, timezone.now())
    shown = page(people.ada, ticket)
    assert (
        "Your turn. All your legs are held. Let them move together with those of Beta before" in text(shown)
        and "Beta still has to fund leg 1." in text(shown)
        and url(ticket) in shown.content.decode()
        and url(ticket, "fund") not in shown.content.decode()
        and "1 of 2 legs is funded. The ticket settles the moment all of them are, and each sender has" in text(shown)
    )
    assert "Your role, viewer, may not fund tickets." in text(page(people.alpha.viewer, ticket))
    assert "Alpha still has to let its held legs move." in text(page(people.cy, ticket))
    board = signed_in(people.ada).get("/").content.decode()
    assert "Your turn (1)" in board and f'href="{url(ticket)}">Agree' in board


def test_agreeing_first_waits_for_the_other_firm(people, ticket):
    hold(ticket, people.alpha)
    ada = signed_in(people.ada)
    asked = text(ada.get(url(ticket)))
    assert "Let 3.75000000 BTC move?" in asked and "from your vault “Alpha Treasury”" in asked
    assert "stay held until Beta has let its legs move too" in asked
    response = ada.post(url(ticket))
    assert (response.status_code, response["Location"]) == (303, url(ticket, "agree").removesuffix("agree/"))
    shown = text(ada.get(response["Location"]))
    assert "You let 3.75000000 BTC move." in shown and "Waiting for Beta to fund leg 1 before" in shown
    assert "You let your held legs move with all the others" in shown
    assert "Alpha let its held legs move with all the others" in text(page(people.cy, ticket))
    assert ada.get(url(ticket)).status_code == 302


def test_the_last_word_settles_the_ticket_at_once(people, ticket):
    hold(ticket, people.alpha)
    fund(ticket, people.beta)
    shown = text(page(people.cy, ticket))
    assert "Waiting for Alpha to let its held legs move before" in shown and "Status: All legs held" in shown
    ada = signed_in(people.ada)
    assert "Beta has let its legs move already, so the ticket settles at once" in text(ada.get(url(ticket)))
    assert ada.post(url(ticket)).status_code == 303
    assert Ticket.objects.get().status == "fulfilled"


def test_sent_twice_it_agrees_once(people, ticket):
    hold(ticket, people.alpha)
    ada = signed_in(people.ada)
    assert [ada.post(url(ticket)).status_code for _ in range(2)] == [303, 303]
    assert ticket.events.filter(kind="ticket.agreed").count() == 1
    assert signed_in(people.alpha.admin).post(url(ticket)).status_code == 409


def test_funding_does_not_promise_what_the_other_firms_word_decides(people, ticket):
    hold(ticket, people.beta)
    choice = "?leg_2=on&source_2=0"
    asked = text(signed_in(people.ada).get(url(ticket, "fund-confirm") + choice))
    assert "Held until Beta lets its legs move." in asked and "settles at once" not in asked
    assert "This cannot be undone" not in asked


def test_what_is_funded_here_is_agreed_with_it(people, ticket):
    fund(ticket, people.alpha)
    assert "Waiting for Beta to fund leg 1" in text(page(people.ada, ticket))
    assert "each sender has" not in text(page(people.ada, ticket))
    assert "Every other leg is funded." in text(page(people.cy, ticket))
    assert signed_in(people.ada).get(url(ticket)).status_code == 302
    assert signed_in(people.ada).post(url(ticket)).status_code == 409


def test_strangers_viewers_and_late_comers(people, ticket):
    hold(ticket, people.alpha)
    assert signed_in(people.dee).post(url(ticket)).status_code == 404
    assert signed_in(people.alpha.viewer).get(url(ticket)).status_code == 403
    assert signed_in(people.alpha.viewer).post(url(ticket)).status_code == 403
    assert signed_in(people.ada).put(url(ticket)).status_code == 405
    assert signed_in(people.cy).post(url(ticket)).status_code == 409  # it holds nothing yet
    Ticket.objects.filter(pk=ticket.pk).update(expires_at=ticket.opened_at)
    late = signed_in(people.ada).post(url(ticket))
    assert late.status_code == 409 and "This ticket expired" in late.content.decode()
    assert "<button class" not in late.content.decode().split("<main")[1].split("</main")[0]
    assert signed_in(people.ada).get(url(ticket)).status_code == 302


def test_without_the_connection_nothing_is_let_go(people, ticket):
    hold(ticket, people.alpha)
    people.connection.remove(by=people.beta.admin, reason="We parted")
    assert "Your firm and Beta are no longer connected" in text(page(people.ada, ticket))
    refused = signed_in(people.ada).post(url(ticket))
    assert refused.status_code == 409 and "are not connected" in refused.content.decode()
