"""Damage to transfer offers that no verb would do, and the rule that finds it."""

from decimal import Decimal

from tests.base import MOMENT, NOON, deposit
from tests.commands.damage import event_of, rogue
from tickets.models import Asset, Posting, TransferOffer


def offers(**fields):
    return TransferOffer.objects.filter(**fields).order_by("created_at", "tracking_id")


def damage(offer: TransferOffer, **fields) -> None:
    TransferOffer.objects.filter(pk=offer.pk).update(**fields)


def hold_of(offer: TransferOffer) -> Posting:
    return Posting.objects.unresolved().get(offer=offer)


def status_without_event(people):
    damage(offers(status="rejected", reserves=False)[0], status="withdrawn")


def offered_twice(people):
    event_of(people, "offer.created", "created", offer=offers(status="created")[0])


def accepted_by_nobody(people):
    damage(offers(status="withdrawn", accepted_at=None)[0], accepted_at=NOON)


def ended_twice(people):
    event_of(people, "offer.expired", "rejected", offer=offers(status="rejected")[0])


def completed_by_word_only(people):
    accepted = offers(status="accepted", reserves=False)[0]
    damage(
        accepted,
        status="completed",
        source=people.alpha.vault,
        destination=people.beta.vault,
        amulet_contract_id="00ab",
        ended_at=NOON,
        ended_transaction_id="1220",
    )


def paid_though_open(people):
    deposit(people.alpha.vault, CC="1")
    created = offers(status="created", reserves=False)[0]
    rogue("settle", people.alpha.vault, people.beta.vault, asset=coin(), offer=created)


def another_amount(people):
    damage(offers(status="completed", reserves=False).exclude(receiver=people.alpha.profile)[0], amount=Decimal(7))


def held_amount_off(people):
    damage(offers(status="created", reserves=True)[0], amount=Decimal(7))


def ended_over_its_hold(people):
    held = offers(status="created", reserves=True, is_token=False)[0]
    damage(held, status="withdrawn", ended_at=NOON, ended_transaction_id="1220")


def reserving_no_more(people):
    damage(offers(status="created", reserves=True, is_token=False)[0], reserves=False)


def released_though_live(people):
    hold = hold_of(offers(status="created", reserves=True)[0])
    rogue("release", hold.destination, hold.source, asset=coin(), amount=hold.amount, offer=hold.offer, resolves=hold)


def settled_elsewhere(people):
    completed = offers(status="completed", reserves=True)[0]
    damage(completed, destination=people.gamma.vault)


def paid_by_a_stranger(people):
    damage(offers(status="completed", reserves=False)[0], sender=people.gamma.profile)


def resolved_for_another_offer(people):
    one, other = offers(status="created", reserves=True)[:2]
    hold = hold_of(one)
    rogue("release", hold.destination, hold.source, asset=coin(), amount=hold.amount, offer=other, resolves=hold)


def completed_too_late(people):
    completed = offers(status="completed")[0]
    damage(completed, expires_at=completed.ended_at)


def accepted_too_late(people):
    aborted = offers(status="withdrawn", accepted_at__isnull=False)[0]
    damage(aborted, expires_at=aborted.accepted_at)


def expired_too_early(people):
    expired = offers(status="expired")[0]
    damage(expired, ended_at=expired.expires_at - MOMENT)


def coin() -> Asset:
    return Asset.objects.get(pk="CC")


DAMAGE = [
    (status_without_event, "an offer has the status of its latest event"),
    (offered_twice, "an offer tells each of its steps once"),
    (accepted_by_nobody, "an offer tells each of its steps once"),
    (ended_twice, "an offer tells each of its steps once"),
    (completed_by_word_only, "an offer status fits its postings"),
    (paid_though_open, "an offer status fits its postings"),
    (another_amount, "an offer status fits its postings"),
    (held_amount_off, "an offer status fits its postings"),
    (ended_over_its_hold, "an offer status fits its postings"),
    (reserving_no_more, "an offer status fits its postings"),
    (released_though_live, "an offer status fits its postings"),
    (settled_elsewhere, "an offer status fits its postings"),
    (ended_over_its_hold, "every unresolved hold of an offer waits for a live one"),
    (reserving_no_more, "every unresolved hold of an offer waits for a live one"),
    (paid_by_a_stranger, "every posting of an offer joins its two firms"),
    (resolved_for_another_offer, "every resolution matches its hold"),
    (completed_too_late, "an offer was accepted and completed in time and expired after it"),
    (accepted_too_late, "an offer was accepted and completed in time and expired after it"),
    (expired_too_early, "an offer was accepted and completed in time and expired after it"),
]
