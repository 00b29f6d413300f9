"""Finding offers: what the address asks for becomes a filter, and words that tell it."""

from datetime import datetime

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.moments import end_of, start_of, written_day
from tickets.models import OfferStatus
from tickets.models.offer_queries import TransferOfferQuerySet
from tickets.models.words import within

TEXT_MAX = 300


class OfferFilter(forms.Form):
    """Days are whole days where the member is. Conditions that are left out hold for every offer."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=TEXT_MAX,
        help_text=gettext_lazy("Reference, tracking ID, party, firm, description or amount"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False, choices=[("", gettext_lazy("Any")), *OfferStatus.choices]
    )
    since = forms.DateField(
        label=gettext_lazy("Made from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=gettext_lazy("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: QueryDict, *, now: datetime):
        super().__init__(data)
        self.now = now
        for name in ("since", "until"):
            self.fields[name].error_messages["invalid"] = _("Enter a day as in 2026-11-21")
        self.fields["status"].error_messages["invalid_choice"] = _("Choose one of the statuses")

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
    def is_asked(self) -> bool:
        return any(self.cleaned_data.values()) if self.is_valid() else True

    def apply(self, offers: TransferOfferQuerySet) -> TransferOfferQuerySet:
        """Those that fit. A filter that cannot be read finds nothing: the page says what to correct."""
        if not self.is_valid():
            return offers.none()
        data = self.cleaned_data
        if data["q"]:
            offers = offers.matching(data["q"])
        if data["status"]:
            offers = offers.at_status(data["status"], self.now)
        if data["since"]:
            offers = offers.filter(created_at__gte=start_of(data["since"]))
        if data["until"]:
            offers = offers.filter(created_at__lt=end_of(data["until"]))
        return offers

    @property
    def words(self) -> list[dict]:
        """Each condition that is set: what it says, and the address without it."""
        data = self.cleaned_data if self.is_valid() else {}
        said = {
            "q": lambda text: f"“{text}”",
            "status": lambda status: _("status %(status)s") % {"status": within(status)},
            "since": lambda day: _("made from %(day)s") % {"day": written_day(day)},
            "until": lambda day: _("made up to %(day)s") % {"day": written_day(day)},
        }
        return [{"says": say(data[name]), "without": self.query(name)} for name, say in said.items() if data.get(name)]

    def query(self, without: str = "") -> str:
        """What the address asks for, less one condition; "?" alone asks for nothing."""
        asked = QueryDict(mutable=True)
        asked.update({name: self.data[name] for name in self.fields if name != without and self.data.get(name)})
        return f"?{asked.urlencode()}"
