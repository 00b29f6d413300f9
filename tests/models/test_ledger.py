"""The ledger: postings, balances, deposits and accounts."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.base import NOON, deposit, staff
from tests.factories import FundedVaultFactory, VaultFactory, WorkspaceFactory
from tickets.errors import BadAmount, Conflict, InsufficientFunds, Invalid, NotAllowed
from tickets.models import Account, AccountKind, Asset, Balance, Event, Posting, PostingKind
from tickets.models.ledger import post

pytestmark = pytest.mark.django_db
LARGEST = Decimal("9999999999999999999999999999.999999999999999999")


@pytest.fixture
def btc():
    return Asset.objects.get(pk="BTC")


@pytest.fixture
def vault():
    return FundedVaultFactory(funds={"BTC": "5"})


def hold(vault, asset, amount):
    return Posting(
        kind=PostingKind.HOLD, source=vault, destination=vault.hold, asset=asset, amount=Decimal(amount), at=NOON
    )


# Posting


def test_a_hold_moves_what_is_available_beside_the_vault(vault, btc):
    post([hold(vault, btc, "2")], at=NOON)
    assert (vault.available(btc), vault.held(btc)) == (3, 2)


def test_a_hold_is_settled_to_its_receiver(vault, btc):
    receiver, holding = VaultFactory(), hold(vault, btc, "2")
    post([holding], at=NOON)
    post([holding.settled_to(receiver)], at=NOON)
    assert (vault.available(btc), vault.held(btc), receiver.available(btc)) == (3, 0, 2)


def test_a_hold_is_released_to_where_it_came_from(vault, btc):
    holding = hold(vault, btc, "2")
    post([holding], at=NOON)
    post([holding.released()], at=NOON)
    assert (vault.available(btc), vault.held(btc)) == (5, 0)
    assert list(Posting.objects.unresolved()) == []


@pytest.mark.parametrize("first", ["settle", "release"])
@pytest.mark.parametrize("second", ["settle", "release"])
def test_a_hold_is_resolved_once(vault, btc, first, second):
    receiver, holding = VaultFactory(), hold(vault, btc, "2")
    post([holding, hold(vault, btc, "2")], at=NOON)  # enough is held for a second resolution
    resolve = {"settle": lambda: holding.settled_to(receiver), "release": holding.released}
    post([resolve[first]()], at=NOON)
    before = list(Balance.objects.values_list("account", "asset", "amount"))
    with pytest.raises(IntegrityError), transaction.atomic():
        post([resolve[second]()], at=NOON)
    assert list(Balance.objects.values_list("account", "asset", "amount")) == before


def test_what_is_not_there_is_refused_by_name_and_figure(vault, btc):
    vault.name = "Treasury"
    with pytest.raises(InsufficientFunds) as refusal:
        post([hold(vault, btc, "5.00000001")], at=NOON)
    assert refusal.value.message == (
        "Treasury has 5.00000000 BTC available, 0.00000001 BTC too little. "
        "Choose another vault or bring in funds first."
    )


def test_of_several_postings_one_without_funds_refuses_all(vault, btc):
    other = VaultFactory()
    with pytest.raises(InsufficientFunds), transaction.atomic():
        post([hold(vault, btc, "1"), hold(other, btc, "1")], at=NOON)
    assert (vault.available(btc), vault.held(btc)) == (5, 0)
    assert not Posting.objects.filter(kind=PostingKind.HOLD).exists()


def test_two_postings_cannot_spend_the_same_funds(vault, btc):
    with pytest.raises(InsufficientFunds):
        post([hold(vault, btc, "3"), hold(vault, btc, "3")], at=NOON)
    post([hold(vault, btc, "2.5"), hold(vault, btc, "2.5")], at=NOON)
    assert (vault.available(btc), vault.held(btc)) == (0, 5)


def test_funds_can_pass_through_an_account_in_one_act(vault, btc):
    through, last = VaultFactory(), VaultFactory()
    step = {"kind": PostingKind.SETTLE, "asset": btc, "amount": Decimal(5)}
    post(
        [Posting(source=vault, destination=through, **step), Posting(source=through, destination=last, **step)], at=NOON
    )
    assert [account.available(btc) for account in (vault, through, last)] == [0, 0, 5]


def test_the_smallest_amount_beside_the_largest_is_not_lost():
    vault, eth = VaultFactory(), Asset.objects.get(pk="ETH")
    deposit(vault, ETH="9999999999999999999999999998")
    deposit(vault, ETH="0.000000000000000001")
    post([hold(vault, eth, "0.000000000000000001")], at=NOON)
    assert vault.available(eth) == Decimal("9999999999999999999999999998")


def test_no_account_can_hold_more_than_can_be_counted():
    vault, eth = VaultFactory(), Asset.objects.get(pk="ETH")
    deposit(vault, ETH=str(LARGEST))
    with pytest.raises(Invalid, match="more ETH than can be counted"):
        deposit(vault, ETH="0.000000000000000001")
    assert vault.available(eth) == LARGEST
    assert Posting.objects.count() == 1


# Deposits


def test_a_deposit_arrives_and_says_who_and_why(vault, btc):
    sam = staff("Sam")
    posting = vault.deposit(btc, Decimal("1.5"), reason=" Counted in ", staff=sam, now=NOON)
    event = Event.objects.last()
    assert vault.available(btc) == Decimal("6.5")
    assert (event.kind, event.staff, event.is_private, event.workspace) == (
        "vault.deposited",
        sam,
        True,
        vault.workspace,
    )
    assert event.facts == {
        "vault": vault.name,
        "amount": "1.50000000 BTC",
        "reason": "Counted in",
        "posting": str(posting.pk),
    }


def test_a_repeated_deposit_moves_nothing(vault, btc):
    key = uuid.uuid4()
    first = vault.deposit(btc, Decimal(1), reason="Counted in", key=key, now=NOON)
    assert vault.deposit(btc, Decimal("1.00"), reason="Counted in", key=key, now=NOON) == first
    assert vault.available(btc) == 6
    assert Event.objects.filter(kind="vault.deposited").count() == 2  # the vault's first funds, and this


def test_a_key_of_one_deposit_cannot_stand_for_another(vault, btc):
    key, other = uuid.uuid4(), VaultFactory(workspace=vault.workspace)
    vault.deposit(btc, Decimal(1), reason="Counted in", key=key, now=NOON)
    for account, asset, amount in (
        (vault, btc, "2"),
        (vault, Asset.objects.get(pk="ETH"), "1"),
        (other, btc, "1"),
    ):
        with pytest.raises(Conflict):
            account.deposit(asset, Decimal(amount), reason="Counted in", key=key, now=NOON)
    assert (vault.available(btc), other.available(btc)) == (6, 0)


@pytest.mark.parametrize("amount", ["0", "-1", "0.000000001", "NaN"])
def test_a_deposit_obeys_the_assets_rules(vault, btc, amount):
    with pytest.raises(BadAmount):
        vault.deposit(btc, Decimal(amount), reason="Counted in", now=NOON)


@pytest.mark.parametrize("reason", ["", "  ", "zero\x00byte", "x" * 501])
def test_a_deposit_needs_a_reason_that_can_be_read(vault, btc, reason):
    with pytest.raises(Invalid) as refusal:
        vault.deposit(btc, Decimal(1), reason=reason, now=NOON)
    assert refusal.value.field == "reason"
    assert vault.available(btc) == 5


def test_funds_are_deposited_into_vaults_only(vault, btc):
    for account in (vault.hold, Account.objects.outside_world()):
        with pytest.raises(NotAllowed):
            account.deposit(btc, Decimal(1), reason="Counted in", now=NOON)


# Accounts


def test_vaults_are_numbered_from_zero_within_their_workspace():
    workspace = WorkspaceFactory()
    assert [VaultFactory(workspace=workspace).number for _ in range(3)] == [0, 1, 2]
    assert VaultFactory().number == 0
    assert all(vault.hold.kind == AccountKind.HOLD for vault in Account.objects.vaults_of(workspace))


def test_there_is_one_outside_world():
    assert Account.objects.outside_world() == Account.objects.outside_world()
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(kind=AccountKind.OUTSIDE, name="Another")
