"""What every page of the admin site has in common: nothing is written, the timeline is shown, acts call verbs."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tickets.errors import Refused
from tickets.models import Event

EXPIRED = gettext_lazy("%(count)d expired; %(left)d left alone, for their time has not run out.")
LAPSED = gettext_lazy("%(count)d lapsed; %(left)d left alone, for their time has not run out.")


class ReadOnly:
    """Staff may look at everything and write nothing."""

    show_full_result_count = False

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    pass


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    extra = 0
    can_delete = False


class TimelineInline(ReadOnlyInline):
    """What happened, in order, with everybody's facts."""

    model = Event
    verbose_name_plural = gettext_lazy("timeline")
    fields = ["at", "kind", "actor", "status", "facts", "own_facts"]
    readonly_fields = ["actor"]
    ordering = ["id"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "staff")


def act_on_each(model_admin, request, queryset, verb, done: Any) -> None:
    """Call the verb on every row that its own question says is due; say as `done` how many were, and how many not."""
    count, now = 0, timezone.now()
    for record in queryset:
        if record.is_due(now):
            try:
                verb(record)
                count += 1
            except Refused:
                continue  # the worker or a colleague was first
    left = queryset.count() - count
    model_admin.message_user(request, done % {"count": count, "left": left})
