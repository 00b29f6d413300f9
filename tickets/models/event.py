"""Event: who did what, when, with which facts. Written by the verb, in its transaction; never changed."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tickets.errors import Refused
from tickets.models.status import TicketStatus


class AppendOnlyQuerySet(models.QuerySet):
    """History is added to, not corrected. The database holds the same rule by triggers."""

    def update(self, **fields):
        raise Refused(f"A {self.model._meta.verbose_name} is never changed.")

    def delete(self):
        raise Refused(f"A {self.model._meta.verbose_name} is never deleted.")


class AppendOnly(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise Refused(f"A {self._meta.verbose_name} is never changed.")
        super().save(*args, force_insert=True, **{k: v for k, v in kwargs.items() if k == "using"})

    def delete(self, *args, **kwargs):
        raise Refused(f"A {self._meta.verbose_name} is never deleted.")


class EventQuerySet(AppendOnlyQuerySet):
    def visible_to(self, member):
        """What this member's firm may read: its own acts, and the shared ones on what it is a party of."""
        firm = member.workspace_id
        party, connection, offer = (
            apps.get_model("tickets", name) for name in ("Party", "Connection", "TransferOffer")
        )
        ours = Q(requester__workspace=firm) | Q(peer__workspace=firm)
        offered = Q(sender__workspace=firm) | Q(receiver__workspace=firm)
        # Each thing by itself: the database looks up, or reads once, whatever of it is ours, and joins nothing.
        is_party = (
            Q(Exists(party.objects.filter(ticket=OuterRef("ticket"), workspace=firm)))
            | Q(Exists(connection.objects.filter(ours, pk=OuterRef("connection"))))
            | Q(Exists(offer.objects.filter(offered, pk=OuterRef("offer"))))
        )
        return self.filter(Q(workspace=firm) | Q(is_party, is_private=False))

    def of_making(self):
        """The acts that made a ticket what it is, up to its submission: who did one is a maker of it."""
        return self.filter(Q(ticket__isnull=False, status=TicketStatus.DRAFT) | Q(kind="ticket.submitted"))


class Event(AppendOnly):
    """One act. `by` is a member, or nobody: then `staff` (support) acted, or the product itself by the clock.

    `is_private` keeps an act inside the acting workspace (a draft's making, an external ID); `own_facts` keeps single
    facts there (from which vault a leg was funded) while the other party reads the rest.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40, help_text="What happened, noun first: ticket.opened, leg.held.")
    by = models.ForeignKey("Member", models.PROTECT, null=True, related_name="events", verbose_name="by")
    staff = models.ForeignKey("User", models.PROTECT, null=True, related_name="events", verbose_name="by support")
    workspace = models.ForeignKey("Workspace", models.PROTECT, null=True, related_name="events")
    is_private = models.BooleanField(default=False)
    ticket = models.ForeignKey("Ticket", models.PROTECT, null=True, related_name="events")
    connection = models.ForeignKey("Connection", models.PROTECT, null=True, related_name="events")
    offer = models.ForeignKey("TransferOffer", models.PROTECT, null=True, related_name="events")
    status = models.CharField(max_length=20, blank=True, help_text="The ticket's or connection's status after the act.")
    facts = models.JSONField(default=dict)
    own_facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(by__isnull=True) | Q(staff__isnull=True), name="event_by_one_actor"),
            models.CheckConstraint(
                name="event_on_one_thing",
                condition=Q(ticket__isnull=True, connection__isnull=True)
                | Q(ticket__isnull=True, offer__isnull=True)
                | Q(connection__isnull=True, offer__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"

    @property
    def actor(self) -> str:
        if self.by:
            return self.by.name
        if "wallet_user" in self.own_facts:
            return _("%(name)s, by wallet") % {"name": self.own_facts["wallet_user"]}
        return _("%(name)s, support") % {"name": self.staff} if self.staff else "Countersign"
