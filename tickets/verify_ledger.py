"""The rules of the ledger: balances, postings, holds, and the postings of each leg."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q

from tickets.amounts import ZERO, AmountSum
from tickets.models import Account, AccountKind, Balance, Posting, PostingKind, Settlement, Term, TermStatus
from tickets.models.status import LIVE
from tickets.verify import Finding, amiss, totals_from_outside, totals_inside

DEPOSIT, HOLD, SETTLE, RELEASE = PostingKind.DEPOSIT, PostingKind.HOLD, PostingKind.SETTLE, PostingKind.RELEASE
VAULT = AccountKind.VAULT

Totals = dict[tuple, Decimal]


def every_balance_equals_its_postings() -> Iterator[Finding]:
    derived: Totals = defaultdict(lambda: ZERO)
    for side, sign in (("destination", 1), ("source", -1)):
        inside = Posting.objects.exclude(**{f"{side}__kind": AccountKind.OUTSIDE})
        for key, total in _totals(inside, f"{side}_id").items():
            derived[key] += sign * total
    kept = {(row.account_id, row.asset_id): row.amount for row in Balance.objects.iterator()}
    yield from _differences(derived, kept)


def no_balance_is_below_zero() -> Iterator[Finding]:
    for balance in Balance.objects.filter(amount__lt=ZERO).select_related("account__workspace", "asset"):
        yield balance.account, "nothing below zero", balance.asset.plain(balance.amount)


def what_is_inside_came_from_outside() -> Iterator[Finding]:
    inside, outside = totals_inside(), totals_from_outside()
    for asset in sorted(inside.keys() | outside.keys()):
        if inside.get(asset, ZERO) != outside.get(asset, ZERO):
            yield asset, outside.get(asset, ZERO), inside.get(asset, ZERO)


def every_posting_joins_accounts_that_its_kind_may() -> Iterator[Finding]:
    for_something = Q(term__isnull=False) | Q(offer__isnull=False)
    fits = (
        Q(kind=DEPOSIT, source__kind=AccountKind.OUTSIDE, destination__kind=VAULT, term=None, offer=None),
        Q(kind=HOLD, source__kind=VAULT, destination__vault=F("source")) & for_something,
        Q(kind=SETTLE, source__kind=VAULT, destination__kind=VAULT, resolves=None) & for_something,
        Q(kind=SETTLE, source__kind=AccountKind.HOLD, destination__kind=VAULT, resolves__isnull=False),
        Q(kind=RELEASE, source__vault=F("destination"), resolves__isnull=False),
    )
    for posting in amiss(Posting.objects.select_related("source", "destination"), *fits).iterator():
        yield f"posting {posting.pk}", f"accounts of a {posting.kind}", f"{posting.source} to {posting.destination}"


def every_posting_of_a_leg_joins_its_two_firms() -> Iterator[Finding]:
    sender, receiver = F("term__sender__workspace"), F("term__receiver__workspace")
    fits = (
        Q(kind__in=[HOLD, RELEASE], source__workspace=sender, destination__workspace=sender),
        Q(kind=SETTLE, source__workspace=sender, destination__workspace=receiver),
    )
    postings = Posting.objects.filter(term__isnull=False).select_related("source__workspace", "destination__workspace")
    for posting in amiss(postings, *fits).iterator():
        yield f"posting {posting.pk}", "vaults of the leg's firms", f"{posting.source} to {posting.destination}"


def every_hold_is_resolved_at_most_once() -> Iterator[Finding]:
    resolutions = Posting.objects.filter(resolves__isnull=False).order_by().values_list("resolves")
    for hold, count in resolutions.annotate(count=Count("pk")).filter(count__gt=1).iterator():
        yield f"hold {hold}", "one resolution", count


def every_resolution_matches_its_hold() -> Iterator[Finding]:
    same = {name: OuterRef(name) for name in ("asset", "amount")}
    for_the_same = Q(term=OuterRef("term")) | Q(offer=OuterRef("offer"))
    hold = Posting.objects.holds().filter(for_the_same, pk=OuterRef("resolves"), destination=OuterRef("source"), **same)
    resolutions = Posting.objects.filter(resolves__isnull=False).select_related("asset")
    for posting in resolutions.filter(~Exists(hold)).iterator():
        yield f"posting {posting.pk}", f"what hold {posting.resolves_id} took", posting


def unresolved_holds_sum_to_what_is_held() -> Iterator[Finding]:
    waiting = _totals(Posting.objects.unresolved(), "destination_id")
    held = Balance.objects.filter(account__kind=AccountKind.HOLD)
    yield from _differences(waiting, {(row.account_id, row.asset_id): row.amount for row in held.iterator()})


def every_unresolved_hold_has_a_held_leg() -> Iterator[Finding]:
    leg = Term.objects.filter(pk=OuterRef("term"), status=TermStatus.HELD, ticket__status__in=LIVE)
    for posting in Posting.objects.unresolved().filter(~Exists(leg), offer=None).select_related("term").iterator():
        yield f"hold {posting.pk}", "a held leg of a live ticket", posting.term and f"a leg {posting.term.status}"


def an_unfunded_leg_has_no_posting() -> Iterator[Finding]:
    yield from _legs_amiss(Q(status=TermStatus.UNFUNDED))


def a_held_leg_has_one_hold() -> Iterator[Finding]:
    yield from _legs_amiss(Q(status=TermStatus.HELD), holds=1)


def a_released_leg_has_its_hold_and_release() -> Iterator[Finding]:
    yield from _legs_amiss(Q(status=TermStatus.RELEASED), holds=1, releases=1)


def a_leg_settled_together_has_its_hold_and_settle() -> Iterator[Finding]:
    settled = Q(status=TermStatus.SETTLED, tx_hash="", ticket__settlement=Settlement.TOGETHER)
    yield from _legs_amiss(settled, holds=1, settles=1)


def a_leg_settled_by_itself_has_one_settle() -> Iterator[Finding]:
    settled = Q(status=TermStatus.SETTLED, tx_hash="", ticket__settlement=Settlement.LEG_BY_LEG)
    yield from _legs_amiss(settled, settles=1)


def a_leg_settled_by_hand_has_no_posting() -> Iterator[Finding]:
    yield from _legs_amiss(Q(status=TermStatus.SETTLED) & ~Q(tx_hash=""))


RULES = (
    every_balance_equals_its_postings,
    no_balance_is_below_zero,
    what_is_inside_came_from_outside,
    every_posting_joins_accounts_that_its_kind_may,
    every_posting_of_a_leg_joins_its_two_firms,
    every_hold_is_resolved_at_most_once,
    every_resolution_matches_its_hold,
    unresolved_holds_sum_to_what_is_held,
    every_unresolved_hold_has_a_held_leg,
    an_unfunded_leg_has_no_posting,
    a_held_leg_has_one_hold,
    a_released_leg_has_its_hold_and_release,
    a_leg_settled_together_has_its_hold_and_settle,
    a_leg_settled_by_itself_has_one_settle,
    a_leg_settled_by_hand_has_no_posting,
)


def _totals(postings, account: str) -> Totals:
    """Sums by account and asset."""
    sums = postings.order_by().values_list(account, "asset_id").annotate(total=AmountSum("amount"))
    return {(account, asset): total for account, asset, total in sums.iterator()}


def _differences(expected: Totals, found: Totals) -> Iterator[Finding]:
    """Where two accounts of the same sums differ; a missing row is zero."""
    differing = {key for key in expected.keys() | found.keys() if expected.get(key, ZERO) != found.get(key, ZERO)}
    accounts = Account.objects.select_related("workspace").in_bulk({account for account, _ in differing})
    for account, asset in sorted(differing):
        key = account, asset
        yield f"{asset} in {accounts[account]}", expected.get(key, ZERO), found.get(key, ZERO)


def _legs_amiss(condition: Q, *, holds: int = 0, settles: int = 0, releases: int = 0) -> Iterator[Finding]:
    """Legs that do not have exactly these postings: of the leg's own asset and amount, between its own accounts."""
    own = Q(postings__asset=F("asset"), postings__amount=F("amount"))
    from_source = Q(postings__source=F("source")) | Q(postings__source__vault=F("source"))
    to_destination = Q(postings__destination=F("destination"))
    counts = {
        "hold": (HOLD, from_source, holds),
        "settle": (SETTLE, from_source & to_destination, settles),
        "release": (RELEASE, Q(postings__destination=F("source")), releases),
    }
    legs = (
        Term.objects.filter(condition)
        .order_by()
        .values("ticket__reference", "number")
        .annotate(
            total=Count("postings"),
            **{
                name: Count("postings", filter=own & Q(postings__kind=kind) & accounts)
                for name, (kind, accounts, _) in counts.items()
            },
        )
    )
    wanted = {name: count for name, (_, _, count) in counts.items()}
    leg: Any
    for leg in legs.exclude(total=holds + settles + releases, **wanted).iterator():
        found = ", ".join(f"{leg[name]} {name}" for name in wanted)
        expected = ", ".join(f"{count} {name}" for name, count in wanted.items())
        yield f"leg {leg['number']} of {leg['ticket__reference']}", expected, f"{found} among {leg['total']}"
