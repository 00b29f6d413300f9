"""Support takes a second factor away from a person who has lost it. allauth's own admin page would show its secrets."""

import allauth.mfa.admin  # noqa: F401  # registers its page first, so that ours can take its place
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.parts import ReadOnlyAdmin
from tickets.models import Event, Member

admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    fields = ["user", "type", "created_at", "last_used_at"]
    actions = ["take_away"]

    @admin.action(
        description=gettext_lazy("Take away the whole second factor of these people, who have lost it"),
        permissions=["view"],
    )
    def take_away(self, request, queryset):
        people = {authenticator.user for authenticator in queryset.select_related("user")}
        for user in people:
            with transaction.atomic():
                Authenticator.objects.filter(user=user).delete()
                self._record(user, staff=request.user)
        names = ", ".join(sorted(map(str, people)))
        sentence = _("%(names)s: no second factor any more. They sign in by password and set up a new one.")
        self.message_user(request, sentence % {"names": names})

    @staticmethod
    def _record(user, *, staff) -> None:
        member = Member.objects.filter(user=user).first()
        Event.objects.create(
            at=timezone.now(),
            kind="second_factor.removed",
            staff=staff,
            workspace_id=member.workspace_id if member else None,
            is_private=True,
            facts={"person": str(user)},
        )
