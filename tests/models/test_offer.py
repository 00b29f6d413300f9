"""Making transfer offers: what they keep and what is refused."""

import re
from decimal import Decimal

import pytest

from tests.base import MOMENT, NOON, cast, deposit, wallet_user
from tests.models.offers import HOUR, between, offer
from tickets.errors import BadAmount, Invalid, NotAllowed, WrongStatus
from tickets.models import TransferOffer
from tickets.models.contract import contract_id_of, transaction_id_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    market = cast()
    deposit(market.alpha.vault, CC="100")
    return market


def test_an_offer_keeps_what_was_given_to_the_letter(market):
    tracking_id, description = " a/b\n£ \u200b\U0001f600 ", "  Tag: 0042\t"
    made = TransferOffer.objects.offer(
        market.alpha.profile,
        market.beta.profile,
        Decimal("0.0000000001"),
        description,
        NOON + HOUR + MOMENT,
        tracking_id,
        wallet_user=wallet_user(market.alpha.profile, "alice"),
        now=NOON,
    )
    kept = TransferOffer.objects.get(pk=made.pk)
    assert (kept.tracking_id, kept.description, kept.amount) == (tracking_id, description, Decimal("1e-10"))
    assert (kept.created_at, kept.expires_at, kept.status) == (NOON, NOON + HOUR + MOMENT, "created")
    assert kept.coins == "0.0000000001 CC"


def test_ids_have_the_usual_form_and_are_made_with_their_step(market):
    created = offer(market)
    assert re.fullmatch("00[0-9a-f]{136}", created.contract_id)
    assert re.fullmatch("1220[0-9a-f]{64}", created.created_transaction_id)
    assert (created.accepted_contract_id, created.amulet_contract_id, created.ended_transaction_id) == (None,) * 3
    done = between(market, status="completed")
    assert all(re.fullmatch("00[0-9a-f]{136}", text) for text in (done.accepted_contract_id, done.amulet_contract_id))
    assert len({done.created_transaction_id, done.accepted_transaction_id, done.ended_transaction_id}) == 3
    assert contract_id_of(done.pk) == contract_id_of(done.pk) != done.contract_id
    assert re.fullmatch("00[0-9a-f]{136}", contract_id_of(done.pk))
    assert re.fullmatch("1220[0-9a-f]{64}", transaction_id_of(done.pk))


@pytest.mark.parametrize("amount", ["0", "-1", "0.00000000001", "10000000000000000000000000000", "NaN", "Infinity"])
def test_an_amount_that_cannot_be_moved_is_refused(market, amount):
    with pytest.raises(BadAmount):
        offer(market, amount=amount)
    assert not TransferOffer.objects.exists()


@pytest.mark.parametrize("amount", ["0.0000000001", "9999999999999999999999999999.9999999999"])
def test_any_other_amount_can_be_offered_whatever_is_there(market, amount):
    assert offer(market, amount=amount).amount == Decimal(amount)


@pytest.mark.parametrize("text", ["x" * 280, "a\x00b", "\ud800"])
def test_text_that_is_too_long_or_cannot_be_kept_is_refused(market, text):
    for fields in ({"tracking_id": text}, {"description": text}):
        fields = {"tracking_id": "one", "description": ""} | fields
        with pytest.raises(Invalid) as refusal:
            TransferOffer.objects.offer(
                market.alpha.profile, market.beta.profile, Decimal(1), expires_at=NOON + HOUR, by=market.ada, **fields
            )
        assert refusal.value.field in ("tracking_id", "description")
    assert not TransferOffer.objects.with_tracking_id(market.alpha.profile, text).exists()


def test_279_characters_fit_and_so_does_none(market):
    assert len(offer(market, "\U0001f600" * 279).tracking_id) == 279
    assert offer(market, "").tracking_id == ""


def test_only_the_sender_s_own_people_offer_and_only_profiles_in_use(market):
    theirs, ours = wallet_user(market.beta.profile), wallet_user(market.alpha.profile)
    for actor in ({"by": market.cy}, {"by": market.alpha.viewer}, {"wallet_user": theirs}):
        with pytest.raises(NotAllowed):
            offer(market, **actor)
    market.beta.profile.removed_at = NOON
    with pytest.raises(WrongStatus):
        offer(market, wallet_user=ours)
