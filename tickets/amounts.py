"""Exact amounts: up to 28 digits before the point and 18 after it, the same on every database. No float anywhere.

PostgreSQL keeps `numeric(46,18)`. SQLite has no exact decimal, so there an amount is text: the whole number
10^46 + amount·10^18, zero-filled to 47 digits. Text order is then numeric order (negatives too), so comparisons,
indexes, MIN and MAX are right in plain SQL, and sums are made of integer limbs (`AmountSum`).
"""

import decimal
import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Aggregate
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.errors import BadAmount

INTEGER_DIGITS, PLACES = 28, 18
DIGITS = INTEGER_DIGITS + PLACES
LIMIT = Decimal(10) ** INTEGER_DIGITS
ZERO = Decimal(0)

_BIAS, _WIDTH = 10**DIGITS, DIGITS + 1

# Python's own default keeps 28 digits and rounds the rest in silence, even in `-x` and sum(). Threads copy
# DefaultContext when they first compute: it is widened here, before any starts, and in the thread already running.
decimal.DefaultContext.prec = 100
decimal.setcontext(decimal.Context(prec=100))

EXACT = decimal.Context(prec=100, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
"""The ledger's own arithmetic: it raises where any other context would round."""

_DIGITS_WITH_MARK = r"(\d+)(?:{mark}(\d+))?|{mark}(\d+)"
_GROUPED = r"\d{{1,3}}(?:([ {other}'])\d{{3}})(?:\1\d{{3}})*(?:{mark}\d+)?"
_COPIED = re.compile(r"\d+\.(?!\d{3}$)\d+", re.ASCII)
"""What our copy buttons and files write, with a point in every language, where that point cannot part groups."""
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " ") | {"\u2019": "'"})


def mark_in_force() -> str:
    """What stands before the decimals in the language in force: a point or a comma."""
    return formats.get_format("DECIMAL_SEPARATOR")


def parse(text: str, asset: str, decimals: int, mark: str = ".") -> Decimal:
    """The amount that a person typed, exact, or BadAmount with a sentence that says what to enter instead.

    `mark` stands before the decimals, a point or a comma; the other one, a space or an apostrophe may part groups of
    three ("250,000.00", or "250.000,00"). One that could also be the mark ("1,234", "1,5") is asked about, never
    guessed. `asset` is the ticker used in the sentence.
    """
    text = text.translate(_SPACES).strip()
    if not text:
        raise BadAmount(_("Enter the amount of %(asset)s") % {"asset": asset})
    if text[0] in "+-\u2212":
        raise BadAmount(_("Enter an amount of %(asset)s greater than zero, without a sign") % {"asset": asset})
    whole, fraction = _parts(text, asset, mark)
    if len(fraction) > decimals:
        raise BadAmount(_too_fine(asset, decimals))
    if len(whole.lstrip("0")) > INTEGER_DIGITS:
        words = _("Enter an amount of %(asset)s with %(count)d digits or fewer before the point")
        raise BadAmount(words % {"asset": asset, "count": INTEGER_DIGITS})
    amount = Decimal(f"{whole}.{fraction or '0'}")
    if not amount:
        raise BadAmount(_("Enter an amount of %(asset)s greater than zero") % {"asset": asset})
    return amount


def _parts(text: str, asset: str, mark: str) -> tuple[str, str]:
    """The digits before and after the mark."""
    other = "," if mark == "." else "."
    before, _other, after = text.partition(other)
    if re.fullmatch(r"\d{1,3}", before, re.ASCII) and re.fullmatch(r"\d{3}", after, re.ASCII):
        words = _("Say whether %(text)s is a whole number or a fraction: write %(whole)s or %(fraction)s")
        raise BadAmount(words % {"text": text, "whole": before + after, "fraction": f"{before}{mark}{after}"})
    if re.fullmatch(_GROUPED.format(other=other, mark=re.escape(mark)), text, re.ASCII):
        text = re.sub(f"[ {other}']", "", text)
    elif mark == "," and _COPIED.fullmatch(text):
        text = text.replace(".", mark)
    found = re.fullmatch(_DIGITS_WITH_MARK.format(mark=re.escape(mark)), text, re.ASCII)
    if not found:
        words = _("Enter an amount of %(asset)s in figures, with a point before the decimals, such as 1234.5")
        raise BadAmount(words % {"asset": asset})
    return found[1] or "0", found[2] or found[3] or ""


def _too_fine(asset: str, decimals: int) -> str:
    if not decimals:
        return _("Enter an amount of %(asset)s without decimals") % {"asset": asset}
    words = ngettext(
        "Enter an amount of %(asset)s with %(count)d decimal or fewer",
        "Enter an amount of %(asset)s with %(count)d decimals or fewer",
        decimals,
    )
    return words % {"asset": asset, "count": decimals}


def plain(amount: Decimal, decimals: int) -> str:
    """The amount at its asset's full scale in ASCII: `plain(Decimal("3.75"), 8)` is "3.75000000". Never rounds."""
    sign, digits = ("-" if amount < 0 else ""), format(amount.copy_abs(), "f")
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def told(amount: Decimal, decimals: int) -> str:
    """The same for a person to read in a sentence, or to find in a field: with the mark of the language in force."""
    return marked(plain(amount, decimals))


def marked(figures: str) -> str:
    """Figures that have a point, with the mark of the language in force in its place."""
    return figures.replace(".", mark_in_force())


def _units(amount: Decimal) -> int:
    """`amount` as a whole number of 10^-18, refusing whatever the column could not give back unchanged."""
    if not amount.is_finite():
        raise ValidationError("An amount must be a finite number.")
    scaled = EXACT.scaleb(amount, PLACES)
    units = int(scaled)
    if units != scaled:
        raise ValidationError(f"An amount has at most {PLACES} decimals.")
    if not -_BIAS < units < _BIAS:
        raise ValidationError(f"An amount has at most {INTEGER_DIGITS} digits before the point.")
    return units


def _from_units(units: int) -> Decimal:
    return EXACT.scaleb(Decimal(units), -PLACES)


class AmountField(models.DecimalField):
    """An exact amount. Refuses floats, more than 18 decimals and more than 28 digits before the point."""

    def __init__(self, *args, **kwargs):
        kwargs["max_digits"], kwargs["decimal_places"] = DIGITS, PLACES
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def get_internal_type(self):
        return "AmountField"  # by the name DecimalField, Django would convert through a float on SQLite

    def db_type(self, connection):
        return "text" if connection.vendor == "sqlite" else f"numeric({DIGITS},{PLACES})"

    cast_db_type = db_type

    def db_check(self, connection):
        if connection.vendor != "sqlite":
            return None
        column = connection.ops.quote_name(self.column)
        exact = f"typeof({column})='text' AND length({column})={_WIDTH} AND {column} NOT GLOB '*[^0-9]*'"
        return f"{column} IS NULL OR {exact}"

    def to_python(self, value):
        if isinstance(value, float):
            raise ValidationError("A float cannot be an amount: it is not exact.")
        return super().to_python(value)

    def get_db_prep_value(self, value, connection, prepared=False):
        if value is None or hasattr(value, "resolve_expression"):
            return value
        value = self.to_python(value)
        units = _units(value)
        return str(_BIAS + units).zfill(_WIDTH) if connection.vendor == "sqlite" else value

    def get_db_prep_save(self, value, connection):
        return value if hasattr(value, "as_sql") else self.get_db_prep_value(value, connection)

    def from_db_value(self, value, expression, connection):
        if value is None or connection.vendor != "sqlite":
            return value
        if not isinstance(value, str):
            raise TypeError(f"SQLite computed {value!r} from an amount, which is not exact; use AmountSum.")
        return _from_units(int(value) - _BIAS)


class AmountSum(Aggregate):
    """SUM of an AmountField, exact on both databases; on SQLite not for HAVING or ORDER BY."""

    function = "SUM"
    _LIMBS = ((1, 7), (8, 10), (18, 10), (28, 10), (38, 10))  # ten digits a limb: 64 bits hold 900 million of them

    def _resolve_output_field(self):
        return AmountField()

    def as_sqlite(self, compiler, connection, **extra_context):
        source = self.get_source_expressions()[0]
        if self.filter:  # a filtered sum: rows that do not match become NULL, which SUM and COUNT pass over
            source = models.Case(models.When(self.filter, then=source))
        sql, params = compiler.compile(source)
        limbs = [f"SUM(CAST(substr({sql},{start},{length}) AS INTEGER))" for start, length in self._LIMBS]
        return "(" + "||','||".join([*limbs, f"COUNT({sql})"]) + ")", tuple(params) * (len(limbs) + 1)

    def get_db_converters(self, connection):
        return [self._join_limbs] if connection.vendor == "sqlite" else []

    @staticmethod
    def _join_limbs(value, expression, connection):
        if value is None or isinstance(value, Decimal):
            return value
        *limbs, count = map(int, value.split(","))
        total = 0
        for limb in limbs:
            total = total * 10**10 + limb
        return _from_units(total - count * _BIAS)
