"""The shape of a market file: which keys it has, and what they hold. Whether it fits the rows comes later."""

import json
import re
import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tickets.errors import Invalid
from tickets.models import Role
from tickets.models.public_key import read_public_key
from tickets.models.record import text_given
from tickets.models.workspace import NAME_MAX

_MESSAGES = {"extra_forbidden": "this key is unknown", "missing": "this key is required"}


class MarketFault(Exception):
    """What is wrong with a market file: for each fault its JSON path and a sentence."""

    def __init__(self, *faults: tuple[str, str]):
        super().__init__("\n".join(f"{path}: {message}" if path else message for path, message in faults))
        self.faults = faults


def _one_line(text: str) -> str:
    try:
        text = text_given(text, "text", 255)
    except Invalid as refusal:
        raise ValueError(refusal.message) from None
    if not text:
        raise ValueError("this must not be empty")
    return text


def _rsa_public_key(text: str) -> str:
    try:
        return read_public_key(text)
    except Invalid as refusal:
        raise ValueError(refusal.message) from None


Text = Annotated[str, AfterValidator(_one_line)]
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,40}(\.[0-9]{1,40})?$")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
PublicKey = Annotated[str, AfterValidator(_rsa_public_key)]


class Shape(BaseModel):
    """An object of the file. A key that is absent says nothing: the default counts only when a row is made."""

    model_config = ConfigDict(strict=True, extra="forbid")

    def given(self, **columns: str) -> dict[str, Any]:
        """The values of those keys that the file names, by column."""
        return {column: getattr(self, key) for column, key in columns.items() if key in self.model_fields_set}


class AssetShape(Shape):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9._-]*$", max_length=20)]
    name: Text
    decimals: Annotated[int, Field(ge=0, le=18)]
    usd_price: Amount = ""
    usd_price_at: AwareDatetime = None


class ProfileShape(Shape):
    id: uuid.UUID = None
    name: Text
    discoverable: bool = True
    party: Text = ""
    vault: Text = ""


class VaultShape(Shape):
    name: Annotated[Text, StringConstraints(max_length=100)]
    balances: dict[str, Amount] = {}


class UserShape(Shape):
    email: Text
    name: Text = ""
    role: Role
    password: Password = ""


class ApiUserShape(Shape):
    id: uuid.UUID = None
    name: Annotated[Text, StringConstraints(max_length=NAME_MAX)]
    role: Role
    public_key: PublicKey


class WalletUserShape(Shape):
    subject: Text
    profile: Text


class WorkspaceShape(Shape):
    name: Text
    auto_approval: bool = False
    profiles: list[ProfileShape] = []
    vaults: list[VaultShape] = []
    users: list[UserShape] = []
    api_users: list[ApiUserShape] = []
    wallet_users: list[WalletUserShape] = []


class SupportShape(Shape):
    email: Text
    password: Password


class Market(Shape):
    assets: list[AssetShape] = []
    workspaces: list[WorkspaceShape] = []
    connections: list[tuple[Text, Text]] = []
    support: list[SupportShape] = []


def read_market(content: bytes) -> Market:
    """The market that a file describes, or MarketFault with every fault of its shape."""
    try:
        text = content.decode("utf-8-sig")
        whole = json.loads(text, object_pairs_hook=_Object)
    except UnicodeDecodeError as error:
        raise MarketFault(("", f"The file is not UTF-8: byte {error.start} cannot be read.")) from None
    except json.JSONDecodeError as error:
        raise MarketFault(
            ("", f"The file is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.")
        ) from None
    except (ValueError, RecursionError) as error:  # a number with thousands of digits, or brackets without end
        raise MarketFault(("", f"The file cannot be read: {error}.")) from None
    faults = [(path_of(place), "this key is given twice") for place in _twice(whole)]
    try:
        market = Market.model_validate_json(text)
    except ValidationError as error:
        faults += [(path_of(fault["loc"]), _message(fault)) for fault in error.errors(include_url=False)]
    if faults:
        raise MarketFault(*faults)
    return market


def path_of(place: tuple[str | int, ...]) -> str:
    """A place in the file as people write it: workspaces[1].vaults[0].balances.USDC."""
    path = ""
    for step in place:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(r"[\w-]+", step):
            path += f".{step}" if path else step
        elif step != "[key]":  # how pydantic says that the key itself is at fault
            path += f"[{json.dumps(step, ensure_ascii=False)}]"
    return path


def _message(fault: Any) -> str:
    if fault["type"] == "string_pattern_mismatch" and fault["loc"][-1] != "id":
        return 'write an amount as a string of figures such as "1234.5"'
    message = _MESSAGES.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    return message[:1].lower() + message[1:]


class _Object(dict):
    """A JSON object that remembers which of its keys came twice."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.twice = [key for key in self if keys.count(key) > 1] if len(keys) > len(self) else []


def _twice(value: Any, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in _twice(item, (*place, index))]
    if not isinstance(value, _Object):
        return []
    found = [(*place, key) for key in value.twice]
    for key, item in value.items():
        found += _twice(item, (*place, key))
    return found
