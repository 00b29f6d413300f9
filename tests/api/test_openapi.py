"""The description of the API: whole, public, and in the words of the vendor's clients."""

import re

import pytest
from django.test import Client

from tickets.api.error_table import ERRORS
from tickets.models.api_key import IDEMPOTENCY_KEY_MAX

pytestmark = pytest.mark.django_db
STATUSES = {"400", "401", "403", "404", "405", "409", "411", "413", "415", "422", "429", "500", "503"}
# The operations that the vendor's clients know, and what they call them.
VENDORS = {
    "POST /v1/smart-transfers": "createTicket",
    "GET /v1/smart-transfers": "searchTickets",
    "GET /v1/smart-transfers/{}": "findTicketById",
    "PUT /v1/smart-transfers/{}/expires-in": "setTicketExpiration",
    "PUT /v1/smart-transfers/{}/external-id": "setExternalRefId",
    "PUT /v1/smart-transfers/{}/submit": "submitTicket",
    "PUT /v1/smart-transfers/{}/fulfill": "fulfillTicket",
    "PUT /v1/smart-transfers/{}/cancel": "cancelTicket",
    "POST /v1/smart-transfers/{}/terms": "createTicketTerm",
    "GET /v1/smart-transfers/{}/terms/{}": "findTicketTermById",
    "PUT /v1/smart-transfers/{}/terms/{}": "updateTicketTerm",
    "DELETE /v1/smart-transfers/{}/terms/{}": "removeTicketTerm",
    "PUT /v1/smart-transfers/{}/terms/{}/fund": "fundTicketTerm",
    "PUT /v1/smart-transfers/{}/terms/{}/manually-fund": "manuallyFundTicketTerm",
    "POST /v1/smart-transfers/settings/user-groups": "setUserGroups",
    "GET /v1/smart-transfers/settings/user-groups": "getSmartTransferUserGroups",
    "GET /v1/smart-transfers/statistic": "getSmartTransferStatistic",
    "PUT /v1/smart-transfers/{}/dvp/fund": "fundDvpTicket",
    "PUT /v1/smart-transfers/{}/terms/{}/dvp/approve": "approveDvPTicketTerm",
    "GET /v1/network_connections": "getNetworkConnections",
    "POST /v1/network_connections": "createNetworkConnection",
    "GET /v1/network_connections/{}": "getNetwork",
    "DELETE /v1/network_connections/{}": "deleteNetworkConnection",
    "PATCH /v1/network_connections/{}/set_routing_policy": "setRoutingPolicy",
    "GET /v1/network_connections/{}/is_third_party_routing/{}": "checkThirdPartyRouting",
    "GET /v1/network_ids": "getNetworkIds",
    "POST /v1/network_ids": "createNetworkId",
    "GET /v1/network_ids/search": "searchNetworkIds",
    "GET /v1/network_ids/routing_policy_asset_groups": "getRoutingPolicyAssetGroups",
    "GET /v1/network_ids/{}": "getNetworkId",
    "DELETE /v1/network_ids/{}": "deleteNetworkId",
    "PATCH /v1/network_ids/{}/set_name": "setNetworkIdName",
    "PATCH /v1/network_ids/{}/set_discoverability": "setNetworkIdDiscoverability",
    "PATCH /v1/network_ids/{}/set_routing_policy": "setNetworkIdRoutingPolicy",
    "GET /v1/vault/accounts_paged": "getPagedVaultAccounts",
    "GET /v1/vault/accounts/{}": "getVaultAccount",
    "GET /v1/vault/accounts/{}/{}": "getVaultAccountAsset",
    "GET /v1/transactions/{}": "getTransaction",
    "GET /v1/management/user_groups": "getUserGroups",
    "POST /v1/management/user_groups": "createUserGroup",
    "GET /v1/management/user_groups/{}": "getUserGroup",
    "PUT /v1/management/user_groups/{}": "updateUserGroup",
    "DELETE /v1/management/user_groups/{}": "deleteUserGroup",
}


@pytest.fixture(scope="module")
def document(django_db_setup):
    answer = Client().get("/v1/openapi.json")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/json")
    return answer.json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def references(part):
    if isinstance(part, dict):
        yield from (value for name, value in part.items() if name == "$ref")
        part = part.values()
    if isinstance(part, list) or not isinstance(part, str | int | float | bool | None):
        for each in part:
            yield from references(each)


def test_it_says_what_it_is(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"] == "Countersign" and "bodyHash" in document["info"]["description"]
    assert document["servers"] == [{"url": "/"}]
    assert document["security"] == [{"ApiKey": [], "Bearer": []}]
    schemes = document["components"]["securitySchemes"]
    assert (schemes["ApiKey"]["name"], schemes["Bearer"]["bearerFormat"]) == ("X-API-Key", "JWT")


def test_the_vendors_operations_are_there_under_their_names(document):
    ours = {
        f"{method} {re.sub(r'{[^}]+}', '{}', path)}": operation["operationId"]
        for method, path, operation in operations(document)
    }
    assert ours | VENDORS == ours
    assert len(set(ours.values())) == len(ours)


def test_every_operation_declares_how_it_can_fail(document):
    for method, path, operation in operations(document):
        assert set(operation["responses"]) >= STATUSES, (method, path)
        assert operation["summary"] and operation["tags"]


def test_codes_are_text_where_the_vendors_clients_want_text(document):
    for _, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and "$ref" in response:
                is_text = path.startswith("/v1/smart-transfers") and status in ("403", "404", "422")
                assert ("/Ticket" in response["$ref"]) == is_text, (path, status)


def test_every_reference_leads_somewhere(document):
    for reference in set(references(document)):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_posts_and_puts_take_an_idempotency_key(document):
    for method, path, operation in operations(document):
        named = [each for each in operation["parameters"] if each["name"] == "Idempotency-Key"]
        assert len(named) == (method in ("POST", "PUT")), (method, path)
        assert all(each["schema"]["maxLength"] == IDEMPOTENCY_KEY_MAX for each in named)


def test_every_code_is_described(document):
    told = " ".join(response["description"] for response in document["components"]["responses"].values())
    for row in ERRORS.values():
        assert row.cure in told and f"`{row.number}`" in told
        assert row.status not in (403, 404, 422) or f"`{row.code}`" in told
