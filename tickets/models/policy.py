"""PolicyLimit: above which amount of an asset a firm asks its people for their second factor.

The limit is asked for at the console's door (console/proof.py), on the page of the act, and not by the verbs: what it
guards against is a session that was left open or stolen, and only people have sessions. An API user signs every request
with its key, and a wallet user's token is short-lived; neither can show a code, so neither is asked.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from tickets.amounts import EXACT, ZERO, AmountField
from tickets.models.asset import Asset
from tickets.models.event import Event
from tickets.models.workspace import Member, Right, Workspace


class PolicyLimitQuerySet(models.QuerySet["PolicyLimit"]):
    def of(self, member: Member):
        return self.filter(workspace=member.workspace_id).select_related("asset")

    def passed_by(self, member: Member, amounts: Iterable[tuple[str, Decimal]]) -> list["PolicyLimit"]:
        """The limits that an act of this member goes above. `amounts` are what it is about, each with its ticker.

        Amounts of one asset count together, whichever way they move. API users pass none: they sign each request.
        """
        if member.is_machine:
            return []
        sums: dict[str, Decimal] = {}
        for ticker, amount in amounts:
            sums[ticker] = EXACT.add(sums.get(ticker, ZERO), amount)
        return [limit for limit in self.of(member).filter(asset__in=sums) if sums[limit.asset_id] > limit.amount]

    def set(self, asset: Asset, amount: Decimal | None, *, by: Member, now: datetime | None = None) -> bool:
        """Ask above `amount` of this asset from now on; None lifts the limit. Says whether anything changed.

        Raises NotAllowed for a role that may not, BadAmount for an amount that is not above zero or too fine.
        """
        by.must(Right.MANAGE)
        amount = None if amount is None else asset.exact(amount)
        with transaction.atomic():
            Workspace.objects.select_for_update(no_key=True).get(pk=by.workspace_id)
            found = self.of(by).filter(asset=asset).first()
            if amount == (found.amount if found else None):
                return False
            facts = {"before": asset.plain(found.amount)} if found else {}
            if amount is None:
                found.delete()
            else:
                self.update_or_create(workspace_id=by.workspace_id, asset=asset, defaults={"amount": amount})
                facts["amount"] = asset.plain(amount)
            Event.objects.create(
                at=now or timezone.now(),
                kind="policy.lifted" if amount is None else "policy.set",
                by=by,
                workspace_id=by.workspace_id,
                is_private=True,
                facts={"asset": asset.pk, **facts},
            )
        return True


class PolicyLimit(models.Model):
    """Of one firm and one asset. An act that is about more than `amount` asks for the second factor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="policy_limits")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    amount = AmountField()

    objects = PolicyLimitQuerySet.as_manager()

    class Meta:
        ordering = ["workspace", "asset"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "asset"], name="one_policy_limit_per_asset"),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="policy_limit_above_zero"),
        ]

    def __str__(self):
        return self.asset.plain(self.amount)
