"""Check 41: ten thousand tickets, page by page, while new ones open."""

import re
from datetime import timedelta

import pytest

from tests.base import NOON, cast, signed_in
from tests.factories import TicketFactory
from tickets.models import Party, PartyRole, Ticket

COUNT, MEANWHILE = 10_000, 5
ROW = re.compile(r'<a class="ref" href="/tickets/(TK-\w+)/')
OLDER = re.compile(r'<a href="([^"]+)" rel="next">')
STANDING = re.compile(r"([\d,  ]+) to ([\d,  ]+) of ([\d,  ]+), ")


@pytest.fixture
def verified():
    """Not here: the tickets are bare rows, which no verb made."""


@pytest.fixture
def market(db):
    """Ten thousand open tickets, most made in the same minutes, some with an expiry that others share."""
    market = cast()
    made = [NOON + timedelta(minutes=number // 7) for number in range(COUNT)]
    later = NOON + timedelta(days=36_500)
    tickets = Ticket.objects.bulk_create(
        Ticket(
            reference=f"TK-{number:06}",
            workspace=market.alpha.workspace,
            status="open",
            created_at=moment,
            submitted_at=moment,
            opened_at=moment,
            expires_at=later + timedelta(minutes=number % 97) if number % 3 else None,
        )
        for number, moment in enumerate(made)
    )
    ends = ((PartyRole.INITIATOR, market.alpha), (PartyRole.COUNTERPARTY, market.beta))
    parties = (
        Party(ticket=ticket, role=role, workspace=firm.workspace, profile=firm.profile)
        for ticket in tickets
        for role, firm in ends
    )
    Party.objects.bulk_create(parties, COUNT // 2)  # in one statement they are more values than PostgreSQL takes
    return market


def test_check_41_ten_thousand_tickets_page_by_page_none_skipped_none_twice(market):
    client, url = signed_in(market.ada), "/tickets/?sort=-made"
    seen, there, page_count = [], COUNT, 0
    before = set(Ticket.objects.values_list("reference", flat=True))
    while url:
        page = client.get(url).content.decode()
        rows = ROW.findall(page)
        first, last, total = (int(re.sub(r"\D", "", each)) for each in STANDING.search(page).groups())
        assert total == there and last - first + 1 == len(rows)
        seen += rows
        page_count += 1
        if page_count % 40 == 0:  # meanwhile others open
            for _ in range(MEANWHILE):
                TicketFactory(connection=market.connection, by=market.ada, status="open")
            there += MEANWHILE
        older = OLDER.search(page)
        url = older and "/tickets/" + older[1].replace("&amp;", "&")
    assert page_count >= COUNT // 50 and there > COUNT
    assert len(seen) == len(set(seen)) and set(seen) >= before
