"""Every role against every operation around a ticket: done, or 403 before anything of it is read."""

import pytest
from django.db import transaction

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, SENT, at, market, term_at
from tickets.api.smart_router import router
from tickets.models import Role

pytestmark = pytest.mark.django_db

TRADES = {Role.OWNER, Role.ADMIN, Role.NON_SIGNING_ADMIN, Role.SIGNER}
APPROVES = TRADES | {Role.APPROVER}
ENDS = APPROVES | {Role.EDITOR}
SEES = ENDS | {Role.VIEWER}

WHO = {
    "createTicket": TRADES,
    "searchTickets": SEES,
    "findTicketById": SEES,
    "setTicketExpiration": TRADES,
    "setExternalRefId": TRADES,
    "submitTicket": TRADES,
    "fulfillTicket": TRADES,
    "cancelTicket": ENDS,
    "createTicketTerm": TRADES,
    "findTicketTermById": SEES,
    "updateTicketTerm": TRADES,
    "removeTicketTerm": TRADES,
    "fundTicketTerm": TRADES,
    "manuallyFundTicketTerm": TRADES,
    "setUserGroups": TRADES,
    "getSmartTransferUserGroups": SEES,
    "getSmartTransferStatistic": SEES,
    "fundDvpTicket": TRADES,
    "approveDvPTicketTerm": TRADES,
    "listTicketTerms": SEES,
    "approveTicket": APPROVES,
    "declineTicket": APPROVES,
    "listTicketNotes": SEES,
    "addTicketNote": ENDS,
    "listTicketEvents": SEES,
}


def operations(deals):
    """A request for each operation that a trader of Alpha can do now."""
    draft, opened, swap, held, by_hand = deals.draft(), deals.open(SENT), deals.swap(), deals.swap(), deals.open()
    [written], [sent], leg = draft["terms"], opened["terms"], swap["terms"][1]
    deals.ada.put(term_at(held["terms"][1], "fund"), deals.funding(held["terms"][1]))
    deals.cy.put(term_at(by_hand["terms"][0], "manually-fund"), {"txHash": "ab"})
    deals.cast.alpha.workspace.auto_approval = False
    deals.cast.alpha.workspace.save()
    waiting = deals.open()
    approval = {"asset": leg["asset"], "amount": leg["amount"], "srcId": "0"}
    return {
        "createTicket": ("POST", BASE, deals.body()),
        "searchTickets": ("GET", BASE, None),
        "findTicketById": ("GET", at(opened), None),
        "setTicketExpiration": ("PUT", at(draft, "expires-in"), {"expiresIn": 2}),
        "setExternalRefId": ("PUT", at(opened, "external-id"), {"externalRefId": "order-1"}),
        "submitTicket": ("PUT", at(draft, "submit"), {}),
        "fulfillTicket": ("PUT", at(by_hand, "fulfill"), None),
        "cancelTicket": ("PUT", at(opened, "cancel"), None),
        "createTicketTerm": ("POST", at(draft, "terms"), deals.term(*SENT)),
        "findTicketTermById": ("GET", term_at(sent), None),
        "updateTicketTerm": ("PUT", term_at(written), deals.term(*RECEIVED)),
        "removeTicketTerm": ("DELETE", term_at(written), None),
        "fundTicketTerm": ("PUT", term_at(sent, "fund"), deals.funding(sent)),
        "manuallyFundTicketTerm": ("PUT", term_at(sent, "manually-fund"), {"txHash": "ab"}),
        "setUserGroups": ("POST", f"{BASE}/settings/user-groups", {"userGroupIds": []}),
        "getSmartTransferUserGroups": ("GET", f"{BASE}/settings/user-groups", None),
        "getSmartTransferStatistic": ("GET", f"{BASE}/statistic", None),
        "fundDvpTicket": ("PUT", at(held, "dvp", "fund"), {}),
        "approveDvPTicketTerm": ("PUT", term_at(leg, "dvp", "approve"), approval),
        "listTicketTerms": ("GET", at(opened, "terms"), None),
        "approveTicket": ("PUT", at(waiting, "approve"), None),
        "declineTicket": ("PUT", at(waiting, "decline"), {"reason": "Too large"}),
        "listTicketNotes": ("GET", at(opened, "notes"), None),
        "addTicketNote": ("POST", at(opened, "notes"), {"body": "Hello"}),
        "listTicketEvents": ("GET", at(opened, "events"), None),
    }


def test_every_operation_does_what_each_role_may():
    deals = market()
    callers = {role: Caller(machine(deals.cast.alpha, role)) for role in Role}
    wrong = {}
    for name, request in operations(deals).items():
        for role, caller in callers.items():
            before = transaction.savepoint()
            answer = caller.send(*request)
            transaction.savepoint_rollback(before)
            done, told = answer.status_code < 300, answer.status_code == 403 and answer.json()["code"] == "NOT_ALLOWED"
            if (done, told) != (role in WHO[name], role not in WHO[name]):
                wrong[name, role] = answer.content
    assert wrong == {}


def test_no_operation_is_left_out():
    assert set(WHO) == {
        operation.operation_id for view in router.path_operations.values() for operation in view.operations
    }
