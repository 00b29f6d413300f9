"""The network: the connections between firms' profiles, which both firms have approved."""

import uuid
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Conflict, Expired, Invalid, NotAllowed, WrongStatus
from tickets.models.event import Event
from tickets.models.profile import DEFAULT, Destination, Profile, Route, own_vault
from tickets.models.record import REASON_MAX, Record, reason_given
from tickets.models.status import CONNECTION_MOVES, PENDING, ConnectionStatus
from tickets.models.words import within
from tickets.models.workspace import Member, Right, Workspace

LAPSES_AFTER = timedelta(days=7)


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def visible_to(self, member: Member):
        """The firm's own requests, and those of others once the asking firm has approved them itself."""
        ours, theirs = Q(requester__workspace=member.workspace_id), Q(peer__workspace=member.workspace_id)
        return self.filter(ours | theirs & Q(requested_at__isnull=False))

    def approved(self):
        return self.filter(status=ConnectionStatus.APPROVED)

    def of_profile(self, profile: Profile):
        return self.filter(Q(requester=profile) | Q(peer=profile))

    def between(self, one: Profile, other: Profile):
        return self.filter(Q(requester=one, peer=other) | Q(requester=other, peer=one))

    def due(self, now: datetime):
        return self.filter(status__in=PENDING, lapses_at__lte=now)

    def waiting_for(self, member: Member, now: datetime):
        """Requests that this member can approve or reject now."""
        if not member.may(Right.CONNECT):
            return self.none()
        ours = Q(status=ConnectionStatus.AWAITING_REQUESTER, requester__workspace=member.workspace_id)
        theirs = Q(status=ConnectionStatus.AWAITING_PEER, peer__workspace=member.workspace_id)
        return self.filter(ours | theirs, lapses_at__gt=now)

    def request(self, *, local: Profile, remote: Profile, by: Member, now: datetime | None = None) -> "Connection":
        """Ask another firm's profile to connect with one of ours. A member who may approve does so by asking."""
        by.must(Right.REQUEST)
        if local.workspace_id != by.workspace_id:
            raise NotAllowed(_("Choose one of your own profiles to connect."))
        if remote.workspace_id == by.workspace_id:
            raise Invalid(_("Both profiles are your own. Choose a profile of another firm."), "remote")
        now = now or timezone.now()
        with transaction.atomic():
            if self._standing(local, remote, now):
                sentence = _("%(one)s and %(other)s are connected already, or one has asked the other.")
                raise Conflict(sentence % {"one": local, "other": remote})
            connection = self.create(requester=local, peer=remote, created_at=now, lapses_at=now + LAPSES_AFTER)
            connection._record("requested", by=by, at=now)
            if by.may(Right.CONNECT):
                connection.approve(by=by, now=now)
        return connection

    def establish(self, one: Profile, other: Profile, *, now: datetime | None = None) -> "Connection":
        """Connect two firms by provisioning, where their agreement is known: no member asked, so none is named."""
        if one.workspace_id == other.workspace_id:
            raise Invalid(_("Both profiles are of one firm. Connect those of two firms."))
        now = now or timezone.now()
        with transaction.atomic():
            connection = self._standing(one, other, now)
            if connection is None:
                connection = self.create(requester=one, peer=other, created_at=now, lapses_at=now + LAPSES_AFTER)
            connection._establish(now)
        return connection

    def _standing(self, one: Profile, other: Profile, now: datetime) -> "Connection | None":
        """The pair's connection or open request, if any. A request past its time is made to lapse first."""
        # Both profiles are locked in one order, so that two firms asking each other at once make one connection. Not
        # for their keys: a transfer that commits refers to both, and holds one of them while it may wait for the other.
        locked = Profile.objects.select_for_update(of=("self",), no_key=True)
        locked = locked.filter(pk__in=[one.pk, other.pk]).order_by("pk")
        if removed := [profile for profile in locked if profile.removed_at]:
            raise WrongStatus(_("%(profile)s was removed. Choose another profile.") % {"profile": removed[0]})
        standing = self.between(one, other).filter(status__in=[*PENDING, ConnectionStatus.APPROVED]).first()
        if standing and standing.is_due(now):
            standing.lapse(now=now)
            return None
        return standing


class Connection(Record):
    """A link between two firms' profiles. Both must approve: the asking firm first, then the other, within 7 days."""

    MOVES = CONNECTION_MOVES

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requester = models.ForeignKey(Profile, models.PROTECT, related_name="requests_made")
    peer = models.ForeignKey(Profile, models.PROTECT, related_name="requests_received")
    status = models.CharField(max_length=20, choices=ConnectionStatus, default=ConnectionStatus.AWAITING_REQUESTER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    lapses_at = models.DateTimeField()
    requested_at = models.DateTimeField(
        null=True, editable=False, help_text="When the asking firm had approved its request."
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(Workspace, models.PROTECT, null=True, editable=False, related_name="+")
    reason = models.CharField(max_length=REASON_MAX, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ConnectionStatus.values), name="connection_status_known"),
            models.CheckConstraint(condition=~Q(requester=F("peer")), name="connection_of_two_profiles"),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_at__isnull=False), name="connection_approved_at_known"
            ),
            models.UniqueConstraint(
                Least("requester", "peer"),
                Greatest("requester", "peer"),
                condition=Q(status__in=["awaiting_requester", "awaiting_peer", "approved"]),
                name="one_standing_connection_per_pair",
            ),
        ]

    def __str__(self):
        return f"{self.requester} and {self.peer}"

    # Questions

    def is_requested_by(self, member: Member) -> bool:
        return self.requester.workspace_id == member.workspace_id

    def local(self, member: Member) -> Profile:
        return self.requester if self.is_requested_by(member) else self.peer

    def remote(self, member: Member) -> Profile:
        return self.peer if self.is_requested_by(member) else self.requester

    def is_due(self, now: datetime) -> bool:
        return self.status in PENDING and self.lapses_at <= now

    def status_at(self, now: datetime) -> str:
        return ConnectionStatus.LAPSED if self.is_due(now) else self.status

    def awaits(self, member: Member, now: datetime) -> bool:
        """Whether this member's approval is the next act."""
        asked = ConnectionStatus.AWAITING_REQUESTER if self.is_requested_by(member) else ConnectionStatus.AWAITING_PEER
        return self.status == asked and member.may(Right.CONNECT) and not self.is_due(now)

    def can_be_withdrawn_by(self, member: Member, now: datetime) -> bool:
        is_pending = self.status in PENDING and not self.is_due(now)
        return is_pending and self.is_requested_by(member) and member.may(Right.REQUEST)

    def can_be_removed_by(self, member: Member) -> bool:
        return self.status == ConnectionStatus.APPROVED and member.may(Right.CONNECT)

    def route_of(self, member: Member) -> Route | None:
        """Where the firm's own profile receives over this connection; without a route, as it does elsewhere."""
        profile = self.local(member)
        return next((route for route in self.routes.all() if route.profile_id == profile.pk), None)

    # Verbs

    def approve(self, *, by: Member, now: datetime | None = None) -> None:
        with self._turn(now) as now:
            self._must_be_next(by, now)
            if self.status == ConnectionStatus.AWAITING_REQUESTER:
                self._move(ConnectionStatus.AWAITING_PEER, requested_at=now)
            else:
                self._move(ConnectionStatus.APPROVED, approved_at=now)
            self._record("approved", by=by, at=now)

    def reject(self, *, by: Member, reason: str, now: datetime | None = None) -> None:
        with self._turn(now) as now:
            self._must_be_next(by, now)
            self._end(ConnectionStatus.REJECTED, by=by, reason=reason_given(reason), at=now)

    def withdraw(self, *, by: Member, now: datetime | None = None) -> None:
        """The asking firm takes its request back."""
        with self._turn(now) as now:
            by.must(Right.REQUEST)
            if not self.is_requested_by(by):
                raise NotAllowed(_("Only the firm that asked can withdraw the request. You can reject it."))
            self._must_be_pending(now)
            self._end(ConnectionStatus.WITHDRAWN, by=by, at=now)

    def remove(self, *, by: Member, reason: str, now: datetime | None = None) -> None:
        """End an approved connection. Tickets on it can still be cancelled, but no longer opened or funded."""
        with self._turn(now) as now:
            by.must(Right.CONNECT)
            self._must_be_party(by)
            if self.status != ConnectionStatus.APPROVED:
                raise WrongStatus(_("Only an approved connection can be removed."))
            self._end(ConnectionStatus.REMOVED, by=by, reason=reason_given(reason), at=now)

    def route(self, vault: Destination, *, by: Member, now: datetime | None = None) -> None:
        """Receive over this connection in this vault, nowhere (None), or as our profile does elsewhere (DEFAULT)."""
        with self._turn(now) as now:
            by.must(Right.CONNECT)
            self._must_be_party(by)
            if self.ended_at or self.is_due(now):
                raise WrongStatus(_("This connection has ended, so nothing arrives over it any more."))
            profile = self.local(by)
            if vault == DEFAULT:
                self.routes.filter(profile=profile).delete()
                into = DEFAULT
            else:
                vault = own_vault(vault, by)
                self.routes.update_or_create(profile=profile, defaults={"vault": vault})
                into = vault.name if vault else "none"
            self._write()
            self._record("routed", by=by, at=now, is_private=True, vault=into)

    def lapse(self, *, now: datetime | None = None) -> None:
        """Make it durable that nobody answered in time."""
        with self._turn(now) as now:
            if not self.is_due(now):
                raise WrongStatus(_("This request has not lapsed."))
            self._end(ConnectionStatus.LAPSED, at=now)

    # Private

    def _establish(self, at: datetime) -> None:
        with self._turn(at):
            if self.status == ConnectionStatus.APPROVED:
                return
            if self.status == ConnectionStatus.AWAITING_REQUESTER:
                self._move(ConnectionStatus.AWAITING_PEER, requested_at=at)
            self._move(ConnectionStatus.APPROVED, approved_at=at)
            self._record("established", at=at)

    def _must_be_party(self, by: Member) -> None:
        if by.workspace_id not in (self.requester.workspace_id, self.peer.workspace_id):
            raise NotAllowed(_("This connection is between two other firms."))

    def _must_be_pending(self, now: datetime) -> None:
        if self.status not in PENDING:
            raise WrongStatus(_("This request is %(status)s already.") % {"status": within(self.status)})
        if self.is_due(now):
            raise Expired(_("Nobody approved this request within 7 days, so it has lapsed. Ask again."))

    def _must_be_next(self, by: Member, now: datetime) -> None:
        by.must(Right.CONNECT)
        self._must_be_party(by)
        self._must_be_pending(now)
        if not self.awaits(by, now):
            raise NotAllowed(_("The other firm's approval is next. Yours is not needed now."))

    def _end(self, to: str, *, at: datetime, by: Member | None = None, reason: str = "") -> None:
        self._move(to, ended_at=at, ended_by_id=by.workspace_id if by else None, reason=reason)
        self._record(to, by=by, at=at, reason=reason)

    def _record(self, act: str, *, at: datetime, by: Member | None = None, is_private=False, **facts) -> None:
        Event.objects.create(
            at=at,
            kind=f"connection.{act}",
            by=by,
            workspace_id=by.workspace_id if by else None,
            is_private=is_private or (self.requested_at is None and by is not None and self.is_requested_by(by)),
            connection=self,
            status=self.status,
            facts={name: value for name, value in facts.items() if value},
        )
