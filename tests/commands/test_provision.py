"""`manage.py provision`: what a file makes of a market."""

import io
import json
import sys
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.base import cast, firm
from tests.commands.markets import ALPHA_ID, BOT_ID, KEY, OTHER_KEY, available, market, vault_of, with_balance
from tests.factories import TicketFactory
from tests.keys import request
from tickets.models import ApiKey, Asset, Connection, Event, Member, Posting, Profile, User, WalletUser, Workspace

pytestmark = pytest.mark.django_db


def test_the_example_becomes_rows(provision):
    said = provision(market()).splitlines()
    assert said[0] == "created   workspace Alpha" and said[-1] == "11 created, 0 updated, 0 unchanged"
    assert Workspace.objects.get(name="Alpha").auto_approval and not Workspace.objects.get(name="Beta").auto_approval
    alpha, beta = Profile.objects.get(pk=ALPHA_ID), Profile.objects.get(name="Beta Desk")
    assert (alpha.party, alpha.vault) == ("alpha::1220aa", vault_of("Alpha"))
    assert beta.party.startswith("Beta Desk::1220") and beta.vault == vault_of("Beta")
    assert available("Alpha", "BTC") == Decimal("12.5") and available("Beta", "USDC") == 500_000
    ada = User.objects.get(email="ada@alpha.example")
    assert ada.check_password("correct horse battery") and ada.member.role == "ADMIN" and ada.name == "ada"
    bot = Member.objects.get(pk=BOT_ID)
    assert (bot.user, bot.name, bot.keys.get().public_key) == (None, "bot", KEY)
    assert WalletUser.objects.get(subject="ada").profile == alpha
    assert Connection.objects.between(alpha, beta).approved().exists()
    sam = User.objects.get(email="sam@support.example")
    assert sam.is_staff and not hasattr(sam, "member")


def test_the_second_run_changes_nothing(provision):
    provision(market())
    before = Posting.objects.count(), Event.objects.count(), User.objects.get(email="ada@alpha.example").password
    assert provision(market()).endswith("0 created, 0 updated, 11 unchanged\n")
    assert before == (
        Posting.objects.count(),
        Event.objects.count(),
        User.objects.get(email="ada@alpha.example").password,
    )


def test_a_check_says_what_would_change_and_writes_nothing(provision):
    assert "created   workspace Alpha\n" in provision(market(), "--check")
    assert not Workspace.objects.exists() and not User.objects.exists() and not Posting.objects.exists()


def test_a_dash_is_standard_input(monkeypatch):
    content = io.BytesIO(json.dumps({"workspaces": [{"name": "Zürich"}]}).encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=content))
    call_command("provision", "-", stdout=io.StringIO())
    assert Workspace.objects.filter(name="Zürich").exists()


def test_a_vault_is_brought_up_to_a_balance_but_never_down(provision):
    provision(with_balance("100"))
    said = provision(with_balance("100.000001"))
    assert "updated   vault Main, Beta: 0.000001 USDC deposited" in said
    with pytest.raises(CommandError, match=r"balances\.USDC: the vault has 100\.000001 USDC"):
        provision(with_balance("100"))
    assert available("Beta", "USDC") == Decimal("100.000001")


def test_held_funds_are_the_vaults_own(provision):
    ticket = TicketFactory(status="in_settlement", kind="two_way")
    theirs = ticket.counterparty.profile
    balances = {"workspaces": [{"name": theirs.workspace.name, "vaults": []}]}
    balances["workspaces"][0]["vaults"] = [{"name": theirs.vault.name, "balances": {"USDC": "250000"}}]
    assert theirs.vault.held(Asset.objects.get(pk="USDC")) == 250_000
    assert provision(balances).endswith("0 created, 0 updated, 2 unchanged\n")


def test_a_price_keeps_its_time_until_it_changes(provision):
    asset = {"id": "BTC", "name": "Bitcoin", "decimals": 8, "usd_price": "91250.5"}
    provision({"assets": [asset]})
    before = Asset.objects.get(pk="BTC")
    assert before.usd_price == Decimal("91250.5") and before.usd_price_at
    assert "unchanged asset BTC" in provision({"assets": [asset]})
    provision({"assets": [asset | {"usd_price": "9", "usd_price_at": "2026-11-01T12:00:00Z"}]})
    assert Asset.objects.get(pk="BTC").usd_price_at.isoformat() == "2026-11-01T12:00:00+00:00"


def test_rows_that_exist_are_updated_and_unnamed_keys_keep_what_they_have(provision):
    provision(market())
    again = {
        "workspaces": [
            {
                "name": "Alpha",
                "profiles": [{"id": ALPHA_ID, "name": "Alpha Prime", "discoverable": False}],
                "users": [{"email": "Ada@Alpha.example", "name": "Ada", "role": "OWNER"}],
                "api_users": [{"id": BOT_ID, "name": "robot", "role": "VIEWER", "public_key": OTHER_KEY}],
            }
        ]
    }
    assert provision(again).endswith("0 created, 3 updated, 1 unchanged\n")
    alpha = Profile.objects.get(pk=ALPHA_ID)
    assert (alpha.name, alpha.is_discoverable, alpha.party) == ("Alpha Prime", False, "alpha::1220aa")
    assert Workspace.objects.get(name="Alpha").auto_approval
    ada = User.objects.get(email="ada@alpha.example")
    assert (ada.name, ada.member.name, ada.member.role) == ("Ada", "Ada", "OWNER")
    assert ada.check_password("correct horse battery")
    bot = Member.objects.get(pk=BOT_ID)
    assert (bot.name, bot.role, bot.keys.get(expires_at=None).public_key) == ("robot", "VIEWER", OTHER_KEY)


def test_a_password_is_set_only_where_it_is_given(provision):
    user = {"email": "cy@beta.example", "role": "SIGNER"}
    beta = {"workspaces": [{"name": "Beta", "users": [user]}]}
    provision(beta)
    assert not User.objects.get().has_usable_password()
    beta["workspaces"][0]["users"] = [user | {"password": "a new one"}]
    assert "updated   user cy@beta.example" in provision(beta)
    assert User.objects.get().check_password("a new one")


def test_an_api_user_without_an_id_is_known_by_its_name(provision):
    alpha = {"name": "Alpha", "api_users": [{"name": "bot", "role": "SIGNER", "public_key": KEY}]}
    provision({"workspaces": [alpha]})
    assert provision({"workspaces": [alpha]}).endswith("0 created, 0 updated, 2 unchanged\n")


def test_another_key_rotates_and_the_earlier_one_is_good_for_a_day(provision):
    bot = {"name": "bot", "role": "SIGNER", "public_key": KEY}
    alpha = {"name": "Alpha", "api_users": [bot]}
    provision({"workspaces": [alpha]})
    alpha["api_users"] = [bot | {"public_key": request(1)}]
    assert "updated   API user bot" in provision({"workspaces": [alpha]})
    assert "unchanged API user bot" in provision({"workspaces": [alpha]})
    earlier, key = ApiKey.objects.order_by("created_at")
    assert (earlier.public_key, key.public_key) == (KEY, OTHER_KEY)
    assert earlier.expires_at - key.created_at == timedelta(hours=24) and key.expires_at is None
    kinds = Event.objects.filter(kind__startswith="api_").values_list("kind", "by", "workspace__name")
    assert list(kinds) == [("api_user.added", None, "Alpha"), ("api_key.rotated", None, "Alpha")]


def test_an_api_user_that_was_shut_out_gets_a_new_key(provision):
    bot = {"name": "bot", "role": "SIGNER", "public_key": KEY}
    provision({"workspaces": [{"name": "Alpha", "api_users": [bot]}]})
    ApiKey.objects.get().revoke(by=None)
    provision({"workspaces": [{"name": "Alpha", "api_users": [bot | {"public_key": OTHER_KEY}]}]})
    assert ApiKey.objects.valid(timezone.now()).get().public_key == OTHER_KEY


def test_an_open_request_is_completed_and_a_removed_connection_made_anew(provision):
    everybody = cast()
    delta = firm("Delta")
    asked = Connection.objects.request(local=everybody.alpha.profile, remote=delta.profile, by=everybody.ada)
    content = {"connections": [["Delta Desk", "Alpha Desk"]]}
    assert "updated   connection of Alpha Desk and Delta Desk" in provision(content)
    asked.refresh_from_db()
    assert asked.status == "approved" and asked.requested_at and asked.events.last().kind == "connection.established"
    assert "unchanged connection" in provision(content)
    asked.remove(by=delta.admin, reason="We parted")
    assert "created   connection" in provision(content)
