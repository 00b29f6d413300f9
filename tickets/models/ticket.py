"""Ticket: an agreement between two firms to move assets, and its life from draft to end."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Expired, Invalid, NotAllowed, WrongStatus
from tickets.models.dealing import Dealing
from tickets.models.drafting import NOTE_MAX, Drafting, Kind, Settlement
from tickets.models.event import Event
from tickets.models.filing import filings_of
from tickets.models.network import Connection
from tickets.models.opening import Opening
from tickets.models.record import REASON_MAX, Record, reason_given, text_given
from tickets.models.rows import Question, keep, update
from tickets.models.settling import Settling
from tickets.models.status import ACTIVE, FINAL, LIVE, TICKET_MOVES, TicketStatus
from tickets.models.term import Party, PartyRole
from tickets.models.ticket_queries import TicketQuerySet
from tickets.models.words import within
from tickets.models.workspace import Member, Right, Workspace


class Ticket(Drafting, Dealing, Opening, Settling, Record):
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

    @property
    def intermediary(self) -> Party | None:
        """The third firm that made this ticket between two others, if one did."""
        return next((party for party in self.parties.all() if party.role == PartyRole.INTERMEDIARY), None)

    @property
    def maker(self) -> Party:
        """The party whose firm drafted the ticket."""
        return next(party for party in self.parties.all() if party.workspace_id == self.workspace_id)

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
                raise NotAllowed(_("Only the firm that opened a ticket can cancel it. You can reject it."))
            if self.status == TicketStatus.DRAFT:
                raise WrongStatus(_("A draft is discarded, not cancelled."), code="TICKET_NOT_OPEN")
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
                raise NotAllowed(_("Your firm opened this ticket. Cancel it instead."))
            self._must_be_party(by)
            self._must_be_free_to_end(by, now)
            self._end(TicketStatus.REJECTED, "ticket.rejected", by=by, at=now, reason=reason_given(reason))

    def add_note(self, text: str, *, by: Member, now: datetime | None = None) -> Event:
        """Say something to the other parties. It stays on the ticket for good, also after its end."""
        text = text_given(text, "note", NOTE_MAX, lines=True)
        if not text:
            raise Invalid(_("Write the note."), "note")
        with self._turn(now) as now:
            by.must(Right.CANCEL)
            self._must_be_known_to(by)
            self._write()
            return self._record("note.added", by=by, at=now, is_private=self.opened_at is None, text=text)

    def expire(self, *, now: datetime | None = None) -> None:
        """Make it durable that the time has run out; every hold goes back."""
        with self._turn(now) as now:
            if not self.is_due(now):
                raise WrongStatus(_("This ticket has not run out of time."))
            self._end(TicketStatus.EXPIRED, "ticket.expired", at=now)

    # Private

    _judged_at: datetime | None = None

    @contextmanager
    def _turn(self, now: datetime | None = None) -> Iterator[datetime]:
        with super()._turn(now) as now:
            keep(self, "parties", _PARTIES.ask(self.pk))
            self._judged_at = now
            yield now

    def _write(self, **fields) -> None:
        super()._write(updated_at=self._judged_at or timezone.now(), **fields)
        if "ended_at" in fields:
            for party, words in filings_of(self):
                party.ended_at, party.filed_under = self.ended_at, words
            update(self.parties.all(), ["agreed_at", "ended_at", "filed_under"])

    def _forget_parties(self) -> None:
        """The next question about the parties reads them anew."""
        self._prefetched_objects_cache.pop("parties", None)  # type: ignore[attr-defined]

    def _end(
        self, to: str, kind: str, *, at: datetime, by: Member | None = None, reason: str = "", is_private=False
    ) -> None:
        released = self._release_holds(at)
        self._move(to, ended_at=at, ended_by_id=by.workspace_id if by else None, reason=reason)
        self._record(kind, by=by, at=at, is_private=is_private, reason=reason, released=released)

    def _must_be_party(self, by: Member) -> None:
        if self.party_of(by) is None:
            raise NotAllowed(_("Your firm is no party of this ticket."))

    def _must_be_known_to(self, by: Member) -> None:
        """To the other firms a ticket exists once it is open."""
        self._must_be_party(by)
        if self.opened_at is None and by.workspace_id != self.workspace_id:
            raise NotAllowed(_("Your firm is no party of this ticket."))

    def _must_be_live(self, now: datetime) -> None:
        if self.is_due(now):
            raise Expired(self._said_late(now - self.expires_at))
        if self.status not in LIVE:
            raise WrongStatus(self._said_over(), "TICKET_TERMINAL" if self.status in FINAL else "TICKET_NOT_OPEN")

    def _said_late(self, late: timedelta) -> str:
        seconds = late.total_seconds()
        if seconds < 120:
            sentence, count = _("This ticket expired %(count)s s before this arrived. Nothing was moved."), seconds
        else:
            sentence, count = (
                _("This ticket expired %(count)s min before this arrived. Nothing was moved."),
                seconds / 60,
            )
        return sentence % {"count": f"{count:.0f}"}

    def _said_over(self) -> str:
        if self.ended_by:
            sentence = _("This ticket is %(status)s. %(firm)s ended it at %(time)s UTC. Nothing was changed.")
            ending = {"firm": self.ended_by, "time": f"{self.ended_at:%H:%M:%S}"}
        else:
            sentence, ending = _("This ticket is %(status)s. Nothing was changed."), {}
        return sentence % {"status": within(self.status), **ending}

    def _must_be_connected(self, one: Party, other: Party) -> None:
        if not _APPROVED.ask(one.profile_id, other.profile_id):
            raise WrongStatus(
                _("%(one)s and %(other)s are not connected: both firms must approve the connection first.")
                % {"one": one, "other": other},
                code="NETWORK_NOT_CONNECTED",
            )

    def _record(
        self, kind: str, /, *, at: datetime, by: Member | None = None, is_private=False, own_facts=None, **facts
    ) -> Event:
        event = Event(
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
        self._tell(event)
        return event


_PARTIES = Question(lambda ticket: Party.objects.filter(ticket=ticket).select_related("profile"))
_APPROVED = Question(lambda one, other: Connection.objects.between(one, other).approved().only("pk"))
