"""Who acts: people, the firms they act for, and what each role may do."""

import uuid
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from tickets.errors import NotAllowed


class Right(StrEnum):
    VIEW = "see tickets"
    CREATE = "open tickets"
    FUND = "fund tickets"
    CANCEL = "cancel or reject tickets"
    APPROVE = "approve tickets"
    REQUEST = "request connections"
    CONNECT = "approve or remove connections"


class Role(models.TextChoices):
    OWNER = "OWNER", "Owner"
    ADMIN = "ADMIN", "Admin"
    NON_SIGNING_ADMIN = "NON_SIGNING_ADMIN", "Non-signing admin"
    SIGNER = "SIGNER", "Signer"
    APPROVER = "APPROVER", "Approver"
    EDITOR = "EDITOR", "Editor"
    VIEWER = "VIEWER", "Viewer"


_R = Right
_ADMIN = frozenset(_R)

RIGHTS: dict[str, frozenset[Right]] = {
    Role.OWNER: _ADMIN,
    Role.ADMIN: _ADMIN,
    Role.NON_SIGNING_ADMIN: _ADMIN,
    Role.SIGNER: _ADMIN - {_R.CONNECT},
    Role.APPROVER: frozenset({_R.VIEW, _R.CANCEL, _R.APPROVE}),
    # An editor opens and funds only through a designated signer, and nobody can be designated yet.
    Role.EDITOR: frozenset({_R.VIEW, _R.CANCEL}),
    Role.VIEWER: frozenset({_R.VIEW}),
}


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


class User(AbstractBaseUser, PermissionsMixin):
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
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

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


class Member(models.Model):
    """Somebody who acts for a workspace: a person who signs in, or (without a user) a machine that signs requests."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="members")
    user = models.OneToOneField(User, models.PROTECT, related_name="member", null=True, blank=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known")]

    def __str__(self):
        return self.name

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def must(self, right: Right) -> None:
        """Refuse by name what this member's role does not allow."""
        if not self.may(right):
            raise NotAllowed(f"Your role, {self.get_role_display().lower()}, may not {right}.")
