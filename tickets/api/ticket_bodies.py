"""What callers send about tickets, in the words of the wire, and the hours and ids that they give."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from tickets.api.types import AmountIn, Body, HoursIn
from tickets.errors import Invalid
from tickets.models import Settlement

HOURS_MIN, HOURS_MAX = 1, 48
EXTERNAL_ID_MIN, EXTERNAL_ID_MAX = 5, 64
NOTE_MAX = 1024
LEGS_MAX = 100

SETTLEMENTS = {"DVP": Settlement.TOGETHER, "ASYNC": Settlement.LEG_BY_LEG}

Id = Annotated[str, Field(min_length=1, max_length=64)]
Hours = Annotated[
    HoursIn | None,
    Field(
        description="Hours from opening to expiry, 1 to 48, to four decimals; null is the same as none.",
        json_schema_extra={"minimum": HOURS_MIN, "maximum": HOURS_MAX},
    ),
]
Reason = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=NOTE_MAX)]
Fee = Annotated[str, Field(max_length=64, description="Read and passed over: a movement here has no fee.")]


class TermIn(Body):
    asset: Annotated[str, Field(min_length=1, max_length=20)]
    amount: AmountIn
    from_network_id: Id
    to_network_id: Id


class TicketIn(Body):
    created_by_network_id: Id
    type: Literal["ASYNC", "DVP"]
    expires_in: Hours = None
    terms: Annotated[list[TermIn] | None, Field(max_length=LEGS_MAX)] = None
    external_ref_id: Annotated[str | None, Field(json_schema_extra={"maxLength": EXTERNAL_ID_MAX})] = None
    note: Words | None = None
    submit: StrictBool | None = None


class SubmitIn(Body):
    expires_in: Hours = None


class ExpirationIn(Body):
    """Null clears the expiration; the vendor's API cannot do that."""

    expires_in: Hours


class ExternalIdIn(Body):
    external_ref_id: Annotated[
        str, Field(json_schema_extra={"minLength": EXTERNAL_ID_MIN, "maxLength": EXTERNAL_ID_MAX})
    ]


class FundIn(Body):
    """Asset and amount repeat those of the leg. Fee and note are read and passed over."""

    asset: Annotated[str, Field(min_length=1, max_length=20)]
    amount: AmountIn
    network_connection_id: Id
    src_id: Id
    src_type: Annotated[str, Field(max_length=64, description="VAULT_ACCOUNT; we hold nothing else.")]
    fee: Fee | None = None
    fee_level: Fee | None = None
    note: Words | None = None


class ApproveTermIn(Body):
    """Asset and amount repeat those of the leg. Fee and note are read and passed over."""

    asset: Annotated[str, Field(min_length=1, max_length=20)]
    amount: AmountIn
    src_id: Id
    fee: Fee | None = None
    fee_level: Literal["LOW", "MEDIUM", "HIGH"] | None = None
    note: Words | None = None


class FundDvpIn(Body):
    """Read and passed over."""

    fee: Fee | None = None
    fee_level: Literal["LOW", "MEDIUM", "HIGH"] | None = None
    note: Words | None = None


class ByHandIn(Body):
    tx_hash: Annotated[str, Field(min_length=1, max_length=128)]


class CancelIn(Body):
    reason: Reason | None = None


class ReasonIn(Body):
    reason: Reason


class NoteIn(Body):
    body: Words


class UserGroupsIn(Body):
    user_group_ids: Annotated[list[Id], Field(max_length=1000)]


def hours_given(hours: Decimal | None) -> Decimal | None:
    """The hours, to four decimals; None for none."""
    if hours is None:
        return None
    if not HOURS_MIN <= hours <= HOURS_MAX:
        raise Invalid(
            f"Send expiresIn of {HOURS_MIN} to {HOURS_MAX} hours, or leave it out.",
            "expiresIn",
            "EXPIRES_IN_OUT_OF_RANGE",
        )
    return round(hours, 4)


def external_id_given(text: str | None, at_least: int = 0) -> str:
    text = (text or "").strip()
    if not at_least <= len(text) <= EXTERNAL_ID_MAX:
        least = f"{at_least} to " if at_least else "at most "
        raise Invalid(
            f"Send externalRefId with {least}{EXTERNAL_ID_MAX} characters.", "externalRefId", "EXTERNAL_REF_ID_LENGTH"
        )
    return text
