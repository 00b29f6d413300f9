"""Pages over a market with many ended tickets, against the same pages over one with few."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from django.core.management import call_command
from django.db import connection, connections
from django.test import RequestFactory
from django.utils import timezone

from console.paging import PAGE_ROWS, Key, _Paging
from tests.base import connect, firm, signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket

KEYS = (Key("own_ended_at", True, "ended_at"), Key("own_ticket_id", True, "pk"))
FEW, ACTIVE, REQUESTS = 1_000, 100, 9
"""Ended tickets of the small firm; active ones of either, and how often a page is asked for in a run."""
ENDED = (("cancelled", 60), ("fulfilled", 30), ("rejected", 10))
"""How ended tickets ended, in per cent; the rejected ones are one-way, with a firm and in an asset of their own.

So many that what is asked for fills a page of either market, or is the same few tickets in both.
"""
PAGES = {
    "dashboard": "/",
    "active tickets": "/tickets/",
    "active tickets, by status": "/tickets/?status=open",
    "history": "/history/",
    "history, oldest first": "/history/?sort=ended",
    "history, the common outcome": "/history/?status=cancelled",
    "history, a rare outcome": "/history/?status=rejected",
    "history, an outcome that never was": "/history/?status=expired",
    "history, by kind": "/history/?kind=two_way",
    "history, by a firm often met": "/history/?party={often}",
    "history, by a firm rarely met": "/history/?party={rarely}",
    "history, by a common asset": "/history/?asset=USDC",
    "history, by a rare asset": "/history/?asset=NEO",
    "history, by profile": "/history/?profile={profile}",
    "history, by days": "/history/?since={day}&until={day}",
    "history, by a firm met once in a thousand": "/history/?party={seldom}",
    "history, by an asset met once in a thousand": "/history/?asset=SOL",
    "history, by a firm and an asset that never met": "/history/?party={often}&asset=NEO",
    "history, half way down": "",
    "search for a reference": "/history/?q={reference}",
    "search for an external ID": "/history/?q=OTC-0000055",
    "search for words of a note": "/history/?q=lot%2055%20of",
    "search for a firm often met": "/history/?q={name}%20often",
    "search for an asset": "/history/?q=NEO",
    "search for a firm met once in a thousand": "/history/?q={name}%20seldom",
    "search for an amount": "/history/?q=3.25",
    "search for an amount met once in a thousand": "/history/?q=7.75",
    "search for nothing there is": "/history/?q=nowhere",
    "find from any page, by reference": "/search/?q={reference}",
    "find from any page, by external ID": "/search/?q=OTC-0000055",
    "find from any page, by a firm often met": "/search/?q={name}%20often",
    "find from any page, nothing there is": "/search/?q=nowhere",
}
_markets: dict[str, tuple] = {}
_databases: dict[str, Any] = {}


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Questions go to the database of this market, which holds no other: the large one cannot slow the small one."""
    outside = connections["default"]
    connections["default"] = _databases[name]
    try:
        yield
    finally:
        connections["default"] = outside


def compare(name: str, options) -> tuple[float, float]:
    """Median milliseconds of a request, many and few; the two take turns."""
    spent: dict[str, list[float]] = {"Many": [], "Few": []}
    for number in range(REQUESTS + 1):
        for market, times in spent.items():
            client, words = market_of(market, options.history if market == "Many" else FEW)
            with inside(market):
                url = url_of(name, words)
                start = time.perf_counter()
                assert client.get(url).status_code in (200, 302)  # the latter to what was found
                if number:  # the first request counts what is kept
                    times.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent["Many"]), statistics.median(spent["Few"])


def url_of(name: str, words: dict) -> str:
    if name != "history, half way down":
        return PAGES[name].format(**words)
    words["half way"] = words.get("half way") or half_way(words)
    return f"/history/?after={words['half way']}"


def half_way(words: dict) -> str:
    """The address of a page in the middle of the history, which nobody wants to turn the pages to."""
    ended = Ticket.objects.of(words["member"]).filed().order_by("-ended_at")
    total = ended.count()
    ticket, paging = ended[total // 2], _Paging(ended, RequestFactory().get("/history/"), KEYS, "front", 50)
    return quote(paging._named(ticket, total // 2, total))


def market_of(name: str, count: int):
    """A member of a firm that has `count` ended tickets and some active ones. The market has a database of its own."""
    if name not in _markets:
        with connection.cursor() as db:
            db.execute(f'CREATE DATABASE "{name}"')
        settings = connection.settings_dict | {"NAME": name}
        _databases[name] = type(connections["default"])(settings, "default")
        with inside(name):
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            _markets[name] = _fill(name, count)
    return _markets[name]


def _fill(name: str, count: int) -> tuple:
    """Copies of tickets that the verbs made."""
    ours, often, rarely, seldom = (
        firm(f"{name}{what}", auto_approval=True) for what in ("", " often", " rarely", " seldom")
    )
    made = {"connection": connect(ours, often), "by": ours.trader, "kind": "two_way", "now": timezone.now()}
    rare = made | {"connection": connect(ours, rarely), "kind": "one_way", "receive": [("NEO", "3")]}
    for status, percent in ENDED:
        options = rare if status == "rejected" else made
        copy(TicketFactory(status=status, **options), count * percent // 100)
    once = rare | {"connection": connect(ours, seldom), "receive": [("SOL", "7.75")]}
    copy(TicketFactory(status="rejected", **once), max(count // 1_000, PAGE_ROWS + 1))
    one = TicketFactory(status="cancelled", **made | {"receive": [("USDC", "3.25")]})
    copy(TicketFactory(status="open", **made), ACTIVE)
    words = {
        "member": ours.trader,
        "name": name,
        "often": often.workspace.pk,
        "rarely": rarely.workspace.pk,
        "seldom": seldom.workspace.pk,
        "profile": ours.profile.pk,
        "reference": one.reference,
        "day": f"{timezone.now():%Y-%m-%d}",
    }
    with connection.cursor() as db:
        db.execute("VACUUM ANALYZE")
    return signed_in(ours.trader), words


def copy(ticket, count: int) -> None:
    columns = "workspace_id, kind, settlement, status, revision, reason, opened_at, submitted_at, ended_by_id"
    with connection.cursor() as db:
        db.execute("SET session_replication_role = replica")  # a copy refers to what its original refers to
        db.execute(
            "CREATE TEMP TABLE copies AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, %s) AS n", [count]
        )
        db.execute(
            f"INSERT INTO tickets_ticket (id, reference, note, created_at, updated_at, ended_at, {columns})"
            " SELECT c.id, upper(substr(c.id::text, 1, 12)), 'Lot ' || n || ' of the day',"
            " t.created_at - c.n * interval '1 minute', t.updated_at - c.n * interval '1 minute',"
            f" t.ended_at - c.n * interval '1 minute', {columns} FROM tickets_ticket t, copies c WHERE t.id = %s"
            " ON CONFLICT DO NOTHING",
            [ticket.pk],
        )
        db.execute("DELETE FROM copies c WHERE NOT EXISTS (SELECT 1 FROM tickets_ticket t WHERE t.id = c.id)")
        db.execute(
            "INSERT INTO tickets_party (ticket_id, role, profile_id, workspace_id, external_id, created_at, ended_at,"
            " filed_under)"
            " SELECT c.id, role, profile_id, p.workspace_id,"
            " CASE role WHEN 'initiator' THEN 'OTC-' || lpad(n::text, 7, '0') ELSE '' END, t.created_at, t.ended_at,"
            " filed_under"
            " FROM tickets_party p, copies c JOIN tickets_ticket t ON t.id = c.id WHERE p.ticket_id = %s",
            [ticket.pk],
        )
        db.execute(
            "INSERT INTO tickets_term (id, ticket_id, number, sender_id, receiver_id, asset_id, amount, status,"
            " destination_id, tx_hash, created_at, updated_at, funded_at, settled_at)"
            " SELECT gen_random_uuid(), c.id, t.number, s.id, r.id, t.asset_id, t.amount, t.status,"
            " t.destination_id, '', t.created_at, t.updated_at, t.funded_at, t.settled_at"
            " FROM copies c, tickets_term t JOIN tickets_party ts ON ts.id = t.sender_id"
            " JOIN tickets_party tr ON tr.id = t.receiver_id, tickets_party s, tickets_party r"
            " WHERE t.ticket_id = %s AND s.ticket_id = c.id AND s.role = ts.role"
            " AND r.ticket_id = c.id AND r.role = tr.role",
            [ticket.pk],
        )
        db.execute("DROP TABLE copies")
        db.execute("SET session_replication_role = DEFAULT")
