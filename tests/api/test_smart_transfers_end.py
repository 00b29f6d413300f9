"""Reading a ticket as it is, and bringing it to its end."""

from datetime import timedelta

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, SENT, at, connect_gamma, market, refused, term_at
from tickets.models import Asset, Role, Ticket

pytestmark = pytest.mark.django_db

ENDS = ("status", "canceledByMe", "canceledByNetworkIdName")


@pytest.fixture
def deals():
    return market()


def seen(caller, ticket, *names):
    data = caller.get(at(ticket)).json()["data"]
    return tuple(data[name] for name in names)


def test_its_maker_cancels_a_ticket(deals):
    ticket = deals.open()
    answer = deals.ada.put(at(ticket, "cancel"))
    assert answer.status_code == 200
    assert answer.json()["data"]["canceledAt"]
    assert seen(deals.ada, ticket, *ENDS) == ("CANCELED", True, "Alpha Desk")
    assert seen(deals.cy, ticket, *ENDS) == ("CANCELED", False, "Alpha Desk")
    assert Ticket.objects.get().reason == "Through the API."


def test_another_party_rejects_it(deals):
    ticket = deals.open()
    assert deals.cy.put(at(ticket, "cancel"), {"reason": "Too late"}).status_code == 200
    assert seen(deals.cy, ticket, *ENDS) == ("CANCELED", True, "Beta Desk")
    assert seen(deals.ada, ticket, *ENDS) == ("CANCELED", False, "Beta Desk")
    assert (Ticket.objects.get().status, Ticket.objects.get().reason) == ("rejected", "Too late")


def test_an_intermediary_cancels_what_it_made_and_its_parties_reject_it(deals):
    connect_gamma(deals)
    for caller, status in ((deals.dee, "cancelled"), (deals.ada, "rejected")):
        ticket = deals.open(RECEIVED, by="gamma", caller=deals.dee)
        assert caller.put(at(ticket, "cancel"), {}).status_code == 200
        assert Ticket.objects.get(pk=ticket["id"]).status == status


def test_a_draft_is_discarded(deals):
    ticket = deals.draft()
    assert deals.ada.put(at(ticket, "cancel")).json()["data"]["status"] == "CANCELED"
    refused(deals.cy.get(at(ticket)), 404, "NOT_FOUND")
    refused(deals.ada.put(at(ticket, "cancel")), 422, "TICKET_TERMINAL")


def test_once_a_term_has_moved_only_its_sender_cancels(deals):
    ticket = deals.open(RECEIVED, SENT)
    term = ticket["terms"][0]
    deals.cy.put(term_at(term, "fund"), deals.funding(term))
    refused(deals.ada.put(at(ticket, "cancel")), 422, "CANCEL_NOT_ALLOWED")
    assert deals.cy.put(at(ticket, "cancel")).json()["data"]["status"] == "CANCELED"
    assert deals.cast.alpha.vault.available(Asset.objects.get(pk="USDC")) == 250000, "what has moved stays"


def test_a_ticket_past_its_expiry_is_expired_whether_or_not_the_worker_has_seen_it(deals):
    ticket = deals.open(expiresIn=1)
    row = Ticket.objects.get()
    long_ago = row.opened_at - timedelta(hours=2)
    Ticket.objects.update(opened_at=long_ago, submitted_at=long_ago, expires_at=long_ago + timedelta(hours=1))
    before = deals.ada.get(at(ticket)).json()["data"]
    assert (before["status"], before["expiredAt"]) == ("EXPIRED", before["expiresAt"])
    assert deals.ada.get(BASE, {"statuses": "OPEN"}).json()["data"] == []
    assert deals.ada.get(BASE, {"statuses": "EXPIRED"}).json()["data"] == [before]
    refused(deals.ada.put(at(ticket, "cancel")), 422, "EXPIRED")
    row.refresh_from_db()
    row.expire()
    after = deals.ada.get(at(ticket)).json()["data"]
    assert {**after, "updatedAt": 0} == {**before, "updatedAt": 0}
    assert deals.ada.get(BASE, {"statuses": "EXPIRED"}).json()["data"] == [after]


def test_a_price_says_what_a_term_is_worth(deals):
    Asset.objects.filter(pk="BTC").update(usd_price="97123.456789")
    for amount, worth in (("3.75", "364212.96"), ("0.00000001", "0.00"), ("20000000.00000001", "1942469135780.00")):
        assert deals.draft(("BTC", amount, "alpha", "beta"))["terms"][0]["amountUsd"] == worth


def test_a_stranger_finds_nothing(deals):
    ticket = deals.open()
    refused(deals.dee.get(at(ticket)), 404, "NOT_FOUND")
    refused(deals.dee.put(at(ticket, "cancel")), 404, "NOT_FOUND")
    for ticket_id in ("nonsense", "%00", ticket["id"][:-1], ticket["id"] + "0"):
        refused(deals.ada.get(f"{BASE}/{ticket_id}"), 404, "NOT_FOUND")


def test_both_spellings_of_the_address_lead_there(deals):
    ticket = deals.open()
    other = at(ticket).replace("smart-transfers", "smart_transfers")
    assert deals.ada.get(other).json() == deals.ada.get(at(ticket)).json()


def test_a_viewer_sees_and_ends_nothing(deals):
    ticket = deals.open()
    viewer = Caller(machine(deals.cast.beta, Role.VIEWER))
    assert viewer.get(at(ticket)).status_code == 200
    refused(viewer.put(at(ticket, "cancel")), 403, "NOT_ALLOWED")
    assert Caller(machine(deals.cast.beta, Role.EDITOR)).put(at(ticket, "cancel")).status_code == 200


@pytest.mark.parametrize("reason", ["x" * 501, 5, ["x"]])
def test_a_reason_that_cannot_be_kept_is_refused(deals, reason):
    refused(deals.cy.put(at(deals.open(), "cancel"), {"reason": reason}), 422, "VALIDATION")
