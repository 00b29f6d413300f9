"""User groups: which members of a firm are told of its tickets."""

import uuid

from django.db import models
from django.utils import timezone

from tickets.models.workspace import Member, Workspace


class UserGroup(models.Model):
    """Some people of a workspace. `is_notified` groups get e-mail about tickets."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(Member, related_name="groups", blank=True)
    is_notified = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="one_group_per_name")]

    def __str__(self):
        return self.name
