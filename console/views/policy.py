"""Policy limits: above which amount of each asset the firm asks its people for their second factor."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.access import MemberRequest, member_required, need
from console.acts import INVALID, perform
from console.proof import Proof
from tickets.amounts import mark_in_force, told
from tickets.errors import BadAmount
from tickets.models import Asset, PolicyLimit, Right

PAGE = "policy/policy.html"


class LimitsForm(forms.Form):
    """One amount for each asset; empty is no limit. `limits` are those of now, by asset."""

    def __init__(self, *args, assets: list[Asset], limits: dict[str, PolicyLimit], **kwargs):
        super().__init__(*args, **kwargs)
        self.assets = assets
        for asset in assets:
            limit = limits.get(asset.pk)
            self.fields[asset.pk] = forms.CharField(
                label=f"{asset.name}, {asset.pk}",
                required=False,
                initial=told(limit.amount, 0) if limit else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def clean(self) -> None:
        """To each asset its amount, or None for no limit."""
        self.wanted = {}
        for asset in self.assets:
            text = self.cleaned_data[asset.pk]
            try:
                self.wanted[asset] = asset.parse(text, mark_in_force()) if text else None
            except BadAmount as refusal:
                self.add_error(asset.pk, refusal.message)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: MemberRequest) -> HttpResponse:
    """Changing limits asks for the second factor too, once there is one: else a stolen session would lift them."""
    need(request, Right.MANAGE)
    limits = {limit.asset_id: limit for limit in PolicyLimit.objects.of(request.member)}
    why = _("%(firm)s has limits, so changing them asks for your second factor.")
    proof = Proof(request, why=why % {"firm": request.member.workspace} if limits else "")
    data = request.POST if request.method == "POST" else None
    form = LimitsForm(data, assets=list(Asset.objects.all()), limits=limits, prefix="above")
    context = {"section": "settings", "form": form, "proof": proof}
    if not form.is_valid():
        return render(request, PAGE, context, status=INVALID if form.is_bound else None)
    is_same = all(amount == getattr(limits.get(asset.pk), "amount", None) for asset, amount in form.wanted.items())
    return perform(
        request,
        lambda: keep(request, form),
        then=reverse("policy"),
        page=PAGE,
        context=context,
        form=form,
        was_done=lambda: is_same,
    )


def keep(request: MemberRequest, form: LimitsForm) -> None:
    with transaction.atomic():
        changes = [PolicyLimit.objects.set(asset, to, by=request.member) for asset, to in form.wanted.items()]
    messages.success(request, _("The limits are saved.") if any(changes) else _("Nothing was changed."))
