"""POST /v1/smart-transfers."""

import json
import uuid

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, SENT, at, connect_gamma, market, refused
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


def test_a_draft_says_all_that_was_sent(deals):
    body = deals.body(RECEIVED, SENT, type="DVP", note="Friday's swap", externalRefId="A1", expiresIn=1.5)
    answer = deals.ada.post(BASE, body)
    assert answer.status_code == 201
    assert answer.json()["message"] == "Success"
    ticket = answer.json()["data"]
    shown = {name: value for name, value in ticket.items() if name not in ("id", "terms", "createdAt", "updatedAt")}
    assert shown == {
        "type": "DVP",
        "direction": "EXCHANGE",
        "status": "DRAFT",
        "dvpExecutionStatus": None,
        "orderCreatedByNetworkId": None,
        "expiresIn": 1.5,
        "expiresAt": None,
        "submittedAt": None,
        "expiredAt": None,
        "canceledAt": None,
        "fulfilledAt": None,
        "externalRefId": "A1",
        "note": "Friday's swap",
        "createdByNetworkId": deals.network("alpha"),
        "createdByNetworkIdName": "Alpha Desk",
        "canceledByNetworkIdName": None,
        "canceledByMe": False,
        "createdByMe": True,
    }
    term = ticket["terms"][0]
    assert {name: value for name, value in term.items() if name not in ("id", "createdAt", "updatedAt")} == {
        "ticketId": ticket["id"],
        "asset": "USDC",
        "amount": "250000",
        "amountUsd": None,
        "fromNetworkId": deals.network("beta"),
        "fromNetworkIdName": "Beta Desk",
        "toNetworkId": deals.network("alpha"),
        "toNetworkIdName": "Alpha Desk",
        "txHash": None,
        "fbTxId": None,
        "txStatus": None,
        "status": "CREATED",
        "dvpSrcDstVaultId": None,
    }
    assert [term["asset"] for term in ticket["terms"]] == ["USDC", "BTC"]


def test_a_draft_may_have_no_terms_yet(deals):
    for terms in ([], None):
        ticket = deals.draft(terms=terms)
        assert (ticket["terms"], ticket["direction"], ticket["expiresIn"]) == ([], None, None)


def test_a_draft_is_seen_by_its_maker_only(deals):
    ticket = deals.draft()
    assert deals.ada.get(at(ticket)).status_code == 200
    refused(deals.cy.get(at(ticket)), 404, "NOT_FOUND")


def test_submit_opens_it_in_the_same_call(deals):
    ticket = deals.draft(submit=True, expiresIn=24)
    assert ticket["status"] == "OPEN"
    assert ticket["submittedAt"] < ticket["expiresAt"]
    seen = deals.cy.get(at(ticket)).json()["data"]
    assert (seen["direction"], seen["createdByMe"], seen["status"]) == ("SEND", False, "OPEN")
    assert ticket["direction"] == "RECEIVE"


def test_submit_waits_for_a_second_person_where_the_firm_wants_one():
    deals = market(auto_approval=False)
    assert deals.draft(submit=True)["status"] == "PENDING_APPROVAL"


def test_a_third_firm_may_stand_between_two(deals):
    connect_gamma(deals)
    ticket = deals.open(SENT, RECEIVED, by="gamma", caller=deals.dee, type="DVP")
    views = {name: getattr(deals, name).get(at(ticket)).json()["data"] for name in ("ada", "cy", "dee")}
    assert {name: view["direction"] for name, view in views.items()} == {
        "ada": "EXCHANGE",
        "cy": "EXCHANGE",
        "dee": "INTERMEDIATE",
    }
    assert {view["createdByNetworkIdName"] for view in views.values()} == {"Gamma Desk"}


@pytest.mark.parametrize("amount", ["0.5", 0.5, ".5", "0.50", 5e-1])
def test_an_amount_is_text_or_a_number_and_answered_in_one_way(deals, amount):
    assert deals.draft(terms=[deals.term("BTC", amount, "beta", "alpha")])["terms"][0]["amount"] == "0.5"


def test_an_amount_keeps_every_digit(deals):
    amount = "1234567890123456789.123456789012345678"
    assert deals.draft(terms=[deals.term("ETH", amount, "beta", "alpha")])["terms"][0]["amount"] == amount
    raw = json.dumps(deals.body(terms=[deals.term("ETH", "AMOUNT", "beta", "alpha")])).replace('"AMOUNT"', amount)
    assert deals.ada.post(BASE, raw.encode()).json()["data"]["terms"][0]["amount"] == amount


@pytest.mark.parametrize("amount", ["0", "-1", "1e5", "1.000000001", "abc", "", "1,5", "NaN", True, None, [1]])
def test_an_amount_that_cannot_be_is_refused(deals, amount):
    answer = deals.ada.post(BASE, deals.body(terms=[deals.term("BTC", amount, "beta", "alpha")]))
    assert (answer.status_code, answer.json()["code"] in ("BAD_AMOUNT", "VALIDATION")) == (422, True)


@pytest.mark.parametrize("hours", [0, 0.99, 48.0001, 49, -1, 1e30])
def test_an_expiry_is_between_one_and_48_hours(deals, hours):
    refused(deals.ada.post(BASE, deals.body(expiresIn=hours)), 422, "EXPIRES_IN_OUT_OF_RANGE")


def test_hours_finer_than_four_decimals_are_rounded(deals):
    assert deals.draft(expiresIn=1.33333333)["expiresIn"] == 1.3333
    assert deals.draft(expiresIn=48)["expiresIn"] == 48


def test_the_creator_is_one_of_your_own_profiles(deals):
    for network in (deals.network("beta"), str(uuid.uuid4()), "nonsense"):
        refused(deals.ada.post(BASE, deals.body(createdByNetworkId=network)), 422, "NETWORK_ID_NOT_OWNED")


def test_a_hidden_profile_is_answered_like_one_that_is_not_there(deals):
    gamma = deals.cast.gamma.profile
    term = deals.term("BTC", "1", "gamma", "alpha")
    assert deals.draft(terms=[term])["terms"], "one that can be found may be put in a draft"
    gamma.set_discoverable(False, by=deals.cast.gamma.admin)
    hidden = deals.ada.post(BASE, deals.body(terms=[term]))
    refused(hidden, 422, "NETWORK_NOT_CONNECTED")
    unknown = deals.ada.post(BASE, deals.body(terms=[term | {"fromNetworkId": str(uuid.uuid4())}]))
    assert unknown.json()["message"].split(" id ")[0] == hidden.json()["message"].split(" id ")[0]
    connect_gamma(deals)
    assert deals.draft(terms=[term])["terms"], "and a hidden one that is connected"


def test_a_ticket_opens_only_between_connected_profiles(deals):
    term = deals.term("BTC", "1", "gamma", "alpha")
    refused(deals.ada.post(BASE, deals.body(terms=[term], submit=True)), 422, "NETWORK_NOT_CONNECTED")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"asset": "NONE"}, "ASSET_NOT_FOUND"),
        ({"asset": "btc"}, "ASSET_NOT_FOUND"),
        ({"asset": ""}, "VALIDATION"),
        ({"toNetworkId": None}, "VALIDATION"),
        ({"fromNetworkId": "alpha"}, "TERM_SAME_PARTY"),
    ],
)
def test_a_term_that_cannot_be_is_refused(deals, change, code):
    change = {name: deals.network(value) if value == "alpha" else value for name, value in change.items()}
    refused(deals.ada.post(BASE, deals.body(terms=[deals.term(*RECEIVED) | change])), 422, code)


def test_all_terms_are_between_the_same_two(deals):
    body = deals.body(RECEIVED, ("BTC", "1", "gamma", "alpha"))
    refused(deals.ada.post(BASE, body), 422, "TICKET_OF_TWO_PARTIES")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "ATOMIC"}, "VALIDATION"),
        ({"type": None}, "VALIDATION"),
        ({"note": "n" * 1025}, "VALIDATION"),
        ({"note": "bell\a"}, "INVALID"),
        ({"submit": "yes"}, "VALIDATION"),
        ({"expiresIn": "24"}, "VALIDATION"),
        ({"externalRefId": "x" * 65}, "EXTERNAL_REF_ID_LENGTH"),
        ({"terms": "none"}, "VALIDATION"),
        ({"terms": [], "submit": True}, "TICKET_HAS_NO_TERMS"),
    ],
)
def test_a_body_that_cannot_be_is_refused(deals, change, code):
    refused(deals.ada.post(BASE, deals.body() | change), 422, code)
    assert not Ticket.objects.exists()


def test_a_role_that_may_not_create_is_told_so_before_anything_else(deals):
    viewer = Caller(machine(deals.cast.alpha, Role.VIEWER))
    refused(viewer.post(BASE, deals.body(createdByNetworkId="nonsense")), 403, "NOT_ALLOWED")


def test_a_field_of_a_later_client_is_passed_over(deals):
    assert deals.draft(somethingNew={"a": 1})["status"] == "DRAFT"
