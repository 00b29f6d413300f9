"""`manage.py verify` on transfer offers: it passes where the verbs were at work, and finds what was done past them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tests.base import NOON, cast, deposit
from tests.commands.damage_offers import DAMAGE
from tests.commands.test_verify import ID_ONLY_ONCE, verify
from tests.factories import OfferFactory
from tickets.models import Preapproval, TransferOffer

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody():
    """Offers from Alpha to Beta in every stage, with and without a reserve."""
    people = cast()
    parties = {"sender": people.alpha.profile, "receiver": people.beta.profile}
    for status in ("created", "accepted", "completed", "rejected", "withdrawn", "expired"):
        for reserve in (False, True):
            OfferFactory(status=status, reserve=reserve, **parties)
    for status in ("created", "completed"):
        OfferFactory(status=status, is_token=True, **parties)
        OfferFactory(status=status, sender=people.alpha.profile, receiver=people.alpha.profile)
    OfferFactory(status="withdrawn", is_funded=False, amount="1000000", **parties)
    Preapproval.objects.give(people.beta.profile, by=people.cy, now=NOON)
    deposit(people.alpha.vault, CC="5")
    TransferOffer.objects.send(*parties.values(), Decimal(5), "", "d", by=people.ada, now=NOON)
    return people


def test_what_the_verbs_did_is_verified(everybody):
    said = verify()
    assert said.endswith("rules hold\n"), said
    assert "transfer offers: 4 offered, 2 accepted, 5 completed, 2 rejected, 3 withdrawn, 2 expired" in said


def test_each_kind_of_damage_is_found(everybody, subtests):
    for damage, rule in DAMAGE:
        with subtests.test(f"{damage.__name__}: {rule}"), transaction.atomic():
            damage(everybody)
            said = verify()
            assert f"\n{rule}: " in said and "not verified: " in said
            transaction.set_rollback(True)


def test_a_tracking_id_used_twice_is_refused_or_found(everybody):
    """SQLite cannot lose its unique constraint without losing the table; PostgreSQL can."""
    one, other = TransferOffer.objects.filter(status="created", sender=everybody.alpha.profile)[:2]
    twice = TransferOffer.objects.filter(pk=other.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.update(tracking_id=one.tracking_id)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE tickets_transferoffer DROP CONSTRAINT one_offer_per_tracking_id")
        twice.update(tracking_id=one.tracking_id)
        assert (
            f"\n{ID_ONLY_ONCE}: tracking ID {one.tracking_id} of Alpha Desk: expected one offer, found 2\n" in verify()
        )
