"""The forms by which admins add API users and give them keys."""

from datetime import timedelta
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.words import filled, joined
from tickets.errors import Invalid
from tickets.models import Right, Role
from tickets.models.public_key import is_private, read_public_key
from tickets.models.workspace import NAME_MAX, RIGHTS

OVERLAPS = [
    ("0", gettext_lazy("It ends at once")),
    ("1", gettext_lazy("1 hour")),
    ("24", gettext_lazy("24 hours")),
    ("168", gettext_lazy("7 days")),
]


MAY = {
    Right.VIEW: pgettext_lazy("may", "see tickets"),
    Right.CREATE: pgettext_lazy("may", "open tickets"),
    Right.FUND: pgettext_lazy("may", "fund tickets"),
    Right.CANCEL: pgettext_lazy("may", "cancel or reject tickets"),
    Right.APPROVE: pgettext_lazy("may", "approve tickets"),
    Right.REQUEST: pgettext_lazy("may", "request connections"),
    Right.CONNECT: pgettext_lazy("may", "approve or remove connections"),
    Right.MANAGE: pgettext_lazy("may", "manage API users, user groups and policy limits"),
}


class RoleField(forms.ChoiceField):
    widget = forms.RadioSelect
    notes: dict[str, dict]


class NameAndRole(forms.Form):
    use_required_attribute = False

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=filled(
            gettext_lazy(
                "What the machine does, such as “Treasury bot”. Your firm reads it. At most %(max)d characters."
            ),
            max=NAME_MAX,
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter a name for the API user")},
    )
    role = RoleField(
        label=gettext_lazy("Role"),
        choices=Role,
        error_messages={
            "required": gettext_lazy("Choose a role"),
            "invalid_choice": gettext_lazy("Choose one of the roles"),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = cast(RoleField, self.fields["role"])
        field.notes = {role: {"text": _("May %(rights)s.") % {"rights": rights_of(role)}} for role in Role.values}


class PublicKeyForm(forms.Form):
    """A key as it was pasted becomes one in standard form. A private key is not even shown again."""

    use_required_attribute = False

    public_key = forms.CharField(
        label=gettext_lazy("Public key"),
        help_text=gettext_lazy(
            "The text of a public key, certificate or certificate signing request (PEM), of an RSA key of 2048 bits or"
            " more. Never paste the private key."
        ),
        widget=forms.Textarea(attrs={"rows": 9, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Paste the public key")},
    )

    def clean_public_key(self):
        text = self.cleaned_data["public_key"]
        try:
            return read_public_key(text)
        except Invalid as refusal:
            if is_private(text):
                self.data = {**self.data, "public_key": ""}
            raise forms.ValidationError(refusal.message) from None


class ApiUserForm(PublicKeyForm, NameAndRole):
    field_order = ["name", "role", "public_key"]


class RotateForm(PublicKeyForm):
    overlap = forms.ChoiceField(
        label=gettext_lazy("How long the earlier key stays valid"),
        choices=OVERLAPS,
        initial="24",
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose how long the earlier key stays valid"),
            "invalid_choice": gettext_lazy("Choose one of these spans"),
        },
    )

    def clean_overlap(self):
        return timedelta(hours=int(self.cleaned_data["overlap"]))


def rights_of(role: str) -> str:
    """What a role allows, in words: "see tickets, open tickets and fund tickets"."""
    *most, last = (str(MAY[right]) for right in Right if right in RIGHTS[role])
    return joined([", ".join(most), last]) if most else last
