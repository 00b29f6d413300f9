"""What is below /v1/management/user_groups."""

import uuid

import pytest
from fireblocks.exceptions import NotFoundException
from fireblocks.models.create_user_group_response import CreateUserGroupResponse
from fireblocks.models.user_group_create_request import UserGroupCreateRequest
from fireblocks.models.user_group_create_response import UserGroupCreateResponse
from fireblocks.models.user_group_response import UserGroupResponse
from fireblocks.models.user_group_update_request import UserGroupUpdateRequest

from tests.api.base import Caller, machine
from tests.api.official import answered, strict
from tests.base import cast
from tickets.models import Role, UserGroup

pytestmark = pytest.mark.django_db
URL = "/v1/management/user_groups"


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def alpha(market):
    return Caller(machine(market.alpha, Role.ADMIN))


def said(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def made(caller, name, *members):
    return said(caller.post(URL, {"groupName": name, "memberIds": [str(member.pk) for member in members]}), 201)


def test_a_group_from_making_to_removal(market, alpha):
    desk = made(alpha, "Desk", market.bo, market.ada)
    assert desk == {
        "id": desk["id"],
        "name": "Desk",
        "status": "ACTIVE",
        "memberIds": [str(market.ada.pk), str(market.bo.pk)],
    }
    assert said(alpha.get(URL)) == [desk] and said(alpha.get(f"{URL}/{desk['id']}")) == desk
    assert said(alpha.put(f"{URL}/{desk['id']}", {"groupName": "Options"})) == desk | {"name": "Options"}
    changed = said(alpha.put(f"{URL}/{desk['id']}", {"memberIds": [str(market.bo.pk)]}))
    assert changed == desk | {"name": "Options", "memberIds": [str(market.bo.pk)]}
    removed = alpha.delete(f"{URL}/{desk['id']}")
    assert (removed.status_code, removed.content) == (204, b"")
    assert said(alpha.get(URL)) == []
    assert said(alpha.get(f"{URL}/{desk['id']}"), 404)["code"] == 40400


def test_groups_come_by_name_and_are_the_firms_own(market, alpha):
    for name in ("Desk", "Back office"):
        made(alpha, name)
    theirs = made(Caller(machine(market.beta, Role.OWNER)), "Desk")
    assert [group["name"] for group in said(alpha.get(URL))] == ["Back office", "Desk"]
    for pk in (theirs["id"], uuid.uuid4(), "x"):
        for answer in (
            alpha.get(f"{URL}/{pk}"),
            alpha.put(f"{URL}/{pk}", {"groupName": "Mine"}),
            alpha.delete(f"{URL}/{pk}"),
        ):
            assert said(answer, 404)["code"] == 40400
    assert UserGroup.objects.count() == 3


def test_what_cannot_be_made_is_refused(market, alpha):
    desk = made(alpha, "Desk", market.ada)
    for body, code in (
        ({}, 42200),
        ({"groupName": "", "memberIds": []}, 42211),
        ({"groupName": "x" * 121}, 42200),
        ({"groupName": "Desk"}, 42211),
        ({"groupName": "Options", "memberIds": [str(market.cy.pk)]}, 42211),
        ({"groupName": "Options", "memberIds": [str(market.alpha.viewer.pk)]}, 42211),
        ({"groupName": "Options", "memberIds": ["x"]}, 42211),
        ({"groupName": "Options", "memberIds": "x"}, 42200),
    ):
        assert said(alpha.post(URL, body), 422)["code"] == code
    assert said(alpha.put(f"{URL}/{desk['id']}", {"groupName": "Mine", "memberIds": ["x"]}), 422)
    assert said(alpha.get(URL)) == [desk]


@pytest.mark.parametrize("role", [Role.SIGNER, Role.VIEWER])
def test_others_look_and_change_nothing(market, alpha, role):
    desk = made(alpha, "Desk", market.ada)
    caller = Caller(machine(market.alpha, role))
    assert said(caller.get(URL)) == [desk]
    for answer in (
        caller.post(URL, {"groupName": "Mine"}),
        caller.put(f"{URL}/{desk['id']}", {"groupName": "Mine"}),
        caller.delete(f"{URL}/{desk['id']}"),
    ):
        assert said(answer, 403)["code"] == 3002


@strict
@pytest.mark.django_db(transaction=True)
def test_the_official_client_reads_it(market, official):
    groups = official(machine(market.alpha, Role.ADMIN)).user_groups_beta
    body = UserGroupCreateRequest(group_name="Desk", member_ids=[str(market.ada.pk)])
    desk = answered(groups.create_user_group(user_group_create_request=body), CreateUserGroupResponse, 201)
    assert (desk.name, desk.status, desk.member_ids) == ("Desk", "ACTIVE", [str(market.ada.pk)])
    assert [group.id for group in answered(groups.get_user_groups(), UserGroupResponse)] == [desk.id]
    body = UserGroupUpdateRequest(group_name="Options", member_ids=[])
    changed = groups.update_user_group(group_id=desk.id, user_group_update_request=body)
    assert answered(changed, UserGroupCreateResponse).name == "Options"
    assert answered(groups.get_user_group(group_id=desk.id), UserGroupResponse).member_ids == []
    assert groups.delete_user_group(group_id=desk.id).result().status_code == 204
    with pytest.raises(NotFoundException):
        groups.get_user_group(group_id=desk.id).result()
