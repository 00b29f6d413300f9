"""Passkeys as a browser keeps them, with an authenticator that Chromium pretends to have."""

from decimal import Decimal

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from tests.base import PASSWORD, cast, deposit
from tests.factories import TicketFactory
from tests.stories.inspect import faults_of
from tests.stories.people import Person
from tickets.models import Asset, PolicyLimit, TermStatus

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    cache.clear()
    people = cast()
    deposit(people.alpha.vault, BTC="10")
    PolicyLimit.objects.set(Asset.objects.get(pk="BTC"), Decimal(1), by=people.alpha.admin)
    return people


@pytest.fixture
def ada(people, new_context, live_server):
    """At the console's name: no browser keeps a passkey for a bare address."""
    ada = Person(people.ada, new_context(base_url=live_server.url.replace("127.0.0.1", "localhost")))
    browser = ada.context.new_cdp_session(ada.page)
    browser.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return ada


def add_passkey(ada):
    ada.go("/settings/security/")
    ada.follow("Add a passkey")
    ada.fill("Password", PASSWORD)
    ada.press("Confirm")
    ada.is_at("Add a passkey")
    ada.fill("Name", "Laptop")
    ada.press("Add a passkey")
    ada.is_at("Recovery codes")


def fund_url(people):
    ticket = TicketFactory(
        connection=people.connection, by=people.ada, status="open", kind="two_way", now=timezone.now()
    )
    return ticket, f"/tickets/{ticket.reference}/fund/confirm/?leg_2=on&source_2=0"


def test_a_passkey_is_added_signs_in_by_itself_and_serves_above_a_limit(people, ada):
    ada.sign_in()
    add_passkey(ada)
    ada.follow("I have stored them")
    ada.reads("Laptop, since", "10 left")
    ada.context.clear_cookies()
    ada.go("/account/login/")
    ada.press("Sign in with a passkey")
    ada.is_at("Dashboard")
    ticket, url = fund_url(people)
    ada.go(url)
    ada.reads("Alpha asks for your second factor above 1.00000000 BTC.")
    ada.page.get_by_role("button", name="Confirm with a passkey instead").click()
    expect(ada.page.get_by_role("button", name="Passkey confirmed")).to_be_visible()
    assert ticket.terms.get(number=2).status == TermStatus.UNFUNDED
    ada.press("Fund 3.75000000 BTC")
    ada.is_told("You funded")
    assert ticket.terms.get(number=2).status == TermStatus.HELD
    assert ada.faults == []


def test_the_pages_are_whole_on_every_screen_and_in_both_themes(people, ada, new_context, live_server):
    ada.sign_in()
    add_passkey(ada)
    _, url = fund_url(people)
    faults = []
    for path in ("/settings/security/", "/account/2fa/webauthn/add/", "/account/2fa/totp/activate/", url):
        ada.go(path)
        faults += faults_of(ada.page)
    ada.page.set_viewport_size({"width": 1280, "height": 900})
    ada.go(url)
    ada.fill("Code", "12")
    with ada.page.expect_navigation():
        ada.button("Fund 3.75000000 BTC").click()
    faults += faults_of(ada.page)
    TOTP.activate(people.alpha.admin.user, generate_totp_secret())
    admin = Person(people.alpha.admin, new_context())
    admin.let_in(live_server.url)
    admin.go("/settings/limits/")
    admin.is_at("Policy limits")
    faults += faults_of(admin.page)
    assert faults == []
