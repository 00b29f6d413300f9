"""Ticket: an agreement between two firms to move assets, and its life from draft to end."""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from tickets.errors import Conflict, Expired, NotAllowed, WrongStatus
from tickets.models.drafting import NOTE_MAX, Drafting, Kind, Settlement
from tickets.models.event import Event
from tickets.models.network import Connection, Profile
from tickets.models.opening import Opening
from tickets.models.record import REASON_MAX, Record, reason_given
from tickets.models.settling import Settling
from tickets.models.status import ACTIVE, FINAL, LIVE, TICKET_MOVES, TermStatus, TicketStatus
from tickets.models.term import Party, PartyRole, Term
from tickets.models.workspace import Member, Right, Workspace

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no letter is mistaken for a figure


def _new_reference() -> str:
    return "TK-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


_DUE = Q(status__in=LIVE, expires_at__isnull=False, clock_stopped_at__isnull=True)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, member: Member):
        """The firm's own tickets, and those of others that name it as a party, once they are open."""
        return self.filter(
            Q(workspace=member.workspace_id) | Q(opened_at__isnull=False), parties__workspace=member.workspace_id
        )

    def due(self, now: datetime):
        return self.filter(_DUE, expires_at__lte=now)

    def active(self, now: datetime):
        """Drafts, and tickets that can still come to something; one past its expiry no longer counts."""
        return self.filter(status__in=ACTIVE).exclude(_DUE, expires_at__lte=now)

    def ended(self, now: datetime):
        return self.filter(Q(status__in=FINAL) | Q(_DUE, expires_at__lte=now))

    def live(self, now: datetime):
        return self.filter(status__in=LIVE).exclude(_DUE, expires_at__lte=now)

    def between(self, one: Profile, other: Profile):
        return self.filter(parties__profile=one).filter(parties__profile=other)

    def open_legs(self):
        """The legs of these tickets that have not moved yet."""
        return Term.objects.unsettled().filter(ticket__in=self)

    def with_turn(self, member: Member):
        """Annotates `is_yours`: the next act is this member's."""
        legs = Term.objects.filter(ticket=OuterRef("pk"))
        to_fund = Exists(legs.sent_by(member).filter(status=TermStatus.UNFUNDED)) & Exists(
            Connection.objects.approved().filter(
                requester__parties__ticket=OuterRef("pk"), peer__parties__ticket=OuterRef("pk")
            )
        )
        to_fulfil = ~Exists(legs.exclude(status=TermStatus.SETTLED))
        made = Event.objects.of_making().filter(ticket=OuterRef("pk"), by=member)
        acts: Any = Q(pk__in=[])
        if member.may(Right.FUND):
            acts |= Q(status__in=LIVE) & (to_fund | to_fulfil)
        if member.may(Right.APPROVE):
            acts |= Q(status=TicketStatus.AWAITING_APPROVAL) & ~Exists(made)
        return self.annotate(is_yours=Case(When(acts, then=Value(True)), default=Value(False)))

    def by_urgency(self):
        """Your turn first, then soonest expiry. After `with_turn`."""
        return self.order_by("-is_yours", F("expires_at").asc(nulls_last=True), "-created_at", "pk")

    def by_end(self):
        """Newest end first. Annotates `end_at`, which for a ticket that has just run out of time is its expiry."""
        return self.annotate(end_at=Coalesce("ended_at", "expires_at")).order_by("-end_at", "pk")

    def with_legs(self):
        return self.select_related("workspace").prefetch_related(
            Prefetch("parties", Party.objects.select_related("profile__workspace", "workspace")),
            Prefetch("terms", Term.objects.select_related("asset", "sender", "receiver")),
        )

    def with_external_id(self, member: Member, external_id: str):
        """This firm's other uses of an external ID, newest first."""
        return self.filter(parties__workspace=member.workspace_id, parties__external_id=external_id).order_by(
            "-created_at"
        )

    def draft(
        self, kind: str, settlement: str = Settlement.TOGETHER, *, by: Member, key=None, now: datetime | None = None
    ):
        """A new draft. `key` is its id, made by the caller, so that a repeated request finds the first one's draft."""
        by.must(Right.CREATE)
        now, key = now or timezone.now(), key or uuid.uuid4()
        if made := self.filter(pk=key).first():
            if made.workspace_id != by.workspace_id:
                raise Conflict("This form cannot be used again. Start a new ticket.")
            return made
        with transaction.atomic():
            ticket = self._create_with_reference(pk=key, workspace=by.workspace, created_at=now)
            ticket.parties.create(role=PartyRole.INITIATOR, workspace=by.workspace)
            ticket.parties.create(role=PartyRole.COUNTERPARTY)
            ticket.set_kind(kind, settlement, by=by, now=now)
        return ticket

    def _create_with_reference(self, **fields):
        for _ in range(5):
            try:
                with transaction.atomic():
                    return self.create(reference=_new_reference(), **fields)
            except IntegrityError:
                if self.filter(pk=fields["pk"]).exists():
                    raise Conflict("This ticket is being made already. Look at your drafts.") from None
        raise Conflict("No free reference was found. Try again.")


class Ticket(Drafting, Opening, Settling, Record):
    """Moves along TICKET_MOVES. `expires_at` is set on opening; the clock stops for good once a leg has moved."""

    MOVES = TICKET_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, models.PROTECT, related_name="tickets", help_text="Where it is made.")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.ONE_WAY)
    settlement = models.CharField(max_length=10, choices=Settlement, default=Settlement.LEG_BY_LEG)
    status = models.CharField(max_length=20, choices=TicketStatus, default=TicketStatus.DRAFT)
    note = models.CharField(max_length=NOTE_MAX, blank=True)
    expires_in = models.DurationField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    clock_stopped_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Workspace, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=REASON_MAX, blank=True, help_text="Why it was cancelled or rejected.")

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TicketStatus.values), name="ticket_status_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ticket_kind_known"),
            models.CheckConstraint(condition=Q(settlement__in=Settlement.values), name="ticket_settlement_known"),
            models.CheckConstraint(
                name="ticket_opened_at_known",
                condition=Q(status__in=["draft", "awaiting_approval"], opened_at__isnull=True)
                | Q(status="cancelled")
                | Q(opened_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_ended_at_known",
                condition=Q(status__in=ACTIVE, ended_at__isnull=True) | Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "status"], name="ticket_by_workspace"),
            models.Index(fields=["-created_at", "-id"], name="ticket_by_created_at"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_by_updated_at"),
            models.Index(fields=["-submitted_at", "-id"], name="ticket_by_submitted_at"),
            models.Index(
                fields=["expires_at", "id"],
                condition=Q(status__in=LIVE, clock_stopped_at__isnull=True),
                name="ticket_due",
            ),
        ]

    def __str__(self):
        return self.reference

    # Questions

    def _party(self, role: str) -> Party:
        return next(party for party in self.parties.all() if party.role == role)

    @property
    def initiator(self) -> Party:
        return self._party(PartyRole.INITIATOR)

    @property
    def counterparty(self) -> Party:
        return self._party(PartyRole.COUNTERPARTY)

    def party_of(self, member: Member) -> Party | None:
        return next((party for party in self.parties.all() if party.workspace_id == member.workspace_id), None)

    def other_party(self, member: Member) -> Party:
        return self.counterparty if self.initiator.workspace_id == member.workspace_id else self.initiator

    def is_due(self, now: datetime) -> bool:
        """Its time has run out, whether or not the worker has made it durable."""
        is_running = self.status in LIVE and self.expires_at is not None and self.clock_stopped_at is None
        return is_running and self.expires_at <= now

    def status_at(self, now: datetime) -> str:
        return TicketStatus.EXPIRED if self.is_due(now) else self.status

    def is_made_by(self, member: Member) -> bool:
        """Whoever had a hand in the draft is its maker, and cannot be its second pair of eyes."""
        return self.events.of_making().filter(by=member).exists()

    # Verbs

    def cancel(self, *, by: Member, reason: str, now: datetime | None = None) -> None:
        """The firm that opened the ticket ends it. Holds are given back; what has moved stays where it went."""
        with self._turn(now) as now:
            by.must(Right.CANCEL)
            if by.workspace_id != self.workspace_id:
                raise NotAllowed("Only the firm that opened a ticket can cancel it. You can reject it.")
            if self.status == TicketStatus.DRAFT:
                raise WrongStatus("A draft is discarded, not cancelled.")
            self._must_be_free_to_end(by, now)
            is_private = self.opened_at is None
            self._end(
                TicketStatus.CANCELLED,
                "ticket.cancelled",
                by=by,
                at=now,
                reason=reason_given(reason),
                is_private=is_private,
            )

    def reject(self, *, by: Member, reason: str, now: datetime | None = None) -> None:
        """The other party ends it, under the same rules as cancel."""
        with self._turn(now) as now:
            by.must(Right.CANCEL)
            if by.workspace_id == self.workspace_id:
                raise NotAllowed("Your firm opened this ticket. Cancel it instead.")
            self._must_be_party(by)
            self._must_be_free_to_end(by, now)
            self._end(TicketStatus.REJECTED, "ticket.rejected", by=by, at=now, reason=reason_given(reason))

    def expire(self, *, now: datetime | None = None) -> None:
        """Make it durable that the time has run out; every hold goes back."""
        with self._turn(now) as now:
            if not self.is_due(now):
                raise WrongStatus("This ticket has not run out of time.")
            self._end(TicketStatus.EXPIRED, "ticket.expired", at=now)

    # Private

    @contextmanager
    def _turn(self, now: datetime | None = None) -> Iterator[datetime]:
        with super()._turn(now) as now:
            prefetch_related_objects([self], "parties__profile")
            yield now

    def _end(
        self, to: str, kind: str, *, at: datetime, by: Member | None = None, reason: str = "", is_private=False
    ) -> None:
        released = self._release_holds(at)
        self._move(to, ended_at=at, ended_by_id=by.workspace_id if by else None, reason=reason)
        self._record(kind, by=by, at=at, is_private=is_private, reason=reason, released=released)

    def _must_be_party(self, by: Member) -> None:
        if self.party_of(by) is None:
            raise NotAllowed("Your firm is no party of this ticket.")

    def _must_be_live(self, now: datetime) -> None:
        if self.is_due(now):
            seconds = (now - self.expires_at).total_seconds()
            ago = f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
            raise Expired(f"This ticket expired {ago} before this arrived. Nothing was moved.")
        if self.status not in LIVE:
            who = f"{self.ended_by} ended it at {self.ended_at:%H:%M:%S} UTC. " if self.ended_by else ""
            raise WrongStatus(f"This ticket is {self.get_status_display().lower()}. {who}Nothing was changed.")

    def _must_be_connected(self, one: Party, other: Party) -> None:
        if not Connection.objects.between(one.profile, other.profile).approved().exists():
            raise WrongStatus(f"{one} and {other} are not connected: both firms must approve the connection first.")

    def _record(
        self, kind: str, /, *, at: datetime, by: Member | None = None, is_private=False, own_facts=None, **facts
    ) -> None:
        Event.objects.create(
            at=at,
            kind=kind,
            by=by,
            workspace_id=by.workspace_id if by else None,
            is_private=is_private,
            ticket=self,
            status=self.status,
            facts={name: value for name, value in facts.items() if value not in ("", None, [])},
            own_facts=own_facts or {},
        )
