"""/v1/management/user_groups: which members of the firm can be told of things together.

Everybody may look, for the settings of tickets name groups by id; owners and admins change them. A change holds at
once: nothing here waits for a second person's approval, so every group is ACTIVE.
"""

from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from ninja import Router, Status
from pydantic import Field

from tickets.api.call import Call
from tickets.api.types import Answer, Body
from tickets.models import Member, UserGroup
from tickets.models.group import GROUP_NAME_MAX

MEMBERS_MAX, ID_MAX = 1000, 64

router = Router(tags=["User groups"])

GroupName = Annotated[str, Field(max_length=GROUP_NAME_MAX)]
MemberIds = Annotated[
    list[Annotated[str, Field(max_length=ID_MAX)]],
    Field(max_length=MEMBERS_MAX, description="Ids of members of your workspace; viewers cannot be in a group."),
]


class GroupIn(Body):
    group_name: GroupName
    member_ids: MemberIds = []


class GroupChangeIn(Body):
    """What is left out stays as it is; `memberIds` are all members that the group has from now on."""

    group_name: GroupName | None = None
    member_ids: MemberIds | None = None


class GroupOut(Answer):
    id: str
    name: str
    status: Literal["ACTIVE"] = "ACTIVE"
    member_ids: list[str]


@router.get("/management/user_groups", operation_id="getUserGroups", response=list[GroupOut])
def list_groups(request: Call):
    return [group_out(group) for group in groups(request)]


@router.post("/management/user_groups", operation_id="createUserGroup", response={201: GroupOut})
def create_group(request: Call, body: GroupIn):
    group = UserGroup.objects.add(body.group_name, body.member_ids, by=request.member, now=request.now)
    return Status(201, group_out(group_of(request, group.pk)))


@router.get("/management/user_groups/{group_id}", operation_id="getUserGroup", response=GroupOut)
def get_group(request: Call, group_id: UUID):
    return group_out(group_of(request, group_id))


@router.put("/management/user_groups/{group_id}", operation_id="updateUserGroup", response=GroupOut)
def change_group(request: Call, group_id: UUID, body: GroupChangeIn):
    group = group_of(request, group_id)
    group.change(name=body.group_name, members=body.member_ids, by=request.member, now=request.now)
    return group_out(group_of(request, group_id))


@router.delete("/management/user_groups/{group_id}", operation_id="deleteUserGroup", response={204: None})
def delete_group(request: Call, group_id: UUID):
    group_of(request, group_id).remove(by=request.member, now=request.now)
    return Status(204, None)


def groups(request: Call):
    members = Prefetch("members", Member.objects.order_by("name", "pk"))
    return UserGroup.objects.of(request.member).prefetch_related(members)


def group_of(request: Call, pk: UUID) -> UserGroup:
    group = groups(request).filter(pk=pk).first()
    if group is None:
        raise Http404("group")
    return group


def group_out(group: UserGroup) -> GroupOut:
    return GroupOut(id=str(group.pk), name=group.name, member_ids=[str(member.pk) for member in group.members.all()])
