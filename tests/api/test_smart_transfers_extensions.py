"""What we serve around a ticket beyond the vendor's API: approval, notes, history, the list of terms."""

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import RECEIVED, SENT, at, connect_gamma, market, refused, term_at
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


@pytest.fixture
def careful():
    """A market whose firms want a second person for every ticket, and Alpha's."""
    deals = market(auto_approval=False)
    return deals, Caller(machine(deals.cast.alpha, Role.APPROVER))


def test_terms_are_listed_in_order(deals):
    ticket = deals.open(RECEIVED, SENT)
    assert deals.cy.get(at(ticket, "terms")).json() == {"message": "Success", "data": ticket["terms"]}
    refused(deals.dee.get(at(ticket, "terms")), 404, "NOT_FOUND")


# Approval


def test_a_second_person_approves(careful):
    deals, bo = careful
    ticket = deals.open(expiresIn=2)
    assert (ticket["status"], ticket["expiresAt"]) == ("PENDING_APPROVAL", None)
    refused(deals.cy.get(at(ticket)), 404, "NOT_FOUND")
    refused(deals.ada.put(at(ticket, "approve")), 403, "NOT_ALLOWED")
    answer = bo.put(at(ticket, "approve"))
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "OPEN")
    assert answer.json()["data"]["expiresAt"]
    refused(bo.put(at(ticket, "approve")), 422, "TICKET_NOT_PENDING_APPROVAL")
    refused(deals.cy.put(at(ticket, "approve")), 403, "NOT_ALLOWED")


def test_a_second_person_declines_with_a_reason(careful):
    deals, bo = careful
    ticket = deals.open()
    refused(bo.put(at(ticket, "decline"), {"reason": " "}), 422, "INVALID")
    refused(bo.put(at(ticket, "decline"), {}), 422, "VALIDATION")
    answer = bo.put(at(ticket, "decline"), {"reason": "Too large"})
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "CANCELED")
    assert Ticket.objects.get().reason == "Too large"
    refused(deals.cy.get(at(ticket)), 404, "NOT_FOUND")


def test_its_maker_cancels_what_waits(careful):
    deals, _ = careful
    assert deals.ada.put(at(deals.open(), "cancel")).json()["data"]["status"] == "CANCELED"


# Notes


def test_notes_begin_with_the_one_that_the_ticket_was_made_with(deals):
    ticket = deals.open(note="Friday's deal")
    assert deals.cy.get(at(ticket, "notes")).json()["data"] == [
        {
            "id": ticket["id"],
            "body": "Friday's deal",
            "createdAt": ticket["createdAt"],
            "createdByNetworkId": deals.network("alpha"),
            "createdByNetworkIdName": "Alpha Desk",
        }
    ]
    answer = deals.cy.post(at(ticket, "notes"), {"body": "Fine.\nUntil then."})
    assert answer.status_code == 201
    note = answer.json()["data"]
    assert (note["body"], note["createdByNetworkIdName"]) == ("Fine.\nUntil then.", "Beta Desk")
    assert deals.ada.get(at(ticket, "notes")).json()["data"][1:] == [note]


def test_a_ticket_without_a_note_has_none(deals):
    assert deals.ada.get(at(deals.open(), "notes")).json() == {"message": "Success", "data": []}


def test_a_note_that_cannot_be_kept_is_refused(deals):
    ticket = deals.open()
    for body, code in (({"body": " "}, "INVALID"), ({"body": "n" * 1025}, "VALIDATION"), ({}, "VALIDATION")):
        refused(deals.ada.post(at(ticket, "notes"), body), 422, code)
    refused(deals.dee.post(at(ticket, "notes"), {"body": "Hello"}), 404, "NOT_FOUND")
    refused(
        Caller(machine(deals.cast.alpha, Role.VIEWER)).post(at(ticket, "notes"), {"body": "Hi"}), 403, "NOT_ALLOWED"
    )


def test_the_party_in_the_middle_reads_and_writes_notes(deals):
    connect_gamma(deals)
    ticket = deals.open(by="gamma", caller=deals.dee, note="From the middle")
    assert deals.dee.post(at(ticket, "notes"), {"body": "Well?"}).status_code == 201
    assert [note["createdByNetworkIdName"] for note in deals.cy.get(at(ticket, "notes")).json()["data"]] == [
        "Gamma Desk",
        "Gamma Desk",
    ]


# History


def test_the_history_tells_each_firm_what_it_may_know(deals):
    ticket = deals.open(externalRefId="ours")
    [term] = ticket["terms"]
    deals.cy.put(at(ticket, "external-id"), {"externalRefId": "theirs"})
    deals.cy.put(term_at(term, "fund"), deals.funding(term))
    ours = deals.ada.get(at(ticket, "events")).json()["data"]
    theirs = deals.cy.get(at(ticket, "events")).json()["data"]
    assert [event["kind"] for event in ours] == ["ticket.proposed", "ticket.opened", "leg.settled", "ticket.fulfilled"]
    assert [event["kind"] for event in theirs] == [
        "ticket.opened",
        "ticket.external_id_set",
        "leg.settled",
        "ticket.fulfilled",
    ]
    settled, seen = theirs[2], ours[2]
    assert (settled["byNetworkIdName"], settled["status"]) == ("Beta Desk", "IN_SETTLEMENT")
    assert settled["facts"]["vault"] == "Beta Treasury"
    assert "vault" not in seen["facts"] and seen["facts"]["amount"] == "250000.000000 USDC"
    assert [event["id"] for event in ours] == sorted((event["id"] for event in ours), key=int)
    refused(deals.dee.get(at(ticket, "events")), 404, "NOT_FOUND")


def test_what_the_clock_did_was_nobodys_act(deals):
    ticket = deals.open(expiresIn=1)
    row = Ticket.objects.get()
    row.expire(now=row.expires_at)
    last = deals.ada.get(at(ticket, "events")).json()["data"][-1]
    assert (last["kind"], last["byNetworkIdName"], last["status"]) == ("ticket.expired", None, "EXPIRED")
