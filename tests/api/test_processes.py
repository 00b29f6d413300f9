"""Two servers of several processes each on one database: however often it is sent, everything happens once.

OPERATIONS=1000 in the environment sends more of them.
"""

import os
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command

from tests.api import deals
from tests.base import database_url
from tests.bench import http
from tickets.models import Asset, Deal, Posting, Settlement, Ticket

OPERATIONS = int(os.environ.get("OPERATIONS", "60"))
COPIES = range(2, 9)


@pytest.fixture
def ports(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("API_REQUESTS_PER_SECOND", "10000")
    with http.server() as one, http.server() as other:
        yield one, other


def proposed(market: deals.Market, *, is_open: bool) -> Ticket:
    """Beta is to send 1 USDC."""
    firms = market.cast
    deal = Deal(firms.beta.profile, firms.alpha.profile, Asset.objects.get(pk="USDC"), Decimal(1))
    by = market.ada.member
    ticket = Ticket.objects.propose(profile=firms.alpha.profile, settlement=Settlement.LEG_BY_LEG, deals=[deal], by=by)
    if is_open:
        ticket.submit(by=by)
    return ticket


def operation(market: deals.Market, number: int) -> tuple:
    """In turn: a draft is made, a ticket is submitted, a leg is funded and so settles its ticket."""
    if number % 3 == 0:
        return market.ada, "POST", deals.BASE, market.body(("USDC", "1", "beta", "alpha"), note=f"Lot {number}")
    ticket = proposed(market, is_open=number % 3 == 2)
    if number % 3 == 1:
        return market.ada, "PUT", f"{deals.BASE}/{ticket.pk}/submit", {}
    body = market.funding({"asset": "USDC", "amount": "1"})
    return market.cy, "PUT", f"{deals.BASE}/{ticket.pk}/terms/{ticket.terms.get().pk}/fund", body


@pytest.mark.django_db(transaction=True)
def test_each_operation_sent_several_times_at_once_has_one_effect(ports):
    market = deals.market()
    beta, usdc = market.cast.beta.vault, Asset.objects.get(pk="USDC")
    before = beta.available(usdc)
    operations = [operation(market, number) for number in range(OPERATIONS)]
    sent = [number for number in range(OPERATIONS) for _ in range(COPIES[number % len(COPIES)])]
    requests = [http.signed(*operations[number], key=f"operation {number}") for number in sent]
    answers, _ = http.send(ports, requests)
    again, _ = http.send(ports, [http.signed(*each, key=f"operation {n}") for n, each in enumerate(operations)])

    assert {http.status_of(answer) for answer in again} == {200, 201}, "what was still running has ended"
    for number, answer in zip(sent, answers, strict=True):
        if http.status_of(answer) == 409:
            assert b"40901" in body_of(answer), answer
        else:
            assert answer_of(answer) == answer_of(again[number])
    made = len(range(0, OPERATIONS, 3))
    statuses = Counter(Ticket.objects.values_list("status", flat=True))
    assert statuses == {"draft": made, "open": len(range(1, OPERATIONS, 3)), "fulfilled": len(range(2, OPERATIONS, 3))}
    assert Ticket.objects.values("note").distinct().count() == made + 1
    assert Posting.objects.filter(term__isnull=False).count() == statuses["fulfilled"]
    assert beta.available(usdc) == before - statuses["fulfilled"]
    call_command("verify")


def answer_of(answer: bytes) -> tuple[int, bytes]:
    return http.status_of(answer), body_of(answer)


def body_of(answer: bytes) -> bytes:
    return answer.partition(b"\r\n\r\n")[2]
