"""The forms by which people act on a ticket. They read what was typed; whether it may be done the ticket decides."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum, auto
from uuid import UUID

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.forms import EXTERNAL_ID_HELP
from console.templatetags.console import amount, plain_amount
from console.words import filled
from tickets.amounts import EXACT, ZERO, plain
from tickets.models import Account, Term, TermStatus
from tickets.models.drafting import NOTE_MAX
from tickets.models.record import REASON_MAX
from tickets.models.term import EXTERNAL_ID_MAX

SIDE = 16  # figures and point that fit beside the name of a vault on a phone


class Readers(Enum):
    """Whom a text reaches, where they are not named."""

    OTHER_FIRM = auto()
    COLLEAGUES = auto()


class ReasonForm(forms.Form):
    """`readers` are those whom the reason reaches; named, by what they are called."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, readers: Readers | str = Readers.OTHER_FIRM, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.help_text = _read_by(readers) + " " + _("At most %(max)d characters.") % {"max": REASON_MAX}
        field.error_messages["required"] = _reason_missing(readers)


class NoteForm(forms.Form):
    """`readers` are those whom the note reaches. `seen` is the last event that the page showed, so that a form sent
    twice adds one note, and the same words may be said again later."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        error_messages={"required": gettext_lazy("Write the note.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args, readers: Readers | str, **kwargs):
        super().__init__(*args, **kwargs)
        if readers is Readers.COLLEAGUES:
            words = _(
                "Only your colleagues will read it, also once the ticket is open, and it stays on the ticket. At most"
                " %(max)d characters."
            )
        else:
            words = _("%(readers)s will read it, and it stays on the ticket. At most %(max)d characters.")
        self.fields["note"].help_text = words % {"readers": readers, "max": NOTE_MAX}

    def clean_note(self) -> str:
        """As the ticket keeps it, so that one can be compared with the other."""
        return self.cleaned_data["note"].replace("\r\n", "\n").strip()


class ExternalIdForm(forms.Form):
    external_id = forms.CharField(
        label=gettext_lazy("External ID"),
        required=False,
        help_text=filled(EXTERNAL_ID_HELP, max=EXTERNAL_ID_MAX),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class TxHashForm(forms.Form):
    tx_hash = forms.CharField(
        label=gettext_lazy("Transaction hash"),
        help_text=gettext_lazy("Of the transaction that moved the assets. The other firm reads it and can look it up."),
        error_messages={"required": gettext_lazy("Enter the hash of the transaction that moved the assets.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class VaultField(forms.ChoiceField):
    """A vault by its number; `notes` say of each what it has available."""

    widget = forms.RadioSelect
    notes: dict[str, dict]


class FundForm(forms.Form):
    """Which of a firm's legs to fund, and from which vault each: `leg_1=on`, `source_1=` the number of the vault.

    It knows funded legs too, so that a form sent twice is still understood; only those to be funded are shown.
    """

    def __init__(
        self,
        data=None,
        *,
        legs: list[Term],
        vaults: list[Account],
        available: Mapping[tuple[UUID, str], Decimal],
    ):
        super().__init__(data)
        self.legs, self.available = legs, available
        self.vaults = {str(vault.number): vault for vault in vaults}
        left = dict(available)
        for leg in legs:
            enough = [number for number, vault in self.vaults.items() if self._missing(vault, leg) == ZERO]
            source = self._default(leg, enough, left)
            self.fields[f"leg_{leg.number}"] = forms.BooleanField(
                label=_("Fund leg %(leg)d") % {"leg": leg.number}, required=False, initial=source is not None
            )
            self.fields[f"source_{leg.number}"] = field = VaultField(
                label=_("From which vault?"),
                required=False,
                initial=source,
                choices=[(number, vault.name) for number, vault in self.vaults.items()],
                error_messages={
                    "invalid_choice": _("Choose one of your vaults for leg %(leg)d.") % {"leg": leg.number}
                },
            )
            field.notes = {number: self._note(vault, leg) for number, vault in self.vaults.items()}

    def clean(self) -> None:
        """Every ticked leg has a vault, and at least one is ticked."""
        self.sources: dict[UUID, Account] = {}
        ticked = [leg for leg in self.legs if self.cleaned_data.get(f"leg_{leg.number}")]
        if not ticked:
            raise forms.ValidationError(_("Choose at least one leg to fund."))
        for leg in ticked:
            name = f"source_{leg.number}"
            if vault := self.vaults.get(self.cleaned_data.get(name, "")):
                self.sources[leg.pk] = vault
            elif name not in self.errors:
                self.add_error(name, _("Choose the vault that leg %(leg)d is funded from.") % {"leg": leg.number})

    @property
    def chosen(self) -> list[Term]:
        return [leg for leg in self.legs if leg.pk in self.sources]

    @property
    def rows(self) -> Iterator[dict]:
        """The legs that can be chosen, each with its two fields."""
        for leg in self.legs:
            if leg.status == TermStatus.UNFUNDED:
                source = self[f"source_{leg.number}"]
                can_be_funded = any(self._missing(vault, leg) == ZERO for vault in self.vaults.values())
                yield {
                    "leg": leg,
                    "tick": self[f"leg_{leg.number}"],
                    "source": source,
                    "can_be_funded": can_be_funded,
                }

    @property
    def can_fund_any(self) -> bool:
        return any(row["can_be_funded"] for row in self.rows)

    def _default(self, leg: Term, enough: list[str], left: dict) -> str | None:
        """The first vault with enough, counting what the legs before this one would take by default."""
        if leg.status != TermStatus.UNFUNDED:
            return None
        for number in enough:
            key = self.vaults[number].pk, leg.asset_id
            if left[key] >= leg.amount:
                left[key] = EXACT.subtract(left[key], leg.amount)
                return number
        return enough[0] if enough else None

    def _missing(self, vault: Account, leg: Term) -> Decimal:
        return max(ZERO, EXACT.subtract(leg.amount, self.available.get((vault.pk, leg.asset_id), ZERO)))

    def _note(self, vault: Account, leg: Term) -> dict:
        """What stands beside a vault: what it has of the asset, or how much too little."""
        has = self.available.get((vault.pk, leg.asset_id), ZERO)
        missing, is_long = self._missing(vault, leg), len(plain(has, leg.asset.decimals)) > SIDE
        facts = {
            "number": vault.number,
            "missing": plain_amount(missing, leg.asset),
            "available": plain_amount(has, leg.asset),
        }
        if missing:
            short, long = (
                _("Too little: %(missing)s missing"),
                _("Too little: %(missing)s missing; %(available)s available"),
            )
        else:
            short, long = _("Vault account %(number)d"), _("Vault account %(number)d; %(available)s available")
        words = (long if is_long else short) % facts
        side = {} if is_long else {"side": _available(amount(has, leg.asset))}
        return side | {"disabled" if missing else "text": words}


def _available(shown: str) -> SafeString:
    return mark_safe(escape(_("%(amount)s available")) % {"amount": shown})


def _read_by(readers: Readers | str) -> str:
    if readers is Readers.OTHER_FIRM:
        return _("The other firm will read it.")
    if readers is Readers.COLLEAGUES:
        return _("Your colleagues will read it.")
    return _("%(readers)s will read it.") % {"readers": readers}


def _reason_missing(readers: Readers | str) -> str:
    if readers is Readers.OTHER_FIRM:
        return _("Give a reason: the other firm will read it.")
    if readers is Readers.COLLEAGUES:
        return _("Give a reason: your colleagues will read it.")
    return _("Give a reason: %(readers)s will read it.") % {"readers": readers}
