"""Who acts for a firm, people and API users, and the keys of the latter, as support staff sees them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from tickets.admin.parts import ReadOnlyAdmin, ReadOnlyInline
from tickets.models import ApiKey, Member

KEY_FIELDS = ["fingerprint", "created_at", "created_by", "expires_at", "revoked_at", "last_used_at"]


class KeyInline(ReadOnlyInline):
    model = ApiKey
    fk_name = "member"
    fields = [*KEY_FIELDS]
    readonly_fields = [*KEY_FIELDS]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("member", "created_by")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    list_display = ["name", "workspace", "role", "user"]
    list_filter = ["role", ("user", admin.EmptyFieldListFilter)]
    list_select_related = ["workspace", "user"]
    search_fields = ["=id", "name", "user__email", "workspace__name", "keys__fingerprint"]
    search_help_text = gettext_lazy("Name, e-mail address, firm, or an API user's id or the fingerprint of its key")
    inlines = [KeyInline]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ["member", "workspace", *KEY_FIELDS]
    list_select_related = ["member__workspace", "created_by"]
    date_hierarchy = "created_at"
    fields = ["member", "public_key", *KEY_FIELDS]
    readonly_fields = [*KEY_FIELDS]
    search_fields = ["=id", "=member__id", "member__name", "member__workspace__name", "fingerprint"]
    search_help_text = gettext_lazy("API user, its id, firm or fingerprint")

    @admin.display(ordering="member__workspace__name")
    def workspace(self, key):
        return key.member.workspace
