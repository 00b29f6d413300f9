"""/v1/network_connections and /v1/network_ids: who a firm is on the network, and with whom it is connected.

Looking is for everybody; every change is for owners and admins, connections' approvals included. The vendor has no call
to approve or reject; those two are ours.
"""

import base64
import binascii
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from django.http import Http404
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tickets.api.call import Call
from tickets.api.network_types import (
    CRYPTO,
    GROUPS,
    ConnectionIn,
    ConnectionOut,
    DiscoverabilityIn,
    NameIn,
    NetworkIdIn,
    NetworkIdOut,
    NetworkIdsOut,
    ReasonIn,
    RoutingPolicyIn,
    SuccessOut,
    ThirdPartyOut,
    connection_out,
    destination,
    network_id_out,
)
from tickets.api.types import EXTENSIONS, QueryBool, QueryInt, QueryText
from tickets.errors import Invalid
from tickets.models import Connection, Profile, Right
from tickets.models.status import PENDING
from tickets.models.ticket_search import uuid_or_none

PAGE, SEARCH_MAX = 50, 120
REASON = "Through the API; no reason was given."

router = Router(tags=["Network connections"])


# Connections


@router.get("/network_connections", operation_id="getNetworkConnections", response=list[ConnectionOut])
def list_connections(request: Call):
    """Every connection of your firm, newest first, those that ended included."""
    return [connection_out(each, request.member, request.now) for each in connections(request)]


@router.post("/network_connections", operation_id="createNetworkConnection", response={201: ConnectionOut})
def create_connection(request: Call, body: ConnectionIn):
    """Ask another firm's profile to connect with one of yours. By asking, your firm has approved."""
    request.member.must(Right.CONNECT)
    policy = body.routing_policy or {}
    into = destination(policy, request.member, is_of_connection=True)
    local = Profile.objects.of(request.member).filter(pk=uuid_or_none(body.local_network_id)).first()
    if local is None:
        raise Invalid(
            "localNetworkId is no profile of your workspace. Look yours up at GET /v1/network_ids.",
            "localNetworkId",
            "NETWORK_ID_NOT_OWNED",
        )
    remote = Profile.objects.in_use().filter(pk=uuid_or_none(body.remote_network_id)).first()
    if remote is None:
        raise Invalid("No profile has the id in remoteNetworkId. Check it with the other firm.", "remoteNetworkId")
    connection = Connection.objects.request(local=local, remote=remote, by=request.member, now=request.now)
    if CRYPTO in policy:
        connection.route(into, by=request.member, now=request.now)
    return Status(201, connection_out(connection, request.member, request.now))


@router.get("/network_connections/{connection_id}", operation_id="getNetwork", response=ConnectionOut)
def get_connection(request: Call, connection_id: UUID):
    return connection_out(connection_of(request, connection_id), request.member, request.now)


@router.delete("/network_connections/{connection_id}", operation_id="deleteNetworkConnection", response=SuccessOut)
def delete_connection(request: Call, connection_id: UUID):
    """End it: an approved connection is removed, your own request withdrawn, another firm's request rejected."""
    member, now = request.member, request.now
    member.must(Right.CONNECT)
    connection = connection_of(request, connection_id)
    if connection.status not in PENDING:
        connection.remove(by=member, reason=REASON, now=now)
    elif connection.is_requested_by(member):
        connection.withdraw(by=member, now=now)
    else:
        connection.reject(by=member, reason=REASON, now=now)
    return SuccessOut()


@router.put("/network_connections/{connection_id}/approve", response=ConnectionOut, tags=EXTENSIONS)
def approve_connection(request: Call, connection_id: UUID):
    """Give your firm's approval, where it is the next act. An extension of ours."""
    connection = connection_of(request, connection_id)
    connection.approve(by=request.member, now=request.now)
    return connection_out(connection, request.member, request.now)


@router.put("/network_connections/{connection_id}/reject", response=ConnectionOut, tags=EXTENSIONS)
def reject_connection(request: Call, connection_id: UUID, body: ReasonIn | None = None):
    """Refuse your firm's approval, where it is the next act. The other firm reads the reason. An extension of ours."""
    connection = connection_of(request, connection_id)
    connection.reject(by=request.member, reason=(body and body.reason) or REASON, now=request.now)
    return connection_out(connection, request.member, request.now)


@router.patch(
    "/network_connections/{connection_id}/set_routing_policy", operation_id="setRoutingPolicy", response=SuccessOut
)
def route_connection(request: Call, connection_id: UUID, body: RoutingPolicyIn):
    """Choose where your side receives over this connection. Tickets opened before keep their vault."""
    request.member.must(Right.CONNECT)
    connection = connection_of(request, connection_id)
    into = destination(body.routing_policy, request.member, is_of_connection=True)
    if CRYPTO in body.routing_policy:
        connection.route(into, by=request.member, now=request.now)
    return SuccessOut()


@router.get(
    "/network_connections/{connection_id}/is_third_party_routing/{asset_type}",
    operation_id="checkThirdPartyRouting",
    response=ThirdPartyOut,
)
def is_third_party_routing(request: Call, connection_id: UUID, asset_type: str):
    connection_of(request, connection_id)
    return ThirdPartyOut(
        is_third_party_routing=False,
        description="Assets arrive in a vault account of the receiving firm, or nowhere; never with a third party.",
    )


# Network ids


class Search(Schema):
    search: Annotated[
        str | None, Field(min_length=1, max_length=SEARCH_MAX, description="Part of the name, or the whole id.")
    ] = None
    exclude_self: Annotated[QueryBool, Field(alias="excludeSelf")] = False
    only_self: Annotated[QueryBool, Field(alias="onlySelf")] = False
    exclude_connected: Annotated[QueryBool, Field(alias="excludeConnected")] = False
    page_cursor: Annotated[QueryText, Field(alias="pageCursor")] = None
    page_size: Annotated[QueryInt, Field(alias="pageSize", ge=1, le=PAGE)] = PAGE


@router.get("/network_ids", operation_id="getNetworkIds", response=list[NetworkIdOut])
def list_network_ids(request: Call):
    """Your own network ids, and those of others that are discoverable, by name. Longer lists: see the search."""
    known = Profile.objects.known_to(request.member).select_related("vault")
    return [network_id_out(profile, request.member) for profile in known]


@router.post("/network_ids", response={201: NetworkIdOut})
def create_network_id(request: Call, body: NetworkIdIn):
    """A new network id, discoverable. Unless the policy says otherwise it receives in your first vault account."""
    request.member.must(Right.CONNECT)
    vault = destination(body.routing_policy or {}, request.member, is_of_connection=False)
    profile = Profile.objects.add(body.name, by=request.member, vault=vault, now=request.now)
    return Status(201, network_id_out(profile, request.member))


@router.get("/network_ids/search", response=NetworkIdsOut)
def search_network_ids(request: Call, asked: Query[Search]):
    """Your own network ids and discoverable ones of others, by name, a page at a time."""
    found = list(_found(request, asked).select_related("vault").order_by("name")[: asked.page_size + 1])
    page = found[: asked.page_size]
    return NetworkIdsOut(
        data=[network_id_out(profile, request.member) for profile in page],
        next=_cursor(page[-1]) if len(found) > len(page) else None,
    )


@router.get("/network_ids/routing_policy_asset_groups", operation_id="getRoutingPolicyAssetGroups", response=list[str])
def list_asset_groups(request: Call):
    """The groups of assets that a routing policy names."""
    return GROUPS


@router.get("/network_ids/{network_id}", response=NetworkIdOut)
def get_network_id(request: Call, network_id: UUID):
    """One of your own. Those of others are in the list and the search only."""
    return network_id_out(profile_of(request, network_id), request.member)


@router.delete("/network_ids/{network_id}", response=SuccessOut)
def delete_network_id(request: Call, network_id: UUID):
    """Take it out of use for good. It must have no connection, no draft and no live ticket."""
    profile_of(request, network_id).remove(by=request.member, now=request.now)
    return SuccessOut()


@router.patch("/network_ids/{network_id}/set_name", operation_id="setNetworkIdName", response=SuccessOut)
def rename_network_id(request: Call, network_id: UUID, body: NameIn):
    profile_of(request, network_id).rename(body.name, by=request.member, now=request.now)
    return SuccessOut()


@router.patch(
    "/network_ids/{network_id}/set_discoverability", operation_id="setNetworkIdDiscoverability", response=SuccessOut
)
def set_discoverability(request: Call, network_id: UUID, body: DiscoverabilityIn):
    """Whether others find it by list and search. Who knows the id can ask it to connect in any case."""
    profile_of(request, network_id).set_discoverable(body.is_discoverable, by=request.member, now=request.now)
    return SuccessOut()


@router.patch(
    "/network_ids/{network_id}/set_routing_policy", operation_id="setNetworkIdRoutingPolicy", response=SuccessOut
)
def route_network_id(request: Call, network_id: UUID, body: RoutingPolicyIn):
    """Choose where it receives, except over connections with a policy of their own. Open tickets keep their vault."""
    request.member.must(Right.CONNECT)
    profile = profile_of(request, network_id)
    into = destination(body.routing_policy, request.member, is_of_connection=False)
    if not isinstance(into, str):  # DEFAULT: the policy does not speak of crypto
        profile.set_vault(into, by=request.member, now=request.now)
    return SuccessOut()


# What the caller may reach


def connections(request: Call):
    seen = Connection.objects.visible_to(request.member)
    return seen.select_related("requester", "peer").prefetch_related("routes__vault")


def connection_of(request: Call, pk: UUID) -> Connection:
    connection = connections(request).filter(pk=pk).first()
    if connection is None:
        raise Http404("connection")
    return connection


def profile_of(request: Call, pk: UUID) -> Profile:
    profile = Profile.objects.of(request.member).select_related("vault").filter(pk=pk).first()
    if profile is None:
        raise Http404("network id")
    return profile


def _found(request: Call, asked: Search):
    found = Profile.objects.known_to(request.member)
    if asked.exclude_self:
        found = found.exclude(workspace=request.member.workspace_id)
    if asked.only_self:
        found = found.filter(workspace=request.member.workspace_id)
    if asked.exclude_connected:
        found = found.not_connected_with(request.member)
    if asked.search:
        found = found.matching(asked.search)
    if asked.page_cursor:
        found = found.filter(name__gt=_name_of(asked.page_cursor))
    return found


def _cursor(profile: Profile) -> str:
    """Where the next page begins. Names are unique, so the last one shown says it."""
    return base64.urlsafe_b64encode(profile.name.encode()).decode().rstrip("=")


def _name_of(cursor: str) -> str:
    name = ""
    with suppress(binascii.Error, ValueError):
        name = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    if not name or "\0" in name:
        raise Invalid("pageCursor is none that a search has given. Send the next of its answer.", "pageCursor")
    return name
