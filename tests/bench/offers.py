"""Transfer offers: one created exactly once, and one accepted and paid.

The baseline writes the same rows in the same transactions with the bare driver. Both work on the same two wallets,
turn by turn; afterwards `verify` must find nothing wrong with either.
"""

import json
import time
import uuid
from datetime import timedelta
from decimal import Decimal

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.base import deposit
from tests.bench import pgbench
from tests.bench.settle import people
from tickets.models import TransferOffer, WalletUser
from tickets.models.contract import new_contract_id, new_transaction_id
from tickets.models.profile import Profile
from tickets.models.wallet import claim

AMOUNT = Decimal("0.0000000001")
ID = "md5(random()::text) || md5(random()::text)"
CREATE = f"""
BEGIN;
INSERT INTO tickets_offerclaim (sender_id, tracking_id, token, leased_until)
  VALUES ('{{sender}}', {ID}, gen_random_uuid(), now() + interval '5 seconds') RETURNING tracking_id AS named \\gset
COMMIT;
BEGIN;
INSERT INTO tickets_transferoffer (id, revision, contract_id, created_transaction_id, sender_id, receiver_id, amount,
  description, tracking_id, reserves, is_token, status, created_at, expires_at, reason)
  VALUES (gen_random_uuid(), 0, '00' || {ID} || {ID}, '1220' || {ID}, '{{sender}}', '{{receiver}}', 0.0000000001,
  'pgbench', :named, false, false, 'created', now(), now() + interval '1 day', '') RETURNING id AS offer \\gset
INSERT INTO tickets_event (at, kind, workspace_id, is_private, offer_id, status, facts, own_facts)
  VALUES (now(), 'offer.created', '{{payer}}', false, :offer, 'created', '{{{{}}}}', '{{{{}}}}');
DELETE FROM tickets_offerclaim WHERE sender_id = '{{sender}}' AND tracking_id = :named;
COMMIT;
"""
PAY = f"""
BEGIN;
SELECT id AS offer FROM tickets_transferoffer WHERE status = 'created' AND description = 'pgbench' LIMIT 1
  FOR UPDATE SKIP LOCKED \\gset
UPDATE tickets_transferoffer SET status = 'accepted', revision = 1, accepted_at = now(),
  accepted_contract_id = '00' || {ID} || {ID}, accepted_transaction_id = '1220' || {ID} WHERE id = :offer;
INSERT INTO tickets_event (at, kind, workspace_id, is_private, offer_id, status, facts, own_facts)
  VALUES (now(), 'offer.accepted', '{{payee}}', false, :offer, 'accepted', '{{{{}}}}', '{{{{}}}}');
COMMIT;
BEGIN;
SELECT amount FROM tickets_transferoffer WHERE id = :offer FOR UPDATE;
SELECT count(*) FROM (SELECT 1 FROM tickets_balance WHERE asset_id = 'CC'
  AND account_id IN ('{{source}}', '{{destination}}') ORDER BY account_id FOR UPDATE) AS locked;
UPDATE tickets_balance SET amount = amount + CASE account_id WHEN '{{source}}' THEN -0.0000000001 ELSE 0.0000000001 END
  WHERE asset_id = 'CC' AND account_id IN ('{{source}}', '{{destination}}');
INSERT INTO tickets_posting (id, at, kind, source_id, destination_id, asset_id, amount, offer_id)
  VALUES (gen_random_uuid(), now(), 'settle', '{{source}}', '{{destination}}', 'CC', 0.0000000001, :offer);
UPDATE tickets_transferoffer SET status = 'completed', revision = 2, ended_at = now(), source_id = '{{source}}',
  destination_id = '{{destination}}', amulet_contract_id = '00' || {ID} || {ID}, ended_transaction_id = '1220' || {ID}
  WHERE id = :offer;
INSERT INTO tickets_event (at, kind, is_private, offer_id, status, facts, own_facts)
  VALUES (now(), 'offer.completed', false, :offer, 'completed', '{{{{}}}}', '{{{{}}}}');
COMMIT;
"""
_wallets: list[WalletUser] = []


def wallets() -> list[WalletUser]:
    if not _wallets:
        firms = people()
        deposit(firms.alpha.vault, CC="1000000")
        for subject, firm in (("payer", firms.alpha), ("payee", firms.beta)):
            _wallets.append(WalletUser.objects.create(subject=subject, profile=firm.profile))
    return _wallets


def run_create(options) -> tuple[float, float]:
    """Offers created per second: by the verb, by the driver."""
    payer, payee = wallets()
    connection.ensure_connection()
    return timed(
        options,
        lambda number: create_by_verb(payer.subject, payee.profile.party),
        lambda number: create_by_driver(payer, payee),
    )


def run_pay(options) -> tuple[float, float]:
    """Offers accepted and completed per second: by the verbs, by the driver."""
    payer, payee = wallets()
    offers = [create_by_verb(payer.subject, payee.profile.party).pk for _ in range(2 * options.tickets)]
    return timed(
        options,
        lambda number: pay_by_verb(offers[2 * number], payee.subject),
        lambda number: pay_by_driver(offers[2 * number + 1], payer, payee),
    )


def run_beside_pgbench(name: str, script: str, options) -> tuple[float, float]:
    """The same acts one after the other, by the verbs and by pgbench on one connection."""
    payer, payee = wallets()
    work = run_create if name == "create" else run_pay
    names = {
        "sender": payer.profile_id,
        "receiver": payee.profile_id,
        "payer": payer.profile.workspace_id,
        "payee": payee.profile.workspace_id,
        "source": payer.profile.vault_id,
        "destination": payee.profile.vault_id,
    }
    return work(options)[0], pgbench.per_second(script.format(**names), options.tickets, clients=1)


def timed(options, by_verb, by_driver) -> tuple[float, float]:
    """How often a second each was done. They take turns, so that noise meets both alike."""
    verb = driver = 0.0
    for number in range(options.tickets):
        start = time.perf_counter()
        by_verb(number)
        middle = time.perf_counter()
        by_driver(number)
        verb, driver = verb + middle - start, driver + time.perf_counter() - middle
    return options.tickets / verb, options.tickets / driver


def create_by_verb(subject: str, party: str) -> TransferOffer:
    """As the API does it: load who calls and what the request names, then claim the id, then the verb."""
    now, tracking_id = timezone.now(), str(uuid.uuid4())
    payer = WalletUser.objects.select_related("profile__vault", "profile__workspace").get(subject=subject)
    receiver = Profile.objects.in_use().select_related("vault", "workspace").get(party=party)
    with claim(payer.profile, tracking_id, now=now):
        return TransferOffer.objects.offer(
            payer.profile, receiver, AMOUNT, "Bench", now + timedelta(days=1), tracking_id, wallet_user=payer, now=now
        )


def create_by_driver(payer: WalletUser, payee: WalletUser) -> None:
    now, tracking_id, pk = timezone.now(), str(uuid.uuid4()), uuid.uuid4()
    with connection.connection.transaction(), connection.connection.cursor() as db:
        db.execute(
            "INSERT INTO tickets_offerclaim (sender_id, tracking_id, token, leased_until) VALUES (%s, %s, %s, %s)",
            [payer.profile_id, tracking_id, uuid.uuid4(), now + timedelta(seconds=30)],
        )
    with connection.connection.transaction(), connection.connection.cursor() as db:
        db.execute(
            "INSERT INTO tickets_transferoffer (id, revision, contract_id, created_transaction_id, sender_id,"
            " receiver_id, amount, description, tracking_id, reserves, is_token, status, created_at,"
            " expires_at, reason) VALUES (%s, 0, %s, %s, %s, %s, %s, 'Bench', %s, false, false, 'created', %s, %s, '')",
            [
                *(pk, new_contract_id(), new_transaction_id(), payer.profile_id, payee.profile_id, AMOUNT),
                *(tracking_id, now, now + timedelta(days=1)),
            ],
        )
        record(db, now, "offer.created", payer, pk, "created")
        db.execute(
            "DELETE FROM tickets_offerclaim WHERE sender_id = %s AND tracking_id = %s", [payer.profile_id, tracking_id]
        )


def pay_by_verb(pk: uuid.UUID, subject: str) -> None:
    payee = WalletUser.objects.select_related("profile__vault", "profile__workspace").get(subject=subject)
    offer = TransferOffer.objects.of(payee.profile).select_related("sender", "receiver").get(pk=pk)
    offer.accept(wallet_user=payee)
    offer.finish()
    assert offer.status == "completed"


def pay_by_driver(pk: uuid.UUID, payer: WalletUser, payee: WalletUser) -> None:
    now = timezone.now()
    source, destination = payer.profile.vault_id, payee.profile.vault_id
    with connection.connection.transaction(), connection.connection.cursor() as db:
        db.execute("SELECT status FROM tickets_transferoffer WHERE id = %s FOR UPDATE", [pk])
        assert db.fetchone() == ("created",)
        db.execute(
            "UPDATE tickets_transferoffer SET status = 'accepted', revision = 1, accepted_at = %s,"
            " accepted_contract_id = %s, accepted_transaction_id = %s WHERE id = %s AND revision = 0",
            [now, new_contract_id(), new_transaction_id(), pk],
        )
        record(db, now, "offer.accepted", payee, pk, "accepted")
    with connection.connection.transaction(), connection.connection.cursor() as db:
        db.execute("SELECT status, amount FROM tickets_transferoffer WHERE id = %s FOR UPDATE", [pk])
        status, amount = db.fetchone()
        assert status == "accepted"
        db.executemany(
            "INSERT INTO tickets_balance (account_id, asset_id, amount) VALUES (%s, 'CC', 0) ON CONFLICT DO NOTHING",
            [[account] for account in sorted((source, destination))],
        )
        db.execute(
            "SELECT amount FROM tickets_balance WHERE asset_id = 'CC' AND account_id IN (%s, %s)"
            " ORDER BY account_id FOR UPDATE",
            [source, destination],
        )
        db.executemany(
            "UPDATE tickets_balance SET amount = amount + %s WHERE asset_id = 'CC' AND account_id = %s",
            [(-amount, source), (amount, destination)],
        )
        db.execute(
            "INSERT INTO tickets_posting (id, at, kind, source_id, destination_id, asset_id, amount, offer_id)"
            " VALUES (%s, %s, 'settle', %s, %s, 'CC', %s, %s)",
            [uuid.uuid4(), now, source, destination, amount, pk],
        )
        db.execute(
            "UPDATE tickets_transferoffer SET status = 'completed', revision = 2, ended_at = %s, source_id = %s,"
            " destination_id = %s, amulet_contract_id = %s, ended_transaction_id = %s WHERE id = %s AND revision = 1",
            [now, source, destination, new_contract_id(), new_transaction_id(), pk],
        )
        record(db, now, "offer.completed", None, pk, "completed")


def record(db, now, kind: str, by: WalletUser | None, pk: uuid.UUID, status: str) -> None:
    own_facts = json.dumps({"wallet_user": by.subject} if by else {})
    db.execute(
        "INSERT INTO tickets_event (at, kind, workspace_id, is_private, offer_id, status, facts, own_facts)"
        " VALUES (%s, %s, %s, false, %s, %s, '{}', %s)",
        [now, kind, by.profile.workspace_id if by else None, pk, status, own_facts],
    )


def check() -> None:
    """Both ways left the books in order."""
    call_command("verify")
