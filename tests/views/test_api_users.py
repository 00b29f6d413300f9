"""API users in the console: the list, adding one, its keys, and who may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import signed_in
from tests.keys import certificate, private, public, request
from tickets.models import ApiKey, Event, Member, Role
from tickets.models.public_key import fingerprint_of

pytestmark = pytest.mark.django_db
URL = "/api-users/"
ACTS = ("api-user-change", "api-user-rotate", "api-user-shut-out")


@pytest.fixture
def admin(people):
    return signed_in(people.alpha.admin)


@pytest.fixture
def bot(people):
    return Member.objects.add_machine("Bot", Role.SIGNER, public(), by=people.alpha.admin)


def text(response):
    return " ".join(response.content.decode().split())


def to(name, machine):
    return reverse(name, args=[machine.pk])


def to_revoke(key):
    return reverse("api-key-revoke", args=[key.member_id, key.pk])


def short(number=0):
    return fingerprint_of(public(number))[:4]


def valid(bot):
    return {key.public_key for key in bot.keys.valid(timezone.now())}


def given(**changed):
    return {"name": "Treasury bot", "role": "SIGNER", "public_key": public(1)} | changed


# Who may


@pytest.mark.parametrize("role", Role)
def test_only_those_who_may_manage_them_see_them(people, bot, role):
    client = signed_in(people.alpha.members[role])
    may = role in (Role.OWNER, Role.ADMIN, Role.NON_SIGNING_ADMIN)
    assert ('href="/api-users/"' in text(client.get("/"))) == may
    urls = [URL, reverse("api-user-add"), to("api-user", bot), to_revoke(bot.keys.get()), *(to(n, bot) for n in ACTS)]
    for url in urls:
        assert client.get(url).status_code == (200 if may else 403)
    if not may:
        assert client.post(to("api-user-shut-out", bot)).status_code == 403
        assert client.post(reverse("api-user-add"), given()).status_code == 403
        assert valid(bot) == {public()}


def test_strangers_find_nothing(people, bot):
    stranger = signed_in(people.gamma.admin)
    assert stranger.get(to("api-user", bot)).status_code == 404
    for url in (to_revoke(bot.keys.get()), *(to(name, bot) for name in ACTS)):
        assert stranger.get(url).status_code == stranger.post(url, given()).status_code == 404
    assert "Bot" not in text(stranger.get(URL))


def test_a_person_is_no_api_user(people, admin):
    assert admin.get(to("api-user", people.ada)).status_code == 404


def test_a_key_of_another_api_user_is_not_found(people, admin, bot):
    other = Member.objects.add_machine("Other", Role.VIEWER, public(1), by=people.alpha.admin)
    assert admin.get(reverse("api-key-revoke", args=[bot.pk, other.keys.get().pk])).status_code == 404


def test_other_methods_are_refused(admin, bot):
    assert admin.post(URL).status_code == admin.post(to("api-user", bot)).status_code == 405
    for url in (reverse("api-user-add"), to_revoke(bot.keys.get()), *(to(name, bot) for name in ACTS)):
        assert admin.put(url).status_code == admin.delete(url).status_code == 405


# The list and adding


def test_the_list_tells_of_each_what_it_is(people, admin, bot):
    assert "has no API user yet" in text(signed_in(people.beta.admin).get(URL))
    bot.keys.get().touch(timezone.now() - timedelta(minutes=5))
    shown = text(admin.get(URL))
    assert f'data-copy="{bot.pk}"' in shown and "Signer" in shown and short() in shown and "5 min ago" in shown
    assert "</span>Active</span>" in shown
    bot.shut_out(by=people.alpha.admin)
    assert "</span>Shut out</span>" in text(admin.get(URL))


def test_the_list_needs_no_more_queries_for_more_rows(people, admin, bot, django_assert_max_num_queries):
    for number in range(1, 4):
        Member.objects.add_machine(f"Bot {number}", Role.VIEWER, public(number), by=people.alpha.admin)
    with django_assert_max_num_queries(9):
        admin.get(URL)


@pytest.mark.parametrize("key", [public(1), request(1), certificate(1)])
def test_one_is_added_with_what_a_tool_gives(people, admin, key):
    assert "openssl genrsa" in text(admin.get(reverse("api-user-add")))
    response = admin.post(reverse("api-user-add"), given(public_key=key), follow=True)
    machine = Member.objects.machines().get()
    assert response.redirect_chain == [(to("api-user", machine), 303)]
    assert (machine.name, machine.role, machine.workspace) == ("Treasury bot", "SIGNER", people.alpha.workspace)
    assert valid(machine) == {public(1)}
    shown = text(response)
    assert "Treasury bot was added." in shown and f'data-copy="{machine.pk}"' in shown
    assert "You added the API user, as signer, with key" in shown


def test_a_form_sent_twice_adds_one(admin):
    for _ in range(2):
        response = admin.post(reverse("api-user-add"), given())
        assert (response.status_code, response["Location"]) == (303, to("api-user", Member.objects.machines().get()))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Enter a name for the API user"),
        ({"name": "x" * 121}, "Shorten the name to 120 characters or fewer"),
        ({"role": ""}, "Choose a role"),
        ({"role": "KING"}, "Choose one of the roles"),
        ({"public_key": ""}, "Paste the public key"),
        ({"public_key": "ssh-rsa AAAA"}, "This is not a public key in PEM format"),
    ],
)
def test_what_is_wrong_is_said_twice_and_what_was_typed_is_kept(admin, wrong, sentence):
    response = admin.post(reverse("api-user-add"), given(**wrong))
    shown = text(response)
    assert response.status_code == 422 and "<title>Error: Add an API user" in shown
    assert shown.count(sentence) == 2
    for name, value in given(**wrong).items():
        assert name == "role" or " ".join(value.split()) in shown
    assert not Member.objects.machines().exists()


def test_a_private_key_is_refused_and_shown_nowhere(admin):
    response = admin.post(reverse("api-user-add"), given(public_key=private()))
    shown = text(response)
    assert response.status_code == 422 and shown.count("This is a private key. It was not kept.") == 2
    assert "PRIVATE KEY" not in shown and private().splitlines()[3] not in response.content.decode()
    assert "Treasury bot" in shown
    assert not ApiKey.objects.exists() and not Event.objects.filter(kind="api_user.added").exists()


def test_a_key_of_another_is_refused_at_its_field(admin, bot):
    response = admin.post(reverse("api-user-add"), given(public_key=certificate()))
    assert response.status_code == 409 and text(response).count("Another API user has this key") == 2
    assert Member.objects.machines().get() == bot


# One API user


def test_name_and_role_are_changed(people, admin, bot):
    assert 'value="SIGNER" id="id_role_3" checked' in text(admin.get(to("api-user-change", bot)))
    response = admin.post(to("api-user-change", bot), {"name": "Robot", "role": "VIEWER"})
    assert (response.status_code, response["Location"]) == (303, to("api-user", bot))
    shown = text(admin.get(to("api-user", bot)))
    assert "API user Robot" in shown and "You made it Robot, viewer; it was Bot, signer" in shown
    assert admin.post(to("api-user-change", bot), {"name": "Robot", "role": "VIEWER"}).status_code == 303
    response = admin.post(to("api-user-change", bot), {"name": "", "role": "KING"})
    assert response.status_code == 422 and "Enter a name" in text(response)


# Support


def test_support_finds_keys_and_writes_none(people, bot, client):
    client.force_login(people.sam)
    [key] = bot.keys.all()
    for page in (f"member/?q={key.fingerprint}", f"member/{bot.pk}/change/", f"apikey/{key.pk}/change/", "apikey/"):
        response = client.get(f"/admin/tickets/{page}")
        assert response.status_code == 200 and "Bot" in text(response)
    assert client.post(f"/admin/tickets/apikey/{key.pk}/change/", {"revoked_at": ""}).status_code == 403
    assert client.post(f"/admin/tickets/apikey/{key.pk}/delete/", {"post": "yes"}).status_code == 403
