"""User groups: which members of a firm are told of its tickets."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models.event import Event
from tickets.models.record import text_given
from tickets.models.workspace import Member, Right, Role, Workspace

GROUP_NAME_MAX = 120
_NO_ID = {
    "groups": gettext_lazy("The id of a group is 32 figures and letters a to f, parted by hyphens."),
    "members": gettext_lazy("The id of a member is 32 figures and letters a to f, parted by hyphens."),
}


class UserGroupQuerySet(models.QuerySet["UserGroup"]):
    def of(self, member: Member):
        return self.filter(workspace=member.workspace_id)

    def notified(self, workspace):
        """Those whose members get e-mail about the workspace's tickets."""
        return self.filter(workspace=workspace, is_notified=True)

    def add(self, name: str, members: Iterable, *, by: Member, now: datetime | None = None) -> "UserGroup":
        """A new group of these members, each given by id (a UUID or its text)."""
        by.must(Right.MANAGE)
        name, now = _name_given(name), now or timezone.now()
        with transaction.atomic():
            with _name_taken(name):
                group = self.create(workspace=by.workspace, name=name, created_at=now)
            group._seat(members, by)
            group._record("added", by=by, at=now)
        return group

    def notify(self, ids: Iterable, *, by: Member, now: datetime | None = None) -> None:
        """Let these groups of the firm (by id), and no others, be told of its tickets."""
        by.must(Right.CREATE)
        now, wanted = now or timezone.now(), _uuids(ids, "groups")
        with transaction.atomic():
            groups = list(self.of(by).select_for_update(of=("self",)).order_by("pk"))
            if unknown := wanted - {group.pk for group in groups}:
                sentence = _("No group of your firm has the id %(id)s. Look at your groups again.")
                raise Invalid(sentence % {"id": min(unknown)}, "groups")
            self.of(by).exclude(pk__in=wanted).update(is_notified=False)
            self.of(by).filter(pk__in=wanted).update(is_notified=True)
            named = sorted(group.name for group in groups if group.pk in wanted)
            _event("group.notified", by=by, at=now, groups=named)


class UserGroup(models.Model):
    """Some people of a workspace. `is_notified` groups get e-mail about tickets."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=GROUP_NAME_MAX)
    members = models.ManyToManyField(Member, related_name="groups", blank=True)
    is_notified = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserGroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_group_per_name")]

    def __str__(self):
        return self.name

    # Verbs

    def change(
        self,
        *,
        name: str | None = None,
        members: Iterable | None = None,
        by: Member,
        now: datetime | None = None,
    ) -> None:
        """Another name, other members (all of them, by id), or both; what is None stays."""
        with self._turn(by, now) as now:
            if name is not None:
                self.name = _name_given(name)
                with _name_taken(self.name):
                    self.save(update_fields=["name"])
            if members is not None:
                self._seat(members, by)
            self._record("changed", by=by, at=now)

    def remove(self, *, by: Member, now: datetime | None = None) -> None:
        """Dissolve the group. Its members stay."""
        with self._turn(by, now) as now:
            self._record("removed", by=by, at=now)
            self.delete()

    # Private

    @contextmanager
    def _turn(self, by: Member, now: datetime | None) -> Iterator[datetime]:
        """One transaction, with the row locked and read anew, for a member who may change this group."""
        by.must(Right.MANAGE)
        if self.workspace_id != by.workspace_id:
            raise NotAllowed(_("Only the firm whose group it is can change it."))
        with transaction.atomic():
            locked = UserGroup.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
            if locked is None:
                raise WrongStatus(_("This group was removed meanwhile. Look at your groups again."))
            self.name, self.is_notified = locked.name, locked.is_notified
            yield now or timezone.now()

    def _seat(self, ids: Iterable, by: Member) -> None:
        wanted = _uuids(ids, "members")
        members = list(Member.objects.filter(workspace=by.workspace_id, pk__in=wanted))
        if unknown := wanted - {member.pk for member in members}:
            sentence = _("Nobody in your firm has the id %(id)s. Choose members of your own firm.")
            raise Invalid(sentence % {"id": min(unknown)}, "members")
        if viewers := sorted(member.name for member in members if member.role == Role.VIEWER):
            sentence = _("%(name)s is a viewer, and viewers cannot be in a group.")
            raise Invalid(sentence % {"name": viewers[0]}, "members")
        self.members.set(members)

    def _record(self, act: str, *, by: Member, at: datetime) -> None:
        members = [member.name for member in self.members.order_by("name", "pk")]
        _event(f"group.{act}", by=by, at=at, group=self.name, members=members)


def _event(kind: str, *, by: Member, at: datetime, **facts) -> None:
    Event.objects.create(at=at, kind=kind, by=by, workspace_id=by.workspace_id, is_private=True, facts=facts)


def _name_given(name: str) -> str:
    name = text_given(name, "name", GROUP_NAME_MAX)
    if not name:
        raise Invalid(_("Enter a name for the group."), "name")
    return name


@contextmanager
def _name_taken(name: str) -> Iterator[None]:
    """Refuses when what is written inside meets a group of that name."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        sentence = _("Your firm has a group named %(name)s already. Choose another name.")
        raise Invalid(sentence % {"name": name}, "name") from None


def _uuids(ids: Iterable, field: str) -> set[uuid.UUID]:
    try:
        return {each if isinstance(each, uuid.UUID) else uuid.UUID(each) for each in ids}
    except (ValueError, AttributeError, TypeError):
        raise Invalid(str(_NO_ID[field]), field) from None
