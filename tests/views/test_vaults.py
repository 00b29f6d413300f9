"""Vault accounts: total is available and held; what is on its way stands beside it."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests.base import deposit, signed_in
from tests.factories import OfferFactory, TicketFactory
from tickets.models import Account, Workspace

pytestmark = pytest.mark.django_db
URL = "/vaults/"


def page(member):
    response = signed_in(member).get(URL)
    assert response.status_code == 200
    return response


def text(response):
    return " ".join(response.content.decode().split())


def holdings(member, vault):
    rows = {row["vault"]: row["holdings"] for row in page(member).context["rows"]}
    return {holding.asset.id: holding for holding in rows[vault]}


def test_total_is_available_and_held_and_incoming_is_apart(people):
    ticket = TicketFactory(
        connection=people.connection,
        kind="two_way",
        status="in_settlement",
        receive=[("ETH", "2")],
        send=[("BTC", "1")],
        now=timezone.now(),
    )
    deposit(people.beta.vault, ETH="5.000000000000000001")
    eth, btc = (holdings(people.cy, people.beta.vault)[asset] for asset in ("ETH", "BTC"))
    assert (eth.available, eth.held, eth.total) == tuple(
        map(Decimal, ("5.000000000000000001", "2", "7.000000000000000001"))
    )
    assert (btc.total, btc.incoming) == (0, 1)
    assert holdings(people.ada, people.alpha.vault)["ETH"].incoming == 2
    ticket.reject(by=people.cy, reason="No")
    assert "BTC" not in holdings(people.cy, people.beta.vault)
    assert holdings(people.cy, people.beta.vault)["ETH"].held == 0


def test_amounts_are_shown_at_full_scale(people):
    deposit(people.alpha.vault, ETH="1234567890123456789012345678.123456789012345678", GUSD="5")
    shown = text(page(people.ada))
    assert 'value="1234567890123456789012345678.123456789012345678"' in shown
    assert 'value="5.00"' in shown


def test_other_firms_vaults_do_not_show(people):
    deposit(people.beta.vault, BTC="1")
    shown = text(page(people.ada))
    assert "Beta Treasury" not in shown and "Alpha Treasury" in shown and "BTC" not in shown


def test_what_belongs_here_is_said_where_there_is_nothing(people):
    assert "Nothing is in this vault" in text(page(people.ada))
    bare = Workspace.objects.create(name="Bare")
    type(people.ada).objects.filter(pk=people.ada.pk).update(workspace=bare)
    people.ada.refresh_from_db()
    assert "Bare has no vault yet" in text(page(people.ada))


def test_many_vaults_need_no_more_queries(people, django_assert_max_num_queries):
    for number in range(5):
        deposit(Account.objects.add_vault(people.alpha.workspace, f"Vault {number}"), BTC="1", ETH="2")
    client = signed_in(people.ada)
    with django_assert_max_num_queries(9):
        client.get(URL)


def vault_page(member, number=0):
    return signed_in(member).get(f"{URL}{number}/")


def test_the_page_of_a_vault_shows_its_balances_and_newest_movements(people):
    deposit(people.alpha.vault, BTC="1")
    TicketFactory(connection=people.connection, kind="two_way", status="fulfilled", send=[("BTC", "1")])
    response = vault_page(people.ada)
    movements = response.context["movements"]
    assert [line.credit or -line.debit for line in movements if line.posting.asset_id == "BTC"].count(-1) == 1
    assert {line.counterparty for line in movements} == {"Beta", "Deposit, outside world"}
    assert "?account=0" in text(response)


def test_offers_are_promised_and_offered(people):
    deposit(people.alpha.vault, CC="6")  # and the offer's own 4
    OfferFactory(sender=people.alpha.profile, receiver=people.beta.profile, amount="4", now=timezone.now())
    (ours,), (theirs,) = (vault_page(member).context["row"]["holdings"] for member in (people.ada, people.cy))
    assert (ours.total, ours.promised, ours.offered) == (10, 4, 0)
    assert (theirs.total, theirs.promised, theirs.offered) == (0, 0, 4)
    assert "Promised" in text(vault_page(people.ada)) and "Offered" in text(vault_page(people.cy))


def test_a_vault_that_is_not_ours_is_not_found(people):
    Account.objects.add_vault(people.beta.workspace, "Second")
    assert vault_page(people.ada, 1).status_code == 404
    assert vault_page(people.cy, 1).status_code == 200
