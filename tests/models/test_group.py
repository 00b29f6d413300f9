"""User groups: who is in them, and which are told of the firm's tickets."""

import uuid

import pytest

from tests.base import NOON, cast
from tests.factories import WorkspaceFactory
from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models import Event, Role, UserGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def desk(market):
    return add(market, "Desk", market.ada, market.bo)


def add(market, name, *members, by=None):
    ids = [member.pk for member in members]
    return UserGroup.objects.add(name, ids, by=by or market.alpha.admin, now=NOON)


def last_event():
    event = Event.objects.last()
    return event.kind, event.facts, event.workspace.name, event.is_private


def test_a_group_has_a_name_and_members(market, desk):
    assert set(desk.members.all()) == {market.ada, market.bo}
    assert (desk.workspace, desk.is_notified) == (market.alpha.workspace, False)
    assert last_event() == ("group.added", {"group": "Desk", "members": ["Ada", "Bo"]}, "Alpha", True)
    assert list(UserGroup.objects.of(market.ada)) == [desk]
    assert not UserGroup.objects.of(market.cy).exists()


def test_ids_may_be_text_and_come_twice(market):
    group = UserGroup.objects.add("Desk", [str(market.ada.pk), market.ada.pk], by=market.alpha.admin, now=NOON)
    assert list(group.members.all()) == [market.ada]


def test_members_are_of_the_own_firm_and_no_viewers(market):
    for member, sentence in ((market.cy, "Nobody in your firm"), (market.alpha.viewer, "viewers cannot be")):
        with pytest.raises(Invalid, match=sentence):
            add(market, "Desk", market.ada, member)
    for strange in ("x", None, 7):
        with pytest.raises(Invalid, match="id of a member"):
            UserGroup.objects.add("Desk", [strange], by=market.alpha.admin, now=NOON)
    assert not UserGroup.objects.exists()


@pytest.mark.parametrize(("name", "sentence"), [(" ", "Enter a name"), ("x" * 121, "Shorten"), ("a\x00b", "control")])
def test_a_name_is_one_line_of_text(market, desk, name, sentence):
    with pytest.raises(Invalid, match=sentence):
        add(market, name)
    with pytest.raises(Invalid, match=sentence):
        desk.change(name=name, by=market.alpha.admin, now=NOON)


def test_a_firm_has_one_group_of_a_name(market, desk):
    with pytest.raises(Invalid, match="named Desk already"):
        add(market, "Desk")
    other = add(market, "Other")
    with pytest.raises(Invalid, match="named Desk already"):
        other.change(name="Desk", by=market.alpha.admin, now=NOON)
    assert add(market, "Desk", by=market.beta.admin).workspace == market.beta.workspace


def test_a_change_leaves_what_it_does_not_name(market, desk):
    desk.change(name="Options", by=market.alpha.admin, now=NOON)
    desk.refresh_from_db()
    assert (desk.name, desk.members.count()) == ("Options", 2)
    desk.change(members=[market.bo.pk], by=market.alpha.admin, now=NOON)
    assert last_event()[:2] == ("group.changed", {"group": "Options", "members": ["Bo"]})
    desk.change(members=[], by=market.alpha.admin, now=NOON)
    assert not desk.members.exists()


def test_a_removed_group_is_gone_and_its_members_stay(market, desk):
    UserGroup.objects.notify([desk.pk], by=market.ada, now=NOON)
    stale = UserGroup.objects.get(pk=desk.pk)
    desk.remove(by=market.alpha.admin, now=NOON)
    assert last_event()[:2] == ("group.removed", {"group": "Desk", "members": ["Ada", "Bo"]})
    assert not UserGroup.objects.exists() and market.ada.workspace.members.filter(pk=market.ada.pk).exists()
    for act in (lambda: stale.change(name="X", by=market.alpha.admin), lambda: stale.remove(by=market.alpha.admin)):
        with pytest.raises(WrongStatus, match="removed meanwhile"):
            act()


@pytest.mark.parametrize("role", [Role.SIGNER, Role.APPROVER, Role.EDITOR, Role.VIEWER])
def test_only_owners_and_admins_manage_groups(market, desk, role):
    by = market.alpha.members[role]
    for act in (
        lambda: add(market, "Mine", by=by),
        lambda: desk.change(name="Mine", by=by, now=NOON),
        lambda: desk.remove(by=by, now=NOON),
    ):
        with pytest.raises(NotAllowed, match="may not"):
            act()


def test_nobody_manages_another_firms_groups(market, desk):
    for act in (
        lambda: desk.change(members=[], by=market.beta.admin, now=NOON),
        lambda: desk.remove(by=market.beta.admin, now=NOON),
    ):
        with pytest.raises(NotAllowed, match="Only the firm"):
            act()
    assert desk.members.count() == 2


# Which are told


def test_the_groups_that_are_told_are_exactly_those_named_last(market, desk):
    options, theirs = add(market, "Options"), add(market, "Desk", by=market.beta.admin)
    UserGroup.objects.notify([theirs.pk], by=market.cy, now=NOON)
    UserGroup.objects.notify([str(desk.pk), desk.pk], by=market.ada, now=NOON)
    assert list(UserGroup.objects.notified(market.alpha.workspace)) == [desk]
    UserGroup.objects.notify([options.pk, desk.pk], by=market.ada, now=NOON)
    assert last_event()[:2] == ("group.notified", {"groups": ["Desk", "Options"]})
    UserGroup.objects.notify([options.pk], by=market.ada, now=NOON)
    assert list(UserGroup.objects.notified(market.alpha.workspace)) == [options]
    UserGroup.objects.notify([], by=market.ada, now=NOON)
    assert not UserGroup.objects.notified(market.alpha.workspace).exists()
    assert list(UserGroup.objects.notified(market.beta.workspace)) == [theirs]
    assert not UserGroup.objects.notified(WorkspaceFactory()).exists()


def test_an_unknown_group_changes_nothing(market, desk):
    UserGroup.objects.notify([desk.pk], by=market.ada, now=NOON)
    theirs = add(market, "Theirs", by=market.beta.admin)
    for strange, sentence in (
        (theirs.pk, "No group of your firm"),
        (uuid.uuid4(), "No group of your firm"),
        ("desk", "The id of a group"),
    ):
        with pytest.raises(Invalid, match=sentence):
            UserGroup.objects.notify([strange], by=market.ada, now=NOON)
    assert list(UserGroup.objects.notified(market.alpha.workspace)) == [desk]


@pytest.mark.parametrize("role", [Role.APPROVER, Role.EDITOR, Role.VIEWER])
def test_who_cannot_open_tickets_cannot_choose_who_is_told(market, desk, role):
    with pytest.raises(NotAllowed, match="may not open tickets"):
        UserGroup.objects.notify([desk.pk], by=market.alpha.members[role], now=NOON)
