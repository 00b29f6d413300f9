"""The forms of transfer offers. They read what was typed; whether it may be done the offer decides."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import hours_typed
from console.moments import written
from console.offers import COIN, Promises, full_name
from console.templatetags.console import plain_amount
from console.words import filled
from tickets.amounts import mark_in_force
from tickets.errors import BadAmount, Invalid
from tickets.models import Connection, Member, Profile
from tickets.models.drafting import HOURS_MAX
from tickets.models.offer_queries import DESCRIPTION_MAX, TRACKING_ID_MAX, text_kept
from tickets.models.record import REASON_MAX

PLAIN = {"autocomplete": "off", "spellcheck": "false"}
READ_BACK = {  # ask the server how the amount reads, as soon as it is filled in
    "hx-get": reverse_lazy("offer-new"),
    "hx-include": "closest form",
    "hx-target": "#reading",
    "hx-select": "#reading",
    "hx-swap": "outerHTML",
    "hx-sync": "this:queue last",
}


class RejectForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, reader: str, **kwargs):
        super().__init__(*args, **kwargs)
        words = _("%(reader)s will read it. At most %(max)d characters.")
        self.fields["reason"].help_text = words % {"reader": reader, "max": REASON_MAX}


class OfferForm(forms.Form):
    """Who offers how much to whom, until when. Cleaned, `to` is the receiving profile and `hours` how long it lasts.

    `profiles` are those of the member's firm with their vaults, `promises` what each vault has, by its key.
    """

    PRESETS = ("1", "4", "24", "48", "168")
    use_required_attribute = False

    sender = forms.ModelChoiceField(
        Profile.objects.none(),
        label=gettext_lazy("From which of your profiles?"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the profile that offers"),
            "invalid_choice": gettext_lazy("Choose one of your own profiles"),
        },
    )
    receiver = forms.ModelChoiceField(
        Profile.objects.none(),
        label=gettext_lazy("A connection"),
        required=False,
        empty_label=gettext_lazy("None of these"),
        error_messages={"invalid_choice": gettext_lazy("Choose one of your connections, or enter a party ID")},
    )
    party = forms.CharField(
        label=gettext_lazy("Or the party ID of the receiver"),
        required=False,
        help_text=gettext_lazy("As the receiver gave it to you: a name, two colons and a fingerprint."),
        widget=forms.TextInput(attrs=PLAIN),
    )
    amount = forms.CharField(
        label=filled(gettext_lazy("Amount of %(coin)s"), coin=COIN.name),
        max_length=200,
        help_text=filled(gettext_lazy("In %(coin)s, up to %(count)d decimals."), coin=COIN.id, count=COIN.decimals),
        error_messages={"required": filled(gettext_lazy("Enter the amount of %(coin)s"), coin=COIN.id)},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"} | READ_BACK),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        required=False,
        strip=False,
        help_text=filled(
            gettext_lazy("The receiver reads it, and it stays as it is typed. At most %(max)d characters."),
            max=DESCRIPTION_MAX,
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expires = forms.ChoiceField(
        label=gettext_lazy("When does it expire?"),
        choices=[
            ("1", gettext_lazy("In 1 hour")),
            ("4", gettext_lazy("In 4 hours")),
            ("24", gettext_lazy("In 24 hours")),
            ("48", gettext_lazy("In 2 days")),
            ("168", gettext_lazy("In 7 days")),
            ("other", gettext_lazy("Other")),
        ],
        initial="24",
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose when it expires"),
            "invalid_choice": gettext_lazy("Choose one of these, or Other"),
        },
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        help_text=gettext_lazy("For example 6 or 1.5. Used only with Other."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reserve = forms.BooleanField(
        label=gettext_lazy("Hold the amount now"),
        required=False,
        help_text=gettext_lazy(
            "It is then set aside in your vault until the offer ends. Otherwise it moves on acceptance only if you have"
            " it available then."
        ),
    )
    tracking_id = forms.CharField(
        label=gettext_lazy("Tracking ID"),
        strip=False,
        help_text=filled(
            gettext_lazy(
                "Both sides find the offer by it, and it is used only once: a form that is sent twice makes one offer."
                " Change it to an ID of your own if you like, of at most %(max)d characters."
            ),
            max=TRACKING_ID_MAX,
        ),
        error_messages={"required": gettext_lazy("Enter a tracking ID; it keeps the offer from being made twice")},
        widget=forms.TextInput(attrs=PLAIN),
    )

    def __init__(self, *args, member: Member, profiles: list[Profile], promises: dict, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, self.promises = now, promises
        field = self.fields["sender"]
        field.queryset = Profile.objects.of(member).select_related("vault")
        field.notes = {profile.pk: self._note(profile) for profile in profiles}
        if len(profiles) == 1:
            field.initial = profiles[0].pk
        field = self.fields["receiver"]
        field.queryset = connected_with(member).select_related("workspace").order_by("workspace__name", "name")
        field.label_from_instance = full_name
        ends = {hours: written(now + timedelta(hours=int(hours))) for hours in self.PRESETS}
        self.fields["expires"].notes = {"other": {"text": _("Give the hours below")}} | {
            hours: {"text": _("%(at)s if offered now") % {"at": at}} for hours, at in ends.items()
        }

    def clean_amount(self) -> Decimal:
        try:
            return COIN.parse(self.cleaned_data["amount"], mark_in_force())
        except BadAmount as refusal:
            raise ValidationError(refusal.message) from None

    def clean_description(self) -> str:
        return _kept(self.cleaned_data["description"].replace("\r\n", "\n"), "description", DESCRIPTION_MAX)

    def clean_tracking_id(self) -> str:
        return _kept(self.cleaned_data["tracking_id"], "tracking_id", TRACKING_ID_MAX)

    def clean(self):
        data = super().clean()
        data["hours"] = self._hours(data.get("expires"), data.get("hours", "").strip())
        data["to"] = self._receiver(data.get("receiver"), data.get("party", ""))
        if data["to"] and data["to"] == data.get("sender"):
            self.add_error("party" if data.get("party") else "receiver", _("Choose a receiver other than the sender"))
        return data

    @property
    def funds(self) -> Promises | None:
        """What the vault of the chosen profile has and has promised."""
        sender = self.cleaned_data.get("sender")
        return self.promises.get(sender.vault_id) if sender else None

    def _receiver(self, connected: Profile | None, party: str) -> Profile | None:
        if connected and party:
            self.add_error("party", _("Choose a connection or enter a party ID, not both"))
        elif party:
            return self._party(party)
        elif connected is None and not self.errors.keys() & {"receiver", "party"}:
            self.add_error("receiver", _("Choose a connection, or enter the party ID of the receiver"))
        return connected

    def _party(self, party: str) -> Profile | None:
        try:
            Profile._meta.get_field("party").run_validators(party)
        except ValidationError:
            self.add_error(
                "party", _("Enter a party ID as in treasury::1220ab34: a name, two colons and a fingerprint")
            )
            return None
        found = Profile.objects.in_use().filter(party=party).select_related("workspace").first()
        if found is None:
            self.add_error("party", _("No party with this ID is known here. Check it with the receiver"))
        return found

    def _hours(self, expires: str | None, text: str) -> Decimal | None:
        if expires != "other":
            return Decimal(expires) if expires else None
        hours = hours_typed(text)
        if hours is None or not 0 < hours <= HOURS_MAX:
            words = _("Enter hours above 0 and up to %(max)d, such as 6 or 1.5")
            self.add_error("hours", words % {"max": HOURS_MAX})
            return None
        return hours

    def _note(self, profile: Profile) -> dict:
        promises = self.promises.get(profile.vault_id)
        if promises is None:
            return {"text": _("No vault to send from")}
        words = _("%(available)s available in “%(vault)s”")
        if promises.promised:
            words = _("%(available)s available in “%(vault)s”; %(promised)s promised in open offers")
        amounts = {name: plain_amount(getattr(promises, name), COIN) for name in ("available", "promised")}
        return {"text": words % (amounts | {"vault": promises.vault.name})}


def connected_with(member: Member):
    """Other firms' profiles that ours have an approved connection with."""
    approved = Connection.objects.visible_to(member).approved()
    ends = [key for pair in approved.values_list("requester", "peer") for key in pair]
    return Profile.objects.in_use().filter(pk__in=ends).exclude(workspace=member.workspace_id)


def _kept(text: str, field: str, limit: int) -> str:
    try:
        return text_kept(text, field, limit)
    except Invalid as refusal:
        raise ValidationError(refusal.message) from None
