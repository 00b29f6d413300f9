"""Transfer offers and preapprovals, as support staff sees them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from tickets.admin.parts import EXPIRED, ReadOnlyAdmin, TimelineInline, act_on_each
from tickets.models import Preapproval, TransferOffer


@admin.register(TransferOffer)
class TransferOfferAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "exact_amount",
        "sender",
        "receiver",
        "tracking_id",
        "status",
        "expires_at",
        "ended_at",
    ]
    list_filter = ["status", "reserves", "is_token"]
    list_select_related = ["sender", "receiver"]
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
    search_fields = [
        "=id",
        "tracking_id",
        "=contract_id",
        "=accepted_contract_id",
        "sender__name",
        "receiver__name",
        "=sender__party",
        "=receiver__party",
        "description",
    ]
    search_help_text = gettext_lazy("Offer, tracking or contract ID, profile, party or description")
    inlines = [TimelineInline]
    actions = ["expire"]

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def exact_amount(self, offer):
        return offer.coins

    @admin.action(description=gettext_lazy("Expire those whose time has run out"), permissions=["view"])
    def expire(self, request, queryset):
        act_on_each(self, request, queryset, lambda offer: offer.expire(), EXPIRED)


@admin.register(Preapproval)
class PreapprovalAdmin(ReadOnlyAdmin):
    list_display = ["profile", "created_at", "ended_at"]
    list_select_related = ["profile"]
    search_fields = ["profile__name", "=profile__party", "=contract_id"]
