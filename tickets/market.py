"""Provisioning: a file that describes a market becomes rows. It adds and updates, and never deletes.

A key that the file does not name keeps what it has. Funds come in by a deposit, connections by `establish`; all in one
transaction, so that a fault leaves nothing behind.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from tickets.amounts import PLACES, ZERO, AmountSum, parse
from tickets.market_file import (
    ApiUserShape,
    AssetShape,
    Market,
    MarketFault,
    ProfileShape,
    SupportShape,
    UserShape,
    VaultShape,
    WalletUserShape,
    WorkspaceShape,
)
from tickets.market_run import CREATED, UNCHANGED, UPDATED, Run
from tickets.models import Account, Asset, Balance, Connection, Member, Profile, User, WalletUser, Workspace
from tickets.models.profile import new_party


class Provision(Run):
    """`run` brings the rows to what the file says; afterwards `lines` and `counts` tell what became of them."""

    def __init__(self, market: Market, *, now: datetime | None = None):
        super().__init__()
        self.market, self.now = market, now or timezone.now()
        self._hashes: dict[str, str] = {}

    def run(self, *, check: bool = False) -> None:
        """Bring the rows to what the file says, or raise MarketFault; with `check`, find out and write nothing."""
        try:
            with transaction.atomic():
                self._lock_balances()
                self._each("assets", self.market.assets, self._asset)
                self._each("workspaces", self.market.workspaces, self._workspace)
                self._each("connections", self.market.connections, self._connection)
                self._each("support", self.market.support, self._support)
                if check:
                    transaction.set_rollback(True)
        except IntegrityError:
            raise MarketFault(
                ("", "Somebody else changed the market meanwhile. Nothing was written; run it again.")
            ) from None

    def _lock_balances(self) -> None:
        """Take those of all firms of the file at once, in the ledger's order: deposits come in the file's."""
        names = [shape.name for shape in self.market.workspaces]
        balances = Balance.objects.filter(account__workspace__name__in=names).order_by("account_id", "asset_id")
        list(balances.select_for_update(of=("self",)))

    # One method for each kind of object

    def _asset(self, shape: AssetShape) -> None:
        self._once("asset", shape.id, "id")
        asset = Asset.objects.filter(pk=shape.id).first() or Asset(pk=shape.id, decimals=shape.decimals)
        if asset.decimals != shape.decimals and (asset.postings.exists() or asset.terms.exists()):
            self._fault(
                f"{asset.pk} has {asset.decimals} decimals, which cannot change now that amounts of it exist",
                "decimals",
            )
        values = shape.given(usd_price_at="usd_price_at")
        if shape.usd_price:
            with self._at("usd_price"):
                values["usd_price"] = _amount(shape.usd_price, "USD", PLACES)
            if values["usd_price"] != asset.usd_price:
                values.setdefault("usd_price_at", self.now)
        self._keep(asset, f"asset {shape.id}", name=shape.name, decimals=shape.decimals, **values)

    def _workspace(self, shape: WorkspaceShape) -> None:
        self._once("workspace", shape.name, "name")
        workspace = Workspace.objects.filter(name=shape.name).first()
        workspace = workspace or Workspace(name=shape.name, created_at=self.now)
        self._keep(workspace, f"workspace {workspace}", **shape.given(auto_approval="auto_approval"))
        self._each("vaults", shape.vaults, self._vault, workspace)  # before the profiles that receive into them
        self._each("profiles", shape.profiles, self._profile, workspace)
        self._each("users", shape.users, self._user, workspace)
        self._each("api_users", shape.api_users, self._api_user, workspace)
        self._each("wallet_users", shape.wallet_users, self._wallet_user, workspace)

    def _vault(self, shape: VaultShape, workspace: Workspace) -> None:
        self._once("vault", (workspace.pk, shape.name), "name")
        vault = Account.objects.vaults_of(workspace).filter(name=shape.name).first()
        change = UNCHANGED if vault else CREATED
        vault = vault or Account.objects.add_vault(workspace, shape.name)
        deposited = []
        for ticker, text in shape.balances.items():
            with self._at("balances", ticker):
                if amount := self._top_up(vault, ticker, text):
                    deposited.append(amount)
        if deposited and change == UNCHANGED:
            change = UPDATED
        self._note(change, f"vault {vault}" + (f": {' and '.join(deposited)} deposited" if deposited else ""))

    def _top_up(self, vault: Account, ticker: str, text: str) -> str:
        """Deposit what is missing. Funds that are held for a ticket are the vault's own until they have moved."""
        asset = Asset.objects.filter(pk=ticker).first()
        if asset is None:
            self._fault("no asset has this id")
        wanted = _amount(text, asset.pk, asset.decimals)
        Account.objects.select_for_update(no_key=True).get(pk=vault.pk)  # as a deposit does
        owned = Balance.objects.filter(account__in=[vault, vault.hold], asset=asset)
        present = owned.aggregate(total=AmountSum("amount"))["total"] or ZERO
        if wanted < present:
            self._fault(f"the vault has {asset.plain(present)}, held funds included, and nothing is ever withdrawn")
        if wanted == present:
            return ""
        vault.deposit(asset, wanted - present, reason="Provisioned", now=self.now)
        return asset.plain(wanted - present)

    def _profile(self, shape: ProfileShape, workspace: Workspace) -> None:
        self._once("profile", shape.name, "name")
        profile = self._found(Profile.objects.filter(pk=shape.id).first() if shape.id else None, workspace, "id")
        if profile is None:
            profile = self._found(Profile.objects.filter(name=shape.name).first(), workspace, "name")
            if profile and shape.id:
                self._fault(f"the profile {profile} has the id {profile.pk}, which cannot change", "id")
        if profile and profile.removed_at:
            self._fault(f"the profile {profile} was removed", "name")
        profile = profile or Profile(
            workspace=workspace, party=shape.party or new_party(shape.name), created_at=self.now, **_pk(shape.id)
        )
        values = shape.given(is_discoverable="discoverable", party="party")
        vaults = Account.objects.vaults_of(workspace)
        if shape.vault:
            values["vault"] = vaults.filter(name=shape.vault).first()
            if values["vault"] is None:
                self._fault(f"{workspace} has no vault {shape.vault}", "vault")
        elif profile.vault is None:
            values["vault"] = vaults.first()
        self._keep(profile, f"profile {shape.name}", name=shape.name, **values)

    def _user(self, shape: UserShape, workspace: Workspace) -> None:
        user, change = self._person(shape.email, shape.password, **shape.given(name="name"))
        if user.is_staff:
            self._fault("this person is support staff, so cannot be a member of a firm", "email")
        member = self._found(Member.objects.filter(user=user).first(), workspace, "email")
        member = member or Member(workspace=workspace, user=user, created_at=self.now)
        self._keep(member, f"user {user.email}", change, name=user.name, role=shape.role)

    def _api_user(self, shape: ApiUserShape, workspace: Workspace) -> None:
        machines = Member.objects.machines()
        if shape.id:
            self._once("api user", shape.id, "id")
            member = self._found(Member.objects.filter(pk=shape.id).first(), workspace, "id")
            if member and member.user_id:
                self._fault("this is the id of a person", "id")
        else:
            self._once("api user", (workspace.pk, shape.name), "name")
            named = list(machines.filter(workspace=workspace, name=shape.name)[:2])
            if len(named) > 1:
                self._fault(f"{workspace} has several of this name, so give the id", "name")
            member = named[0] if named else None
        with self._at("public_key"):
            change, member = self._machine(shape, workspace, member)
        self._note(change, f"API user {shape.name}, {member.pk}")

    def _machine(self, shape: ApiUserShape, workspace: Workspace, member: Member | None) -> tuple[str, Member]:
        """By the verbs, for they refuse a key that another has and record what changed."""
        if member is None:
            return CREATED, Member.objects.add_machine(
                shape.name, shape.role, shape.public_key, by=None, workspace=workspace, id=shape.id, now=self.now
            )
        is_changed = member.change_machine(name=shape.name, role=shape.role, by=None, now=self.now)
        keys = member.keys.valid(self.now)
        if not keys.filter(public_key=shape.public_key, expires_at=None).exists():
            give = member.keys.rotate if keys.exists() else member.keys.register
            give(member, shape.public_key, by=None, now=self.now)
            is_changed = True
        return (UPDATED if is_changed else UNCHANGED), member

    def _wallet_user(self, shape: WalletUserShape, workspace: Workspace) -> None:
        self._once("wallet user", shape.subject, "subject")
        profile = Profile.objects.filter(workspace=workspace, name=shape.profile).first()
        if profile is None:
            self._fault(f"{workspace} has no profile {shape.profile}", "profile")
        wallet_user = WalletUser.objects.select_related("profile").filter(subject=shape.subject).first()
        if wallet_user:
            self._found(wallet_user.profile, workspace, "subject")
        self._keep(
            wallet_user or WalletUser(subject=shape.subject, profile=profile),
            f"wallet user {shape.subject}",
            profile=profile,
        )

    def _connection(self, names: tuple[str, str]) -> None:
        profiles = []
        for index, name in enumerate(names):
            profile = Profile.objects.filter(name=name).first()
            if profile is None:
                self._fault(f"there is no profile {name}", index)
            profiles.append(profile)
        between = Connection.objects.between(*profiles).filter(ended_at=None)
        change = UPDATED if between.filter(lapses_at__gt=self.now).exists() else CREATED
        change = UNCHANGED if between.approved().exists() else change
        self._note(change, f"connection of {Connection.objects.establish(*profiles, now=self.now)}")

    def _support(self, shape: SupportShape) -> None:
        user, change = self._person(shape.email, shape.password, is_staff=True)
        if Member.objects.filter(user=user).exists():
            self._fault("this person is a member of a firm, so cannot be support staff", "email")
        self._note(change, f"support {user.email}")

    def _person(self, email: str, password: str, **values: Any) -> tuple[User, str]:
        email = email.lower()
        self._once("person", email, "email")
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            user = User(email=email, name=email.partition("@")[0], joined_at=self.now)
            user.set_unusable_password()
        values = {name: value for name, value in values.items() if value}
        is_changed = bool(password) and not self._fits(user, password)
        if is_changed:
            user.password = self._hashes.get(password) or make_password(password)
            self._hashes[password] = user.password
        return user, self._store(user, values, is_changed=is_changed)

    def _fits(self, user: User, password: str) -> bool:
        """Where people of one file share a password, as in a demo, they share its hash: to make one takes a while."""
        if user.password == self._hashes.get(password):
            return True
        return user.has_usable_password() and check_password(password, user.password)


def _amount(text: str, asset: str, decimals: int) -> Decimal:
    """As `parse` has it, but nothing is an amount too. The shape has made sure that there are figures only."""
    return parse(text, asset, decimals) if text.strip("0.") else ZERO


def _pk(given: UUID | None) -> dict[str, UUID]:
    return {"pk": given} if given else {}
