"""What the wallet API reads and writes: decimals, times, parties, contracts. Nothing here is ever a float."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from tickets import amounts

PLACES = 10
TEXT_LIMIT = 280
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The years 1 to 9999, in microseconds since 1970."""
DSO = f"DSO::1220{hashlib.sha256(b'Countersign').hexdigest()}"
"""The party that issues the coin: one for a network, and this server is one."""
PACKAGE = hashlib.sha256(b"Countersign wallet").hexdigest()

_DECIMAL = re.compile(r"-?[0-9]{1,28}(\.[0-9]{1,10})?")
_PARTY_CHARACTERS = re.compile(r"[A-Za-z0-9:\-_ ]+")
_PARTY_SHAPE = r"^[A-Za-z0-9\-_ ](:?[A-Za-z0-9\-_ ]){0,91}::([A-Za-z0-9\-_ ]:?){1,34}$"
"""For the description only, and narrower than what is read."""
_CONTRACT_ID = re.compile(r"([0-9a-f]{2}){1,139}")


def decimal_in(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise ValueError("Expected a decimal number in a JSON string.")
    if not _DECIMAL.fullmatch(value):
        raise ValueError(f'"{shown(value)}" is not a decimal with up to 28 digits before the point and 10 after it.')
    return Decimal(value)


def amount_in(value: Any) -> Decimal:
    if (amount := decimal_in(value)) <= 0:
        raise ValueError("The amount must be greater than zero.")
    return amount


def decimal_out(amount: Decimal) -> str:
    """Exactly ten decimals: "1.0000000000"."""
    return amounts.plain(amount, PLACES)


def moment_in(microseconds: Any) -> datetime:
    """A time from microseconds since 1970, by integers only."""
    if type(microseconds) is not int:
        raise ValueError("Expected an integer, the microseconds since 1970.")
    if not EARLIEST <= microseconds <= LATEST:
        raise ValueError(f"The time {shown(str(microseconds))} is not within the years 1 to 9999 in microseconds.")
    return EPOCH + timedelta(microseconds=microseconds)


def moment_out(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def party_in(party: str) -> str:
    """A party is parted at the first two colons; the fingerprint has no other two."""
    hint, _, fingerprint = party.partition("::")
    is_party = 0 < len(hint) <= 185 and 0 < len(fingerprint) <= 68 and "::" not in fingerprint
    if not is_party or not _PARTY_CHARACTERS.fullmatch(party):
        raise ValueError(f'"{shown(party)}" is not a party: a name, two colons and a fingerprint are expected.')
    return party


def text_in(text: str) -> str:
    if len(text) >= TEXT_LIMIT:
        raise ValueError(f"The text must be shorter than {TEXT_LIMIT} characters.")
    return storable(text)


def storable(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("The text contains a character that cannot be kept.")
    return text


def shown(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"


def is_contract_id(text: str) -> bool:
    return bool(_CONTRACT_ID.fullmatch(text))


def derived_id(*parts: object) -> str:
    """A contract id for what is no row of its own, such as the funds of a vault: of one state always the same."""
    first = hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()
    return ("00" + first + hashlib.sha256(first.encode()).hexdigest() + first)[:138]


AmountText = Annotated[
    Decimal,
    BeforeValidator(amount_in),
    WithJsonSchema({"type": "string", "pattern": r"^(?=.*[1-9])[0-9]{1,28}(\.[0-9]{1,10})?$"}),
]
Moment = Annotated[
    datetime,
    BeforeValidator(moment_in),
    WithJsonSchema({"type": "integer", "format": "int64", "minimum": EARLIEST, "maximum": LATEST}),
]
PartyText = Annotated[str, AfterValidator(party_in), Field(json_schema_extra={"pattern": _PARTY_SHAPE})]
PartyPath = Annotated[str, WithJsonSchema({"type": "string", "pattern": _PARTY_SHAPE})]
"""In a path: read by `party_in`, after the sign-in."""
ContractId = Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{_CONTRACT_ID.pattern}$"})]
ShortText = Annotated[str, AfterValidator(text_in), Field(json_schema_extra={"maxLength": TEXT_LIMIT - 1})]


class Request(Schema):
    """Fields that we do not know are passed over; those that we know have exactly their JSON type."""

    model_config = ConfigDict(strict=True, extra="ignore")


class ErrorOut(Schema):
    error: str


class Nothing(Schema):
    """`{}`: some clients take a body that is empty for a failure."""


class Contract(Schema):
    template_id: str
    contract_id: str
    payload: dict[str, Any]
    created_event_blob: str
    created_at: str


class ContractWithState(Schema):
    contract: Contract
    domain_id: str | None = None


def contract(template: str, contract_id: str, payload: dict[str, Any], created_at: datetime) -> Contract:
    return Contract(
        template_id=f"{PACKAGE}:{template}",
        contract_id=contract_id,
        payload=payload,
        created_event_blob="",
        created_at=moment_out(created_at),
    )


def errors(*statuses: int) -> dict[int, type[ErrorOut]]:
    """What every operation may answer besides its own, for the description of the API."""
    return dict.fromkeys(sorted({401, 500, 503, *statuses}), ErrorOut)
