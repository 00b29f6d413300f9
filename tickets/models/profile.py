"""Profiles: the identities under which firms deal, and where each takes in what is sent to it."""

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final, Literal

from django.apps import apps
from django.core.validators import RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models.event import Event
from tickets.models.ledger import Account, AccountKind
from tickets.models.record import text_given
from tickets.models.status import PENDING, ConnectionStatus
from tickets.models.workspace import Member, Right, Workspace

PROFILE_NAME_MAX = 120

DEFAULT: Final = "default"
"""Instead of a vault: wherever it would go if nothing was said. (None means nowhere.)"""
Destination = Account | None | Literal["default"]

_PARTY = RegexValidator(
    r"^(?:(?!::)[A-Za-z0-9:\-_ ]){1,185}::(?!.*::)[A-Za-z0-9:\-_ ]{1,68}\Z",
    gettext_lazy("A party is a name, two colons and a fingerprint: letters, figures, spaces and : - _ only."),
)


def new_party(name: str) -> str:
    """A party id of our own: the profile's name as hint, and a made-up fingerprint of the usual form."""
    hint = re.sub(r"[^A-Za-z0-9\- ]", "_", name)[:180]
    return f"{hint}::1220{hashlib.sha256(uuid.uuid4().bytes).hexdigest()}"


class ProfileQuerySet(models.QuerySet["Profile"]):
    def in_use(self):
        """Not removed."""
        return self.filter(removed_at=None)

    def of(self, member: Member):
        return self.in_use().filter(workspace=member.workspace_id)

    def to_be_found_by(self, member: Member):
        """Other firms' profiles that are listed; a hidden one can be reached only by its id."""
        return self.in_use().exclude(workspace=member.workspace_id).filter(is_discoverable=True)

    def known_to(self, member: Member):
        """The firm's own profiles, and those that it can find."""
        return self.in_use().filter(Q(workspace=member.workspace_id) | Q(is_discoverable=True))

    def matching(self, text: str):
        """Whose name contains the text, in either case, or whose id it is."""
        found = Q(name__icontains=text)
        with suppress(ValueError):
            found |= Q(pk=uuid.UUID(text))
        return self.filter(found)

    def named(self, text: str):
        """Whose name, or whose firm's, contains the text."""
        return self.filter(Q(name__icontains=text) | Q(workspace__name__icontains=text))

    def not_connected_with(self, member: Member):
        """Without those that have an approved connection with a profile of this firm."""
        ours, approved = member.workspace_id, ConnectionStatus.APPROVED
        asked_by_us = Q(requests_received__status=approved, requests_received__requester__workspace=ours)
        asked_us = Q(requests_made__status=approved, requests_made__peer__workspace=ours)
        return self.exclude(pk__in=Profile.objects.filter(asked_by_us | asked_us).values("pk"))

    def add(self, name: str, *, by: Member, vault: Destination = DEFAULT, now: datetime | None = None) -> "Profile":
        """A new profile, listed for others; unless told otherwise it receives into the firm's first vault."""
        by.must(Right.CONNECT)
        name, now = _name_given(name), now or timezone.now()
        vault = Account.objects.vaults_of(by.workspace_id).first() if vault == DEFAULT else own_vault(vault, by)
        with transaction.atomic():
            with _name_taken(name):
                profile = self.create(
                    workspace=by.workspace, name=name, party=new_party(name), vault=vault, created_at=now
                )
            profile._record("added", by=by, at=now, vault=vault.name if vault else None)
        return profile


class Profile(models.Model):
    """A firm's identity on the network. What is sent to it arrives in `vault`; without one it cannot receive."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="profiles")
    name = models.CharField(max_length=PROFILE_NAME_MAX, unique=True)
    is_discoverable = models.BooleanField(default=True)
    party = models.CharField(max_length=255, unique=True, validators=[_PARTY])
    vault = models.ForeignKey(Account, models.PROTECT, related_name="profiles", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    # Questions

    def receives_in(self, other: "Profile") -> Account | None:
        """The vault that takes in what `other` sends: their connection's route, else our own vault; None is nowhere."""
        route = Route.objects.standing(self, other).select_related("vault").first()
        return route.vault if route else self.vault

    # Verbs

    def rename(self, name: str, *, by: Member, now: datetime | None = None) -> None:
        name = _name_given(name)
        with self._turn(by, now) as now, _name_taken(name):
            before = self.name
            self._keep(name=name)
            self._record("renamed", by=by, at=now, before=before)

    def set_discoverable(self, is_discoverable: bool, *, by: Member, now: datetime | None = None) -> None:
        """Whether other firms find it by looking; who knows the id of a hidden one can still ask it to connect."""
        with self._turn(by, now) as now:
            self._keep(is_discoverable=is_discoverable)
            self._record("listed" if is_discoverable else "hidden", by=by, at=now)

    def set_vault(self, vault: Account | None, *, by: Member, now: datetime | None = None) -> None:
        """Take in what arrives from now on in this vault; None for nowhere. Tickets opened before keep their own."""
        with self._turn(by, now) as now:
            vault = own_vault(vault, by)
            self._keep(vault=vault)
            self._record("vault_set", by=by, at=now, vault=vault.name if vault else "none")

    def remove(self, *, by: Member, now: datetime | None = None) -> None:
        """Take the profile out of use for good. What was dealt under it stays on record."""
        with self._turn(by, now) as now:
            ends = Q(status=ConnectionStatus.APPROVED) | Q(status__in=PENDING, lapses_at__gt=now)
            if self.requests_made.filter(ends).exists() or self.requests_received.filter(ends).exists():
                sentence = _("%(profile)s is connected or a request is pending. Remove or withdraw that first.")
                raise WrongStatus(sentence % {"profile": self})
            if apps.get_model("tickets.Ticket").objects.active(now).filter(parties__profile=self).exists():
                sentence = _("%(profile)s is a party of a draft or an open ticket. Finish or cancel that first.")
                raise WrongStatus(sentence % {"profile": self})
            if apps.get_model("tickets.TransferOffer").objects.of(self).live(now).exists():
                sentence = _("%(profile)s has a transfer offer that has not ended. Reject or withdraw that first.")
                raise WrongStatus(sentence % {"profile": self})
            self._keep(removed_at=now)
            self._record("removed", by=by, at=now)

    # Private

    @contextmanager
    def _turn(self, by: Member, now: datetime | None) -> Iterator[datetime]:
        """One transaction, with the row locked and read anew, for a member who may change this profile."""
        by.must(Right.CONNECT)
        if self.workspace_id != by.workspace_id:
            raise NotAllowed(_("Only the firm that deals under a profile can change it."))
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Profile.objects.select_for_update(of=("self",)))
            if self.removed_at:
                raise WrongStatus(_("%(profile)s was removed. Add a new profile instead.") % {"profile": self})
            yield now or timezone.now()

    def _keep(self, **fields) -> None:
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=list(fields))

    def _record(self, act: str, *, by: Member, at: datetime, **facts) -> None:
        Event.objects.create(
            at=at,
            kind=f"profile.{act}",
            by=by,
            workspace_id=by.workspace_id,
            is_private=True,
            facts={name: value for name, value in {"profile": self.name, **facts}.items() if value},
        )


def _name_given(name: str) -> str:
    name = text_given(name, "name", PROFILE_NAME_MAX)
    if not name:
        raise Invalid(_("Enter a name for the profile."), "name")
    return name


@contextmanager
def _name_taken(name: str) -> Iterator[None]:
    """Refuses when what is written inside meets a profile of that name."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        sentence = _("There is a profile named %(name)s already. Choose another name.")
        raise Invalid(sentence % {"name": name}, "name") from None


def own_vault(vault: Account | None, by: Member) -> Account | None:
    """The vault, if it is one of this member's firm; else NotAllowed."""
    if vault and (vault.workspace_id != by.workspace_id or vault.kind != AccountKind.VAULT):
        raise NotAllowed(_("Receive into one of your own vaults."))
    return vault


class RouteQuerySet(models.QuerySet["Route"]):
    def standing(self, profile: Profile, other: Profile):
        """That of `profile` over its connection with `other`, if that has not ended and has one."""
        ends = Q(connection__requester=other) | Q(connection__peer=other)
        return self.filter(ends, profile=profile, connection__ended_at=None)


class Route(models.Model):
    """Where a profile takes in what arrives over one connection, instead of its own vault; without a vault, nowhere."""

    connection = models.ForeignKey("Connection", models.PROTECT, related_name="routes")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="routes")
    vault = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["connection", "profile"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "profile"], name="one_route_per_connection_and_profile")
        ]

    def __str__(self):
        return f"{self.profile} over {self.connection}: {self.vault or 'nowhere'}"


class WalletUser(models.Model):
    """A wallet's subject (`sub` of its token) and the profile for whose party it acts."""

    subject = models.CharField(max_length=255, unique=True)
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="wallet_users")

    class Meta:
        ordering = ["subject"]

    def __str__(self):
        return self.subject
