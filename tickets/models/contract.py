"""The ids by which a wallet's clients know contracts and transactions: opaque, of the usual form, and our own."""

import hashlib
import secrets
import uuid

CONTRACT_ID_LENGTH = 138
TRANSACTION_ID_LENGTH = 68


def new_contract_id() -> str:
    return f"00{secrets.token_hex(68)}"


def new_transaction_id() -> str:
    return f"1220{secrets.token_hex(32)}"


def contract_id_of(key: uuid.UUID) -> str:
    """The contract id of a row that keeps none, such as a posting: always the same one for the same key."""
    return f"00{hashlib.shake_256(key.bytes).hexdigest(68)}"


def transaction_id_of(key: uuid.UUID) -> str:
    """Likewise, the id of the transaction in which such a row was made."""
    return f"1220{hashlib.sha256(key.bytes).hexdigest()}"
