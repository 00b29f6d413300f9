"""Terms of a draft, its expiry, its ids, its submission: PUT and DELETE below /v1/smart-transfers/{ticketId}."""

import uuid

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, SENT, at, connect_gamma, market, refused, term_at
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


# Terms


def test_a_term_is_added_changed_and_removed(deals):
    ticket = deals.draft(terms=[])
    added = deals.ada.post(at(ticket, "terms"), deals.term(*RECEIVED))
    assert (added.status_code, added.json()["message"]) == (201, "Success")
    term = added.json()["data"]
    assert (term["asset"], term["amount"], term["status"]) == ("USDC", "250000", "CREATED")
    changed = deals.ada.put(term_at(term), deals.term(*SENT))
    assert changed.status_code == 200
    assert changed.json()["data"] == deals.ada.get(term_at(term)).json()["data"]
    assert (changed.json()["data"]["id"], changed.json()["data"]["asset"]) == (term["id"], "BTC")
    assert deals.ada.get(at(ticket)).json()["data"]["direction"] == "SEND"
    removed = deals.ada.delete(term_at(term))
    assert (removed.status_code, removed.content) == (204, b"")
    refused(deals.ada.get(term_at(term)), 404, "NOT_FOUND")
    assert deals.ada.get(at(ticket)).json()["data"]["terms"] == []


def test_the_first_term_says_who_deals_with_whom(deals):
    connect_gamma(deals)
    ticket = deals.draft(terms=[])
    term = deals.ada.post(at(ticket, "terms"), deals.term("BTC", "1", "alpha", "gamma")).json()["data"]
    refused(deals.ada.post(at(ticket, "terms"), deals.term(*RECEIVED)), 422, "TICKET_OF_TWO_PARTIES")
    assert deals.ada.put(term_at(term), deals.term(*RECEIVED)).status_code == 200
    assert deals.ada.post(at(ticket, "terms"), deals.term(*SENT)).status_code == 201


def test_terms_are_fixed_once_the_ticket_is_open(deals):
    ticket = deals.open()
    [term] = ticket["terms"]
    refused(deals.ada.post(at(ticket, "terms"), deals.term(*SENT)), 422, "TICKET_NOT_DRAFT")
    refused(deals.ada.put(term_at(term), deals.term(*RECEIVED)), 422, "TICKET_NOT_DRAFT")
    refused(deals.ada.delete(term_at(term)), 422, "TICKET_NOT_DRAFT")
    refused(deals.cy.delete(term_at(term)), 403, "NOT_ALLOWED")
    assert deals.ada.get(at(ticket)).json()["data"]["terms"] == [term]


def test_a_term_of_another_ticket_is_not_found(deals):
    one, other = deals.draft(), deals.draft()
    address = at(one, "terms", other["terms"][0]["id"])
    for method in (deals.ada.get, deals.ada.delete):
        refused(method(address), 404, "NOT_FOUND")
    refused(deals.ada.put(address, deals.term(*RECEIVED)), 404, "NOT_FOUND")
    for term_id in (str(uuid.uuid4()), "nonsense", "%00"):
        refused(deals.ada.get(at(one, "terms", term_id)), 404, "NOT_FOUND")


def test_a_bad_term_is_refused(deals):
    ticket = deals.draft()
    for change, code in (({"asset": "NONE"}, "ASSET_NOT_FOUND"), ({"amount": "0"}, "BAD_AMOUNT")):
        body = deals.term(*SENT) | change
        refused(deals.ada.post(at(ticket, "terms"), body), 422, code)
        refused(deals.ada.put(term_at(ticket["terms"][0]), body), 422, code)
    same = deals.term("BTC", "1", "alpha", "alpha")
    refused(deals.ada.post(at(ticket, "terms"), same), 422, "TERM_SAME_PARTY")


def test_a_draft_of_the_console_takes_terms_only_with_a_profile(deals):
    draft = Ticket.objects.draft("one_way", by=deals.cast.ada)
    answer = deals.ada.get(f"{BASE}/{draft.pk}")
    assert answer.status_code == 200, answer.content
    shown = answer.json()["data"]
    assert (shown["createdByNetworkId"], shown["createdByNetworkIdName"]) == ("", "Alpha")
    assert deals.ada.get(BASE).json()["data"][0]["id"] == str(draft.pk)
    refused(deals.ada.post(f"{BASE}/{draft.pk}/terms", deals.term(*RECEIVED)), 422, "NETWORK_ID_NOT_OWNED")
    draft.set_profile(deals.cast.alpha.profile, by=deals.cast.ada)
    assert deals.ada.post(f"{BASE}/{draft.pk}/terms", deals.term(*RECEIVED)).status_code == 201


# Expiry and ids


def test_the_expiry_of_a_draft_counts_from_its_opening(deals):
    ticket = deals.draft()
    answer = deals.ada.put(at(ticket, "expires-in"), {"expiresIn": 24})
    assert answer.status_code == 200
    assert (answer.json()["data"]["expiresIn"], answer.json()["data"]["expiresAt"]) == (24, None)
    opened = deals.ada.put(at(ticket, "submit"), {}).json()["data"]
    assert (opened["status"], opened["expiresIn"]) == ("OPEN", 24)
    later = deals.ada.put(at(ticket, "expires-in"), {"expiresIn": 48}).json()["data"]
    assert later["expiresAt"] > opened["expiresAt"]
    assert deals.ada.put(at(ticket, "expires-in"), {"expiresIn": None}).json()["data"]["expiresAt"] is None
    refused(deals.cy.put(at(ticket, "expires-in"), {"expiresIn": 2}), 403, "NOT_ALLOWED")


def test_an_expiry_out_of_range_is_refused(deals):
    ticket = deals.draft()
    for hours in (0.5, 48.5):
        refused(deals.ada.put(at(ticket, "expires-in"), {"expiresIn": hours}), 422, "EXPIRES_IN_OUT_OF_RANGE")
        refused(deals.ada.put(at(ticket, "submit"), {"expiresIn": hours}), 422, "EXPIRES_IN_OUT_OF_RANGE")
    for body in ({}, {"expiresIn": "2"}, {"expiresIn": True}):
        refused(deals.ada.put(at(ticket, "expires-in"), body), 422, "VALIDATION")
    assert deals.ada.get(at(ticket)).json()["data"]["status"] == "DRAFT"


def test_an_external_id_is_each_firms_own(deals):
    ticket = deals.open(externalRefId="ours")
    answer = deals.cy.put(at(ticket, "external-id"), {"externalRefId": "their-id"})
    assert (answer.status_code, answer.json()["data"]["externalRefId"]) == (200, "their-id")
    assert deals.ada.get(at(ticket)).json()["data"]["externalRefId"] == "ours"
    for text in ("four", "x" * 65, " " * 9, ""):
        refused(deals.cy.put(at(ticket, "external-id"), {"externalRefId": text}), 422, "EXTERNAL_REF_ID_LENGTH")
    refused(deals.cy.put(at(ticket, "external-id"), {"externalRefId": None}), 422, "VALIDATION")


# Submission


def test_an_expiry_given_with_the_submission_wins(deals):
    for body, hours in (({"expiresIn": 2}, 2), ({"expiresIn": None}, 24), ({}, 24), (None, 24)):
        ticket = deals.draft(expiresIn=24)
        answer = deals.ada.put(at(ticket, "submit"), body)
        assert (answer.status_code, answer.json()["data"]["expiresIn"]) == (200, hours)


def test_what_is_not_complete_is_not_submitted(deals):
    refused(deals.ada.put(at(deals.draft(terms=[]), "submit"), {"expiresIn": 2}), 422, "TICKET_HAS_NO_TERMS")
    assert Ticket.objects.get().expires_in is None
    unconnected = deals.draft(("BTC", "1", "gamma", "alpha"))
    refused(deals.ada.put(at(unconnected, "submit"), {}), 422, "NETWORK_NOT_CONNECTED")


def test_a_ticket_is_submitted_once(deals):
    refused(deals.ada.put(at(deals.open(), "submit"), {}), 422, "TICKET_NOT_DRAFT")


def test_a_third_firm_needs_a_connection_with_both(deals):
    draft = deals.draft(RECEIVED, by="gamma", caller=deals.dee)
    refused(deals.dee.put(at(draft, "submit"), {}), 422, "NETWORK_NOT_CONNECTED")
    connect_gamma(deals)
    assert deals.dee.put(at(draft, "submit"), {}).json()["data"]["status"] == "OPEN"


def test_nobody_else_touches_a_draft(deals):
    ticket = deals.draft()
    editor = Caller(machine(deals.cast.alpha, Role.EDITOR))
    for caller, code in ((deals.cy, (404, "NOT_FOUND")), (editor, (403, "NOT_ALLOWED"))):
        refused(caller.put(at(ticket, "submit"), {}), *code)
        refused(caller.put(at(ticket, "expires-in"), {"expiresIn": 0}), *code)
        refused(caller.put(at(ticket, "external-id"), {"externalRefId": "x"}), *code)
        refused(caller.post(at(ticket, "terms"), deals.term(*SENT) | {"asset": "NONE"}), *code)
