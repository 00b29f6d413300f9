"""What the database itself refuses of the ledger and of history, whoever asks."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.base import NOON
from tests.factories import FundedVaultFactory
from tests.models.test_ledger import hold
from tickets.amounts import ZERO
from tickets.errors import Refused
from tickets.models import Asset, Balance, Event, Posting, PostingKind
from tickets.models.ledger import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def btc():
    return Asset.objects.get(pk="BTC")


@pytest.fixture
def vault():
    return FundedVaultFactory(funds={"BTC": "5"})


def refuses(statement, *params):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_the_database_refuses_a_balance_below_zero(vault, btc):
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(account=vault).update(amount=Decimal("-0.000000000000000001"))


@pytest.mark.parametrize("amount", [ZERO, Decimal(-1)])
def test_the_database_refuses_a_posting_of_nothing_or_less(vault, btc, amount):
    posting = hold(vault, btc, "1")
    posting.amount = amount
    with pytest.raises(IntegrityError), transaction.atomic():
        posting.save()


def test_the_database_refuses_a_posting_from_an_account_to_itself(vault, btc):
    posting = hold(vault, btc, "1")
    posting.destination = vault
    with pytest.raises(IntegrityError), transaction.atomic():
        posting.save()


def test_the_database_refuses_a_release_of_nothing_and_a_hold_that_resolves(vault, btc):
    holding = hold(vault, btc, "1")
    post([holding], at=NOON)
    release, again = hold(vault, btc, "1"), hold(vault, btc, "1")
    release.kind, again.resolves = PostingKind.RELEASE, holding
    for posting in (release, again):
        with pytest.raises(IntegrityError), transaction.atomic():
            posting.save()


def test_a_posting_is_never_changed_nor_deleted(vault):
    posting = Posting.objects.get()
    for attempt in (
        posting.save,
        posting.delete,
        Posting.objects.all().delete,
        lambda: Posting.objects.update(amount=Decimal(1)),
        lambda: Posting.objects.bulk_update([posting], ["amount"]),
        lambda: vault.postings_in.update(amount=Decimal(1)),
    ):
        with pytest.raises(Refused), transaction.atomic():
            attempt()
    refuses("UPDATE tickets_posting SET kind = 'settle'")
    refuses("UPDATE tickets_event SET kind = 'nothing'")


def test_history_and_money_protect_what_they_name(vault, btc):
    for thing in (vault, vault.workspace, btc):
        with pytest.raises((ProtectedError, Refused)), transaction.atomic():
            thing.delete()


def guarded_against_deletion():
    """SQLite keeps no such guard (see the migration), so there is nothing to ask it."""
    return ["tickets_posting", "tickets_event"] if connection.vendor == "postgresql" else []


def test_postgresql_refuses_to_delete_history(vault):
    for table in guarded_against_deletion():
        refuses(f"DELETE FROM {table}")
    assert Posting.objects.exists() and Event.objects.exists()
