"""Funding terms one by one, together, and by hand."""

import uuid
from decimal import Decimal

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import RECEIVED, SENT, at, market, refused, term_at
from tests.base import deposit
from tickets.models import Account, Asset, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


def legs(deals, ticket, caller=None):
    """The terms as they are now, by asset."""
    found = (caller or deals.ada).get(at(ticket)).json()["data"]
    return {term["asset"]: term for term in found["terms"]}


# One by one


def test_a_funded_term_moves_at_once_and_the_last_one_closes_the_ticket(deals):
    ticket = deals.open(RECEIVED, SENT)
    before = legs(deals, ticket)
    answer = deals.cy.put(term_at(before["USDC"], "fund"), deals.funding(before["USDC"], note="x", feeLevel="LOW"))
    assert (answer.status_code, answer.json()["message"]) == (201, "Success")
    term = answer.json()["data"]
    assert (term["status"], term["txStatus"]) == ("FUNDED", "completed")
    assert term["fbTxId"].replace("-", "") == term["txHash"]
    assert deals.cast.alpha.vault.available(Asset.objects.get(pk="USDC")) == 250000
    assert deals.ada.get(at(ticket)).json()["data"]["status"] == "IN_SETTLEMENT"
    assert deals.ada.put(term_at(before["BTC"], "fund"), deals.funding(before["BTC"])).status_code == 201
    done = deals.cy.get(at(ticket)).json()["data"]
    assert (done["status"], done["fulfilledAt"] is not None) == ("FULFILLED", True)
    assert legs(deals, ticket)["USDC"] == term


def test_asset_and_amount_repeat_those_of_the_term(deals):
    [term] = deals.open()["terms"]
    address = term_at(term, "fund")
    refused(deals.cy.put(address, deals.funding(term, asset="BTC")), 422, "TERM_ASSET_MISMATCH")
    refused(deals.cy.put(address, deals.funding(term, amount="249999.999999")), 422, "TERM_AMOUNT_MISMATCH")
    refused(deals.cy.put(address, deals.funding(term, amount="x")), 422, "VALIDATION")
    assert deals.cy.put(address, deals.funding(term, amount="250000.00")).status_code == 201


def test_the_connection_is_the_one_of_the_two_profiles(deals):
    [term] = deals.open()["terms"]
    for connection in (str(uuid.uuid4()), "nonsense", deals.network("alpha")):
        body = deals.funding(term, networkConnectionId=connection)
        refused(deals.cy.put(term_at(term, "fund"), body), 422, "CONNECTION_MISMATCH")


def test_a_connection_that_was_removed_funds_nothing(deals):
    [term] = deals.open()["terms"]
    deals.cast.connection.remove(by=deals.cast.alpha.admin, reason="We parted")
    refused(deals.cy.put(term_at(term, "fund"), deals.funding(term)), 422, "NETWORK_NOT_CONNECTED")


@pytest.mark.parametrize(
    "source",
    [
        {"srcId": "1"},
        {"srcId": "x"},
        {"srcId": "-1"},
        {"srcId": "99999999999999999999"},
        {"srcId": "٠"},
        {"srcType": "EXCHANGE"},
        {"srcType": "EXCHANGE_ACCOUNT"},
        {"srcType": "FIAT_ACCOUNT"},
    ],
)
def test_the_source_is_a_vault_of_your_own(deals, source):
    [term] = deals.open()["terms"]
    refused(deals.cy.put(term_at(term, "fund"), deals.funding(term, **source)), 422, "SOURCE_NOT_FOUND")


def test_any_vault_of_your_own_will_do(deals):
    other = Account.objects.add_vault(deals.cast.beta.workspace, "Second")
    deposit(other, USDC="250000")
    [term] = deals.open()["terms"]
    assert deals.cy.put(term_at(term, "fund"), deals.funding(term, srcId="1")).status_code == 201
    assert other.available(Asset.objects.get(pk="USDC")) == 0


def test_only_its_sender_funds_a_term_and_only_once(deals):
    [term] = deals.open(RECEIVED, SENT)["terms"][:1]
    refused(deals.ada.put(term_at(term, "fund"), deals.funding(term)), 422, "TERM_NOT_YOURS")
    assert deals.cy.put(term_at(term, "fund"), deals.funding(term)).status_code == 201
    refused(deals.cy.put(term_at(term, "fund"), deals.funding(term)), 422, "TERM_ALREADY_FUNDED")


def test_what_is_not_there_is_not_funded(deals):
    [term] = deals.open(("USDC", "1000000.000001", "beta", "alpha"))["terms"]
    refused(deals.cy.put(term_at(term, "fund"), deals.funding(term)), 422, "INSUFFICIENT_FUNDS")


def test_a_draft_and_an_ended_ticket_are_not_funded(deals):
    draft = deals.draft(SENT)
    refused(deals.ada.put(term_at(draft["terms"][0], "fund"), deals.funding(draft["terms"][0])), 422, "TICKET_NOT_OPEN")
    ended = deals.open(SENT)
    deals.ada.put(at(ended, "cancel"))
    refused(deals.ada.put(term_at(ended["terms"][0], "fund"), deals.funding(ended["terms"][0])), 422, "TICKET_TERMINAL")


# Together


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


# By hand


def test_terms_funded_elsewhere_are_closed_with_fulfill(deals):
    ticket = deals.open(RECEIVED, SENT)
    terms = legs(deals, ticket)
    refused(deals.ada.put(term_at(terms["USDC"], "manually-fund"), {"txHash": "ab"}), 422, "TERM_NOT_YOURS")
    answer = deals.cy.put(term_at(terms["USDC"], "manually-fund"), {"txHash": "0x" + "ab" * 32})
    assert answer.status_code == 201
    term = answer.json()["data"]
    assert (term["status"], term["txHash"]) == ("FUNDED", "0x" + "ab" * 32)
    assert (term["fbTxId"], term["txStatus"]) == (None, None)
    refused(deals.ada.put(at(ticket, "fulfill")), 422, "TERMS_NOT_ALL_FUNDED")
    assert deals.ada.put(term_at(terms["BTC"], "manually-fund"), {"txHash": "f" * 128}).status_code == 201
    assert deals.cy.get(at(ticket)).json()["data"]["status"] == "IN_SETTLEMENT"
    done = deals.cy.put(at(ticket, "fulfill"))
    assert (done.status_code, done.json()["data"]["status"]) == (200, "FULFILLED")
    refused(deals.cy.put(at(ticket, "fulfill")), 422, "TICKET_TERMINAL")


@pytest.mark.parametrize("text", ["", "f" * 129, "two words", "bell\a", "ünïcode"])
def test_a_hash_is_one_word(deals, text):
    [term] = deals.open()["terms"]
    answer = deals.cy.put(term_at(term, "manually-fund"), {"txHash": text})
    assert (answer.status_code, answer.json()["code"] in ("VALIDATION", "INVALID")) == (422, True)


def test_a_role_that_may_not_fund_is_told_so_before_anything_else(deals):
    editor = Caller(machine(deals.cast.alpha, Role.EDITOR))
    ticket = deals.swap()
    term = legs(deals, ticket)["BTC"]
    refused(editor.put(term_at(term, "fund"), deals.funding(term, asset="X", srcId="9")), 403, "NOT_ALLOWED")
    refused(editor.put(term_at(term, "dvp/approve"), approval(term) | {"amount": "9"}), 403, "NOT_ALLOWED")
    refused(editor.put(term_at(term, "manually-fund"), {"txHash": "two words"}), 403, "NOT_ALLOWED")
    refused(editor.put(at(ticket, "dvp", "fund"), {}), 403, "NOT_ALLOWED")
    refused(editor.put(at(ticket, "fulfill")), 403, "NOT_ALLOWED")
