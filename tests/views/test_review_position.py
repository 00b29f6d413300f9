"""The review page says what a ticket would make of the vaults, if it settled."""

import pytest
from django.urls import reverse

from tests.base import bare, deposit
from tests.factories import TicketFactory
from tickets.models import Account

pytestmark = pytest.mark.django_db


def draft_of(people, **options):
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def review(client, ticket):
    return client.get(reverse("ticket-draft", args=[ticket.reference, "review"]))


def test_review_shows_what_the_vaults_have_and_what_they_would_have(people, ada):
    second = Account.objects.add_vault(people.alpha.workspace, "Second")
    deposit(people.alpha.vault, BTC="1.5", USDC="0.1")
    deposit(second, BTC="2.5")
    legs = {"receive": [("USDC", "3"), ("BTC", "0.5")], "send": [("BTC", "3.75")]}
    ticket = draft_of(people, kind="two_way", **legs)
    shown = bare(review(ada, ticket))
    assert "If it settles" in shown
    assert "Your vaults, USDC Available now 0.100000 You receive 3.000000 Then 3.100000" in shown
    btc = "Your vaults, BTC Available now 4.00000000 You send −3.75000000 You receive 0.50000000 Then 0.75000000"
    assert btc in shown and "too little" not in shown


def test_review_says_what_must_come_in_first(people, ada):
    deposit(people.alpha.vault, BTC="1")
    ticket = draft_of(people, kind="two_way", send=[("BTC", "3"), ("BTC", "0.5")], receive=[("BTC", "9")])
    shown = bare(review(ada, ticket))
    assert "Available now 1.00000000 You send −3.50000000 You receive 9.00000000 Then 6.50000000" in shown
    assert "Your vaults have too little BTC: 2.50000000 BTC must come in before you can fund from them." in shown


def test_figures_too_long_for_the_panel_stand_below_the_facts(people, ada):
    ticket = draft_of(people, kind="one_way", receive=[("USDC", "1234567890123456")])
    shown = review(ada, ticket).content.decode()
    assert "<aside" not in shown and "<h2>If it settles</h2>" in shown
