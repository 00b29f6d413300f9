"""The full table: each situation of a transfer offer × each verb × whoever may try it.

Either the listed next status with exactly its events, or the named refusal and not one row changed.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.base import NOON, cast, deposit, wallet_user
from tests.factories import OfferFactory
from tests.models.test_ticket_moves import every_row
from tickets.errors import InsufficientFunds, NotAllowed, Refused, WrongStatus
from tickets.models import Event, Role, TransferOffer

pytestmark = pytest.mark.django_db

SITUATIONS = {
    "created": {},
    "created, funds held": {"reserve": True},
    "token created": {"is_token": True},
    "accepted": {"status": "accepted"},
    "accepted, funds held": {"status": "accepted", "reserve": True},
    "accepted, no funds": {"status": "accepted", "is_funded": False},
    "completed": {"status": "completed"},
    "token completed": {"status": "completed", "is_token": True},
    "rejected": {"status": "rejected"},
    "withdrawn": {"status": "withdrawn", "reserve": True},
    "aborted": {"status": "withdrawn", "is_funded": False},
    "expired": {"status": "expired"},
}
ACTORS = {
    "Ada": lambda market: {"by": market.ada},
    "Bo": lambda market: {"by": market.bo},
    "Alpha's viewer": lambda market: {"by": market.alpha.viewer},
    "Alpha's wallet": lambda market: {"wallet_user": market.wallets["alpha"]},
    "Cy": lambda market: {"by": market.cy},
    "Beta's approver": lambda market: {"by": market.beta.approver},
    "Beta's viewer": lambda market: {"by": market.beta.viewer},
    "Beta's wallet": lambda market: {"wallet_user": market.wallets["beta"]},
    "Beta's other wallet": lambda market: {"wallet_user": market.wallets["other"]},
    "Dee": lambda market: {"by": market.dee},
    "Gamma's wallet": lambda market: {"wallet_user": market.wallets["gamma"]},
    "the product": lambda market: {},
}
SENDERS = {"Ada", "Bo", "Alpha's wallet"}
ACCEPTING, RECEIVERS = {"Cy", "Beta's wallet"}, {"Cy", "Beta's approver", "Beta's wallet"}
PEOPLE = set(ACTORS) - {"the product"}
CREATED = {"created", "created, funds held", "token created"}
WHO = {"accept": ACCEPTING, "reject": RECEIVERS, "withdraw": SENDERS}

ALLOWED = {
    ("created", "accept"): ("accepted", ["offer.accepted"]),
    ("created, funds held", "accept"): ("accepted", ["offer.accepted"]),
    ("token created", "accept"): ("completed", ["offer.accepted", "offer.completed"]),
    ("accepted", "complete"): ("completed", ["offer.completed"]),
    ("accepted", "finish"): ("completed", ["offer.completed"]),
    ("accepted, funds held", "complete"): ("completed", ["offer.completed"]),
    ("accepted, funds held", "finish"): ("completed", ["offer.completed"]),
    ("accepted, no funds", "abort"): ("withdrawn", ["offer.aborted"]),
    ("accepted, no funds", "finish"): ("withdrawn", ["offer.aborted"]),
    **{(situation, "reject"): ("rejected", ["offer.rejected"]) for situation in CREATED},
    **{(situation, "withdraw"): ("withdrawn", ["offer.withdrawn"]) for situation in CREATED},
    **{
        (situation, "expire"): ("expired", ["offer.expired"])
        for situation in {*CREATED, "accepted", "accepted, funds held", "accepted, no funds"}
    },
}


def made(situation):
    """The market with a wallet user for each firm, and an offer from its Alpha to its Beta in that situation."""
    market = cast()
    other = market.beta.workspace.profiles.create(name="Beta Side Desk", party="side::1220", vault=market.beta.vault)
    firms = {"alpha": market.alpha.profile, "beta": market.beta.profile, "gamma": market.gamma.profile, "other": other}
    market.wallets = {name: wallet_user(profile) for name, profile in firms.items()}
    for firm in (market.alpha, market.beta):
        deposit(firm.vault, CC="0.5")
    OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile, **SITUATIONS[situation])
    return market


def outcome(verb, actor, market):
    """The next status and the kinds of the events; or the type of the refusal."""
    last, offer = Event.objects.latest("pk").pk, TransferOffer.objects.get()
    now = offer.expires_at if verb == "expire" else NOON + timedelta(minutes=1)
    with transaction.atomic():
        try:
            getattr(offer, verb)(**actor, now=now)
        except Refused as refused:
            assert refused.message.endswith("."), refused.message
            return type(refused)
        events = list(Event.objects.filter(pk__gt=last))
        told = TransferOffer.objects.get().status, [event.kind for event in events]
        assert offer.status == told[0]
        if events:
            assert events[0].by == actor.get("by") and {(event.offer, event.at) for event in events} == {(offer, now)}
            subject = actor["wallet_user"].subject if "wallet_user" in actor else None
            assert events[0].own_facts.get("wallet_user") == subject
        transaction.set_rollback(True)
        return told


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_verb_of_a_party_makes_its_move_or_is_refused_without_a_trace(situation):
    market = made(situation)
    before, found, expected = every_row(), {}, {}
    for verb, who in WHO.items():
        for name in PEOPLE:
            found[verb, name] = outcome(verb, ACTORS[name](market), market)
            move = ALLOWED.get((situation, verb), WrongStatus)
            expected[verb, name] = move if name in who else NotAllowed
    assert found == expected
    assert every_row() == before


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_verb_of_the_product_makes_its_move_or_is_refused_without_a_trace(situation):
    market = made(situation)
    status, before = TransferOffer.objects.get().status, every_row()
    verbs = ("complete", "abort", "expire", "finish")
    expected = {verb: ALLOWED.get((situation, verb), WrongStatus) for verb in verbs}
    if situation == "accepted, no funds":
        expected["complete"] = InsufficientFunds
    if (situation, "finish") not in ALLOWED:
        expected["finish"] = (status, [])  # it tolerates what it cannot finish
    assert {verb: outcome(verb, {}, market) for verb in verbs} == expected
    assert every_row() == before


@pytest.mark.parametrize("verb", WHO)
def test_somebody_acts_and_one_of_two_kinds(verb):
    market = made("created")
    for actor in ({}, {"by": market.cy, "wallet_user": market.wallets["beta"]}):
        with pytest.raises(TypeError), transaction.atomic():
            getattr(TransferOffer.objects.get(), verb)(**actor, now=NOON)


@pytest.mark.parametrize("role", Role)
def test_who_may_offer_accept_and_decline_follows_from_the_role(role):
    market = cast()
    signs = role in {Role.OWNER, Role.ADMIN, Role.NON_SIGNING_ADMIN, Role.SIGNER}
    offer = OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile)
    assert (outcome("accept", {"by": market.beta.members[role]}, market) != NotAllowed) == signs
    assert (outcome("reject", {"by": market.beta.members[role]}, market) != NotAllowed) == (role != Role.VIEWER)
    assert (outcome("withdraw", {"by": market.alpha.members[role]}, market) != NotAllowed) == (role != Role.VIEWER)
    try:
        TransferOffer.objects.offer(
            offer.sender, offer.receiver, offer.amount, "", offer.expires_at, "2", by=market.alpha.members[role]
        )
        assert signs
    except NotAllowed:
        assert not signs
