"""`manage.py verify`: it passes where the verbs were at work, and finds each kind of damage that was done past them."""

import io
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from tests.base import NOON, cast
from tests.commands import damage_offers
from tests.commands.damage import DAMAGE, TX, held, hold_of, rogue
from tests.factories import TicketFactory
from tickets.management.commands.verify import RULES
from tickets.models import Balance, Posting, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(everybody):
    """Let a balance break the database's own check, as a backup restored without it might."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE tickets_balance DROP CONSTRAINT balance_not_negative")
        yield
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.fixture
def everybody():
    """Tickets of Alpha and Beta in every stage of settling."""
    people = cast()
    common = {"connection": people.connection}
    for status in ("draft", "open", "in_settlement", "fulfilled", "cancelled", "rejected", "expired"):
        TicketFactory(status=status, kind="two_way", **common)
    TicketFactory(status="fulfilled", kind="two_way", settlement="leg_by_leg", **common)
    by_hand = TicketFactory(status="open", **common)
    by_hand.fund_manually(by_hand.terms.get(), TX, by=people.cy, now=NOON)
    released = TicketFactory(status="in_settlement", kind="two_way", **common)
    released.cancel(by=people.ada, reason="No longer needed", now=NOON)
    Workspace.objects.filter(name="Alpha").update(auto_approval=False)
    people.connection.requester.refresh_from_db()
    submitted = TicketFactory(status="draft", **common)
    submitted.workspace.refresh_from_db()
    submitted.submit(by=people.ada, now=NOON)
    submitted.approve(by=people.bo, now=NOON)
    return people


def verify() -> str:
    said = io.StringIO()
    try:
        call_command("verify", stdout=said)
    except CommandError as fault:
        return f"{said.getvalue()}{fault}"
    return said.getvalue()


def test_what_the_verbs_did_is_verified(everybody):
    said = verify()
    assert said.endswith(f"verified: {len(RULES)} rules hold\n")
    assert "1 draft, 0 awaiting approval, 2 open, 2 part funded, 2 settled, 2 cancelled, 1 rejected, 1 expired" in said
    assert "1000000.000000 USDC inside, 1000000.000000 USDC from outside" in said


BELOW_ZERO, ONLY_ONCE = "no balance is below zero", "every hold is resolved at most once"
ID_ONLY_ONCE = "every tracking id of a sender is used once"


def test_an_empty_database_is_verified():
    assert verify().endswith("rules hold\n")


def test_each_kind_of_damage_is_found(everybody, subtests):
    for damage, rule in DAMAGE:
        with subtests.test(f"{damage.__name__}: {rule}"), transaction.atomic():
            damage(everybody)
            said = verify()
            assert f"\n{rule}: " in said and "not verified: " in said
            transaction.set_rollback(True)


def test_a_balance_below_zero_is_found(everybody, unguarded):
    Balance.objects.filter(account=everybody.alpha.vault).update(amount=Decimal(-1))
    assert f"\n{BELOW_ZERO}: Alpha Treasury, Alpha: expected nothing below zero, found -1.000000 USDC\n" in verify()


def test_no_rule_goes_without_its_damage():
    found = {rule for _, rule in [*DAMAGE, *damage_offers.DAMAGE]} | {BELOW_ZERO, ONLY_ONCE, ID_ONLY_ONCE}
    assert {rule.__name__.replace("_", " ") for rule in RULES} == found


def test_a_hold_resolved_twice_is_refused_or_found(everybody):
    """SQLite cannot lose its unique constraint without losing the table; PostgreSQL can."""
    leg = held()
    hold = hold_of(leg)
    rogue("release", hold.destination, leg.source, asset=leg.asset, amount=leg.amount, term=leg, resolves=hold)
    again = Posting(
        pk=uuid.uuid4(),
        kind="release",
        at=NOON + timedelta(seconds=1),
        source=hold.destination,
        destination=leg.source,
        asset=leg.asset,
        amount=leg.amount,
        term=leg,
        resolves=hold,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.bulk_create([again])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE tickets_posting DROP CONSTRAINT tickets_posting_resolves_id_key")
        Posting.objects.bulk_create([again])
        assert f"\n{ONLY_ONCE}: hold {hold.pk}: expected one resolution, found 2\n" in verify()
