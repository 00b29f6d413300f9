"""Batch: one act that somebody does to several tickets, each by itself, and what became of each.

A ticket has its turn by the verb that acts on one alone, in one transaction with the note of its outcome. So one that
is refused stops no other, and a batch that is sent twice or was cut short is carried on: nothing is done twice.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tickets.errors import Conflict, Invalid, Refused
from tickets.models.record import REASON_MAX, reason_given
from tickets.models.rows import insert
from tickets.models.ticket import Ticket
from tickets.models.workspace import Member, Right

TICKETS_MAX = 100


class BatchAct(models.TextChoices):
    END = "end", pgettext_lazy("batch", "Cancel or reject")
    APPROVE = "approve", pgettext_lazy("batch", "Approve")
    DISCARD = "discard", pgettext_lazy("batch", "Discard drafts")


RIGHT_FOR: dict[str, Right] = {
    BatchAct.END: Right.CANCEL,
    BatchAct.APPROVE: Right.APPROVE,
    BatchAct.DISCARD: Right.CREATE,
}


class BatchQuerySet(models.QuerySet["Batch"]):
    def of(self, member: Member):
        return self.filter(by=member)

    def begin(
        self,
        act: str,
        tickets: Iterable[Ticket],
        *,
        key: uuid.UUID,
        by: Member,
        reason: str = "",
        now: datetime | None = None,
    ) -> "Batch":
        """Note what is to be done; `carry_out` does it. A `key` that was used before finds the batch of then.

        Raises NotAllowed for a role that may not, Invalid for no ticket, too many, or a reason that cannot be kept,
        and Conflict for somebody else's key.
        """
        by.must(RIGHT_FOR[act])
        if begun := self.of(by).filter(pk=key).first():
            return begun
        reason, tickets = reason_given(reason) if act == BatchAct.END else "", list(tickets)
        if not tickets:
            raise Invalid(_("Select at least one ticket."))
        if len(tickets) > TICKETS_MAX:
            raise Invalid(_("Select at most %(count)d tickets at once.") % {"count": TICKETS_MAX})
        batch = self.model(id=key, by=by, act=act, reason=reason, created_at=now or timezone.now())
        with transaction.atomic():
            if insert([batch], if_free=True):
                insert([BatchItem(batch=batch, ticket=ticket, number=n) for n, ticket in enumerate(tickets, 1)])
                return batch
        if begun := self.of(by).filter(pk=key).first():
            return begun
        raise Conflict(_("This form cannot be used again. Select the tickets anew."))


class Batch(models.Model):
    """`id` is the key of the form that it came from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(Member, models.PROTECT, related_name="batches")
    act = models.CharField(max_length=10, choices=BatchAct)
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-created_at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(act__in=BatchAct.values), name="batch_act_known")]

    def __str__(self):
        return f"{self.act} by {self.by}"

    def carry_out(self, *, now: datetime | None = None) -> None:
        """Act on every ticket that has had no turn yet."""
        for pk in self.items.filter(is_done=None).values_list("pk", flat=True):
            with transaction.atomic():
                found = self.items.select_for_update(of=("self",)).select_related("ticket")
                if item := found.filter(pk=pk, is_done=None).first():
                    item.note(self._refusal(item.ticket, now), at=now or timezone.now())

    def _refusal(self, ticket: Ticket, now: datetime | None) -> Refused | None:
        """Act on this ticket; what refused that, if anything did."""
        try:
            self._verb(ticket)(by=self.by, now=now, **({"reason": self.reason} if self.reason else {}))
        except Refused as refusal:
            return refusal
        return None

    def _verb(self, ticket: Ticket) -> Callable[..., None]:
        if self.act == BatchAct.APPROVE:
            return ticket.approve
        if self.act == BatchAct.DISCARD:
            return ticket.discard
        return ticket.cancel if ticket.workspace_id == self.by.workspace_id else ticket.reject


class BatchItem(models.Model):
    """One ticket of a batch. `is_done` is None before its turn.

    `why` is the sentence that refused it, as the one person who reads it was told: an answer, which is no event.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    is_done = models.BooleanField(null=True)
    why = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "ticket of a batch"
        verbose_name_plural = "tickets of batches"
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "ticket"], name="one_turn_per_ticket_of_a_batch")]

    def __str__(self):
        return f"{self.ticket}, {self.batch}"

    def note(self, refusal: Refused | None, *, at: datetime) -> None:
        self.is_done, self.why, self.done_at = refusal is None, refusal.message if refusal else "", at
        self.save(update_fields=["is_done", "why", "done_at"])
