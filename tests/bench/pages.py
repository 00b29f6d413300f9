"""Pages over a market with many ended tickets, against the same pages over one with few."""

import statistics
import time

from django.db import connection
from django.urls import reverse

from tests.base import connect, firm, signed_in
from tests.factories import TicketFactory

FEW, REQUESTS = 50, 15
_clients = {}


def dashboard(options) -> tuple[float, float]:
    return compare("dashboard", options)


def history(options) -> tuple[float, float]:
    return compare("history", options)


def compare(name: str, options) -> tuple[float, float]:
    """Median milliseconds of a request, many and few; the two take turns."""
    many, few = client_of("Many", options.history), client_of("Few", FEW)
    times: tuple[list, list] = ([], [])
    for _ in range(REQUESTS):
        for client, spent in zip((many, few), times, strict=True):
            start = time.perf_counter()
            assert client.get(reverse(name)).status_code == 200
            spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[0]), statistics.median(times[1])


def client_of(name: str, count: int):
    """A member of a firm that has `count` tickets cancelled long ago; copies of one that the verbs made."""
    if name not in _clients:
        ours, theirs = firm(name, auto_approval=True), firm(f"{name} others", auto_approval=True)
        ticket = TicketFactory(connection=connect(ours, theirs), by=ours.trader, status="cancelled")
        copy(ticket, count)
        _clients[name] = signed_in(ours.trader)
    return _clients[name]


def copy(ticket, count: int) -> None:
    with connection.cursor() as db:
        db.execute(
            "CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) AS n", [count]
        )
        columns = "workspace_id, kind, settlement, status, note, revision, reason, opened_at, submitted_at, ended_by_id"
        db.execute(
            f"INSERT INTO tickets_ticket (id, reference, created_at, ended_at, {columns})"
            " SELECT c.id, substr(c.id::text, 1, 12), t.created_at - c.n * interval '1 minute',"
            f" t.ended_at - c.n * interval '1 minute', {columns} FROM tickets_ticket t, copies c WHERE t.id = %s"
            " ON CONFLICT DO NOTHING",
            [ticket.pk],
        )
        db.execute("DELETE FROM copies c WHERE NOT EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = c.id)")
        db.execute(
            "INSERT INTO tickets_party (ticket_id, role, profile_id, workspace_id, external_id)"
            " SELECT c.id, role, profile_id, workspace_id, '' FROM tickets_party p, copies c WHERE p.ticket_id = %s",
            [ticket.pk],
        )
        db.execute(
            "INSERT INTO tickets_term (id, ticket_id, number, sender_id, receiver_id, asset_id, amount, status,"
            " destination_id, tx_hash)"
            " SELECT gen_random_uuid(), c.id, t.number, s.id, r.id, t.asset_id, t.amount, t.status,"
            " t.destination_id, ''"
            " FROM copies c, tickets_term t, tickets_party s, tickets_party r WHERE t.ticket_id = %s"
            " AND s.ticket_id = c.id AND s.role = 'counterparty' AND r.ticket_id = c.id AND r.role = 'initiator'",
            [ticket.pk],
        )
        db.execute("DROP TABLE copies")
        db.execute("ANALYZE")
