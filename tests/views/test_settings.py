"""Settings in the console: a name, the look, the zone of times, shortcuts, and where one is signed in."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.sessions import device_of
from tests.base import NOON, PASSWORD, signed_in
from tests.factories import TicketFactory
from tickets.errors import Invalid, NotAllowed
from tickets.models import Event, Member
from tickets.models.preference import zones

pytestmark = pytest.mark.django_db
URL = "/settings/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def text(response):
    return " ".join(response.content.decode().split())


def save(client, section, **form):
    return client.post(reverse("settings-change", args=[section]), form)


def saved(client, section, **form):
    answer = save(client, section, **form)
    assert (answer.status_code, answer.url) == (303, URL)
    return text(client.get(URL))


def sign_in(member, agent="", password=PASSWORD):
    client = Client(headers={"user-agent": agent})
    answer = client.post("/account/login/", {"login": member.user.email, "password": password})
    assert answer.status_code == 302
    return client


# The page


def test_everybody_sees_their_own(people):
    for member in (people.ada, people.alpha.viewer, people.dee):
        page = text(signed_in(member).get(URL))
        assert f'value="{member.name}"' in page and member.user.email in page


def test_nobody_else_sees_it(people):
    assert Client().get(URL).url == f"/account/login/?next={URL}"
    staff = Client()
    staff.force_login(people.sam)
    assert staff.get(URL).status_code == 302


@pytest.mark.parametrize("section", ["profile", "look", "time", "keyboard"])
def test_a_part_is_only_posted(ada, section):
    for method in (ada.get, ada.put, ada.delete):
        assert method(reverse("settings-change", args=[section])).status_code == 405
    assert ada.post(URL).status_code == 405


def test_there_are_no_other_parts(ada):
    assert save(ada, "rights", role="OWNER").status_code == 404


def test_the_page_takes_few_queries(ada, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        ada.get(URL)


# Name


def test_a_name_is_saved_and_on_record(people, ada):
    assert "You are now called Ada Lovelace." in saved(ada, "profile", name=" Ada Lovelace ")
    people.ada.refresh_from_db()
    people.ada.user.refresh_from_db()
    assert people.ada.name == people.ada.user.name == "Ada Lovelace"
    event = Event.objects.get(kind="member.renamed")
    assert (event.by, event.workspace, event.is_private) == (people.ada, people.ada.workspace, True)
    assert event.facts == {"name": "Ada Lovelace", "name_before": "Ada"}


def test_the_same_name_again_is_no_event(people, ada):
    saved(ada, "profile", name="Ada")
    assert not Event.objects.filter(kind="member.renamed").exists()


@pytest.mark.parametrize(("name", "problem"), [("", "Enter your name"), ("x" * 121, "Shorten"), ("A\x07da", "control")])
def test_a_name_that_cannot_be_is_refused_and_kept(people, ada, name, problem):
    answer = save(ada, "profile", name=name)
    page = text(answer)
    assert answer.status_code == 422 and problem in page and "<title>Error:" in page
    assert f'value="{name}"' in page or not name or "\x07" in name
    people.ada.refresh_from_db()
    assert people.ada.name == "Ada"


def test_nobody_renames_another(people):
    with pytest.raises(NotAllowed):
        people.bo.rename("Bob", by=people.ada)


# Look


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_in_the_page_from_its_first_byte(ada, theme):
    saved(ada, "look", theme=theme, density="roomy")
    for path in ("/", URL, "/no/such/page/", "/account/logout/"):
        start = ada.get(path).content[:200].decode()
        assert f'<html lang="en" data-theme="{theme}" data-density="roomy">' in start, path


def test_who_follows_the_device_has_no_theme(ada):
    saved(ada, "look", theme="dark", density="compact")
    saved(ada, "look", theme="system", density="normal")
    assert '<html lang="en">' in text(ada.get("/"))


def test_a_look_that_there_is_not_is_refused(people, ada):
    answer = save(ada, "look", theme="neon", density="roomy")
    assert answer.status_code == 422 and "Choose one of these" in text(answer)
    people.ada.user.refresh_from_db()
    assert (people.ada.user.theme, people.ada.user.density) == ("system", "normal")


def test_a_look_is_of_one_person(people, ada):
    saved(ada, "look", theme="dark", density="normal")
    assert "data-theme" not in text(signed_in(people.bo).get("/"))


# Time


def test_a_day_begins_where_the_member_is(people, ada):
    """The timeline's headings, shortly before midnight in UTC and after it in Kolkata."""
    late = NOON.replace(hour=20)
    ticket = TicketFactory(connection=people.connection, by=people.ada, status="open", now=late)
    saved(ada, "time", zone="Asia/Kolkata")
    page = text(ada.get(f"/tickets/{ticket}/"))
    assert ">22 Nov 2026</time></h3>" in page and ">21 Nov 2026</time></h3>" not in page


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "Etc/GMT+5", "../../etc/passwd"])
def test_a_zone_that_is_not_listed_is_refused(people, ada, zone):
    answer = save(ada, "time", zone=zone)
    assert answer.status_code == 422 and "Choose a time zone" in text(answer)
    people.ada.user.refresh_from_db()
    assert people.ada.user.zone == "UTC"


def test_a_zone_that_the_machine_forgot_is_utc(people, ada):
    type(people.ada.user).objects.filter(pk=people.ada.user.pk).update(zone="Europe/Atlantis")
    assert "Times: UTC (UTC+00:00)" in text(ada.get("/"))


def test_there_are_zones_on_this_machine():
    assert {"UTC", "Europe/London", "Asia/Singapore", "America/New_York"} <= set(zones())


# Keyboard


def test_shortcuts_are_switched_off_by_not_being_sent(people, ada):
    assert "js/shortcuts" in text(ada.get("/"))
    saved(ada, "keyboard")
    assert "js/shortcuts" not in text(ada.get("/")) and 'id="shortcuts"' not in text(ada.get("/"))
    assert "They are off." in text(ada.get("/shortcuts/"))
    saved(ada, "keyboard", has_shortcuts="on")
    assert "js/shortcuts" in text(ada.get("/"))


def test_a_wish_is_one_of_those_known(people):
    with pytest.raises(Invalid):
        people.ada.user.prefer(theme="neon")


# Sessions


@pytest.fixture
def here(people):
    people.ada.user.set_password(PASSWORD)
    people.ada.user.save()
    return sign_in(people.ada, FIREFOX)


def test_sessions_are_listed_with_their_browsers(people, here):
    sign_in(people.ada, "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile Safari/604.1")
    page = text(here.get(URL))
    assert page.index('Firefox on Windows <span class="sub">This session') < page.index("Safari on iPhone")
    assert "127.0.0.1" in page


def test_a_session_that_no_list_knows_is_shown_too(ada):
    assert "This browser <span" in text(ada.get(URL))


def test_signing_out_elsewhere_ends_every_other_session_of_mine(people, here):
    elsewhere, unlisted, bo = sign_in(people.ada), signed_in(people.ada), signed_in(people.bo)
    answer = here.post(reverse("sessions-end"))
    assert (answer.status_code, answer.url) == (303, URL)
    assert "You were signed out of 2 other sessions." in text(here.get(URL))
    for client, status in ((here, 200), (elsewhere, 302), (unlisted, 302), (bo, 200)):
        assert client.get("/").status_code == status
    here.post(reverse("sessions-end"))
    assert "You are signed in nowhere else." in text(here.get(URL))
    assert here.get(reverse("sessions-end")).status_code == 405


def test_a_change_of_password_leaves_no_other_session_in_the_list(people, here):
    sign_in(people.ada, "Chrome/1 Linux")
    form = {"oldpassword": PASSWORD, "password1": "another horse entirely", "password2": "another horse entirely"}
    assert here.post(f"/account/password/change/?next={URL}", form).status_code == 302
    page = text(here.get(URL))
    assert "Firefox on Windows" in page and "Chrome on Linux" not in page


def test_sessions_that_ran_out_are_not_listed(people, here):
    sign_in(people.ada, "Chrome/1 Linux")
    Session.objects.exclude(pk=here.session.session_key).update(expire_date=timezone.now() - timedelta(days=1))
    assert "Chrome on Linux" not in text(here.get(URL))


def test_a_browser_that_says_nothing_is_named_so():
    assert device_of("") == "A browser on an unknown system"


def test_members_of_every_role_reach_the_list_of_shortcuts(people):
    for member in Member.objects.people():
        page = text(signed_in(member).get("/shortcuts/"))
        assert ('href="/tickets/new/" data-keys="n"' in page) == member.may("open tickets")
