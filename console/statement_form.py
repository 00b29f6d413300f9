"""Which statement: of which vault and asset, over which days. The address says it, so it can be kept."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from console.access import MemberRequest
from console.movements import names_of, vaults_of
from console.statement import Period, Statement
from tickets.models import Asset

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


def _day(label: str, invalid: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": invalid},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class StatementForm(forms.Form):
    """What the address leaves out is filled in: all vaults, the first asset, this month in the viewer's zone."""

    use_required_attribute = False

    def __init__(self, request: MemberRequest):
        self.now, self.zone = request.now, timezone.get_current_timezone()
        self.own = vaults_of(request.member)
        held = Asset.objects.filter(balances__account__workspace=request.member.workspace_id)
        self.assets = {asset.pk: asset for asset in held.distinct()}
        given = {name: value for name, value in request.GET.items() if value}
        super().__init__(self._usual() | given)
        vaults = [("all", _("All vaults"))] if len(self.own) > 1 else []
        vaults += [(str(vault.number), vault.name) for vault in self.own]
        self.fields["account"] = forms.ChoiceField(
            label=_("Account"), choices=vaults, error_messages={"invalid_choice": _("Choose one of your vaults")}
        )
        self.fields["asset"] = forms.ChoiceField(
            label=_("Asset"),
            choices=[(pk, pk) for pk in self.assets],
            error_messages={"invalid_choice": _("Choose an asset that your vaults have had")},
        )
        self.fields["from"] = _day(pgettext("day", "From"), _("Enter from as a day, such as 2026-11-21"))
        self.fields["to"] = _day(pgettext("day", "To"), _("Enter to as a day, such as 2026-11-21"))

    @property
    def is_possible(self) -> bool:
        """There is something that a statement could be of."""
        return bool(self.own and self.assets)

    def clean(self):
        data = super().clean()
        for name in ("from", "to"):
            if (day := data.get(name)) and not EARLIEST <= day <= LATEST:
                self.add_error(
                    name, _("Enter a day between %(first)s and %(last)s") % {"first": EARLIEST, "last": LATEST}
                )
        if not self.errors and data["from"] > data["to"]:
            self.add_error("to", _("Enter a last day that is not before the first"))
        return data

    def statement(self) -> Statement:
        """Once it is valid."""
        data = self.cleaned_data
        chosen = [vault for vault in self.own if data["account"] in ("all", str(vault.number))]
        period = Period(data["from"], data["to"], self.zone)
        return Statement(chosen, names_of(self.own), self.assets[data["asset"]], period, self.now)

    def query(self, **more) -> dict:
        """The address of the same statement."""
        return {name: str(self.cleaned_data[name]) for name in ("account", "asset", "from", "to")} | more

    def _usual(self) -> dict[str, str]:
        today = timezone.localdate(self.now, self.zone)
        first = str(self.own[0].number) if len(self.own) == 1 else "all"
        return {
            "account": first,
            "asset": next(iter(self.assets), ""),
            "from": str(today.replace(day=1)),
            "to": str(today),
        }
