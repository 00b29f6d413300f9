"""SavedView: a list as somebody likes to see it, under a name of their own."""

import uuid
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Invalid
from tickets.models.record import text_given
from tickets.models.workspace import Member

VIEW_NAME_MAX, PATH_MAX, QUERY_MAX = 60, 100, 2000
VIEWS_MAX = 50


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def of(self, member: Member):
        return self.filter(member=member)

    def keep(self, name: str, path: str, query: str, *, by: Member, now: datetime | None = None) -> "SavedView":
        """Save the list at `path` as `query` (without a question mark) shows it, for this member alone.

        Raises Invalid for a name that is missing, too long or taken, for a query too long, and for one view too many.
        """
        name = _name(name)
        if len(query) > QUERY_MAX:
            raise Invalid(_("This view has too many conditions to be saved. Take some away."), "name")
        with transaction.atomic():
            Member.objects.select_for_update(no_key=True).get(pk=by.pk)
            if self.of(by).count() >= VIEWS_MAX:
                sentence = _("You have %(count)d saved views. Remove one first.")
                raise Invalid(sentence % {"count": VIEWS_MAX}, "name")
            if self.of(by).filter(path=path, name=name).exists():
                raise _taken(name)
            return self.create(member=by, name=name, path=path, query=query, created_at=now or timezone.now())


class SavedView(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=VIEW_NAME_MAX)
    path = models.CharField(max_length=PATH_MAX, help_text="Of the list.")
    query = models.CharField(max_length=QUERY_MAX, blank=True, help_text="Its conditions and order.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["member", "path", "name"], name="one_view_per_name")]

    def __str__(self):
        return self.name

    @property
    def url(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    def rename(self, name: str) -> None:
        """Raises Invalid for a name as `keep` does."""
        self.name = _name(name)
        try:
            with transaction.atomic():
                self.save(update_fields=["name"])
        except IntegrityError:
            raise _taken(self.name) from None


def _taken(name: str) -> Invalid:
    return Invalid(_("You have a view called “%(name)s” already. Choose another name.") % {"name": name}, "name")


def _name(name: str) -> str:
    name = text_given(name, "name", VIEW_NAME_MAX)
    if not name:
        raise Invalid(_("Enter a name for the view, such as what it shows."), "name")
    return name
