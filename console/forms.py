"""The forms of the wizard. Each cleans what was typed into domain values; the rules are the verbs'."""

import re
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.db.models import Count

from console.ends import is_push
from console.moments import distance, written
from tickets.amounts import mark_in_force, marked
from tickets.models import Connection, ConnectionStatus, Kind, Member, Profile, Settlement, Ticket
from tickets.models.drafting import HOURS_MAX, NOTE_MAX
from tickets.models.status import LIVE, PENDING
from tickets.models.term import EXTERNAL_ID_MAX


class DraftForm(forms.Form):
    """A page of the wizard, about `ticket` (None before there is one), filled in by `member`."""

    def __init__(self, *args, ticket: Ticket | None, member: Member, now, **kwargs):
        self.ticket, self.member, self.now = ticket, member, now
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Offer what this ticket and member can choose, and fill in what was chosen before."""


class TypeForm(DraftForm):
    kind = forms.ChoiceField(
        label="Kind of ticket",
        choices=Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one-way or two-way"},
    )
    settlement = forms.ChoiceField(
        label="How a two-way ticket settles",
        choices=Settlement,
        initial=Settlement.TOGETHER,
        widget=forms.RadioSelect,
        required=False,
    )

    def prepare(self):
        one_way = "You ask a connection for assets. You receive; you send nothing."
        if self.ticket and is_push(self.ticket):
            one_way = "You send assets to a connection; you receive nothing. So this draft was made through the API."
        self.fields["kind"].notes = {
            Kind.ONE_WAY: {"text": one_way},
            Kind.TWO_WAY: {"text": "You agree an exchange. You receive and you send."},
        }
        self.fields["settlement"].notes = {
            Settlement.TOGETHER: {"text": "Each leg is held when funded; all move in one moment, or none does."},
            Settlement.LEG_BY_LEG: {"text": "Each leg moves when funded, and does not come back if the other fails."},
        }
        if self.ticket:
            self.fields["kind"].initial = self.ticket.kind
            if self.ticket.kind == Kind.TWO_WAY:
                self.fields["settlement"].initial = self.ticket.settlement

    def clean_settlement(self):
        return self.cleaned_data["settlement"] or Settlement.TOGETHER


class ProfileForm(DraftForm):
    profile = forms.ModelChoiceField(
        Profile.objects.none(),
        label="Profile",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the profile that opens the ticket",
            "invalid_choice": "Choose one of your own profiles",
        },
    )

    def prepare(self):
        field, profiles = self.fields["profile"], Profile.objects.of(self.member).select_related("vault")
        field.queryset, field.initial = profiles, self.ticket.initiator.profile_id
        field.notes = {profile.pk: self._note(profile) for profile in profiles}
        if field.initial is None and len(profiles) == 1:
            field.initial = profiles[0].pk

    @staticmethod
    def _note(profile: Profile) -> dict:
        count = Connection.objects.of_profile(profile).approved().count()
        if not count:
            return {"disabled": "No approved connection yet, so no ticket can be opened with it."}
        words = f"{count} connection{'s' if count > 1 else ''}."
        return {"text": f"{words} Receives into {profile.vault.name}." if profile.vault else f"{words} Cannot receive."}


class ConnectionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, connection: Connection) -> str:
        return connection.remote(self.member).workspace.name


class ConnectionForm(DraftForm):
    connection = ConnectionChoiceField(
        Connection.objects.none(),
        label="Connection",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the connection to settle with",
            "invalid_choice": "Choose a connection that both firms have approved",
        },
    )

    def prepare(self):
        profile, chosen = self.ticket.initiator.profile, self.ticket.counterparty.profile
        offered = Connection.objects.visible_to(self.member).of_profile(profile)
        offered = offered.filter(status__in=[ConnectionStatus.APPROVED, *PENDING])
        field = self.fields["connection"]
        field.member = self.member
        field.queryset = offered.select_related("requester__workspace", "peer__workspace").order_by("status")
        open_counts = self._open_counts(profile)
        field.notes = {}
        for connection in field.queryset:
            remote = connection.remote(self.member)
            field.notes[connection.pk] = self._note(connection, remote, open_counts.get(remote.pk, 0))
            if remote == chosen:
                field.initial = connection.pk

    def _open_counts(self, profile: Profile) -> dict:
        """How many live tickets this profile has with each other one."""
        shared = Profile.objects.filter(parties__ticket__parties__profile=profile, parties__ticket__status__in=LIVE)
        return dict(shared.exclude(pk=profile.pk).annotate(count=Count("parties")).values_list("pk", "count"))

    def _note(self, connection: Connection, remote: Profile, count: int) -> dict:
        if connection.status != ConnectionStatus.APPROVED:
            since = distance(connection.created_at, self.now)
            return {"disabled": f"{remote.name}. Not approved by both firms yet; asked {since}."}
        side = f"Open: {count} ticket{'s' if count > 1 else ''}" if count else "None open"
        return {"text": remote.name, "side": side}


class ExpirationForm(DraftForm):
    PRESETS = ("1", "4", "24", "48")

    expires = forms.ChoiceField(
        label="Expiration",
        choices=[
            ("never", "Never"),
            ("1", "In 1 hour"),
            ("4", "In 4 hours"),
            ("24", "In 24 hours"),
            ("48", "In 48 hours"),
            ("other", "Other"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when it expires, or never"},
    )
    hours = forms.CharField(
        label="Hours",
        required=False,
        help_text="For example 6 or 1.5. Used only with Other.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def prepare(self):
        hours = hours_of(self.ticket.expires_in)
        self.fields["expires"].initial = "never" if hours is None else hours if hours in self.PRESETS else "other"
        self.fields["hours"].initial = marked(hours) if self.fields["expires"].initial == "other" else ""
        notes = {"never": {"side": "stays active until funded or cancelled"}, "other": {"text": "Give the hours below"}}
        for preset in self.PRESETS:
            notes[preset] = {"side": f"{written(self.now + timedelta(hours=int(preset)))} if opened now"}
        self.fields["expires"].notes = notes

    def clean(self):
        data = super().clean()
        expires = data.get("expires")
        if expires == "other":
            data["hours"] = self._hours(data.get("hours", "").strip())
        else:
            data["hours"] = Decimal(expires) if expires in self.PRESETS else None
        return data

    def _hours(self, text: str) -> Decimal | None:
        hours = hours_typed(text)
        if hours is None:
            self.add_error("hours", f"Enter hours above 0 and up to {HOURS_MAX}, such as 6 or 1.5")
            return None
        return hours


class NoteForm(DraftForm):
    note = forms.CharField(
        label="Note",
        required=False,
        strip=False,
        help_text=f"Both firms read it. At most {NOTE_MAX} characters.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def prepare(self):
        self.fields["note"].initial = self.ticket.note


class ExternalIdForm(DraftForm):
    external_id = forms.CharField(
        label="External ID",
        required=False,
        strip=False,
        help_text=f"The ID of this deal in your own system, at most {EXTERNAL_ID_MAX} characters. "
        "The other firm keeps its own and does not see yours.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def prepare(self):
        self.fields["external_id"].initial = self.ticket.party_of(self.member).external_id


def hours_typed(text: str) -> Decimal | None:
    """Hours with at most four decimals behind the mark of the language in force, or None for what cannot be read."""
    found = re.fullmatch(rf"(\d{{1,12}})(?:{re.escape(mark_in_force())}(\d{{1,4}}))?", text, re.ASCII)
    return Decimal(f"{found[1]}.{found[2] or '0'}") if found else None


def hours_of(span: timedelta | None) -> str | None:
    """A span as the hours that were typed for it: "1.5"."""
    if span is None:
        return None
    hours = Decimal(span // timedelta(microseconds=1)) / Decimal(3_600_000_000)
    text = format(hours, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
