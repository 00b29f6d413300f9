"""A leg that moved outside: its transaction hash, and the confirmation that all arrived."""

import pytest
from django.urls import reverse

from tests.base import NOON, deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Posting, Settlement, Ticket

pytestmark = pytest.mark.django_db


def ticket_of(people, **options):
    options = {"status": "open", "kind": "two_way"} | options
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def url(ticket, number=2):
    return reverse("ticket-fund-by-hand", args=[ticket.reference, number])


def page_of(ticket):
    return reverse("ticket", args=[ticket.reference])


def test_the_hash_is_kept_and_shown_to_both_and_nothing_is_posted(people):
    ticket, ada = ticket_of(people), signed_in(people.ada)
    assert "You say that this leg has moved outside Countersign." in ada.get(url(ticket)).content.decode()
    response = ada.post(url(ticket), {"tx_hash": " 0xabc123 "})
    assert (response.status_code, response["Location"]) == (303, page_of(ticket))
    assert not Posting.objects.filter(term__ticket=ticket).exists()
    for member in (people.ada, people.cy):
        assert "0xabc123" in signed_in(member).get(page_of(ticket)).content.decode()


def test_sent_twice_it_is_kept_once(people):
    ticket, ada = ticket_of(people), signed_in(people.ada)
    assert [ada.post(url(ticket), {"tx_hash": "0xabc"}).status_code for _ in range(2)] == [303, 303]
    assert ticket.events.filter(kind="leg.funded_by_hand").count() == 1
    assert ada.post(url(ticket), {"tx_hash": "0xother"}).status_code == 409


@pytest.mark.parametrize(
    ("tx_hash", "sentence"),
    [
        ("", "Enter the hash of the transaction that moved the assets."),
        ("two words", "Enter the transaction hash as one word of 128 characters or fewer."),
        ("0" * 129, "Enter the transaction hash as one word of 128 characters or fewer."),
    ],
)
def test_a_hash_that_is_none_is_refused_and_kept_as_typed(people, tx_hash, sentence):
    response = signed_in(people.ada).post(url(ticket_of(people)), {"tx_hash": tx_hash})
    html = response.content.decode()
    assert response.status_code == 422 and sentence in html and f'href="#id_tx_hash">{sentence}' in html
    assert not tx_hash or f'value="{tx_hash}"' in html


def test_where_a_leg_is_held_none_goes_by_hand(people):
    ticket, ada = ticket_of(people, status="in_settlement"), signed_in(people.ada)
    assert "Not by hand now." in ada.get(url(ticket)).content.decode()
    response = ada.post(url(ticket), {"tx_hash": "0xabc"})
    assert response.status_code == 409 and "settle together here, none by hand" in response.content.decode()
    assert url(ticket) not in ada.get(page_of(ticket)).content.decode()


def test_once_one_leg_went_by_hand_the_rest_are_offered_by_hand(people):
    ticket = ticket_of(people)
    signed_in(people.cy).post(url(ticket, 1), {"tx_hash": "0xabc"})
    html = signed_in(people.ada).get(page_of(ticket)).content.decode()
    assert "Fund leg 2 by hand" in html and reverse("ticket-fund", args=[ticket.reference]) + '"' not in html


def test_only_own_legs_and_only_by_those_who_may(people):
    ticket = ticket_of(people)
    data = {"tx_hash": "0xabc"}
    assert signed_in(people.ada).post(url(ticket, 1), data).status_code == 404
    assert signed_in(people.ada).get(url(ticket, 9)).status_code == 404
    assert signed_in(people.dee).post(url(ticket), data).status_code == 404
    assert signed_in(people.bo).post(url(ticket), data).status_code == 403
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def moved_by_hand(people):
    ticket = ticket_of(people, settlement=Settlement.LEG_BY_LEG)
    for term, member in zip(ticket.terms.all(), (people.cy, people.ada), strict=True):
        ticket.fund_manually(term, "0xabc", by=member, now=NOON)
    return ticket


def test_either_firm_confirms_that_all_arrived_once(people):
    ticket = moved_by_hand(people)
    path, cy = reverse("ticket-fulfil", args=[ticket.reference]), signed_in(people.cy)
    assert "Confirm all legs arrived" in cy.get(page_of(ticket)).content.decode()
    assert f"Confirm that all legs of {ticket} arrived?" in cy.get(path).content.decode()
    assert [cy.post(path)["Location"] for _ in range(2)] == [page_of(ticket)] * 2
    assert Ticket.objects.get(pk=ticket.pk).status == "fulfilled"
    assert ticket.events.filter(kind="ticket.fulfilled").count() == 1


def test_nothing_is_confirmed_early_or_by_the_wrong_person(people):
    early, ready = ticket_of(people), moved_by_hand(people)
    path = reverse("ticket-fulfil", args=[early.reference])
    assert signed_in(people.ada).get(path)["Location"] == page_of(early)
    response = signed_in(people.ada).post(path)
    assert response.status_code == 409 and "Not every leg has moved yet." in response.content.decode()
    path = reverse("ticket-fulfil", args=[ready.reference])
    assert signed_in(people.bo).post(path).status_code == 403
    assert signed_in(people.dee).post(path).status_code == 404
    assert Ticket.objects.get(pk=ready.pk).status == "in_settlement"


def test_a_held_leg_can_still_be_funded_from_a_vault(people):
    ticket = ticket_of(people, status="in_settlement")
    deposit(people.alpha.vault, BTC="5")
    path = reverse("ticket-fund-confirm", args=[ticket.reference]) + "?leg_2=on&source_2=0"
    assert signed_in(people.ada).post(path).status_code == 303
