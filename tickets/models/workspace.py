"""Who acts: people, the firms they act for, and what each role may do."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models.event import Event
from tickets.models.preference import Density, Language, Preferences, Theme
from tickets.models.record import text_given
from tickets.models.role import RIGHTS, Right, Role, refusal_of

NAME_MAX = 120


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(Preferences, AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in: a member of a workspace, or support staff. The e-mail address is the name."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("support staff", default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_email"),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="user_theme_known"),
            models.CheckConstraint(condition=Q(density__in=Density.values), name="user_density_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language_known"),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name


class Workspace(models.Model):
    """One firm: its people, vaults and network profiles, closed to every other firm."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    auto_approval = models.BooleanField(default=False, help_text="A ticket opens without a second person's approval.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    def of(self, member: "Member"):
        return self.filter(workspace=member.workspace_id)

    def people(self):
        return self.filter(user__isnull=False)

    def machines(self):
        """API users: they have no user to sign in as, and sign each request with a key instead."""
        return self.filter(user=None)

    def add_machine(
        self,
        name: str,
        role: str,
        public_key: str,
        *,
        by: "Member | None",
        workspace: Workspace | None = None,
        id: uuid.UUID | None = None,
        now: datetime | None = None,
    ) -> "Member":
        """A new API user with its first key, in the firm of whoever adds it.

        Provisioning has no member to name: it gives the workspace instead, and may choose the id. Raises Invalid for
        what cannot be read, Conflict for a key that another API user has.
        """
        if by is not None:
            by.must(Right.MANAGE)
            workspace = by.workspace
        now = now or timezone.now()
        with transaction.atomic():
            machine = self.create(
                pk=id or uuid.uuid4(), workspace=workspace, name=_name(name), role=_role(role), created_at=now
            )
            key = machine.keys.store(machine, public_key, by=by, now=now)
            machine.record("added", by=by, at=now, role=machine.role, fingerprint=key.fingerprint)
        return machine


class Member(models.Model):
    """Somebody who acts for a workspace: a person who signs in, or (without a user) a machine that signs requests."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="members")
    user = models.OneToOneField(User, models.PROTECT, related_name="member", null=True, blank=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known")]

    def __str__(self):
        return self.name

    # Questions

    @property
    def is_machine(self) -> bool:
        return self.user_id is None

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def must(self, right: Right) -> None:
        """Refuse by name what this member's role does not allow."""
        if not self.may(right):
            raise NotAllowed(refusal_of(self.role, right))

    def history(self):
        """What was done to this API user and its keys."""
        acts = Event.objects.filter(workspace=self.workspace_id, kind__startswith="api_")
        return acts.filter(facts__api_user=str(self.pk))

    # Verbs of a person

    def rename(self, name: str, *, by: "Member", now: datetime | None = None) -> None:
        """Be called otherwise from now on, also in what was done before: an event names its member, not a text."""
        name = text_given(name, "name", NAME_MAX)
        if by.pk != self.pk or self.is_machine:
            raise NotAllowed(_("Only the person can change their own name."))
        if not name:
            raise Invalid(_("Enter your name."), "name")
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Member.objects.select_for_update(of=("self",), no_key=True))
            if (before := self.name) == name:
                return
            self.name = name
            self.save(update_fields=["name"])
            User.objects.filter(pk=self.user_id).update(name=name)
            Event.objects.create(
                at=now or timezone.now(),
                kind="member.renamed",
                by=self,
                workspace_id=self.workspace_id,
                is_private=True,
                facts={"name": name, "name_before": before},
            )

    # Verbs of an API user

    def change_machine(self, *, name: str, role: str, by: "Member | None", now: datetime | None = None) -> bool:
        """Call it otherwise, or let it do more or less, from its next request on. Says whether anything changed."""
        with self.machine_turn(by, now) as now:
            name, role = _name(name), _role(role)
            if (name, role) == (self.name, self.role):
                return False
            before = {"name_before": self.name, "role_before": self.role}
            self.name, self.role = name, role
            self.save(update_fields=["name", "role"])
            self.record("changed", by=by, at=now, role=role, **before)
        return True

    def shut_out(self, *, by: "Member | None", now: datetime | None = None) -> None:
        """Revoke every key that is still good. Without one an API user cannot ask for anything."""
        with self.machine_turn(by, now) as now:
            keys = list(self.keys.valid(now))
            if not keys:
                raise WrongStatus(_("%(name)s is shut out already: it has no valid key.") % {"name": self})
            self.keys.filter(pk__in=[key.pk for key in keys]).update(revoked_at=now)
            self.record("shut_out", by=by, at=now, fingerprint=", ".join(key.fingerprint for key in keys))

    @contextmanager
    def machine_turn(self, by: "Member | None", now: datetime | None = None) -> Iterator[datetime]:
        """What every verb on an API user or its keys runs in: one transaction, this row locked and read anew.

        `by` is nobody where provisioning acts. Yields the time by which the verb judges.
        """
        if by is not None:
            by.must(Right.MANAGE)
            if by.workspace_id != self.workspace_id:
                raise NotAllowed(_("This API user belongs to another firm."))
        if not self.is_machine:
            raise NotAllowed(_("%(name)s is a person, who signs in and has no keys.") % {"name": self})
        with transaction.atomic():
            # A weak lock: acts of the API user itself refer to this row meanwhile.
            self.refresh_from_db(from_queryset=Member.objects.select_for_update(of=("self",), no_key=True))
            yield now or timezone.now()

    def record(self, act: str, *, by: "Member | None", at: datetime, on: str = "api_user", **facts) -> None:
        """An event that only this firm reads. It has no column for an API user, so the facts say which."""
        Event.objects.create(
            at=at,
            kind=f"{on}.{act}",
            by=by,
            workspace_id=self.workspace_id,
            is_private=True,
            facts={"api_user": str(self.pk), "name": self.name, **facts},
        )


def _name(name: str) -> str:
    name = text_given(name, "name", NAME_MAX)
    if not name:
        raise Invalid(_("Enter a name for the API user, such as what it does."), "name")
    return name


def _role(role: str) -> str:
    if role not in Role.values:
        raise Invalid(_("Choose one of the roles."), "role")
    return role
