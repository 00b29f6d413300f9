"""Programs are told everything in English, whatever language they ask for, and whatever another one is told."""

import pytest
from django.utils import translation

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, at, legs, market, term_at
from tests.api.wallet.base import OFFERS, SECRET, Wallet
from tests.base import deposit
from tests.brackets import CLOSE, OPEN
from tickets.errors import NotAllowed
from tickets.models import Role, Ticket

pytestmark = pytest.mark.django_db
ENGLISH, GERMAN = "en", "de-DE,de;q=0.9,en;q=0.1"


@pytest.fixture
def deals(bracketed):
    return market()


@pytest.fixture
def alice(deals, settings):
    settings.WALLET_AUTH_SECRET = SECRET
    deposit(deals.cast.alpha.vault, CC="5")
    return Wallet("alice", deals.cast.alpha.profile)


def told(ask, caller) -> list[bytes]:
    """The refusal, as it comes in English, in German, and by a process that somebody left in German."""
    answers = []
    for language, left_in in ((ENGLISH, "en-gb"), (GERMAN, "en-gb"), (GERMAN, "de")):
        caller.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        with translation.override(left_in):
            answers.append(ask())
    assert all(answer.status_code >= 400 for answer in answers), answers[0].content
    kept = [{name: value for name, value in answer.headers.items() if name != "X-Request-ID"} for answer in answers]
    assert kept[0] == kept[1] == kept[2]
    return [answer.content for answer in answers]


def assert_the_same(ask, caller, *words: str) -> None:
    first, *others = told(ask, caller)
    assert all(other == first for other in others)
    assert OPEN not in first.decode() and all(word in first.decode() for word in words), first


def test_the_console_is_told_otherwise(deals):
    with translation.override("de"), pytest.raises(NotAllowed) as refusal:
        Ticket.objects.draft("one_way", by=deals.cast.alpha.viewer)
    assert refusal.value.message == f"{OPEN}Your role, {OPEN}viewer{CLOSE}, may not open tickets.{CLOSE}"


def test_who_may_not(deals):
    viewer = Caller(machine(deals.cast.alpha, Role.VIEWER))
    assert_the_same(lambda: viewer.post(BASE, deals.body()), viewer, "Your role, viewer, may not open tickets.")
    assert_the_same(lambda: viewer.get(f"{BASE}/nowhere"), viewer)
    assert_the_same(lambda: viewer.send("GET", BASE, token="none"), viewer)


def test_what_a_draft_refuses(deals):
    ada, long = deals.ada, "A" * 2000
    assert_the_same(lambda: ada.post(BASE, deals.body(note=long)), ada, "note")
    assert_the_same(lambda: ada.post(BASE, deals.body(expiresIn="9999")), ada)
    assert_the_same(lambda: ada.post(BASE, deals.body(("USDC", "0.0000001", "beta", "alpha"))), ada, "USDC")
    assert_the_same(lambda: ada.post(BASE, deals.body(("USDC", "1", "alpha", "alpha"))), ada, "two firms")


def test_what_a_ticket_refuses(deals):
    ticket = deals.open(("BTC", "11", "alpha", "beta"), RECEIVED)
    bitcoin, ada = legs(deals, ticket)["BTC"], deals.ada
    fund = lambda: ada.put(term_at(bitcoin, "fund"), deals.funding(bitcoin))  # noqa: E731
    assert_the_same(fund, ada, "1.00000000 BTC too little")
    assert_the_same(lambda: deals.dee.put(at(ticket, "cancel"), {"reason": "No"}), deals.dee)
    ada.put(at(ticket, "cancel"), {"reason": "No"})
    assert_the_same(fund, ada, "This ticket is cancelled. Alpha ended it at ")


def test_what_the_network_and_keys_refuse(deals):
    ada = deals.ada
    again = {"localNetworkId": deals.network("alpha"), "remoteNetworkId": deals.network("beta")}
    assert_the_same(lambda: ada.post("/v1/network_connections", again), ada)
    owner = Caller(machine(deals.cast.alpha, Role.OWNER))
    group = {"groupName": "Desk", "memberIds": ["nobody"]}
    assert_the_same(lambda: owner.post("/v1/management/user_groups", group), owner, "The id of a member is 32")


def test_what_a_wallet_refuses(deals, alice):
    bob = Wallet("bob", deals.cast.beta.profile)
    for fields in ({"description": "A" * 300}, {"amount": "-1"}, {"amount": "lots"}, {"receiver_party_id": "nobody"}):
        body = alice.terms(bob, **fields)
        assert_the_same(lambda body=body: alice.post(OFFERS, body), alice)
    offer = alice.offer(bob)
    assert_the_same(lambda: alice.act("accept", offer), alice, "Only the receiver of an offer can accept or reject it.")
    repeated = alice.terms(bob, tracking_id=offer.tracking_id)
    assert_the_same(lambda: alice.post(OFFERS, repeated), alice)
    alice.act("withdraw", offer)
    assert_the_same(lambda: bob.act("accept", offer), bob)
    assert_the_same(lambda: alice.get("/v0/nowhere"), alice)
    assert_the_same(lambda: alice.get("/v0/wallet/balance", authorization=None), alice)
