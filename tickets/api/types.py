"""What every family of the API shares on the wire: names, amounts, moments, and the spellings that clients use.

Bodies are `Body`, answers are `Answer`; Python's names are snake_case, the wire's camelCase. A field that a body has
beyond its schema is passed over.
"""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja.parser import Parser
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from tickets import amounts
from tickets.errors import Invalid

EXTENSIONS = ["Extensions"]
"""The tag of what the vendor's API does not have."""
NUMBER_MAX = 100
"""Characters of a JSON number, and its exponent: beyond every amount, below what costs time to write out."""
_FIGURES = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)", re.ASCII)
_NAMES = {"alias_generator": to_camel, "validate_by_name": True, "validate_by_alias": True}


class Body(BaseModel):
    """A request's body, or a part of one."""

    model_config = ConfigDict(**_NAMES, extra="ignore")  # type: ignore[typeddict-item]


class Answer(BaseModel):
    """An answer, or a part of one. Not ninja's Schema: that looks each alias up as a template would, which is slow."""

    model_config = ConfigDict(**_NAMES, from_attributes=True)  # type: ignore[typeddict-item]


class WireParser(Parser):
    """Reads JSON without a float, and refuses text that no database keeps, wherever it stands."""

    def parse_body(self, request: HttpRequest) -> Any:
        read = json.loads(request.body, parse_float=_number, parse_int=_integer, parse_constant=_not_json)
        if not isinstance(read, dict):
            raise Invalid("Send a JSON object as the body.")
        _refuse_unkept(read)
        return read

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        found = super().parse_querydict(data, list_fields, request)
        _refuse_unkept(found)
        return found


def _number(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= NUMBER_MAX else None
    if number is None or abs(number.adjusted()) > NUMBER_MAX:
        raise Invalid(f"Send numbers of {NUMBER_MAX} digits or fewer.")
    return number


def _integer(text: str) -> int:
    return int(_number(text))


def _not_json(text: str) -> None:
    raise ValueError(f"{text} is not JSON.")


def _refuse_unkept(read: Any) -> None:
    waiting = [read]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
            raise Invalid("Take the character NUL and halves of surrogate pairs out of what you send.")


# Amounts and numbers


def _amount_text(value: Any) -> str:
    """The text of an amount that came as a string or, from earlier clients, as a number."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(Decimal(value), "f")
    if isinstance(value, str) and len(value) <= NUMBER_MAX and _FIGURES.fullmatch(value):
        return value
    raise ValueError('write the amount in figures, as text with a point before the decimals, such as "1234.5".')


def _hours(value: Any) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise ValueError("write the hours as a number, such as 24 or 1.5.")


def canonical(amount: Decimal) -> str:
    """The one way an amount is written out: "1000000", "0.5"."""
    return amounts.plain(amount, 0)


def _json_number(number: Decimal) -> Any:
    return json.loads(format(number.normalize(), "f"))


AmountIn = Annotated[
    str,
    BeforeValidator(_amount_text),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^\+?(\d+(\.\d+)?|\.\d+)$", "examples": ["1234.5"]}),
]
"""Text for `asset.parse`, which knows the asset's decimals and refuses with BadAmount."""
AmountOut = Annotated[
    Decimal,
    PlainSerializer(canonical, return_type=str, when_used="always"),
    WithJsonSchema({"type": "string", "examples": ["1234.5"]}),
]
HoursIn = Annotated[Decimal, BeforeValidator(_hours), WithJsonSchema({"type": "number", "examples": [24]})]
"""A bounded Decimal; whether it is within 1 to 48 is the operation's to say, under its own code."""
HoursOut = Annotated[
    Decimal,
    PlainSerializer(_json_number, when_used="always"),
    WithJsonSchema({"type": "number", "examples": [24]}),
]


# Moments


def moment(at: datetime) -> str:
    """ "2026-11-21T12:00:00.000Z"."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _moment_in(value: Any) -> datetime:
    """A moment of a query: with an offset ("+00:00", "+0000", a "+" that became a space), or without one in UTC."""
    if isinstance(value, datetime):
        return value
    text = re.sub(r"(T.*) (\d\d:?\d\d)$", r"\1+\2", str(value).strip())
    try:
        at = datetime.fromisoformat(text)
        return (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("write date and time such as 2026-11-21T12:00:00Z.") from None


DateTimeOut = Annotated[
    datetime,
    PlainSerializer(moment, return_type=str, when_used="always"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
QueryDateTime = Annotated[
    datetime, BeforeValidator(_moment_in), WithJsonSchema({"type": "string", "format": "date-time"})
]


# Queries


def listed(value: Any) -> Any:
    """The values of a key that is repeated, joined with commas, or written as a list in Python."""
    texts = value if isinstance(value, list) else [value]
    parts = [part.strip(" '\"") for text in texts for part in str(text).strip().strip("[]").split(",")]
    return [part for part in parts if part]


def _true_or_false(value: Any) -> Any:
    known = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        raise ValueError("write true or false.")
    return known[str(value).lower()]


def _whole(value: Any) -> int:
    """20, "20" and "20.0"."""
    text = str(value)
    if not re.fullmatch(r"[+-]?\d{1,18}(\.0*)?", text, re.ASCII):
        raise ValueError("write a whole number.")
    return int(text.partition(".")[0])


QueryBool = Annotated[bool, BeforeValidator(_true_or_false)]
QueryInt = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]
"""Give bounds by `Field(100, ge=1, le=500)`; write `QueryList` as a field of a Schema, where ninja knows a list."""
QueryList = Annotated[list[str], BeforeValidator(listed)]
QueryText = Annotated[str | None, BeforeValidator(lambda value: value or None), WithJsonSchema({"type": "string"})]
"""Text, where nothing at all (`after=`) means that it was not given."""
