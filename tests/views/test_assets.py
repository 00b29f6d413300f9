"""Assets: their scale, and what the firm has of each in all its vaults."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests.base import deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Account, Asset

pytestmark = pytest.mark.django_db


def page(member):
    response = signed_in(member).get("/assets/")
    assert response.status_code == 200
    return response


def row(member, ticker):
    return next(row for row in page(member).context["rows"] if row.asset.pk == ticker)


def test_holdings_are_those_of_all_vaults_and_of_no_other_firm(people):
    deposit(people.alpha.vault, ETH="1.000000000000000001")
    deposit(Account.objects.add_vault(people.alpha.workspace, "Cold"), ETH="2")
    deposit(people.beta.vault, ETH="100")
    found = row(people.ada, "ETH")
    assert (found.available, found.held, found.total) == (Decimal("3.000000000000000001"), 0, found.available)
    assert row(people.ada, "BTC").total == 0


def test_what_is_held_is_told_apart(people):
    send = [("BTC", "1")]
    ticket = TicketFactory(connection=people.connection, kind="two_way", status="open", send=send, now=timezone.now())
    TicketFactory.fund(ticket, people.alpha.workspace, timezone.now())
    found = row(people.ada, "BTC")
    assert (found.available, found.held, found.total) == (0, 1, 1)


def test_every_asset_shows_its_least_step(people):
    steps = {row.asset.pk: row.step for row in page(people.ada).context["rows"]}
    assert steps["NEO"] == 1 and steps["GUSD"] == Decimal("0.01") and steps["ETH"] == Decimal("1e-18")
    assert len(steps) == Asset.objects.count()
    assert 'value="0.000000000000000001"' in page(people.ada).content.decode()


def test_an_estimate_is_marked_and_dated_and_never_alone(people):
    deposit(people.alpha.vault, BTC="1.99999999", USDC="5", ETH="0.000000000000000001")
    now = timezone.now()
    Asset.objects.filter(pk="BTC").update(usd_price=Decimal("91250"), usd_price_at=now)
    Asset.objects.filter(pk="ETH").update(usd_price=Decimal("3000"))
    shown = " ".join(page(people.ada).content.decode().replace("\u00a0", " ").split())
    assert 'approx. 182 499.99 USD,</span><span class="sub">price of <time' in shown
    assert "approx. less than 0.01 USD" in shown
    assert shown.count("approx.") == 2


def test_many_vaults_need_no_more_queries(people, django_assert_max_num_queries):
    for number in range(5):
        deposit(Account.objects.add_vault(people.alpha.workspace, f"Vault {number}"), BTC="1", ETH="2")
    client = signed_in(people.ada)
    with django_assert_max_num_queries(8):
        client.get("/assets/")
