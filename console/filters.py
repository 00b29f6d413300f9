"""Finding tickets: what the address asks for becomes a question to the rows, and words that tell it."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from console.access import MemberRequest
from console.moments import end_of, start_of, written_day
from console.paging import CURSORS, Key
from tickets.models import Asset, Connection, Kind, Profile, SavedView, Ticket, TicketStatus
from tickets.models.ticket_finding import Meaning
from tickets.models.ticket_queries import TicketQuerySet

TEXT_MAX = 128
ANY: tuple[str, Any] = ("", gettext_lazy("Any"))
VIA, YOURS = "via", "yours"
KINDS = [ANY, *Kind.choices, (VIA, gettext_lazy("Via an intermediary"))]
NOT_OFFERED = {
    "status": gettext_lazy("Choose another status: this one is not offered"),
    "kind": gettext_lazy("Choose another kind: this one is not offered"),
    "party": gettext_lazy("Choose another counterparty: this one is not offered"),
    "asset": gettext_lazy("Choose another asset: this one is not offered"),
    "profile": gettext_lazy("Choose another profile of yours: this one is not offered"),
    "sort": gettext_lazy("Choose another order: this one is not offered"),
}


class TextForm(forms.Form):
    """What is searched for."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=TEXT_MAX,
        help_text=gettext_lazy("Reference, external ID, party, asset, amount or note"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )


class TicketFilter(TextForm):
    """Days are whole days where the member is. A condition that is left out holds for every ticket."""

    STATUSES: ClassVar[Sequence[tuple[str, Any]]]
    ORDERS: ClassVar[dict[str, Any]]
    ORDERED: ClassVar[dict[str, Any]]  # the same within a sentence
    SINCE: ClassVar[Any]  # which time `since` and `until` are about, in words
    SINCE_DAY: ClassVar[Any]
    UNTIL_DAY: ClassVar[Any]
    TIME: ClassVar[str]  # and as a column
    OTHER: ClassVar[tuple[str, Any]]  # the list of the other tickets, and the words that lead there

    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    party = forms.ChoiceField(label=gettext_lazy("Counterparty"), required=False)
    asset = forms.ChoiceField(label=gettext_lazy("Asset"), required=False)
    profile = forms.ChoiceField(label=gettext_lazy("Your profile"), required=False)
    since = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, request: MemberRequest):
        super().__init__(request.GET, auto_id="filter-%s")
        self.request = request
        found = choices_of(request, self._readable_text())
        self.views = found.pop("view")
        self.named = [UUID(profile) for profile, _ in found.pop("named")]
        self.tickers = [ticker for ticker, _ in found["asset"]]
        self.choices = {name: [ANY, *choices] for name, choices in found.items()}
        self.choices |= {"kind": KINDS, "status": [ANY, *self.STATUSES], "sort": list(self.ORDERS.items())}
        for name, choices in self.choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        self.fields["since"].label = self.SINCE
        for name, words in NOT_OFFERED.items():
            self.fields[name].error_messages["invalid_choice"] = words
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = _("Enter a day as in 2026-11-21")

    def clean(self):
        data = super().clean()
        for name in ("since", "until"):
            if data.get(name) and not 1900 <= data[name].year < 9999:
                self.add_error(name, _("Enter a day of a year between 1900 and 9998"))
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Enter a last day that is not before the first"))
        return data

    @property
    def asked(self) -> dict:
        """The conditions that are set, by name."""
        data = self.cleaned_data if self.is_valid() else {}
        return {name: value for name, value in data.items() if value and name != "sort"}

    @property
    def is_asked(self) -> bool:
        return bool(self.asked) or not self.is_valid()

    @property
    def chosen_sort(self) -> str:
        return self.cleaned_data["sort"] if self.is_valid() else ""

    @property
    def order(self) -> str:
        """The order of the list, in words."""
        return str(self.ORDERED[self.chosen_sort])

    @property
    def keys(self) -> tuple[Key, ...]:
        raise NotImplementedError

    def apply(self, tickets: TicketQuerySet) -> TicketQuerySet:
        """Those that fit. A filter that cannot be read finds nothing: the page says what to correct."""
        if not self.is_valid():
            return tickets.none()
        for name, value in self.asked.items():
            tickets = getattr(self, f"_by_{name}")(tickets, value)
        return tickets

    @property
    def query(self) -> str:
        """What the address says beside the page, in one way of writing it."""
        return self.without()

    @property
    def words(self) -> list[dict]:
        """Each condition that is set: what it says, and the list without it."""
        return [
            {"says": self._say(name, value), "url": f"{self.request.path}?{self.without(name)}".rstrip("?")}
            for name, value in self.asked.items()
        ]

    def without(self, *names: str, **other: str) -> str:
        query = self.request.GET.copy()
        for name in [*query]:
            if name in CURSORS or name in names or not query[name]:
                del query[name]
        for name, value in other.items():
            query[name] = value
        return query.urlencode()

    def _say(self, name: str, value) -> str:
        if name == "q":
            return f"“{value}”"
        if isinstance(value, date):
            return (self.SINCE_DAY if name == "since" else self.UNTIL_DAY) % {"day": written_day(value)}
        return f"{self.fields[name].label}: {dict(self.choices[name])[value]}"

    @property
    def elsewhere(self) -> dict:
        """The other list, searched for the same text."""
        if "q" not in self.asked:
            return {}
        name, words = self.OTHER
        return {"url": reverse(name, query={"q": self.asked["q"]}), "says": words}

    @property
    def finds_many(self) -> bool:
        """It searches for a text that very many tickets may fit."""
        return "q" in self.asked and not self._meaning.is_rare

    @cached_property
    def _meaning(self) -> Meaning:
        return Ticket.objects.meaning(self.cleaned_data["q"], self.request.member, self.named)

    def _readable_text(self) -> str:
        """What is searched for, before the rest is read. One that cannot be read is complained of later."""
        try:
            return self.fields["q"].clean(self.data.get("q"))
        except forms.ValidationError:
            return ""

    def _by_q(self, tickets, text: str):
        return tickets.filter(self._meaning.condition)

    def _by_status(self, tickets, status: str):
        return tickets.at_status([status], self.request.now)

    def _by_kind(self, tickets, kind: str):
        return tickets.via_intermediary() if kind == VIA else tickets.filter(kind=kind)

    def _by_party(self, tickets, workspace: str):
        return tickets.with_firm(UUID(workspace))

    def _by_asset(self, tickets, asset: str):
        return tickets.with_asset(asset)

    def _by_profile(self, tickets, profile: str):
        return tickets.under(UUID(profile))

    def _by_since(self, tickets, day: date):
        return tickets.filter(**{f"{self.TIME}__gte": start_of(day)})

    def _by_until(self, tickets, day: date):
        return tickets.filter(**{f"{self.TIME}__lt": end_of(day)})


_MADE, _KEY = Key("created_at", is_descending=True), Key("pk", is_descending=True)


class ActiveFilter(TicketFilter):
    """For tickets that can still come to something. After `with_turn`."""

    STATUSES = (
        (YOURS, gettext_lazy("Your turn")),
        *((status, TicketStatus(status).label) for status in TicketStatus.values[:4]),
    )
    ORDERS: ClassVar = {
        "": gettext_lazy("Your turn first, then soonest expiry"),
        "expires": gettext_lazy("Soonest expiry first"),
        "-expires": gettext_lazy("Latest expiry first"),
        "-made": gettext_lazy("Newest first"),
        "made": gettext_lazy("Oldest first"),
    }
    ORDERED: ClassVar = {
        "": pgettext_lazy("order", "your turn first, then soonest expiry"),
        "expires": pgettext_lazy("order", "soonest expiry first"),
        "-expires": pgettext_lazy("order", "latest expiry first"),
        "-made": pgettext_lazy("order", "newest first"),
        "made": pgettext_lazy("order", "oldest first"),
    }
    OTHER = "history", gettext_lazy("Search the history as well")
    SINCE, TIME = gettext_lazy("Opened from"), "opened_at"
    SINCE_DAY, UNTIL_DAY = gettext_lazy("Opened from %(day)s"), gettext_lazy("Opened up to %(day)s")

    KEYS: ClassVar[dict[str, tuple[Key, ...]]] = {
        "": (Key("is_yours", is_descending=True), Key("expires_at", has_gaps=True), _MADE, _KEY),
        "expires": (Key("expires_at", has_gaps=True), _MADE, _KEY),
        "-expires": (Key("expires_at", is_descending=True, has_gaps=True), _MADE, _KEY),
        "-made": (_MADE, _KEY),
        "made": (Key("created_at"), Key("pk")),
    }

    @property
    def keys(self):
        return self.KEYS[self.chosen_sort]

    def _by_status(self, tickets, status: str):
        return tickets.filter(is_yours=True) if status == YOURS else super()._by_status(tickets, status)


def choices_of(request: MemberRequest, text: str) -> dict[str, list[tuple[str, str]]]:
    """The firm's profiles, the firms that it is or was connected with, the assets, and the member's views of this list.

    Beside them, `named`, the other firms' profiles that `text` names. All in one question, for every list asks it. Each
    is a pair of a value, or the address of a view, and a label.
    """
    member, string = request.member, CharField()
    links, profiles = Connection.objects.visible_to(member), Profile.objects.filter(workspace=member.workspace_id)
    views = SavedView.objects.of(member).filter(path=request.path)
    rows = [
        links.values_list(Value("party"), Cast("requester__workspace", string), F("requester__workspace__name")),
        links.values_list(Value("party"), Cast("peer__workspace", string), F("peer__workspace__name")),
        profiles.values_list(Value("profile"), Cast("pk", string), F("name")),
        views.values_list(Value("view"), Concat("path", Value("?"), "query"), F("name")),
    ]
    if text:
        named = Profile.objects.named(text).exclude(workspace=member.workspace_id)
        rows.append(named.values_list(Value("named"), Cast("pk", string), F("name")))
    assets = Asset.objects.order_by().values_list(Value("asset"), F("pk"), F("name"))
    found: dict[str, dict[str, str]] = {"party": {}, "asset": {}, "profile": {}, "view": {}, "named": {}}
    for name, key, label in assets.union(*(each.order_by() for each in rows)):
        key = key if name in ("asset", "view") else str(UUID(key))
        found[name][key] = key if name == "asset" else label
    found["party"].pop(str(member.workspace_id), None)
    return {name: sorted(each.items(), key=lambda pair: pair[1].casefold()) for name, each in found.items()}
