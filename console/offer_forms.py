"""The forms of transfer offers. They read what was typed; whether it may be done the offer decides."""

from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from console.forms import hours_typed
from console.moments import written
from console.offers import COIN, Promises, full_name
from console.templatetags.console import plain_amount
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
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, reader: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{reader} will read it. At most {REASON_MAX} characters."


class OfferForm(forms.Form):
    """Who offers how much to whom, until when. Cleaned, `to` is the receiving profile and `hours` how long it lasts.

    `profiles` are those of the member's firm with their vaults, `promises` what each vault has, by its key.
    """

    PRESETS = ("1", "4", "24", "48", "168")
    use_required_attribute = False

    sender = forms.ModelChoiceField(
        Profile.objects.none(),
        label="From which of your profiles?",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the profile that offers",
            "invalid_choice": "Choose one of your own profiles",
        },
    )
    receiver = forms.ModelChoiceField(
        Profile.objects.none(),
        label="A connection",
        required=False,
        empty_label="None of these",
        error_messages={"invalid_choice": "Choose one of your connections, or enter a party ID"},
    )
    party = forms.CharField(
        label="Or the party ID of the receiver",
        required=False,
        help_text="As the receiver gave it to you: a name, two colons and a fingerprint.",
        widget=forms.TextInput(attrs=PLAIN),
    )
    amount = forms.CharField(
        label=f"Amount of {COIN.name}",
        max_length=200,
        help_text=f"In {COIN.id}, up to {COIN.decimals} decimals.",
        error_messages={"required": f"Enter the amount of {COIN.id}"},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"} | READ_BACK),
    )
    description = forms.CharField(
        label="Description",
        required=False,
        strip=False,
        help_text=f"The receiver reads it, and it stays as it is typed. At most {DESCRIPTION_MAX} characters.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expires = forms.ChoiceField(
        label="When does it expire?",
        choices=[
            ("1", "In 1 hour"),
            ("4", "In 4 hours"),
            ("24", "In 24 hours"),
            ("48", "In 2 days"),
            ("168", "In 7 days"),
            ("other", "Other"),
        ],
        initial="24",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when it expires", "invalid_choice": "Choose one of these, or Other"},
    )
    hours = forms.CharField(
        label="Hours",
        required=False,
        help_text="For example 6 or 1.5. Used only with Other.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reserve = forms.BooleanField(
        label="Hold the amount now",
        required=False,
        help_text="It is then set aside in your vault until the offer ends. Otherwise it moves on acceptance only if "
        "you have it available then.",
    )
    tracking_id = forms.CharField(
        label="Tracking ID",
        strip=False,
        help_text="Both sides find the offer by it, and it is used only once: a form that is sent twice makes one "
        f"offer. Change it to an ID of your own if you like, of at most {TRACKING_ID_MAX} characters.",
        error_messages={"required": "Enter a tracking ID; it keeps the offer from being made twice"},
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
        self.fields["expires"].notes = {"other": {"text": "Give the hours below"}} | {
            hours: {"text": f"{written(now + timedelta(hours=int(hours)))} if offered now"} for hours in self.PRESETS
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
            self.add_error("party" if data.get("party") else "receiver", "Choose a receiver other than the sender")
        return data

    @property
    def funds(self) -> Promises | None:
        """What the vault of the chosen profile has and has promised."""
        sender = self.cleaned_data.get("sender")
        return self.promises.get(sender.vault_id) if sender else None

    def _receiver(self, connected: Profile | None, party: str) -> Profile | None:
        if connected and party:
            self.add_error("party", "Choose a connection or enter a party ID, not both")
        elif party:
            return self._party(party)
        elif connected is None and not self.errors.keys() & {"receiver", "party"}:
            self.add_error("receiver", "Choose a connection, or enter the party ID of the receiver")
        return connected

    def _party(self, party: str) -> Profile | None:
        try:
            Profile._meta.get_field("party").run_validators(party)
        except ValidationError:
            self.add_error("party", "Enter a party ID as in treasury::1220ab34: a name, two colons and a fingerprint")
            return None
        found = Profile.objects.in_use().filter(party=party).select_related("workspace").first()
        if found is None:
            self.add_error("party", "No party with this ID is known here. Check it with the receiver")
        return found

    def _hours(self, expires: str | None, text: str) -> Decimal | None:
        if expires != "other":
            return Decimal(expires) if expires else None
        hours = hours_typed(text)
        if hours is None or not 0 < hours <= HOURS_MAX:
            self.add_error("hours", f"Enter hours above 0 and up to {HOURS_MAX}, such as 6 or 1.5")
            return None
        return hours

    def _note(self, profile: Profile) -> dict:
        promises = self.promises.get(profile.vault_id)
        if promises is None:
            return {"text": "No vault to send from"}
        words = f"{plain_amount(promises.available, COIN)} available in “{promises.vault.name}”"
        if promises.promised:
            words += f"; {plain_amount(promises.promised, COIN)} promised in open offers"
        return {"text": words}


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
