"""Setting up a second factor, signing in with it, and how its secrets are kept."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from console.second_factor import MFAAdapter
from tests.base import PASSWORD, cast, signed_in
from tests.views.second_factor import code_of, recovery_codes, with_app, wrong_code
from tickets.models import Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    cache.clear()
    ada = cast().ada
    ada.user.set_password(PASSWORD)
    ada.user.save()
    return ada


def confirmed(member) -> Client:
    """Signed in, and known to be this person since a moment ago."""
    browser = signed_in(member)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def sign_in(browser, member):
    return browser.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD})


def test_changing_how_one_signs_in_asks_for_the_password_first(ada):
    page = signed_in(ada).get(reverse("mfa_activate_totp"))
    assert page.status_code == 302 and page.url.startswith(reverse("account_reauthenticate"))


def test_who_asked_for_a_new_password_can_set_up_a_second_factor_all_the_same(ada):
    Client().post(reverse("account_reset_password"), {"email": ada.user.email})
    assert confirmed(ada).get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.django_db(transaction=True)  # what is told, is told after the commit
def test_an_app_is_set_up_with_the_code_that_it_shows(ada):
    browser, url = confirmed(ada), reverse("mfa_activate_totp")
    page = browser.get(url)
    secret = page.context["form"].secret
    assert secret in words(page) and '<svg class="qr"' in page.content.decode()
    refused = browser.post(url, {"code": wrong_code(secret)})
    assert "That code is wrong" in words(refused) and not Authenticator.objects.exists()
    done = browser.post(url, {"code": code_of(secret)}, follow=True)
    assert "The authenticator app is on." in words(done)
    assert "10 of 10 left" in words(done) and recovery_codes(ada)[0] in words(done)


def test_secrets_are_encrypted_at_rest(ada):
    secret = with_app(ada)
    app, codes = (Authenticator.objects.get(type=kind) for kind in ("totp", "recovery_codes"))
    assert secret not in str(app.data) and MFAAdapter().decrypt(app.data["secret"]) == secret
    assert len(MFAAdapter().decrypt(codes.data["seed"])) == 80 and re.fullmatch(r"[\w-]+=*", codes.data["seed"])


def test_a_changed_key_still_reads_with_the_earlier_one_at_hand(ada, settings):
    secret, earlier = with_app(ada), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, [earlier]
    assert Authenticator.objects.get(type="totp").wrap().validate_code(code_of(secret))


def test_a_lost_key_lets_nobody_in_and_says_what_to_do(ada, settings):
    secret = with_app(ada)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 50, []
    browser = Client()
    sign_in(browser, ada)
    page = browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Ask support to remove your second factor" in words(page)
    assert "_auth_user_id" not in browser.session


def test_signing_in_takes_the_password_and_then_a_code(ada):
    secret, browser = with_app(ada), Client()
    assert sign_in(browser, ada).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in browser.session
    refused = browser.post(reverse("mfa_authenticate"), {"code": wrong_code(secret)})
    assert "That code is wrong" in words(refused) and "_auth_user_id" not in browser.session
    assert browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == reverse("dashboard")
    assert browser.session["_auth_user_id"] == str(ada.user.pk)


def test_signing_in_with_a_recovery_code(ada):
    with_app(ada)
    browser = Client()
    sign_in(browser, ada)
    assert browser.post(reverse("mfa_authenticate"), {"code": recovery_codes(ada)[0]}).url == reverse("dashboard")
    assert len(recovery_codes(ada)) == 9


def test_turning_the_app_off_ends_the_recovery_codes_too(ada):
    with_app(ada)
    browser = confirmed(ada)
    assert "cannot act above your firm’s limits" in words(browser.get(reverse("mfa_deactivate_totp")))
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_the_security_page_says_what_there_is(ada):
    bare = words(signed_in(ada).get(reverse("security")))
    assert "You have none: your password alone signs you in" in bare and "Set up an authenticator app" in bare
    with_app(ada)
    page = words(signed_in(ada).get(reverse("security")))
    assert "Authenticator app On since" in page and "10 left" in page
    assert signed_in(ada).get("/account/2fa/").url == reverse("security")


@pytest.mark.parametrize(
    "name", ["mfa_add_webauthn", "mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_reauthenticate"]
)
def test_no_page_needs_what_the_security_policy_forbids(ada, name):
    with_app(ada)
    page = confirmed(ada).get(reverse(name), follow=True)
    html = page.content.decode()
    assert page.status_code == 200 and "<h1>" in html
    assert not re.search(r"<[^>]+ style=|<[^>]+ on\w+=|src=\"data:", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in script or 'type="application/json"' in script for script in scripts)


def test_support_takes_away_a_lost_second_factor_and_it_is_on_record(ada):
    with_app(ada)
    sam, staff = Client(), User.objects.get(name="Sam")
    staff.is_superuser = True
    staff.save()
    sam.force_login(staff)
    url = reverse("admin:mfa_authenticator_changelist")
    one = Authenticator.objects.get(type="totp")
    shown = sam.get(reverse("admin:mfa_authenticator_change", args=[one.pk])).content.decode()
    assert one.data["secret"] not in shown
    sam.post(url, {"action": "take_away", "_selected_action": [one.pk]})
    assert not Authenticator.objects.exists()
    event = Event.objects.get(kind="second_factor.removed")
    assert (event.staff, event.workspace, event.facts) == (staff, ada.workspace, {"person": "Ada"})
