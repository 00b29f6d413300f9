"""Funding terms one by one, together, and by hand."""

import uuid

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import RECEIVED, SENT, at, legs, market, refused, term_at
from tests.base import deposit
from tickets.models import Account, Asset, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


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
    refused(editor.put(term_at(term, "dvp/approve"), {"asset": "BTC", "amount": "9", "srcId": "0"}), 403, "NOT_ALLOWED")
    refused(editor.put(term_at(term, "manually-fund"), {"txHash": "two words"}), 403, "NOT_ALLOWED")
    refused(editor.put(at(ticket, "dvp", "fund"), {}), 403, "NOT_ALLOWED")
    refused(editor.put(at(ticket, "fulfill")), 403, "NOT_ALLOWED")
