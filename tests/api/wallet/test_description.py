"""Whatever the wallet API's own description allows, and what it does not: no answer that it leaves out."""

import json
from zlib import crc32

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.wallet.base import BASE, TRANSFERS, Wallet, in_hours
from tickets.api.wallet import description

pytestmark = pytest.mark.django_db

EXAMPLES = 8
HOST = "http://testserver"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PARTS = ("method", "url", "headers", "params", "json", "data")
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(description())))


@pytest.fixture
def known(alice, bob):
    """For names of the wire, values that lead somewhere."""
    bob.post("/v0/wallet/transfer-preapproval")
    bob.post("/v0/wallet/tap", {"amount": "1"})
    return {
        "tracking_id": [alice.offer(bob).tracking_id, "a new one"],
        "contract_id": [bob.offer(alice).contract_id, bob.offer(alice, TRANSFERS, amount="1").contract_id],
        "receiver_party_id": [bob.party, alice.party],
        "receiver_party": [bob.party],
        "party": [bob.party],
        "party_id": [bob.party],
        "expires_at": [in_hours(1)],
        "amount": ["1.5", "2000"],
        "username": ["bob"],
    }


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_described(case, alice, known):
    luck = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    if case.meta.generation.mode.is_positive:
        case.path_parameters = grounded(case.path_parameters, known, luck)
        case.body = grounded(case.body, known, luck)
    case.validate_response(sent(case, "administrator" if "/admin/" in case.path else "alice"), checks=CHECKS)


def grounded(value, known, luck: int):
    """`value` with known ones in place of most made-up ones; `luck` says which."""
    if not isinstance(value, dict):
        return value
    return {name: known[name][luck % len(known[name])] if name in known and luck % 5 else value[name] for name in value}


def sent(case, subject: str) -> Response:
    said = case.as_transport_kwargs(base_url=HOST)
    made = requests.Request(**{name: said[name] for name in PARTS if name in said}).prepare()
    body = made.body.encode() if isinstance(made.body, str) else made.body or b""
    path = made.path_url.removeprefix(BASE)
    content_type = made.headers.get("Content-Type", "application/json")
    answer = Wallet(subject).send(made.method, path, body, content_type=content_type)
    content = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, content, answer.content, made, elapsed=0.1, verify=False)
