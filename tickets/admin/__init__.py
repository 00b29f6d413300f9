"""The admin site of support staff: find anything, read its timeline. Rows are read-only; acts call verbs."""

import uuid

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin import members, offers, second_factor  # noqa: F401
from tickets.admin.parts import EXPIRED, LAPSED, ReadOnlyAdmin, ReadOnlyInline, TimelineInline, act_on_each
from tickets.errors import Refused
from tickets.models import (
    Account,
    AccountKind,
    Asset,
    Balance,
    Connection,
    Event,
    Party,
    PolicyLimit,
    Posting,
    Profile,
    Term,
    Ticket,
    User,
    WalletUser,
    Workspace,
)

admin.site.site_header = admin.site.site_title = gettext_lazy("Countersign support")
admin.site.index_title = gettext_lazy("Find")


class PartyInline(ReadOnlyInline):
    model = Party
    fields = ["role", "workspace", "profile", "external_id"]


class TermInline(ReadOnlyInline):
    model = Term
    fields = [
        "number",
        "sender",
        "receiver",
        "exact_amount",
        "status",
        "source",
        "destination",
        "tx_hash",
        "settled_at",
    ]
    readonly_fields = ["exact_amount"]

    @admin.display(description=gettext_lazy("amount"))
    def exact_amount(self, term):
        return str(term)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("asset", "sender__profile", "receiver__profile")


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ["reference", "workspace", "kind", "settlement", "status", "created_at", "expires_at", "ended_at"]
    list_filter = ["status", "kind", "settlement"]
    list_select_related = ["workspace"]
    date_hierarchy = "created_at"
    search_fields = ["reference", "=id", "parties__external_id", "parties__profile__name", "workspace__name", "note"]
    search_help_text = gettext_lazy("Reference, ticket ID, external ID, profile, firm or note")
    inlines = [PartyInline, TermInline, TimelineInline]
    actions = ["expire"]

    @admin.action(description=gettext_lazy("Expire those whose time has run out"), permissions=["view"])
    def expire(self, request, queryset):
        act_on_each(self, request, queryset, lambda ticket: ticket.expire(), EXPIRED)


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ["requester", "peer", "status", "created_at", "approved_at", "ended_at"]
    list_filter = ["status"]
    list_select_related = ["requester", "peer"]
    search_fields = ["=id", "requester__name", "peer__name", "requester__workspace__name", "peer__workspace__name"]
    inlines = [TimelineInline]
    actions = ["lapse"]

    @admin.action(description=gettext_lazy("Lapse those that nobody answered in time"), permissions=["view"])
    def lapse(self, request, queryset):
        act_on_each(self, request, queryset, lambda connection: connection.lapse(), LAPSED)


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "exact_amount", "source", "destination", "ticket", "offer"]
    list_filter = ["kind", "asset"]
    list_select_related = ["asset", "source__workspace", "destination__workspace", "term__ticket", "offer"]
    search_fields = [
        "=id",
        "term__ticket__reference",
        "=offer__id",
        "=offer__tracking_id",
        "source__name",
        "destination__name",
        "asset__id",
    ]
    date_hierarchy = "at"

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def exact_amount(self, posting):
        return posting.asset.plain(posting.amount)

    @admin.display
    def ticket(self, posting):
        if posting.term is None:
            return "-"
        ticket = posting.term.ticket
        return format_html('<a href="{}">{}</a>', reverse("admin:tickets_ticket_change", args=[ticket.pk]), ticket)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "actor", "workspace", "ticket", "connection", "offer", "status"]
    list_filter = ["kind"]
    list_select_related = ["by", "staff", "workspace", "ticket", "connection__requester", "connection__peer", "offer"]
    search_fields = ["kind", "ticket__reference", "=offer__tracking_id", "by__name", "staff__email", "workspace__name"]
    ordering = ["-id"]


class BalanceInline(ReadOnlyInline):
    model = Balance
    fields = ["asset", "exact_amount"]
    readonly_fields = ["exact_amount"]

    @admin.display(description=gettext_lazy("balance"))
    def exact_amount(self, balance):
        return balance.asset.plain(balance.amount)


class DepositForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    asset = forms.ModelChoiceField(Asset.objects.all())
    amount = forms.CharField(help_text=gettext_lazy("A point before the decimals, for example 250000.50"))
    reason = forms.CharField(
        max_length=500, help_text=gettext_lazy("Why these funds enter; it stays on record with your name.")
    )


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Funds enter here and nowhere else: by a deposit into a vault, with a reason."""

    list_display = ["name", "workspace", "kind"]
    list_filter = ["kind"]
    list_select_related = ["workspace"]
    search_fields = ["=id", "name", "workspace__name"]
    inlines = [BalanceInline]
    change_form_template = "admin/tickets/account/change_form.html"

    def get_urls(self):
        deposit = self.admin_site.admin_view(self.deposit)
        return [path("<uuid:pk>/deposit/", deposit, name="tickets_account_deposit"), *super().get_urls()]

    def deposit(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        vault = get_object_or_404(Account, pk=pk, kind=AccountKind.VAULT)
        form = DepositForm(request.POST or None)
        if form.is_valid() and self._deposited(request, vault, form):
            return HttpResponseRedirect(reverse("admin:tickets_account_change", args=[pk]))
        context = self.admin_site.each_context(request) | {"form": form, "vault": vault, "opts": self.opts}
        context["title"] = _("Deposit into %(vault)s") % {"vault": vault}
        return render(request, "admin/tickets/account/deposit.html", context)

    def _deposited(self, request: HttpRequest, vault: Account, form: DepositForm) -> bool:
        data = form.cleaned_data
        try:
            amount = data["asset"].parse(data["amount"])
            posting = vault.deposit(data["asset"], amount, reason=data["reason"], staff=request.user, key=data["key"])
        except Refused as refusal:
            form.add_error(getattr(refusal, "field", None) or "amount", refusal.message)
            return False
        came = {"amount": posting.asset.plain(posting.amount), "vault": vault}
        self.message_user(request, _("%(amount)s came into %(vault)s.") % came, messages.SUCCESS)
        return True


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = ["name", "auto_approval", "created_at"]
    search_fields = ["=id", "name"]


@admin.register(PolicyLimit)
class PolicyLimitAdmin(ReadOnlyAdmin):
    """Only the firm itself sets its limits."""

    list_display = ["workspace", "asset", "above"]
    list_select_related = ["workspace", "asset"]
    search_fields = ["workspace__name", "=asset__id"]

    @admin.display(ordering="amount")
    def above(self, limit):
        return str(limit)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["email", "name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_staff", "is_active"]
    search_fields = ["email", "name"]
    exclude = ["password", "groups", "user_permissions"]


@admin.register(Profile)
class ProfileAdmin(ReadOnlyAdmin):
    list_display = ["name", "workspace", "vault", "is_discoverable", "party"]
    list_select_related = ["workspace", "vault__workspace"]
    search_fields = ["=id", "name", "party", "workspace__name"]


@admin.register(Asset)
class AssetAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "decimals", "usd_price", "usd_price_at"]
    search_fields = ["id", "name"]


@admin.register(WalletUser)
class WalletUserAdmin(ReadOnlyAdmin):
    list_display = ["subject", "profile"]
    list_select_related = ["profile"]
    search_fields = ["subject", "profile__name"]
