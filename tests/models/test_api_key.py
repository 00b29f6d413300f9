"""API users and their keys: given, rotated with an overlap, revoked, touched."""

from datetime import timedelta

import pytest

from tests.base import MOMENT, NOON, cast
from tests.keys import certificate, public, request
from tickets.errors import Conflict, Invalid, NotAllowed, WrongStatus
from tickets.models import ApiKey, Event, Member, Role
from tickets.models.public_key import fingerprint_of

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def bot(people):
    return Member.objects.add_machine("bot", Role.SIGNER, public(), by=people.alpha.admin, now=NOON)


def rotate(bot, number, people, now=NOON, **options):
    return ApiKey.objects.rotate(bot, public(number), by=people.alpha.admin, now=now, **options)


def valid(bot, now):
    return {key.public_key for key in ApiKey.objects.valid(now).filter(member=bot)}


def last_event():
    return Event.objects.latest("pk")


def test_a_machine_is_added_with_its_first_key(people, bot):
    assert (bot.workspace, bot.name, bot.role, bot.is_machine) == (people.alpha.workspace, "bot", "SIGNER", True)
    [key] = bot.keys.all()
    assert (key.public_key, key.created_by, key.created_at) == (public(), people.alpha.admin, NOON)
    assert key.fingerprint == fingerprint_of(public()) and key.is_valid(NOON) and key.expires_at is None
    event = last_event()
    assert (event.kind, event.by, event.workspace) == ("api_user.added", people.alpha.admin, people.alpha.workspace)
    assert event.is_private and event.facts["api_user"] == str(bot.pk)
    assert Event.objects.visible_to(people.alpha.viewer).filter(pk=event.pk).exists()
    assert not Event.objects.visible_to(people.cy).filter(pk=event.pk).exists()


def test_people_and_machines_are_told_apart(people, bot):
    ours = Member.objects.of(people.ada)
    assert list(ours.machines()) == [bot]
    assert set(ours.people()) == set(people.alpha.members.values())
    assert not people.ada.is_machine


@pytest.mark.parametrize(
    ("name", "role", "key", "field"),
    [
        (" ", Role.SIGNER, public(), "name"),
        ("x" * 121, Role.SIGNER, public(), "name"),
        ("a\x00b", Role.SIGNER, public(), "name"),
        ("bot", "KING", public(), "role"),
        ("bot", Role.SIGNER, "nonsense", "public_key"),
    ],
)
def test_what_cannot_be_read_adds_nobody(people, name, role, key, field):
    with pytest.raises(Invalid) as refusal:
        Member.objects.add_machine(name, role, key, by=people.alpha.admin, now=NOON)
    assert refusal.value.field == field
    assert not Member.objects.machines().exists() and not Event.objects.filter(kind="api_user.added").exists()


def test_one_key_is_of_one_api_user_only(people, bot):
    for form in (public(), request(), certificate()):
        for admin in (people.alpha.admin, people.beta.admin):
            with pytest.raises(Conflict, match="Another API user has this key"):
                Member.objects.add_machine("other", Role.VIEWER, form, by=admin, now=NOON)
    bot.shut_out(by=people.alpha.admin, now=NOON)
    with pytest.raises(Conflict, match="Another API user has this key"):
        Member.objects.add_machine("other", Role.VIEWER, public(), by=people.alpha.admin, now=NOON)
    assert Member.objects.machines().get() == bot


def test_after_a_rotation_both_keys_are_valid_until_the_overlap_ends(people, bot):
    rotate(bot, 1, people, now=NOON + HOUR, overlap=2 * HOUR)
    assert valid(bot, NOON + HOUR) == valid(bot, NOON + 3 * HOUR - MOMENT) == {public(), public(1)}
    assert valid(bot, NOON + 3 * HOUR) == {public(1)}
    event = last_event()
    assert (event.kind, event.facts["hours"]) == ("api_key.rotated", 2) and event.is_private
    assert event.facts["fingerprint_before"] == fingerprint_of(public())


def test_the_overlap_is_a_day_unless_told_and_a_week_at_most(people, bot):
    for overlap in (-MOMENT, 7 * DAY + MOMENT):
        with pytest.raises(Invalid) as refusal:
            rotate(bot, 1, people, overlap=overlap)
        assert refusal.value.field == "overlap"
    rotate(bot, 1, people)
    assert bot.keys.get(public_key=public()).expires_at == NOON + DAY


def test_without_an_overlap_the_earlier_key_ends_at_once(people, bot):
    rotate(bot, 1, people, overlap=timedelta(0))
    assert valid(bot, NOON) == {public(1)}


def test_two_keys_are_valid_at_most(people, bot):
    rotate(bot, 1, people)
    rotate(bot, 2, people)
    assert valid(bot, NOON) == {public(1), public(2)}
    assert bot.keys.get(public_key=public()).expires_at == NOON


def test_a_key_is_registered_only_where_none_is_valid(people, bot):
    with pytest.raises(WrongStatus, match="has a valid key already"):
        ApiKey.objects.register(bot, public(1), by=people.alpha.admin, now=NOON)
    bot.shut_out(by=people.alpha.admin, now=NOON)
    with pytest.raises(WrongStatus, match="no valid key to rotate"):
        rotate(bot, 1, people)
    ApiKey.objects.register(bot, public(1), by=people.alpha.admin, now=NOON)
    assert valid(bot, NOON) == {public(1)} and last_event().kind == "api_key.registered"


def test_a_key_comes_once_only(people, bot):
    with pytest.raises(Conflict, match="has this key already"):
        rotate(bot, 0, people)
    rotate(bot, 1, people)
    with pytest.raises(Conflict, match="a later one is replacing it"):
        rotate(bot, 0, people)
    with pytest.raises(Conflict, match="a later one has replaced it"):
        rotate(bot, 0, people, now=NOON + DAY)
    bot.shut_out(by=people.alpha.admin, now=NOON)
    with pytest.raises(Conflict, match="it was revoked"):
        ApiKey.objects.register(bot, public(1), by=people.alpha.admin, now=NOON)


def test_a_revoked_key_is_good_for_nothing_and_the_other_stays(people, bot):
    key = rotate(bot, 1, people)
    bot.keys.get(public_key=public()).revoke(by=people.alpha.admin, now=NOON)
    assert valid(bot, NOON) == {public(1)}
    assert last_event().kind == "api_key.revoked"
    key.revoke(by=people.alpha.admin, now=NOON)
    assert valid(bot, NOON) == set()
    with pytest.raises(WrongStatus, match="not valid any more"):
        ApiKey.objects.get(pk=key.pk).revoke(by=people.alpha.admin, now=NOON)
    assert Event.objects.filter(kind="api_key.revoked").count() == 2


def test_to_shut_out_is_to_revoke_all_at_once(people, bot):
    rotate(bot, 1, people)
    bot.shut_out(by=people.alpha.admin, now=NOON)
    assert valid(bot, NOON) == set()
    assert (last_event().kind, last_event().facts["fingerprint"].count(",")) == ("api_user.shut_out", 1)
    with pytest.raises(WrongStatus, match="shut out already"):
        bot.shut_out(by=people.alpha.admin, now=NOON)


def test_a_change_is_recorded_and_no_change_is_not(people, bot):
    assert bot.change_machine(name="robot", role=Role.VIEWER, by=people.alpha.admin, now=NOON)
    assert Member.objects.get(pk=bot.pk).role == "VIEWER"
    assert last_event().facts["role_before"] == "SIGNER"
    assert not bot.change_machine(name="robot", role=Role.VIEWER, by=people.alpha.admin, now=NOON)
    assert Event.objects.filter(kind="api_user.changed").count() == 1


def test_another_firm_and_people_are_left_alone(people, bot):
    key, admin = bot.keys.get(), people.beta.admin
    for act in (
        lambda: ApiKey.objects.rotate(bot, public(1), by=admin),
        lambda: key.revoke(by=admin),
        lambda: bot.shut_out(by=admin),
        lambda: bot.change_machine(name="mine", role=Role.OWNER, by=admin),
        lambda: ApiKey.objects.register(people.ada, public(1), by=people.alpha.admin),
        lambda: people.ada.change_machine(name="Ada", role=Role.OWNER, by=people.alpha.admin),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert valid(bot, NOON) == {public()}


def test_a_use_is_written_once_a_minute(people, bot, django_assert_num_queries):
    key = bot.keys.get()
    with django_assert_num_queries(1):
        key.touch(NOON)
        key.touch(NOON + timedelta(seconds=59))
    assert ApiKey.objects.get().last_used_at == NOON
    later = NOON + timedelta(minutes=1)
    key.touch(later)
    stale = ApiKey.objects.get()
    stale.last_used_at = NOON  # read by another process before
    stale.touch(later)
    assert ApiKey.objects.get().last_used_at == later
