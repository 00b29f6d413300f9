"""Whatever our OpenAPI allows, and what it does not: no answer that it leaves out, and a refusal leaves no trace."""

import json
from zlib import crc32

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.base import Caller, machine
from tests.api.deals import RECEIVED, SENT, market
from tests.api.rows import every_row
from tickets.models import Posting, Role, UserGroup

pytestmark = pytest.mark.django_db

EXAMPLES = 6
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REQUEST = ("method", "url", "headers", "params", "json", "data")
HOST = "http://testserver"
document = Client(headers={"host": "localhost"}).get("/v1/openapi.json").json()
schema = schemathesis.openapi.from_dict(document)


@pytest.fixture
def deals():
    return market()


@pytest.fixture
def known(deals):
    """For names of the wire, values that lead somewhere; made-up ones alone would meet nothing but 404."""
    ticket, draft = deals.open(RECEIVED, SENT), deals.draft(RECEIVED, SENT)
    cast = deals.cast
    return {
        "ticketId": [ticket["id"], draft["id"], deals.swap()["id"]],
        "termId": [ticket["terms"][1]["id"], draft["terms"][0]["id"]],
        "createdByNetworkId": [deals.network("alpha")],
        "fromNetworkId": [deals.network("alpha")],
        "toNetworkId": [deals.network("beta")],
        "networkConnectionId": [str(cast.connection.pk)],
        "localNetworkId": [deals.network("alpha")],
        "remoteNetworkId": [deals.network("gamma"), deals.network("beta")],
        "connection_id": [str(cast.connection.pk)],
        "network_id": [deals.network("alpha"), deals.network("beta")],
        "group_id": [str(UserGroup.objects.add("Desk", [], by=cast.alpha.admin).pk)],
        "tx_id": [str(Posting.objects.first().pk)],
        "vault_account_id": ["0"],
        "asset": ["BTC"],
        "asset_id": ["BTC"],
        "amount": ["3.75"],
        "srcId": ["0"],
        "srcType": ["VAULT_ACCOUNT"],
    }


@pytest.fixture
def bot(deals):
    return Caller(machine(deals.cast.alpha, Role.ADMIN))


@pytest.fixture
def before(bot, known):
    return every_row()


def grounded(value, known, luck: int, name: str = ""):
    """`value` with known ones in place of most made-up texts; `luck` says which."""
    if isinstance(value, dict):
        return {key: grounded(each, known, luck, key) for key, each in value.items()}
    if isinstance(value, list):
        return [grounded(each, known, luck, name) for each in value]
    if isinstance(value, str) and name in known and luck % 5:
        return known[name][luck % len(known[name])]
    return value


def signed(case, caller: Caller) -> Response:
    """Sends what schemathesis made up, signed as the vendor's clients do, through WSGI in this process."""
    said = case.as_transport_kwargs(base_url=HOST)
    said = {
        name: said[name] for name in ("method", "url", "headers", "params", "json", "data", "cookies") if name in said
    }
    sent = requests.Request(**said).prepare()
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body or b""
    headers = {name: value for name, value in sent.headers.items() if name in ("Idempotency-Key", "Content-Type")}
    answer = caller.send(sent.method, sent.path_url, body, headers=headers)
    content = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, content, answer.content, sent, elapsed=0.1, verify=False)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_described_and_no_refusal_leaves_a_trace(case, bot, known, before):
    luck = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    case.path_parameters = grounded(case.path_parameters, known, luck)
    if isinstance(case.body, dict):
        case.body = grounded(case.body, known, luck)
    point = transaction.savepoint()
    response = signed(case, bot)
    after = every_row() if response.status_code >= 400 else before
    transaction.savepoint_rollback(point)
    case.validate_response(response, checks=CHECKS)
    assert after == before
    if response.status_code >= 400:
        assert set(json.loads(response.content)) == {"message", "code"} or case.method == "HEAD"
