"""What is below /v1/vault: a firm's own vault accounts, page by page, with exact amounts."""

from itertools import chain

import pytest
from fireblocks.exceptions import NotFoundException
from fireblocks.models.vault_account import VaultAccount
from fireblocks.models.vault_accounts_paged_response import VaultAccountsPagedResponse
from fireblocks.models.vault_asset import VaultAsset

from tests.api.base import Caller, machine
from tests.api.official import answered, strict
from tests.base import cast, deposit
from tests.factories import TicketFactory, VaultFactory
from tickets.models import Role

pytestmark = pytest.mark.django_db
URL = "/v1/vault/accounts_paged"


@pytest.fixture
def market():
    """Alpha has 10 BTC, of which 3.75 are held for a ticket."""
    market = cast()
    deposit(market.alpha.vault, BTC="10", USDC="0.000001")
    ticket = TicketFactory(connection=market.connection, kind="two_way", status="open")
    leg = ticket.legs_to_fund(market.ada)[0]
    ticket.fund({leg.pk: market.alpha.vault}, by=market.ada)
    return market


@pytest.fixture
def alpha(market):
    return Caller(machine(market.alpha, Role.VIEWER))


def said(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def asset(ticker, total, available=None, locked="0"):
    return {
        "id": ticker,
        "total": total,
        "balance": total,
        "available": available or total,
        "pending": "0",
        "frozen": "0",
        "lockedAmount": locked,
    }


def ids(answer):
    return [account["id"] for account in answer["accounts"]]


def paged(caller, **query):
    return said(caller.get(URL, query))


def test_an_account_tells_what_is_there_and_what_is_held(market, alpha):
    VaultFactory(workspace=market.alpha.workspace, name="Cold")
    treasury = {
        "id": "0",
        "name": "Alpha Treasury",
        "hiddenOnUI": False,
        "autoFuel": False,
        "assets": [asset("BTC", "10", "6.25", "3.75"), asset("USDC", "0.000001")],
    }
    cold = {"id": "1", "name": "Cold", "hiddenOnUI": False, "autoFuel": False, "assets": []}
    assert paged(alpha) == {"accounts": [treasury, cold], "paging": {"before": None, "after": None}}
    assert said(alpha.get("/v1/vault/accounts/0")) == treasury
    assert said(alpha.get("/v1/vault/accounts/1")) == cold
    assert said(alpha.get("/v1/vault/accounts/0/BTC")) == treasury["assets"][0]
    assert said(alpha.get("/v1/vault/accounts/1/BTC")) == asset("BTC", "0")


@pytest.mark.parametrize("path", ["7", "00", "-1", "x", "9" * 40, "0/NONE", "7/BTC", "٠"])
def test_what_is_not_there_is_not_found(alpha, path):
    assert said(alpha.get(f"/v1/vault/accounts/{path}"), 404)["code"] == 40400


def test_a_firm_sees_its_own_accounts_only(market):
    deposit(market.gamma.vault, ETH="1")
    accounts = paged(Caller(machine(market.gamma)))["accounts"]
    assert [account["name"] for account in accounts] == ["Gamma Treasury"]
    assert accounts[0]["assets"] == [asset("ETH", "1")]


def test_accounts_are_found_by_name_asset_and_amount(market, alpha):
    cold = VaultFactory(workspace=market.alpha.workspace, name="Cold store")
    deposit(cold, BTC="2.5", ETH="7")
    for query, found in (
        ({"namePrefix": "alpha"}, ["0"]),
        ({"nameSuffix": "STORE"}, ["1"]),
        ({"namePrefix": "Cold", "nameSuffix": "Treasury"}, []),
        ({"assetId": "ETH"}, ["1"]),
        ({"assetId": "BTC"}, ["0", "1"]),
        ({"assetId": "DOGE"}, []),
        ({"assetId": "BTC", "minAmountThreshold": "9.99"}, ["0"]),
        ({"assetId": "BTC", "minAmountThreshold": "10"}, []),
        ({"assetId": "USDC", "minAmountThreshold": "1e-07"}, ["0"]),
        ({"minAmountThreshold": "5"}, ["0", "1"]),
        ({"minAmountThreshold": "8", "orderBy": "DESC"}, ["0"]),
        ({"orderBy": "DESC"}, ["1", "0"]),
        ({"after": "", "assetId": ""}, ["0", "1"]),
    ):
        assert ids(paged(alpha, **query)) == found, query


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
def test_the_pages_join_both_ways(market, alpha, order, limit):
    for _ in range(6):
        VaultFactory(workspace=market.alpha.workspace)
    everything = ids(paged(alpha, orderBy=order))
    assert len(everything) == 7
    pages = [paged(alpha, orderBy=order, limit=limit)]
    while cursor := pages[-1]["paging"]["after"]:
        pages.append(paged(alpha, orderBy=order, limit=limit, after=cursor))
    assert list(chain.from_iterable(map(ids, pages))) == everything
    back = [pages[-1]]
    while cursor := back[-1]["paging"]["before"]:
        back.append(paged(alpha, orderBy=order, limit=limit, before=cursor))
    assert list(chain.from_iterable(map(ids, reversed(back)))) == everything
    assert back[-1]["paging"]["before"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "501"},
        {"orderBy": "name"},
        {"after": "x"},
        {"before": "1", "after": "1"},
        {"minAmountThreshold": "much"},
        {"minAmountThreshold": "NaN"},
        {"minAmountThreshold": "1e999999"},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(alpha, query):
    assert said(alpha.get(URL, query), 422)


def test_the_number_of_queries_does_not_grow(market, alpha, django_assert_max_num_queries):
    for _ in range(12):
        deposit(VaultFactory(workspace=market.alpha.workspace), BTC="1", ETH="1")
    with django_assert_max_num_queries(16):
        assert len(paged(alpha)["accounts"]) == 13


@strict
@pytest.mark.django_db(transaction=True)
def test_the_official_client_reads_it(market, official):
    VaultFactory(workspace=market.alpha.workspace, name="Cold")
    vaults = official(machine(market.alpha, Role.VIEWER)).vaults
    first = answered(vaults.get_paged_vault_accounts(limit=1, order_by="ASC"), VaultAccountsPagedResponse)
    assert type(first.accounts[0]) is VaultAccount and type(first.accounts[0].assets[0]) is VaultAsset
    assert (first.accounts[0].id, first.accounts[0].assets[0].locked_amount) == ("0", "3.75")
    rest = vaults.get_paged_vault_accounts(limit=500.0, after=first.paging.after)
    assert [each.name for each in answered(rest, VaultAccountsPagedResponse).accounts] == ["Cold"]
    rich = vaults.get_paged_vault_accounts(name_prefix="A", asset_id="BTC", min_amount_threshold=0.00001)
    assert [each.id for each in answered(rich, VaultAccountsPagedResponse).accounts] == ["0"]
    assert answered(vaults.get_vault_account(vault_account_id="0"), VaultAccount).name == "Alpha Treasury"
    coins = vaults.get_vault_account_asset(vault_account_id="0", asset_id="BTC")
    assert answered(coins, VaultAsset).total == "10"
    with pytest.raises(NotFoundException):
        vaults.get_vault_account(vault_account_id="5").result()
