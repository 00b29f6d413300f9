"""The signed API under load, against the same rows by pgbench; and its search among many tickets, against few."""

import statistics
import time
from decimal import Decimal
from types import SimpleNamespace

from tests.api.base import Caller, machine
from tests.bench import http, pages, pgbench
from tests.bench.settle import people
from tickets.models import Asset, Deal, Role, Settlement, Ticket

CALLERS = 4
_callers: dict[str, list[Caller]] = {}

NONCE = """
BEGIN;
INSERT INTO tickets_nonce (member_id, digest, at, expires_at)
  VALUES ('{member}', md5(random()::text) || md5(random()::text), now(), now() + interval '55 seconds');
COMMIT;
"""
CREATE = """
BEGIN;
INSERT INTO tickets_ticket (id, reference, workspace_id, kind, settlement, status, note, reason, revision, created_at,
  updated_at) VALUES (gen_random_uuid(), upper(substr(md5(random()::text), 1, 12)), '{alpha}', 'two_way', 'together',
  'draft', '', '', 0, now(), now()) RETURNING id AS ticket \\gset
INSERT INTO tickets_party (ticket_id, role, profile_id, workspace_id, external_id, created_at) VALUES
  (:ticket, 'initiator', '{ours}', '{alpha}', '', now()) RETURNING id AS initiator \\gset
INSERT INTO tickets_party (ticket_id, role, profile_id, workspace_id, external_id, created_at) VALUES
  (:ticket, 'counterparty', '{theirs}', '{beta}', '', now()) RETURNING id AS counterparty \\gset
INSERT INTO tickets_term (id, ticket_id, number, sender_id, receiver_id, asset_id, amount, status, tx_hash, created_at,
  updated_at) VALUES
  (gen_random_uuid(), :ticket, 1, :initiator, :counterparty, 'BTC', 0.001, 'unfunded', '', now(), now()),
  (gen_random_uuid(), :ticket, 2, :counterparty, :initiator, 'USDC', 10, 'unfunded', '', now(), now());
INSERT INTO tickets_event (at, kind, by_id, workspace_id, is_private, ticket_id, status, facts, own_facts)
  VALUES (now(), 'ticket.proposed', '{member}', '{alpha}', true, :ticket, 'draft', '{{}}', '{{}}');
COMMIT;
"""
# pgbench takes a colon before a letter for a variable, also within quotation marks.
FUND = """
BEGIN;
SELECT t.id AS ticket, m.id AS term, m.destination_id AS destination
  FROM tickets_ticket t JOIN tickets_term m ON m.ticket_id = t.id
  WHERE t.status = 'open' AND t.note = 'for pgbench' LIMIT 1 FOR UPDATE OF t SKIP LOCKED \\gset
SELECT count(*) FROM (SELECT 1 FROM tickets_balance WHERE asset_id = 'USDC' AND account_id IN ('{vault}', :destination)
  ORDER BY account_id FOR UPDATE) AS locked;
UPDATE tickets_balance SET amount = amount + CASE account_id WHEN '{vault}' THEN -10 ELSE 10 END
  WHERE asset_id = 'USDC' AND account_id IN ('{vault}', :destination);
INSERT INTO tickets_posting (id, at, kind, source_id, destination_id, asset_id, amount, term_id)
  VALUES (gen_random_uuid(), now(), 'settle', '{vault}', :destination, 'USDC', 10, :term);
UPDATE tickets_term SET status = 'settled', source_id = '{vault}', funded_at = now(), settled_at = now(),
  updated_at = now() WHERE id = :term;
UPDATE tickets_ticket SET status = 'fulfilled', ended_at = now(), clock_stopped_at = now(), updated_at = now(),
  revision = revision + 2 WHERE id = :ticket;
UPDATE tickets_party SET ended_at = now(), filed_under = string_to_array(translate('status=fulfilled|kind=one_way|'
  'asset=USDC|amount=10|amount=10 USDC|profile={ours}|profile={theirs}|firm=', '=', ':') || CASE workspace_id
  WHEN '{beta}' THEN '{alpha_hex}' ELSE '{beta_hex}' END, '|') WHERE ticket_id = :ticket;
INSERT INTO tickets_event (at, kind, by_id, workspace_id, is_private, ticket_id, status, facts, own_facts) VALUES
  (now(), 'leg.settled', '{member}', '{beta}', false, :ticket, 'in_settlement', '{{}}', '{{}}'),
  (now(), 'ticket.fulfilled', '{member}', '{beta}', false, :ticket, 'fulfilled', '{{}}', '{{}}');
COMMIT;
"""


def callers(name: str) -> list[Caller]:
    """API users of a firm, so many that the default rate limit holds none of them up; the last is for pgbench."""
    if name not in _callers:
        firm = getattr(people(), name)
        _callers[name] = [Caller(machine(firm, Role.SIGNER)) for _ in range(CALLERS + 1)]
    return _callers[name]


def run_create(port: int, options) -> tuple[float, float]:
    """Tickets of two terms drafted per second: over HTTP, by pgbench."""
    firms = people()
    ours, theirs = str(firms.alpha.profile.pk), str(firms.beta.profile.pk)
    body = {
        "createdByNetworkId": ours,
        "type": "DVP",
        "terms": [
            {"asset": "BTC", "amount": "0.001", "fromNetworkId": ours, "toNetworkId": theirs},
            {"asset": "USDC", "amount": "10", "fromNetworkId": theirs, "toNetworkId": ours},
        ],
    }
    who = callers("alpha")
    requests = [http.signed(who[n % CALLERS], "POST", "/v1/smart-transfers", body) for n in range(options.requests)]
    figure = http.per_second(port, requests, 201)
    names = {
        "member": who[CALLERS].member.pk,
        "alpha": firms.alpha.workspace.pk,
        "beta": firms.beta.workspace.pk,
        "ours": ours,
        "theirs": theirs,
    }
    return figure, pgbench.per_second((NONCE + CREATE).format(**names), 4 * options.requests)


def run_fund(port: int, options) -> tuple[float, float]:
    """Tickets of one leg funded, and so settled, per second: over HTTP, by pgbench."""
    firms, who = people(), callers("beta")
    tickets = [open_ticket(firms, "for the API") for _ in range(options.requests)]
    for _ in range(options.requests + http.CONNECTIONS):
        open_ticket(firms, "for pgbench")
    requests = [
        http.signed(
            who[n % CALLERS],
            "PUT",
            f"/v1/smart-transfers/{ticket.pk}/terms/{ticket.terms.get().pk}/fund",
            {
                "asset": "USDC",
                "amount": "10",
                "networkConnectionId": str(firms.connection.pk),
                "srcId": "0",
                "srcType": "VAULT_ACCOUNT",
            },
        )
        for n, ticket in enumerate(tickets)
    ]
    figure = http.per_second(port, requests, 201)
    names = {
        "member": who[CALLERS].member.pk,
        "beta": firms.beta.workspace.pk,
        "vault": firms.beta.vault.pk,
        "alpha_hex": firms.alpha.workspace.pk.hex,
        "beta_hex": firms.beta.workspace.pk.hex,
        "ours": firms.alpha.profile.pk.hex,
        "theirs": firms.beta.profile.pk.hex,
    }
    return figure, pgbench.per_second((NONCE + FUND).format(**names), options.requests)


def open_ticket(firms, note: str) -> Ticket:
    """Beta is to send 10 USDC."""
    deal = Deal(firms.beta.profile, firms.alpha.profile, Asset.objects.get(pk="USDC"), Decimal(10))
    ticket = Ticket.objects.propose(
        profile=firms.alpha.profile, settlement=Settlement.LEG_BY_LEG, deals=[deal], note=note, by=firms.ada
    )
    ticket.submit(by=firms.ada)
    return ticket


def run_search(options) -> tuple[float, float]:
    """Median milliseconds of a page of the search, for a firm with many tickets and for one with few."""
    pairs = [(searcher(name, count), []) for name, count in (("Many", options.history), ("Few", pages.FEW))]
    for _ in range(pages.REQUESTS):
        for name, (caller, spent) in zip(("Many", "Few"), pairs, strict=True):
            start = time.perf_counter()
            with pages.inside(name):
                assert len(caller.get("/v1/smart-transfers", {"limit": 50}).json()["data"]) == 50
            spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(pairs[0][1]), statistics.median(pairs[1][1])


def searcher(name: str, count: int) -> Caller:
    if name not in _callers:
        member = pages.market_of(name, count)[1]["member"]
        with pages.inside(name):
            _callers[name] = [Caller(machine(SimpleNamespace(workspace=member.workspace), Role.VIEWER))]
    return _callers[name][0]
