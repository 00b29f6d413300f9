"""The moment that counts: the last leg of a two-way ticket is funded and both move.

The baseline writes the same rows with the bare driver, as an engineer would who knows every statement beforehand. Both
work on tickets made alike; afterwards `verify` must find nothing wrong with either.
"""

import json
import time
import uuid
from decimal import Decimal

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.base import cast, deposit
from tests.factories import TicketFactory
from tickets.models import Kind, Member, Ticket
from tickets.models.ledger import Account

_people = []


def people():
    if not _people:
        _people.append(cast())
        deposit(_people[0].alpha.vault, BTC="1000000")
        deposit(_people[0].beta.vault, USDC="1000000000")
    return _people[0]


def run(options, *, is_loaded: bool) -> tuple[float, float]:
    """Tickets settled per second: by the verb, by the driver. They take turns, so that noise meets both alike.

    The driver starts from the ticket's id; the verb does so too, or with `is_loaded` from the ticket as a page has it.
    """
    firms = people()
    tickets = [half_funded(firms) for _ in range(2 * options.tickets)]
    verb = driver = 0.0
    for by_verb, by_driver in zip(tickets[::2], tickets[1::2], strict=True):
        if is_loaded:
            verb += timed(Ticket.fund, *loaded(by_verb, firms.alpha.vault, firms.ada), by=firms.ada)
        else:
            verb += timed(settle_by_verb, by_verb, firms.alpha.vault, firms.ada)
        driver += timed(settle_by_driver, by_driver, firms.alpha.vault, firms.ada)
    return options.tickets / verb, options.tickets / driver


def half_funded(firms) -> Ticket:
    ticket = TicketFactory(
        connection=firms.connection,
        by=firms.ada,
        kind=Kind.TWO_WAY,
        receive=[("USDC", "10")],
        send=[("BTC", "0.001")],
        status="open",
        now=timezone.now(),
    )
    ticket.fund({term.pk: firms.beta.vault for term in ticket.legs_to_fund(firms.cy)}, by=firms.cy)
    return ticket


def timed(settle, *args, **options) -> float:
    start = time.perf_counter()
    settle(*args, **options)
    return time.perf_counter() - start


def loaded(ticket: Ticket, vault: Account, by: Member) -> tuple[Ticket, dict]:
    """The ticket as a page loads it, and the sources of its legs."""
    ticket = Ticket.objects.visible_to(by).with_legs().get(pk=ticket.pk)
    return ticket, {term.pk: vault for term in ticket.legs_to_fund(by)}


def settle_by_verb(ticket: Ticket, vault: Account, by: Member) -> None:
    ticket, sources = loaded(ticket, vault, by)
    ticket.fund(sources, by=by)


def settle_by_driver(ticket: Ticket, vault: Account, by: Member) -> None:
    now = timezone.now()
    with connection.connection.transaction(), connection.connection.cursor() as db:
        db.execute("SELECT revision, status FROM tickets_ticket WHERE id = %s FOR UPDATE", [ticket.pk])
        revision, status = db.fetchone()
        assert status == "in_settlement"
        db.execute(
            "SELECT t.id, t.number, t.asset_id, t.amount, t.status, t.destination_id, p.id, p.destination_id,"
            " a.decimals, s.id, s.workspace_id, s.agreed_at, o.id, o.name, r.id, r.name"
            " FROM tickets_term t LEFT JOIN tickets_posting p ON p.term_id = t.id"
            " JOIN tickets_asset a ON a.id = t.asset_id"
            " JOIN tickets_party s ON s.id = t.sender_id JOIN tickets_profile o ON o.id = s.profile_id"
            " JOIN tickets_party q ON q.id = t.receiver_id JOIN tickets_profile r ON r.id = q.profile_id"
            " WHERE t.ticket_id = %s",
            [ticket.pk],
        )
        legs = {row[4]: row for row in db.fetchall()}
        own, theirs = legs["unfunded"], legs["held"]
        assert own[10] == by.workspace_id and theirs[11]
        db.execute(
            "SELECT 1 FROM tickets_connection WHERE status = 'approved'"
            " AND (requester_id, peer_id) IN ((%s, %s), (%s, %s))",
            [own[12], own[14], own[14], own[12]],
        )
        assert db.fetchone()
        db.execute("SELECT id FROM tickets_account WHERE vault_id = %s", [vault.pk])
        (own_hold,) = db.fetchone()
        hold_id = uuid.uuid4()
        postings = [
            (hold_id, now, "hold", vault.pk, own_hold, own[2], own[3], own[0], None),
            (uuid.uuid4(), now, "settle", own_hold, own[5], own[2], own[3], own[0], hold_id),
            (uuid.uuid4(), now, "settle", theirs[7], theirs[5], theirs[2], theirs[3], theirs[0], theirs[6]),
        ]
        changes: dict = {}
        for _, _, _, source, destination, asset, amount, _, _ in postings:
            changes[source, asset] = changes.get((source, asset), Decimal(0)) - amount
            changes[destination, asset] = changes.get((destination, asset), Decimal(0)) + amount
        db.executemany(
            "INSERT INTO tickets_balance (account_id, asset_id, amount) VALUES (%s, %s, 0) ON CONFLICT DO NOTHING",
            sorted(changes),
        )
        accounts, assets = zip(*sorted(changes), strict=True)
        db.execute(
            "SELECT 1 FROM tickets_balance"
            " WHERE (account_id, asset_id) IN (SELECT * FROM unnest(%s::uuid[], %s::text[]))"
            " ORDER BY account_id, asset_id FOR UPDATE",
            [list(accounts), list(assets)],
        )
        db.execute(
            "UPDATE tickets_balance b SET amount = b.amount + c.amount"
            " FROM unnest(%s::uuid[], %s::text[], %s::numeric[]) c (account_id, asset_id, amount)"
            " WHERE b.account_id = c.account_id AND b.asset_id = c.asset_id",
            [list(accounts), list(assets), [changes[key] for key in sorted(changes)]],
        )
        db.executemany(
            "INSERT INTO tickets_posting"
            " (id, at, kind, source_id, destination_id, asset_id, amount, term_id, resolves_id)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            postings,
        )
        shared = ["status:fulfilled", "kind:two_way", f"profile:{own[12].hex}", f"profile:{theirs[12].hex}"]
        for leg in legs.values():
            figures = f"amount:{leg[3].normalize():f}"
            shared += [f"asset:{leg[2]}", figures, f"{figures} {leg[2]}"]
        db.executemany(
            "UPDATE tickets_party SET agreed_at = coalesce(agreed_at, %s), ended_at = %s, filed_under = %s"
            " WHERE id = %s",
            [
                (now, now, sorted({*shared, f"firm:{other[10].hex}"}), one[9])
                for one, other in ((own, theirs), (theirs, own))
            ],
        )
        db.execute("UPDATE tickets_term SET source_id = %s, funded_at = %s WHERE id = %s", [vault.pk, now, own[0]])
        db.execute(
            "UPDATE tickets_term SET status = 'settled', settled_at = %s, updated_at = %s WHERE ticket_id = %s",
            [now, now, ticket.pk],
        )
        db.execute(
            "UPDATE tickets_ticket SET status = 'fulfilled', ended_at = %s, updated_at = %s, revision = %s"
            " WHERE id = %s AND revision = %s",
            [now, now, revision + 2, ticket.pk, revision],
        )
        amount = f"{own[3]:.{own[8]}f} {own[2]}"
        facts = {"leg": own[1], "amount": amount, "sender": own[13], "receiver": own[15]}
        db.executemany(
            "INSERT INTO tickets_event (at, kind, by_id, workspace_id, is_private, ticket_id, status, facts, own_facts)"
            " VALUES (%s, %s, %s, %s, false, %s, %s, %s, %s)",
            [
                (
                    *(now, "leg.held", by.pk, by.workspace_id, ticket.pk, status),
                    *(json.dumps(facts), json.dumps({"vault": vault.name})),
                ),
                (now, "ticket.fulfilled", by.pk, by.workspace_id, ticket.pk, "fulfilled", "{}", "{}"),
            ],
        )


def check() -> None:
    """Both ways left the books in order."""
    call_command("verify")
