"""The forms of the settings page, one for each part that is saved by itself."""

from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.words import filled
from tickets.models import Member
from tickets.models.preference import Density, Language, Theme, zones
from tickets.models.workspace import NAME_MAX

UNKNOWN = {"required": gettext_lazy("Choose one of these"), "invalid_choice": gettext_lazy("Choose one of these")}


class SettingForm(forms.Form):
    """Knows whose settings it shows."""

    use_required_attribute = False

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, initial=self.now_of(member), **kwargs)

    def now_of(self, member: Member) -> dict:
        return {name: getattr(member.user, name) for name in self.base_fields}

    def saved(self) -> str:
        """What the page says once it is done."""
        return _("Your settings were saved.")


class ProfileForm(SettingForm):
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=filled(
            gettext_lazy("Your colleagues and the firms you deal with read it. At most %(max)d characters."),
            max=NAME_MAX,
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter your name")},
    )

    def now_of(self, member: Member) -> dict:
        return {"name": member.name}

    def saved(self) -> str:
        return _("You are now called %(name)s.") % {"name": self.cleaned_data["name"]}


class LookForm(SettingForm):
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"), choices=Theme, widget=forms.RadioSelect, error_messages=UNKNOWN
    )
    density = forms.ChoiceField(
        label=gettext_lazy("Rows of tables"), choices=Density, widget=forms.RadioSelect, error_messages=UNKNOWN
    )


class LanguageForm(SettingForm):
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("Pages, documents and mails speak it, and write amounts and dates as it does."),
        choices=Language,
        widget=forms.RadioSelect,
        required=False,
        error_messages=UNKNOWN,
    )


class TimeForm(SettingForm):
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("All times on pages and in downloads are told in it. What is stored stays in UTC."),
        error_messages={
            "required": gettext_lazy("Choose a time zone"),
            "invalid_choice": gettext_lazy("Choose a time zone of the list"),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["zone"]).choices = zone_choices()

    def saved(self) -> str:
        return _("Times are now told in %(zone)s.") % {"zone": self.cleaned_data["zone"]}


class KeyboardForm(SettingForm):
    has_shortcuts = forms.BooleanField(label=gettext_lazy("Use single-key shortcuts"), required=False)


FORMS: dict[str, type[SettingForm]] = {
    "profile": ProfileForm,
    "look": LookForm,
    "language": LanguageForm,
    "time": TimeForm,
    "keyboard": KeyboardForm,
}


def zone_choices() -> list:
    """The zones under their regions: a name of the list is found by typing the place."""
    regions: dict[str, list] = {}
    for zone in zones():
        region, _, place = zone.partition("/")
        regions.setdefault(region, []).append((zone, (place or region).replace("_", " ").replace("/", ", ")))
    return [("UTC", "UTC"), *((region, places) for region, places in regions.items() if region != "UTC")]
