"""How a subject comes to a wallet: one of its own with a party and a vault, or a share in the wallet of a profile."""

import hashlib
import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tickets.errors import Conflict, Invalid
from tickets.models.event import Event
from tickets.models.ledger import Account
from tickets.models.profile import Profile, WalletUser
from tickets.models.workspace import Workspace

HINT_MAX, NAME_MAX = 180, 100


def party_of(subject: str) -> str:
    """The party of a subject's own wallet, always the same one: who comes back finds what was left."""
    return f"{hint_of(subject)}::1220{hashlib.sha256(f'wallet of {subject}'.encode()).hexdigest()}"


def hint_of(subject: str) -> str:
    """The subject in the characters of a party; any other is written as an underscore and four hex digits."""
    units = "".join(
        character if re.fullmatch(r"[A-Za-z0-9:\- ]", character) else "__" if character == "_" else _escaped(character)
        for character in subject
    )
    return re.sub(r":(?=:|\Z)", _escaped(":"), units[:HINT_MAX])[:HINT_MAX]  # two colons end the hint


def _escaped(character: str) -> str:
    encoded = character.encode("utf-16-be")
    return "".join(f"_{encoded[at : at + 2].hex()}" for at in range(0, len(encoded), 2))


def register(subject: str, *, firm: str, by: str | None = None, now: datetime | None = None) -> WalletUser:
    """The subject's wallet, made at need in the workspace named `firm`; twice gives the same.

    `by` is the subject who asked, where that is another one: the operator.
    """
    now = now or timezone.now()
    with transaction.atomic():
        workspace, _ = Workspace.objects.get_or_create(name=firm, defaults={"created_at": now})
        Workspace.objects.select_for_update().get(pk=workspace.pk)  # vaults are numbered, so one comes after the other
        if found := WalletUser.objects.select_related("profile").filter(subject=subject).first():
            return found
        party = party_of(subject)
        profile = Profile.objects.filter(workspace=workspace, party=party).first()
        if profile is None:
            name = _free_name(subject)
            vault = Account.objects.add_vault(workspace, name)
            profile = Profile.objects.create(
                workspace=workspace, name=name, party=party, vault=vault, is_discoverable=False, created_at=now
            )
        return _join(subject, profile, by, now)


def share(
    subject: str, party: str, *, firm: str, create: bool = False, by: str | None = None, now: datetime | None = None
) -> WalletUser:
    """The subject acts for this party from now on. With `create` a party that is not known is made in `firm`.

    Raises Invalid for an unknown party, Conflict where the subject acts for another one.
    """
    now = now or timezone.now()
    with transaction.atomic():
        workspace, _ = Workspace.objects.get_or_create(name=firm, defaults={"created_at": now})
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        profile = Profile.objects.filter(party=party, removed_at=None).first()
        found = WalletUser.objects.select_related("profile").filter(subject=subject).first()
        if found and found.profile != profile:
            raise Conflict(f"{subject} acts for another party already. Offboard the user first.")
        if found:
            return found
        if profile is None and not create:
            raise Invalid(f"No party {party} is known here.", "party_id")
        if profile is None:
            name = _free_name(subject)
            vault = Account.objects.add_vault(workspace, name)
            profile = Profile.objects.create(
                workspace=workspace, name=name, party=party, vault=vault, is_discoverable=False, created_at=now
            )
        return _join(subject, profile, by, now)


def offboard(wallet_user: WalletUser, *, by: str, now: datetime | None = None) -> None:
    """The subject no longer acts for its party, whose funds and offers stay as they are."""
    with transaction.atomic():
        _record("offboarded", wallet_user, by, now or timezone.now())
        wallet_user.delete()


def _join(subject: str, profile: Profile, by: str | None, now: datetime) -> WalletUser:
    made = WalletUser.objects.create(subject=subject, profile=profile)
    _record("registered", made, by or subject, now)
    return made


def _free_name(subject: str) -> str:
    name = f"Wallet of {subject}"[:NAME_MAX]
    is_taken = Profile.objects.filter(name=name).exists() or Account.objects.filter(name=name).exists()
    return f"{name} {hashlib.sha256(subject.encode()).hexdigest()[:12]}" if is_taken else name


def _record(act: str, wallet_user: WalletUser, by: str, now: datetime) -> None:
    Event.objects.create(
        at=now,
        kind=f"wallet.{act}",
        workspace_id=wallet_user.profile.workspace_id,
        is_private=True,
        facts={"subject": wallet_user.subject, "party": wallet_user.profile.party},
        own_facts={"wallet_user": by},
    )
