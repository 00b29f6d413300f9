"""Tickets that settle together: each side holds its terms, then says that they may move."""

from decimal import Decimal

import pytest

from tests.api.deals import SENT, at, legs, market, refused, term_at
from tickets.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


def approval(term):
    return {"asset": term["asset"], "amount": term["amount"], "srcId": "0"}


@pytest.mark.parametrize("how", ["fund", "dvp/approve"])
def test_held_terms_move_together_when_every_sender_has_said_so(deals, how):
    ticket = deals.swap()
    assert (ticket["dvpExecutionStatus"], ticket["orderCreatedByNetworkId"]) == ("STARTED", None)
    for caller, asset in ((deals.ada, "BTC"), (deals.cy, "USDC")):
        term = legs(deals, ticket)[asset]
        body = deals.funding(term) if how == "fund" else approval(term)
        answer = caller.put(term_at(term, how), body)
        assert (answer.status_code, answer.json()["data"]["status"]) == (201, "FUNDING")
        assert answer.json()["data"]["txStatus"] == "pendingAuthorization"
        assert answer.json()["data"]["txHash"] is None
    held = legs(deals, ticket)
    assert {asset: term["dvpSrcDstVaultId"] for asset, term in held.items()} == {"USDC": None, "BTC": "0"}
    first = deals.cy.put(at(ticket, "dvp", "fund"), {})
    assert first.status_code == 200
    assert first.json()["data"]["dvpExecutionStatus"] == "ORDER_CREATED"
    assert first.json()["data"]["orderCreatedByNetworkId"] == deals.network("beta")
    assert first.json()["data"]["status"] == "IN_SETTLEMENT"
    last = deals.ada.put(at(ticket, "dvp", "fund"), {"feeLevel": "HIGH"}).json()["data"]
    assert (last["status"], last["dvpExecutionStatus"]) == ("FULFILLED", "FULFILLED")
    assert last["orderCreatedByNetworkId"] == deals.network("beta")
    for term in last["terms"]:
        assert (term["status"], term["txStatus"], term["fbTxId"]) == (
            "FUNDED",
            "completed",
            held[term["asset"]]["fbTxId"],
        )
        assert len(term["txHash"]) == 32 and term["txHash"] != term["fbTxId"].replace("-", "")
    assert deals.cast.beta.vault.available(Asset.objects.get(pk="BTC")) == Decimal(SENT[1])


def test_nobody_lets_terms_move_that_are_not_held(deals):
    ticket = deals.swap()
    refused(deals.ada.put(at(ticket, "dvp", "fund"), {}), 422, "TERMS_NOT_ALL_FUNDED")
    term = legs(deals, ticket)["BTC"]
    refused(deals.cy.put(term_at(term, "dvp/approve"), approval(term)), 422, "TERM_NOT_YOURS")
    refused(deals.ada.put(term_at(term, "dvp/approve"), approval(term) | {"amount": "1"}), 422, "TERM_AMOUNT_MISMATCH")
    refused(deals.ada.put(term_at(term, "dvp/approve"), approval(term) | {"srcId": "7"}), 422, "SOURCE_NOT_FOUND")
    refused(deals.ada.put(term_at(term, "dvp/approve"), approval(term) | {"feeLevel": "SOME"}), 422, "VALIDATION")


def test_a_ticket_that_settles_leg_by_leg_knows_no_dvp(deals):
    ticket = deals.open(SENT)
    [term] = ticket["terms"]
    assert ticket["dvpExecutionStatus"] is None
    refused(deals.ada.put(term_at(term, "dvp/approve"), approval(term)), 422, "DVP_NOT_ENABLED")
    refused(deals.ada.put(at(ticket, "dvp", "fund"), {}), 422, "DVP_NOT_ENABLED")


def test_holds_go_back_when_the_ticket_ends(deals):
    ticket = deals.swap()
    term = legs(deals, ticket)["BTC"]
    deals.ada.put(term_at(term, "dvp/approve"), approval(term))
    ended = deals.cy.put(at(ticket, "cancel")).json()["data"]
    shown = {term["asset"]: (term["status"], term["txStatus"]) for term in ended["terms"]}
    assert shown == {"BTC": ("FUNDING_FAILED", "cancelled"), "USDC": ("CREATED", None)}
    assert deals.cast.alpha.vault.available(Asset.objects.get(pk="BTC")) == 10
