"""What happened, for whoever asks: the filters of the activity page, and each event with the thing it was done to."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import timeline
from console.moments import end_of, start_of
from console.rows import Row
from tickets.models import Event, Member, Party, Right

THINGS: dict[str, tuple[Any, Q]] = {
    "tickets": (gettext_lazy("Tickets"), Q(ticket__isnull=False)),
    "connections": (gettext_lazy("Connections"), Q(connection__isnull=False)),
    "offers": (gettext_lazy("Transfer offers"), Q(offer__isnull=False)),
    "api-users": (gettext_lazy("API users and keys"), Q(kind__startswith="api_")),
    "deposits": (gettext_lazy("Deposits"), Q(kind="vault.deposited")),
}
REST = Q(ticket=None, connection=None, offer=None) & ~Q(kind__startswith="api_") & ~Q(kind="vault.deposited")
_OFFER = re.compile(r"OF-([0-9a-f]{8})", re.IGNORECASE)
OTHERS, NOBODY = "others", "nobody"
_DAYS = [
    MinValueValidator(date(2000, 1, 1), gettext_lazy("Choose a day after 1999")),
    MaxValueValidator(date(9000, 1, 1), gettext_lazy("Choose a day before 9000")),
]


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        validators=_DAYS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y"],
        error_messages={"invalid": gettext_lazy("Enter a day such as 2026-11-21")},
    )


class ActivityFilter(forms.Form):
    """What the address asks for. A part that cannot be read filters nothing, and the page says so."""

    use_required_attribute = False

    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    thing = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        choices=[
            ("", gettext_lazy("Anything")),
            *((name, label) for name, (label, _is) in THINGS.items()),
            ("firm", gettext_lazy("Your firm")),
        ],
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference or ID"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    since = day_field(gettext_lazy("From day"))
    until = day_field(gettext_lazy("To day"))

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        names: dict[bool, list] = {False: [], True: []}
        for each in Member.objects.of(member).order_by("name", "pk"):
            names[each.is_machine].append((str(each.pk), each.name))
        groups = [(_("People"), names[False]), (_("API users"), names[True])]
        cast(forms.ChoiceField, self.fields["who"]).choices = [
            ("", _("Anyone")),
            *((label, choices) for label, choices in groups if choices),
            (OTHERS, _("Other firms")),
            (NOBODY, _("Support and Countersign")),
        ]

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("Choose a last day that is not before the first"))
        return data

    @property
    def given(self) -> dict:
        """The parts that were filled in and could be read."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def apply(self, events: QuerySet[Event]) -> QuerySet[Event]:
        for name, value in self.given.items():
            events = events.filter(getattr(self, f"_{name}")(value))
        return events

    def words(self) -> list[dict]:
        """Each filter as it is set, and the address without it."""
        found = []
        for name, value in self.given.items():
            rest = {key: text for key, text in self.data.items() if key not in (name, "before", "after")}
            field = self.fields[name]
            choices = dict(_flat(field.choices)) if isinstance(field, forms.ChoiceField) else {}
            found.append({"label": field.label, "text": str(choices.get(value, value)), "rest": urlencode(rest)})
        return found

    def _who(self, who: str) -> Q:
        if who == NOBODY:
            return Q(by=None)
        if who == OTHERS:
            return Q(by__isnull=False) & ~Q(by__workspace=self.member.workspace_id)
        return Q(by=who)

    def _thing(self, thing: str) -> Q:
        return THINGS[thing][1] if thing in THINGS else REST

    def _reference(self, text: str) -> Q:
        own = Party.objects.filter(workspace=self.member.workspace_id, external_id=text)
        found = Q(ticket__reference__istartswith=text) | Q(ticket__in=own.values("ticket")) | Q(offer__tracking_id=text)
        if short := _OFFER.fullmatch(text):
            found |= Q(offer__gte=UUID(f"{short[1]:0<32}"), offer__lte=UUID(f"{short[1]:f<32}"))
        try:
            return found | Q(offer=UUID(text)) | Q(connection=UUID(text)) | Q(facts__api_user=str(UUID(text)))
        except ValueError:
            return found

    def _since(self, day: date) -> Q:
        return Q(at__gte=start_of(day))

    def _until(self, day: date) -> Q:
        return Q(at__lt=end_of(day))


@dataclass(frozen=True)
class Thing:
    """What an event was done to: a ticket, say, what it is called, and where it is looked at."""

    sort: str
    name: str
    url: str | None = ""


def events_for(member: Member) -> QuerySet[Event]:
    """All that this member's firm may read, with what `row` needs of it."""
    related = ("by__workspace", "staff", "workspace", "ticket", "offer")
    profiles = ("connection__requester__workspace", "connection__peer__workspace")
    return Event.objects.visible_to(member).select_related(*related, *profiles)


def row(event: Event, member: Member) -> dict:
    return {
        "at": event.at,
        "who": who(event, member),
        "says": timeline.says(event, member),
        "text": event.facts.get("text", "") if event.kind == "note.added" else "",
        "thing": thing_of(event, member),
        "is_reference": event.ticket_id is not None or event.offer_id is not None,
    }


def who(event: Event, member: Member) -> str:
    """The person, API user or service; of another firm with its name, and of its wallets nothing else."""
    if event.workspace_id in (None, member.workspace_id):
        return event.actor
    return f"{event.actor}, {event.workspace}" if event.by else str(event.workspace)


def thing_of(event: Event, member: Member) -> Thing:
    facts = event.facts
    if event.ticket:
        return Thing(_("Ticket"), event.ticket.reference, Row(event.ticket, member, event.at).url)
    if event.connection:
        firm = event.connection.remote(member).workspace.name
        return Thing(_("Connection"), firm, reverse("connection", args=[event.connection_id]))
    if event.offer:
        return Thing(_("Transfer offer"), event.offer.reference, reverse("offer", args=[event.offer_id]))
    if event.kind.startswith("api_"):
        may = member.may(Right.MANAGE)
        return Thing(_("API user"), facts["name"], reverse("api-user", args=[facts["api_user"]]) if may else None)
    if event.kind == "vault.deposited":
        return Thing(_("Vault"), facts["vault"], reverse("vaults"))
    sort = event.kind.partition(".")[0]
    names = {"profile": _("Profile"), "preapproval": _("Profile"), "group": _("User group"), "wallet": _("Wallet")}
    name = facts.get("profile") or facts.get("group") or facts.get("subject") or facts.get("name") or ""
    return Thing(names.get(sort, _("Your firm")), name)


def _flat(choices: Any) -> list[tuple[str, str]]:
    return [pair for value, label in choices for pair in (label if isinstance(label, list) else [(value, label)])]
