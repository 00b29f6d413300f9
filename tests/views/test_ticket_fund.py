"""Funding from a vault: choose, see what will happen, do it once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import bare, cast, deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Account, Asset, Settlement, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    people = cast()
    deposit(people.alpha.vault, BTC="10", USDC="100")
    return people


def ticket_of(people, **options):
    options = {"status": "open", "kind": "two_way", "now": timezone.now()} | options
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def url(ticket, query="?leg_2=on&source_2=0"):
    return reverse("ticket-fund-confirm", args=[ticket.reference]) + query


def words(response):
    return response.content.decode().replace("\u00a0", " ")


def btc(people, vault=None):
    return (vault or people.alpha.vault).available(Asset.objects.get(pk="BTC"))


def test_the_first_vault_with_enough_is_chosen_and_others_say_what_is_missing(people):
    poor = Account.objects.add_vault(people.alpha.workspace, "Poor")
    rich = Account.objects.add_vault(people.alpha.workspace, "Rich")
    deposit(poor, BTC="3.73")
    deposit(rich, BTC="20")
    ticket = ticket_of(people, send=[("BTC", "12")])
    page = signed_in(people.ada).get(reverse("ticket-fund", args=[ticket.reference]))
    assert "Too little: 2.00000000 BTC missing" in words(page) and "Too little: 8.27000000 BTC missing" in words(page)
    form = page.context["form"]
    assert form["source_2"].initial == str(rich.number)
    assert "20.00000000 BTC available" in bare(page)


def test_two_legs_of_one_asset_are_spread_over_vaults_by_default(people):
    second = Account.objects.add_vault(people.alpha.workspace, "Second")
    deposit(second, BTC="7")
    ticket = ticket_of(people, send=[("BTC", "6"), ("BTC", "7")])
    form = signed_in(people.ada).get(reverse("ticket-fund", args=[ticket.reference])).context["form"]
    assert (form["source_2"].initial, form["source_3"].initial) == ("0", str(second.number))


def test_nothing_can_be_reviewed_where_no_vault_has_enough(people):
    ticket = ticket_of(people, send=[("ETH", "1")])
    page = signed_in(people.ada).get(reverse("ticket-fund", args=[ticket.reference]))
    assert "No vault of yours has enough ETH" in words(page) and "Review funding" not in words(page)


def test_the_page_states_balances_before_and_after_and_asks_nothing_to_be_pressed(people):
    page = signed_in(people.ada).get(url(ticket_of(people)))
    assert "Available before 10.00000000 This funding −3.75000000 Available after 6.25000000" in bare(page)
    assert "Fund 3.75000000 BTC to Beta?" in bare(page)
    assert "autofocus" not in words(page)


def test_legs_from_one_vault_are_taken_from_it_together(people):
    ticket = ticket_of(people, send=[("BTC", "6"), ("BTC", "7")])
    page = signed_in(people.ada).get(url(ticket, "?leg_2=on&source_2=0&leg_3=on&source_3=0"))
    assert "This funding −13.00000000 Available after −3.00000000" in bare(page)
    assert "3.00000000 BTC missing" in words(page) and "Choose again" in words(page)
    assert "<button class" not in words(page).split("<main")[1].split("</main")[0]


def test_a_ticket_that_settles_together_holds_and_then_settles_at_once(people):
    ticket = ticket_of(people)
    ada = signed_in(people.ada)
    assert "Held until every leg is funded." in words(ada.get(url(ticket)))
    response = ada.post(url(ticket))
    assert (response.status_code, response["Location"]) == (303, reverse("ticket", args=[ticket.reference]))
    assert "You funded 3.75000000 BTC." in words(ada.get(response["Location"]))
    deposit(people.beta.vault, USDC="250000")
    cy = signed_in(people.cy)
    query = "?leg_1=on&source_1=0"
    assert "This cannot be undone." in words(cy.get(url(ticket, query)))
    cy.post(url(ticket, query))
    ticket.refresh_from_db()
    assert ticket.status == "fulfilled" and btc(people, people.beta.vault) == Decimal("3.75")


def test_leg_by_leg_it_moves_at_once_and_the_page_says_so(people):
    ticket = ticket_of(people, settlement=Settlement.LEG_BY_LEG, hours=4)
    ada = signed_in(people.ada)
    page = words(ada.get(url(ticket)))
    assert "It moves at once, and this cannot be undone." in page
    assert "no longer expires" in page and "Cancelling later returns nothing." in page
    assert ada.post(url(ticket)).status_code == 303
    assert btc(people, people.beta.vault) == Decimal("3.75")


@pytest.mark.parametrize("status", ["open", "in_settlement"])
@pytest.mark.parametrize("settlement", Settlement.values)
def test_a_form_sent_twice_funds_once_and_shows_the_first_result(people, settlement, status):
    ticket, ada = ticket_of(people, settlement=settlement, status=status), signed_in(people.ada)
    for _ in range(2):
        response = ada.post(url(ticket))
        assert (response.status_code, response["Location"]) == (303, reverse("ticket", args=[ticket.reference]))
    assert ticket.events.filter(kind__in=["leg.held", "leg.settled"], by=people.ada).count() == 1
    assert btc(people) == Decimal("6.25")
    assert ada.get(url(ticket))["Location"] == reverse("ticket", args=[ticket.reference])  # nothing is left to fund


def test_another_vault_in_a_second_tab_is_no_repeat(people):
    other = Account.objects.add_vault(people.alpha.workspace, "Other")
    deposit(other, BTC="10")
    ticket = ticket_of(people)
    ada = signed_in(people.ada)
    ada.post(url(ticket))
    response = ada.post(url(ticket, f"?leg_2=on&source_2={other.number}"))
    assert response.status_code == 409
    assert "Leg 2, 3.75000000 BTC, is funded already. Nothing moved twice." in words(response)
    assert btc(people, other) == Decimal(10)


def test_a_colleague_who_was_second_reads_that_it_is_funded(people):
    ticket = ticket_of(people)
    signed_in(people.alpha.admin).post(url(ticket))
    response = signed_in(people.ada).post(url(ticket))
    assert response.status_code == 409 and "is funded already" in words(response)
    assert "<title>Error: " in words(response)


def test_too_little_by_now_is_refused_in_words_and_nothing_moves(people):
    ticket, other = ticket_of(people, send=[("BTC", "8")]), ticket_of(people, send=[("BTC", "8")])
    ada = signed_in(people.ada)
    ada.post(url(ticket))
    response = ada.post(url(other))
    assert response.status_code == 409
    assert "Alpha Treasury has 2.00000000 BTC available, 6.00000000 BTC too little." in words(response)
    assert Ticket.objects.get(pk=other.pk).status == "open" and btc(people) == 2


def test_an_expired_ticket_is_refused_and_nothing_moves(people, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)  # a busy machine takes seconds to ask
    ticket = ticket_of(people, hours=1, now=now - timedelta(hours=1, seconds=4))
    ada = signed_in(people.ada)
    response = ada.post(url(ticket))
    assert response.status_code == 409
    assert "This ticket expired 4 s before this arrived. Nothing was moved." in words(response)
    assert ada.get(url(ticket))["Location"] == reverse("ticket", args=[ticket.reference])
    assert btc(people) == 10


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Choose at least one leg to fund."),
        ("?leg_2=on", "Choose the vault that leg 2 is funded from."),
        ("?leg_2=on&source_2=7", "Choose one of your vaults for leg 2."),
        ("?leg_1=on&source_1=0", "Choose at least one leg to fund."),
    ],
)
def test_a_choice_that_cannot_be_read_is_asked_again(people, query, sentence):
    for method in ("get", "post"):
        response = getattr(signed_in(people.ada), method)(url(ticket_of(people), query))
        assert response.status_code == 422 and sentence in words(response)
    assert btc(people) == 10


def test_what_was_chosen_is_kept_on_the_way_back(people):
    ticket = ticket_of(people, send=[("BTC", "1"), ("USDC", "5")])
    page = signed_in(people.ada).get(
        reverse("ticket-fund", args=[ticket.reference]) + "?leg_3=on&source_2=0&source_3=0"
    )
    form = page.context["form"]
    assert (form["leg_2"].value(), form["leg_3"].value()) == (False, True)


def test_roles_without_the_right_and_strangers_are_kept_out(people):
    ticket = ticket_of(people)
    for name in ("ticket-fund", "ticket-fund-confirm"):
        path = reverse(name, args=[ticket.reference])
        for member in (people.bo, people.alpha.viewer):
            assert signed_in(member).get(path).status_code == 403
        assert signed_in(people.dee).get(path).status_code == 404
    assert signed_in(people.bo).post(url(ticket)).status_code == 403
    assert signed_in(people.dee).post(url(ticket)).status_code == 404
    assert signed_in(people.ada).post(reverse("ticket-fund", args=[ticket.reference])).status_code == 405
    assert btc(people) == 10
