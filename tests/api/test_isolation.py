"""A firm's rows, asked for by a machine of another: 404 on every address that takes an id, and nothing is written."""

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import RECEIVED, SENT, market
from tests.api.rows import every_row
from tickets.models import Account, Posting, Role, UserGroup

pytestmark = pytest.mark.django_db

BODIES = {
    "setTicketExpiration": {"expiresIn": 2},
    "setExternalRefId": {"externalRefId": "order-1"},
    "declineTicket": {"reason": "No"},
    "addTicketNote": {"body": "Hello"},
    "manuallyFundTicketTerm": {"txHash": "ab"},
    "approveDvPTicketTerm": {"asset": "BTC", "amount": "3.75", "srcId": "0"},
    "fundDvpTicket": {},
    "submitTicket": {},
    "rejectConnection": {"reason": "No"},
    "setRoutingPolicy": {"routingPolicy": {"crypto": {"scheme": "DEFAULT"}}},
    "setNetworkIdRoutingPolicy": {"routingPolicy": {"crypto": {"scheme": "NONE"}}},
    "setNetworkIdName": {"name": "Ours now"},
    "setNetworkIdDiscoverability": {"isDiscoverable": False},
    "updateUserGroup": {"groupName": "Ours now", "memberIds": []},
}


@pytest.fixture
def deals():
    return market()


def test_what_belongs_to_others_is_not_there(deals):
    draft, opened, swap = deals.draft(), deals.open(SENT), deals.open(RECEIVED, SENT, type="DVP")
    stranger = Caller(machine(deals.cast.gamma, Role.OWNER))
    cast = deals.cast
    Account.objects.add_vault(cast.alpha.workspace, "Second")
    bodies = BODIES | {
        "createTicketTerm": deals.term(*SENT),
        "updateTicketTerm": deals.term(*SENT),
        "fundTicketTerm": deals.funding(opened["terms"][0]),
    }
    ids = {
        "connection_id": cast.connection.pk,
        "network_id": cast.alpha.profile.pk,
        "group_id": UserGroup.objects.add("Desk", [], by=cast.alpha.admin).pk,
        "tx_id": Posting.objects.first().pk,
        "vault_account_id": 1,
        "asset_type": "crypto",
        "asset_id": "BTC",
    }
    before, asked = every_row(), 0
    for path, operations in stranger.client.get("/v1/openapi.json").json()["paths"].items():
        for ticket in (draft, opened, swap) if "{ticketId}" in path else (draft,) if "{" in path else ():
            known = ids | {"ticketId": ticket["id"], "termId": ticket["terms"][0]["id"]}
            address = path.format(**known)
            for method, operation in operations.items():
                answer = stranger.send(method.upper(), address, bodies.get(operation["operationId"]))
                assert answer.status_code == 404, (operation["operationId"], answer.content)
                asked += 1
    assert asked > 60
    assert every_row() == before
