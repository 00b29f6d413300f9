"""The keys of an API user in the console: rotated, revoked, and given anew to one that is shut out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import signed_in
from tests.keys import public
from tickets.models import ApiKey, Event, Member, Role
from tickets.models.public_key import fingerprint_of

pytestmark = pytest.mark.django_db


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


def test_a_key_is_rotated_with_an_overlap(people, admin, bot):
    shown = text(admin.get(to("api-user-rotate", bot)))
    assert f'<span class="mono nowrap">{short()}' in shown and 'value="24" id="id_overlap_2" checked' in shown
    for _ in range(2):  # a form sent twice shows the first result
        response = admin.post(to("api-user-rotate", bot), {"public_key": public(1), "overlap": "168"})
        assert (response.status_code, response["Location"]) == (303, to("api-user", bot))
    assert valid(bot) == {public(), public(1)}
    earlier, key = bot.keys.order_by("created_at")
    assert earlier.expires_at - key.created_at == timedelta(days=7)
    shown = text(admin.get(to("api-user", bot)))
    assert "Valid, ending</span>" in shown and "stays valid for 168 h" in shown


def test_whoever_rotates_while_two_are_valid_is_told_which_one_ends(people, admin, bot):
    admin.post(to("api-user-rotate", bot), {"public_key": public(1), "overlap": "24"})
    shown = text(admin.get(to("api-user-rotate", bot)))
    assert "ends as soon as you rotate" in shown
    admin.post(to("api-user-rotate", bot), {"public_key": public(2), "overlap": "0"})
    assert valid(bot) == {public(2)}
    assert "ended at once" in text(admin.get(to("api-user", bot)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"public_key": "nonsense"}, "This is not a public key"),
        ({"overlap": "999"}, "Choose one of these spans"),
        ({"overlap": ""}, "Choose how long the earlier key stays valid"),
    ],
)
def test_what_is_wrong_with_a_rotation_is_said(admin, bot, wrong, sentence):
    response = admin.post(to("api-user-rotate", bot), {"public_key": public(1), "overlap": "24"} | wrong)
    assert response.status_code == 422 and text(response).count(sentence) == 2
    assert valid(bot) == {public()}


def test_the_key_that_it_has_is_refused_at_the_field(people, bot):
    owner = signed_in(people.alpha.members[Role.OWNER])  # not who registered it
    response = owner.post(to("api-user-rotate", bot), {"public_key": public(), "overlap": "24"})
    assert response.status_code == 409 and text(response).count("has this key already") == 2


def test_revoke_says_what_will_happen(people, admin, bot):
    [key] = bot.keys.all()
    assert "<b>Bot is shut out</b>" in text(admin.get(to_revoke(key)))
    ApiKey.objects.rotate(bot, public(1), by=people.alpha.admin)
    newer = bot.keys.get(expires_at=None)
    assert "stays valid." in text(admin.get(to_revoke(key)))
    assert "<b>then Bot is shut out</b>" in text(admin.get(to_revoke(newer)))


def test_a_key_is_revoked_once(people, admin, bot):
    [key] = bot.keys.all()
    for _ in range(2):  # a form sent twice shows the first result
        response = admin.post(to_revoke(key))
        assert (response.status_code, response["Location"]) == (303, to("api-user", bot))
    assert valid(bot) == set() and Event.objects.filter(kind="api_key.revoked").count() == 1
    shown = text(admin.get(to("api-user", bot)))
    assert "Revoked</span>" in shown and "You revoked key" in shown
    owner = signed_in(people.alpha.members[Role.OWNER])
    assert owner.get(to_revoke(key))["Location"] == to("api-user", bot)
    response = owner.post(to_revoke(key))
    assert response.status_code == 409 and "not valid any more" in text(response)


def test_one_that_is_shut_out_gets_a_key_again(people, admin, bot):
    assert "Its key is revoked for good" in text(admin.get(to("api-user-shut-out", bot)))
    for _ in range(2):
        assert admin.post(to("api-user-shut-out", bot)).status_code == 303
    assert admin.get(to("api-user-shut-out", bot))["Location"] == to("api-user", bot)
    owner = signed_in(people.alpha.members[Role.OWNER])
    assert owner.post(to("api-user-shut-out", bot)).status_code == 409
    shown = text(admin.get(to("api-user-rotate", bot)))
    assert "Register a key for Bot" in shown and "overlap" not in shown
    assert admin.post(to("api-user-rotate", bot), {"public_key": public(1)}).status_code == 303
    assert valid(bot) == {public(1)}
    assert "You registered key" in text(admin.get(to("api-user", bot)))
