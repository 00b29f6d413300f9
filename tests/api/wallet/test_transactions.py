"""The history: what moved, newest first, a page at a time."""

import pytest

from tests.api.wallet.base import OFFERS, TRANSFERS, in_hours, says
from tickets.models import Posting, TransferOffer

pytestmark = pytest.mark.django_db
PATH = "/v0/wallet/transactions"


def history(wallet, size=1000, after=None):
    answer = wallet.post(PATH, {"page_size": size} | ({} if after is None else {"begin_after_id": after}))
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def test_a_completed_offer_is_a_transfer_for_both(alice, bob, carol):
    offer = alice.offer(bob, amount="2.5", description="Memo 1")
    bob.act("accept", offer)
    offer.refresh_from_db()
    [item] = history(bob)
    assert item == history(alice)[0]
    assert item["transaction_type"] == "transfer"
    assert item["event_id"] == f"#{offer.ended_transaction_id}:0"
    assert item["sender"] == {"party": alice.party, "amount": "-2.5000000000"}
    assert item["receivers"] == [{"party": bob.party, "amount": "2.5000000000"}]
    assert item["description"] == "Memo 1"
    assert item["date"].endswith("Z")
    subtype = item["transaction_subtype"]
    assert subtype["choice"] == "AcceptedTransferOffer_Complete"
    assert subtype["template_id"].endswith(":Splice.Wallet.TransferOffer:AcceptedTransferOffer")
    for fee in ("holding_fees", "app_rewards_used", "validator_rewards_used", "sv_rewards_used"):
        assert item[fee] == "0.0000000000"
    assert item["development_fund_coupons_used"] == "0.0000000000"
    assert history(carol) == []


def test_a_want_of_funds_is_a_notification_for_the_sender(alice, bob):
    offer = alice.offer(bob, amount="1001")
    bob.act("accept", offer)
    [item, _] = history(alice)
    assert item["transaction_type"] == "notification"
    assert item["details"] == "ITR_InsufficientFunds: missing 1.0000000000 CC"
    assert item["transaction_subtype"]["choice"] == "WalletAppInstall_ExecuteBatch"
    assert item["transaction_subtype"]["amulet_operation"] == "CO_CompleteAcceptedTransfer"
    assert history(bob) == []


def test_coins_from_the_tap_are_a_change_of_balance(bob):
    bob.post("/v0/wallet/tap", {"amount": "1"})
    [item] = history(bob)
    assert item["transaction_type"] == "balance_change"
    assert item["transaction_subtype"]["choice"] == "AmuletRules_DevNet_Tap"
    assert item["receivers"] == [{"party": bob.party, "amount": "200.0000000000"}]


def test_sends_and_token_transfers_are_transfers_by_other_choices(alice, bob):
    transfer = alice.offer(bob, TRANSFERS, amount="3")
    bob.act("accept", transfer, TRANSFERS)
    bob.post("/v0/wallet/transfer-preapproval")
    body = {"receiver_party_id": bob.party, "amount": "1", "deduplication_id": "one", "description": "Tip"}
    alice.post("/v0/wallet/transfer-preapproval/send", body)
    send, token = history(bob)
    assert (send["transaction_subtype"]["choice"], send["description"]) == ("TransferPreapproval_Send", "Tip")
    assert token["transaction_subtype"]["choice"] == "TransferInstruction_Accept"
    assert token["transfer_instruction_cid"] == transfer.contract_id
    assert token["transfer_instruction_receiver"] == bob.party
    assert token["transfer_instruction_amount"] == "3.0000000000"


def test_what_moved_nothing_is_not_in_the_history(alice, bob):
    alice.offer(bob)
    alice.act("withdraw", alice.offer(bob))
    bob.act("reject", alice.offer(bob))
    alice.offer(bob, expires_at=in_hours(-1)).expire()
    alice.offer(bob, TRANSFERS)
    assert history(bob) == []


def busy(alice, bob):
    for number in range(7):
        if number % 3 == 0:
            alice.post("/v0/wallet/tap", {"amount": "1"})
        bob.act("accept", alice.offer(bob, amount="2000" if number % 3 == 1 else "1"))


@pytest.mark.parametrize("size", [1, 2, 3, 11, 1000])
def test_pages_join_to_the_whole_without_a_gap(alice, bob, size):
    busy(alice, bob)
    whole = history(alice)
    assert len(whole) == 7 + 3 + 1
    assert [item["date"] for item in whole] == sorted((item["date"] for item in whole), reverse=True)
    assert len({item["event_id"] for item in whole}) == len(whole)
    pages, after = [], ""
    while page := history(alice, size, after):
        assert len(page) <= size
        pages += page
        after = page[-1]["event_id"]
    assert pages == whole


def test_pages_part_what_happened_in_one_moment(alice, bob):
    busy(alice, bob)
    moment = Posting.objects.latest("at").at
    TransferOffer.objects.filter(ended_at__isnull=False).update(ended_at=moment)
    whole, after, pages = history(alice), "", []
    while page := history(alice, 1, after):
        pages += page
        after = page[-1]["event_id"]
    assert pages == whole


@pytest.mark.parametrize("after", ["x", "#1220:0", "#1220" + "0" * 64 + ":0", "\0", "#1220" + "0" * 64 + ":1"])
def test_an_unknown_mark_gives_an_empty_page(alice, after):
    assert history(alice, after=after) == []


def test_another_wallets_mark_is_unknown(alice, bob, carol):
    bob.act("accept", alice.offer(bob))
    assert history(carol, after=history(bob)[0]["event_id"]) == []
    assert history(bob, after=history(alice)[-1]["event_id"]) == []


@pytest.mark.parametrize("size", [0, -1, 1001, 2**70, "5", 1.5, None, True])
def test_a_page_size_that_is_none(alice, size):
    says(alice.post(PATH, {"page_size": size}), 400, "page_size")


def test_the_page_size_is_required(alice):
    says(alice.post(PATH, {}), 400, "page_size")
    says(alice.post(PATH), 400)


def test_a_page_is_read_by_a_few_questions(alice, bob, django_assert_max_num_queries):
    busy(alice, bob)
    after = history(alice, 1)[0]["event_id"]
    with django_assert_max_num_queries(5):
        history(alice, 5, after)


def test_offers_are_not_listed_again_once_completed(alice, bob):
    bob.act("accept", alice.offer(bob))
    assert alice.get(OFFERS).json() == {"offers": []}
