"""The forms of the wizard. Each cleans what was typed into domain values; the rules are the verbs'."""

import re
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.ends import is_push
from console.moments import distance, written
from console.words import filled
from tickets.amounts import mark_in_force, marked
from tickets.models import Connection, ConnectionStatus, Kind, Member, Profile, Settlement, Ticket
from tickets.models.drafting import HOURS_MAX, NOTE_MAX
from tickets.models.status import LIVE, PENDING
from tickets.models.term import EXTERNAL_ID_MAX

EXTERNAL_ID_HELP = gettext_lazy(
    "The ID of this deal in your own system, at most %(max)d characters. The other firm keeps its own and does not see"
    " yours."
)


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
        label=gettext_lazy("Kind of ticket"),
        choices=Kind,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one-way or two-way")},
    )
    settlement = forms.ChoiceField(
        label=gettext_lazy("How a two-way ticket settles"),
        choices=Settlement,
        initial=Settlement.TOGETHER,
        widget=forms.RadioSelect,
        required=False,
    )

    def prepare(self):
        one_way = _("You ask a connection for assets. You receive; you send nothing.")
        if self.ticket and is_push(self.ticket):
            one_way = _("You send assets to a connection; you receive nothing. So this draft was made through the API.")
        self.fields["kind"].notes = {
            Kind.ONE_WAY: {"text": one_way},
            Kind.TWO_WAY: {"text": _("You agree an exchange. You receive and you send.")},
        }
        self.fields["settlement"].notes = {
            Settlement.TOGETHER: {"text": _("Each leg is held when funded; all move in one moment, or none does.")},
            Settlement.LEG_BY_LEG: {
                "text": _("Each leg moves when funded, and does not come back if the other fails.")
            },
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
        label=gettext_lazy("Profile"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the profile that opens the ticket"),
            "invalid_choice": gettext_lazy("Choose one of your own profiles"),
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
            return {"disabled": _("No approved connection yet, so no ticket can be opened with it.")}
        words = ngettext("%(count)d connection.", "%(count)d connections.", count) % {"count": count}
        into = _("Receives into %(vault)s.") % {"vault": profile.vault.name} if profile.vault else _("Cannot receive.")
        return {"text": f"{words} {into}"}


class ConnectionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, connection: Connection) -> str:
        return connection.remote(self.member).workspace.name


class ConnectionForm(DraftForm):
    connection = ConnectionChoiceField(
        Connection.objects.none(),
        label=gettext_lazy("Connection"),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the connection to settle with"),
            "invalid_choice": gettext_lazy("Choose a connection that both firms have approved"),
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
            words = _("%(profile)s. Not approved by both firms yet; asked %(since)s.")
            return {"disabled": words % {"profile": remote.name, "since": since}}
        side = ngettext("Open: %(count)d ticket", "Open: %(count)d tickets", count) % {"count": count}
        return {"text": remote.name, "side": side if count else _("None open")}


class ExpirationForm(DraftForm):
    PRESETS = ("1", "4", "24", "48")

    expires = forms.ChoiceField(
        label=gettext_lazy("Expiration"),
        choices=[
            ("never", gettext_lazy("Never")),
            ("1", gettext_lazy("In 1 hour")),
            ("4", gettext_lazy("In 4 hours")),
            ("24", gettext_lazy("In 24 hours")),
            ("48", gettext_lazy("In 48 hours")),
            ("other", gettext_lazy("Other")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when it expires, or never")},
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        help_text=gettext_lazy("For example 6 or 1.5. Used only with Other."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def prepare(self):
        hours = hours_of(self.ticket.expires_in)
        self.fields["expires"].initial = "never" if hours is None else hours if hours in self.PRESETS else "other"
        self.fields["hours"].initial = marked(hours) if self.fields["expires"].initial == "other" else ""
        notes = {
            "never": {"side": _("stays active until funded or cancelled")},
            "other": {"text": _("Give the hours below")},
        }
        for preset in self.PRESETS:
            at = written(self.now + timedelta(hours=int(preset)))
            notes[preset] = {"side": _("%(at)s if opened now") % {"at": at}}
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
            words = _("Enter hours above 0 and up to %(max)d, such as 6 or 1.5")
            self.add_error("hours", words % {"max": HOURS_MAX})
        return hours


class NoteForm(DraftForm):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        strip=False,
        help_text=filled(gettext_lazy("Both firms read it. At most %(max)d characters."), max=NOTE_MAX),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def prepare(self):
        self.fields["note"].initial = self.ticket.note


class ExternalIdForm(DraftForm):
    external_id = forms.CharField(
        label=gettext_lazy("External ID"),
        required=False,
        strip=False,
        help_text=filled(EXTERNAL_ID_HELP, max=EXTERNAL_ID_MAX),
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
