"""The forms by which people act on a ticket. They read what was typed; whether it may be done the ticket decides."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.html import format_html

from console.templatetags.console import amount, plain_amount
from tickets.amounts import EXACT, ZERO, plain
from tickets.models import Account, Term, TermStatus
from tickets.models.drafting import NOTE_MAX
from tickets.models.record import REASON_MAX
from tickets.models.term import EXTERNAL_ID_MAX

SIDE = 16  # figures and point that fit beside the name of a vault on a phone


class ReasonForm(forms.Form):
    """`readers` are those whom the reason reaches."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, readers: str = "the other firm", **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.help_text = f"{readers[:1].upper()}{readers[1:]} will read it. At most {REASON_MAX} characters."
        field.error_messages["required"] = f"Give a reason: {readers} will read it."


class NoteForm(forms.Form):
    """`readers` says whom the note reaches. `seen` is the last event that the page showed, so that a form sent
    twice adds one note, and the same words may be said again later."""

    note = forms.CharField(
        label="Note", error_messages={"required": "Write the note."}, widget=forms.Textarea(attrs={"rows": 5})
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args, readers: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].help_text = f"{readers}, and it stays on the ticket. At most {NOTE_MAX} characters."

    def clean_note(self) -> str:
        """As the ticket keeps it, so that one can be compared with the other."""
        return self.cleaned_data["note"].replace("\r\n", "\n").strip()


class ExternalIdForm(forms.Form):
    external_id = forms.CharField(
        label="External ID",
        required=False,
        help_text=f"The ID of this deal in your own system, at most {EXTERNAL_ID_MAX} characters. "
        "The other firm keeps its own and does not see yours.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class TxHashForm(forms.Form):
    tx_hash = forms.CharField(
        label="Transaction hash",
        help_text="Of the transaction that moved the assets. The other firm reads it and can look it up.",
        error_messages={"required": "Enter the hash of the transaction that moved the assets."},
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
                label=f"Fund leg {leg.number}", required=False, initial=source is not None
            )
            self.fields[f"source_{leg.number}"] = field = VaultField(
                label="From which vault?",
                required=False,
                initial=source,
                choices=[(number, vault.name) for number, vault in self.vaults.items()],
                error_messages={"invalid_choice": f"Choose one of your vaults for leg {leg.number}."},
            )
            field.notes = {number: self._note(vault, leg) for number, vault in self.vaults.items()}

    def clean(self) -> None:
        """Every ticked leg has a vault, and at least one is ticked."""
        self.sources: dict[UUID, Account] = {}
        ticked = [leg for leg in self.legs if self.cleaned_data.get(f"leg_{leg.number}")]
        if not ticked:
            raise forms.ValidationError("Choose at least one leg to fund.")
        for leg in ticked:
            name = f"source_{leg.number}"
            if vault := self.vaults.get(self.cleaned_data.get(name, "")):
                self.sources[leg.pk] = vault
            elif name not in self.errors:
                self.add_error(name, f"Choose the vault that leg {leg.number} is funded from.")

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
        words, note = f"Vault account {vault.number}", {}
        if missing := self._missing(vault, leg):
            words = f"Too little: {plain_amount(missing, leg.asset)} missing"
        if len(plain(has, leg.asset.decimals)) > SIDE:
            words += f"; {plain_amount(has, leg.asset)} available"
        else:
            note["side"] = format_html("{} available", amount(has, leg.asset))
        return note | {"disabled" if missing else "text": words}
