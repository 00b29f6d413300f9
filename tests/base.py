"""The cast, and plain builders for it.

Ada trades for Alpha, Bo approves there. Cy trades for Beta, which is connected with Alpha. Dee trades for Gamma, which
is connected with nobody: a stranger. Sam is support staff and belongs to no firm.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.test import Client

from tickets.models import Account, Asset, Connection, Member, Profile, Role, User, WalletUser, Workspace
from tickets.models.profile import new_party

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
"""The smallest step of time that both databases keep."""
PASSWORD = "correct horse battery staple"


@dataclass
class Firm:
    """A workspace with one vault, one profile that receives into it, and a member of every role."""

    workspace: Workspace
    vault: Account
    profile: Profile
    members: dict[str, Member]

    @property
    def trader(self) -> Member:
        return self.members[Role.SIGNER]

    @property
    def approver(self) -> Member:
        return self.members[Role.APPROVER]

    @property
    def admin(self) -> Member:
        return self.members[Role.ADMIN]

    @property
    def viewer(self) -> Member:
        return self.members[Role.VIEWER]


@dataclass
class Cast:
    alpha: Firm
    beta: Firm
    gamma: Firm
    connection: Connection
    sam: User

    @property
    def ada(self) -> Member:
        return self.alpha.trader

    @property
    def bo(self) -> Member:
        return self.alpha.approver

    @property
    def cy(self) -> Member:
        return self.beta.trader

    @property
    def dee(self) -> Member:
        return self.gamma.trader


def cast(*, auto_approval: bool = True) -> Cast:
    """Everybody; Alpha and Beta are connected. With `auto_approval` a submitted ticket opens at once."""
    alpha = firm("Alpha", auto_approval=auto_approval, names={Role.SIGNER: "Ada", Role.APPROVER: "Bo"})
    beta = firm("Beta", auto_approval=auto_approval, names={Role.SIGNER: "Cy"})
    gamma = firm("Gamma", auto_approval=auto_approval, names={Role.SIGNER: "Dee"})
    return Cast(alpha, beta, gamma, connect(alpha, beta), staff("Sam"))


def firm(name: str, *, auto_approval: bool = False, names: dict[str, str] | None = None) -> Firm:
    """A firm; `names` names members by role, the others are called by firm and role."""
    workspace = Workspace.objects.create(name=name, auto_approval=auto_approval, created_at=NOON)
    vault = Account.objects.add_vault(workspace, f"{name} Treasury")
    profile = Profile.objects.create(workspace=workspace, name=f"{name} Desk", party=new_party(name), vault=vault)
    called = {role: f"{name} {role.label.lower()}" for role in Role} | (names or {})
    users = User.objects.bulk_create(
        User(email=f"{called[role].replace(' ', '.').lower()}@{name.lower()}.example", name=called[role], password="!")
        for role in Role
    )
    members = Member.objects.bulk_create(
        Member(workspace=workspace, user=user, name=user.name, role=role)
        for role, user in zip(Role, users, strict=True)
    )
    return Firm(workspace, vault, profile, {member.role: member for member in members})


def connect(one: Firm, other: Firm, now: datetime = NOON) -> Connection:
    """A connection that both firms' admins have approved."""
    connection = Connection.objects.request(local=one.profile, remote=other.profile, by=one.admin, now=now)
    connection.approve(by=other.admin, now=now)
    return connection


def staff(name: str) -> User:
    return User.objects.create(email=f"{name.lower()}@support.example", name=name, is_staff=True, password="!")


def deposit(vault: Account, now: datetime = NOON, **amounts: str) -> None:
    """Funds from the outside world: `deposit(vault, BTC="1.5", USDC="250000")`."""
    for ticker, amount in amounts.items():
        vault.deposit(Asset.objects.get(pk=ticker), Decimal(amount), reason="Opening balance", now=now)


def wallet_user(profile: Profile, subject: str = "", coins: str = "") -> WalletUser:
    """A user of the profile's wallet, after `coins` (CC) came into its vault."""
    if coins:
        deposit(profile.vault, CC=coins)
    return WalletUser.objects.create(subject=subject or f"{profile.name} {uuid.uuid4().hex[:6]}", profile=profile)


def signed_in(member: Member) -> Client:
    """A browser without scripts, in which this member has signed in."""
    client = Client()
    client.force_login(member.user)
    return client


def database_url() -> str:
    """Where a process of its own finds the database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    return f"postgresql://{database['USER']}@/{database['HOST']}/{database['NAME']}"


def bare(response) -> str:
    """What a page says, without its tags, which stand within amounts too."""
    text = response.content.decode().replace("\u00a0", " ").replace("</th>", " ")
    return " ".join(re.sub(r"<[^>]+>", "", text).split())
