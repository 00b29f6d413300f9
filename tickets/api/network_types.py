"""Profiles and connections in the words of the wire: a profile is a network id there.

A routing policy says per group of assets where they go. Everything settled here is of the group crypto; fiat is there
because clients expect it, and always goes nowhere.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from tickets.api.types import Answer, Body
from tickets.api.vault import vault_numbered
from tickets.errors import Invalid
from tickets.models import Account, Connection, ConnectionStatus, Member, Profile
from tickets.models.profile import DEFAULT, PROFILE_NAME_MAX, Destination

GROUPS = ["crypto", "fiat"]
CRYPTO, FIAT = GROUPS
ID_MAX = 64

WireConnectionStatus = Literal[
    "WAITING_FOR_APPROVAL",
    "WAITING_FOR_PEER_APPROVAL",
    "APPROVED",
    "REJECTED",
    "REJECTED_BY_PEER",
    "CANCELLED",
    "REMOVED",
    "REMOVED_BY_PEER",
]


# What callers send


class RoutingIn(Body):
    """CUSTOM with a vault account's id; NONE for nowhere; on a connection also DEFAULT: as the network id does."""

    scheme: Literal["CUSTOM", "DEFAULT", "NONE"]
    dst_type: Annotated[str | None, Field(max_length=ID_MAX, description="VAULT, with CUSTOM.")] = None
    dst_id: Annotated[str | None, Field(max_length=ID_MAX, description="Id of a vault account, with CUSTOM.")] = None


PolicyIn = Annotated[
    dict[str, RoutingIn], Field(max_length=10, description="By group: crypto, fiat. Groups left out stay as they are.")
]


class ConnectionIn(Body):
    local_network_id: Annotated[str, Field(max_length=ID_MAX)]
    remote_network_id: Annotated[str, Field(max_length=ID_MAX)]
    routing_policy: PolicyIn | None = None


class NetworkIdIn(Body):
    name: Annotated[str, Field(max_length=PROFILE_NAME_MAX)]
    routing_policy: PolicyIn | None = None


class NameIn(Body):
    name: Annotated[str, Field(max_length=PROFILE_NAME_MAX)]


class DiscoverabilityIn(Body):
    is_discoverable: StrictBool


class RoutingPolicyIn(Body):
    routing_policy: PolicyIn


class ReasonIn(Body):
    reason: Annotated[str, Field(max_length=500)] = ""


# What they are answered


class CustomOut(Answer):
    scheme: Literal["CUSTOM"] = "CUSTOM"
    dst_type: Literal["VAULT"] = "VAULT"
    dst_id: str


class PlainOut(Answer):
    scheme: Literal["DEFAULT", "NONE"]


PolicyOut = dict[str, CustomOut | PlainOut]


class NamedOut(Answer):
    id: str
    name: str


class ChannelOut(Answer):
    """The earlier form of a network id in a connection."""

    network_id: str
    name: str


class ConnectionOut(Answer):
    """A connection as the caller's firm sees it."""

    id: str
    status: WireConnectionStatus
    local_network_id: NamedOut
    remote_network_id: NamedOut
    routing_policy: PolicyOut
    local_channel: ChannelOut
    remote_channel: ChannelOut


class NetworkIdOut(Answer):
    """Another firm's has an empty policy: where it receives is its own affair."""

    id: str
    name: str
    is_discoverable: bool
    routing_policy: PolicyOut


class NetworkIdsOut(Answer):
    """`next` is the cursor of the page that follows, and null on the last page."""

    data: list[NetworkIdOut]
    next: str | None


class SuccessOut(Answer):
    success: bool = True


class ThirdPartyOut(Answer):
    is_third_party_routing: bool
    description: str


# From rows to the wire


def connection_out(connection: Connection, member: Member, now: datetime) -> ConnectionOut:
    local, remote = connection.local(member), connection.remote(member)
    route = connection.route_of(member)
    plain = PlainOut(scheme="DEFAULT")
    return ConnectionOut(
        id=str(connection.pk),
        status=status_for(connection, member, now),
        local_network_id=NamedOut(id=str(local.pk), name=local.name),
        remote_network_id=NamedOut(id=str(remote.pk), name=remote.name),
        routing_policy={CRYPTO: _into(route.vault) if route else plain, FIAT: plain},
        local_channel=ChannelOut(network_id=str(local.pk), name=local.name),
        remote_channel=ChannelOut(network_id=str(remote.pk), name=remote.name),
    )


def status_for(connection: Connection, member: Member, now: datetime) -> WireConnectionStatus:
    """The status in the words of this member's side."""
    status = connection.status_at(now)
    is_ours = connection.ended_by_id == member.workspace_id
    words: dict[str, WireConnectionStatus] = {
        ConnectionStatus.AWAITING_REQUESTER: "WAITING_FOR_APPROVAL",
        ConnectionStatus.AWAITING_PEER: (
            "WAITING_FOR_PEER_APPROVAL" if connection.is_requested_by(member) else "WAITING_FOR_APPROVAL"
        ),
        ConnectionStatus.APPROVED: "APPROVED",
        ConnectionStatus.REJECTED: "REJECTED" if is_ours else "REJECTED_BY_PEER",
        ConnectionStatus.WITHDRAWN: "CANCELLED",
        ConnectionStatus.LAPSED: "CANCELLED",
        ConnectionStatus.REMOVED: "REMOVED" if is_ours else "REMOVED_BY_PEER",
    }
    return words[status]


def network_id_out(profile: Profile, member: Member) -> NetworkIdOut:
    is_own = profile.workspace_id == member.workspace_id
    policy = {CRYPTO: _into(profile.vault), FIAT: PlainOut(scheme="NONE")} if is_own else {}
    return NetworkIdOut(
        id=str(profile.pk), name=profile.name, is_discoverable=profile.is_discoverable, routing_policy=policy
    )


def _into(vault: Account | None) -> CustomOut | PlainOut:
    return CustomOut(dst_id=str(vault.number)) if vault else PlainOut(scheme="NONE")


# From the wire to what a verb takes


def destination(policy: dict[str, RoutingIn], member: Member, *, is_of_connection: bool) -> Destination:
    """Where crypto goes by this policy, DEFAULT if it does not say; or Invalid, naming what cannot be done here."""
    if unknown := sorted(policy.keys() - set(GROUPS)):
        raise Invalid(f"There is no group {unknown[0]} here. Route crypto or fiat.", "routingPolicy")
    for group, routing in policy.items():
        if routing.scheme == "DEFAULT" and not is_of_connection:
            raise Invalid(f"DEFAULT is for connections. Route {group} by CUSTOM or NONE.", "routingPolicy")
    if FIAT in policy and policy[FIAT].scheme == "CUSTOM":
        raise Invalid("Fiat is not settled here. Route it by NONE.", "routingPolicy")
    routing = policy.get(CRYPTO)
    if routing is None or routing.scheme == "DEFAULT":
        return DEFAULT
    return _vault(routing, member) if routing.scheme == "CUSTOM" else None


def _vault(routing: RoutingIn, member: Member) -> Account:
    if routing.dst_type != "VAULT":
        raise Invalid("Assets arrive in vault accounts only. Send VAULT as dstType.", "routingPolicy")
    vault = vault_numbered(member, routing.dst_id or "")
    if vault is None:
        raise Invalid(
            f"You have no vault account {routing.dst_id}. See GET /v1/vault/accounts_paged.",
            "routingPolicy",
            "SOURCE_NOT_FOUND",
        )
    return vault
