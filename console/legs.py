"""The assets page: rows of asset and amount, one list for each direction, kept as typed until they are right."""

import re
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.steps import senders_needed
from console.templatetags.console import plain_amount
from tickets.amounts import ZERO, AmountSum, mark_in_force, told
from tickets.errors import BadAmount
from tickets.models import AccountKind, Asset, Balance, Member, Party, Ticket
from tickets.models.drafting import LEGS_MAX, Leg


class LegForm(forms.Form):
    """Its amount can be read only together with its asset, whose decimals and ticker it needs."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    asset = forms.TypedChoiceField(
        label=gettext_lazy("Asset"),
        empty_value=None,
        error_messages={
            "required": gettext_lazy("Choose an asset"),
            "invalid_choice": gettext_lazy("Choose an asset from the list"),
        },
    )
    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        required=False,
        strip=False,
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(self, *args, assets: dict[str, Asset], **kwargs):
        super().__init__(*args, auto_id="%s", **kwargs)
        self.fields["asset"].choices = [
            ("", _("Choose an asset")),
            *((asset.pk, str(asset)) for asset in assets.values()),
        ]
        self.fields["asset"].coerce = assets.get

    def clean(self):
        data = super().clean()
        asset, text = data.get("asset"), data.get("amount", "")
        if asset is not None:
            try:
                data["amount"] = asset.parse(text, mark_in_force())
            except BadAmount as refusal:
                self.add_error("amount", refusal.message)
        elif not text.strip():
            self.add_error("amount", _("Enter an amount"))
        return data


class Row:
    """One row as it was typed: `judged` knows its faults, `shown` tells them only once they were asked for."""

    def __init__(self, prefix: str, number: int, values: dict, holdings: "Holdings", *, is_send: bool):
        self.prefix, self.number, self.values = prefix, number, values
        self._holdings, self._is_send = holdings, is_send
        data = {f"{prefix}-{key}": value for key, value in values.items()}
        self.judged = LegForm(data, prefix=prefix, assets=holdings.assets)
        self.shown = LegForm(initial=values, prefix=prefix, assets=holdings.assets)
        for form in (self.judged, self.shown):
            for field in ("asset", "amount"):
                form.fields[field].widget.attrs |= self._check()

    def _check(self) -> dict:
        """Ask the server how the row reads as soon as it is filled in; it answers for this row and the add buttons.

        One question at a time, as `#terms` has it for the buttons too: the answer to an earlier one could arrive last,
        and say less than is there, or find its row replaced.
        """
        hint = f"#{self.prefix}-amount_hint"
        return {
            "hx-post": "",
            "hx-vals": '{"check": "1"}',
            "hx-target": hint,
            "hx-select": hint,
            "hx-swap": "outerHTML",
            "hx-select-oob": "#add-receive,#add-send",
        }

    @property
    def is_blank(self) -> bool:
        return not (self.values.get("asset") or self.values.get("amount", "").strip())

    def is_valid(self) -> bool:
        return self.judged.is_valid()

    def tell(self, *, focused: bool = False) -> None:
        """Show the faults from now on; with the focus in the first field at fault where that is wanted."""
        self.shown = self.judged
        if focused:
            self.shown.fields[next(iter(self.shown.errors))].widget.attrs["autofocus"] = True

    @property
    def reading(self) -> str:
        """How the amount is understood; said back before anything is saved."""
        if not self.is_valid():
            return ""
        data = self.judged.cleaned_data
        return _("Read as %(amount)s") % {"amount": plain_amount(data["amount"], data["asset"])}

    @property
    def hint(self) -> str:
        """What the chosen asset means for this row: its decimals, and what there is to send."""
        asset = self._holdings.assets.get(str(self.values.get("asset", "")))
        if asset is None:
            return ""
        words = (
            _("Up to %(count)d decimals.") % {"count": asset.decimals} if asset.decimals else _("Whole numbers only.")
        )
        if not self._is_send:
            return words
        available = plain_amount(self._holdings.amounts.get(asset.pk, ZERO), asset)
        return words + " " + _("Available %(amount)s.") % {"amount": available}


class Holdings:
    """The assets there are, and what all vaults of the member's firm have available of each."""

    def __init__(self, member: Member):
        self._member = member

    @cached_property
    def assets(self) -> dict[str, Asset]:
        return {asset.pk: asset for asset in Asset.objects.all()}

    @cached_property
    def amounts(self) -> dict:
        own = Balance.objects.filter(account__workspace=self._member.workspace_id, account__kind=AccountKind.VAULT)
        return dict(own.order_by("asset").values_list("asset").annotate(total=AmountSum("amount")))


@dataclass
class Side:
    """The rows of one direction."""

    name: str  # receive or send
    sender: Party
    receiver: Party
    rows: list[Row]

    @property
    def filled(self) -> list[Row]:
        """The rows that count: a blank one is passed over, unless nothing else is there."""
        return [row for row in self.rows if not row.is_blank] or self.rows[:1]

    @property
    def why_not_add(self) -> str:
        """What must be put right before another row is offered."""
        for row in self.rows:
            if row.is_blank:
                return _("Fill in asset %(number)d first, both asset and amount.") % {"number": row.number}
            if not row.is_valid():
                return _("Correct asset %(number)d first.") % {"number": row.number}
        return ""


class LegForms:
    """All rows of a draft: from the draft itself, or as they were posted (without the row `drop`)."""

    def __init__(self, ticket: Ticket, member: Member, data: QueryDict | None = None, *, drop: str = ""):
        self.ticket, self.data, self._holdings = ticket, data, Holdings(member)
        self.sides = []
        for sender in senders_needed(ticket):
            is_send = sender.workspace_id == member.workspace_id
            name, receiver = ("send", ticket.counterparty) if is_send else ("receive", ticket.initiator)
            values = self._saved(sender) if data is None else self._posted(name, drop)
            side = Side(name, sender, receiver, [])
            for row in values[:LEGS_MAX] or [{}]:
                self._append(side, row)
            self.sides.append(side)

    def add(self, name: str) -> None:
        """Offer one more row, blank."""
        for side in self.sides:
            if side.name == name and len(side.rows) < LEGS_MAX:
                self._append(side, {})
                side.rows[-1].shown.fields["asset"].widget.attrs["autofocus"] = True

    def is_valid(self, name: str = "") -> bool:
        """Judge every row that counts (of one side), and tell all faults at once."""
        faulty = [row for row in self._rows(name) if not row.is_valid()]
        for row in faulty:
            row.tell(focused=row is faulty[0])
        return not faulty

    @property
    def forms(self) -> list[LegForm]:
        """For the summary of errors."""
        return [row.shown for side in self.sides for row in side.rows]

    @property
    def legs(self) -> list[Leg]:
        """What the valid rows ask for."""
        return [
            Leg(side.sender, side.receiver, data["asset"], data["amount"], data["id"])
            for side in self.sides
            for data in (row.judged.cleaned_data for row in side.filled if row.is_valid())
        ]

    def _rows(self, name: str = "") -> list[Row]:
        """The rows that count; of the one side that is to grow, all of them."""
        sides = [side for side in self.sides if name in ("", side.name)]
        return [row for side in sides for row in (side.rows if name else side.filled)]

    def _append(self, side: Side, values: dict) -> None:
        number = len(side.rows) + 1
        row = Row(f"{side.name}-{number}", number, values, self._holdings, is_send=side.name == "send")
        side.rows.append(row)

    def _posted(self, name: str, drop: str) -> list[dict]:
        found = {int(match[1]) for key in self.data if (match := re.fullmatch(rf"{name}-(\d{{1,4}})-amount", key))}
        return [
            {key: self.data.get(f"{name}-{number}-{key}", "") for key in ("id", "asset", "amount")}
            for number in sorted(found)
            if f"{name}-{number}" != drop
        ]

    def _saved(self, sender: Party) -> list[dict]:
        return [
            {"id": str(term.pk), "asset": term.asset_id, "amount": told(term.amount, 0)}
            for term in self.ticket.terms.all()
            if term.sender_id == sender.pk
        ]
