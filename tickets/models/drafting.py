"""Drafting: how a ticket is made. Each page of the wizard, and each call that shapes a draft, is one verb here."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.errors import Conflict, Invalid, NotAllowed, WrongStatus
from tickets.models.asset import Asset
from tickets.models.network import Connection, Profile
from tickets.models.record import text_given
from tickets.models.status import ConnectionStatus, TicketStatus
from tickets.models.term import EXTERNAL_ID_MAX, Party, Term
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket

NOTE_MAX = 1024
LEGS_MAX = 100
HOURS_MAX = 8760


class Kind(models.TextChoices):
    ONE_WAY = "one_way", gettext_lazy("One-way")
    TWO_WAY = "two_way", gettext_lazy("Two-way")


class Settlement(models.TextChoices):
    TOGETHER = "together", gettext_lazy("All legs together")
    LEG_BY_LEG = "leg_by_leg", gettext_lazy("Leg by leg")


class Leg(NamedTuple):
    """What a leg is to be; `id` is that of the term it replaces, if any."""

    sender: Party
    receiver: Party
    asset: Asset
    amount: Decimal
    id: UUID | None = None


class Drafting:
    """The verbs of a draft, mixed into Ticket. Each refuses once the ticket has been submitted."""

    def set_kind(
        self: Ticket, kind: str, settlement: str = Settlement.TOGETHER, *, by: Member, now: datetime | None = None
    ):
        """One-way, or two-way and how it settles. A one-way ticket settles leg by leg, and has nothing to send."""
        if kind not in Kind.values:
            raise Invalid(_("Choose one-way or two-way."), "kind")
        if settlement not in Settlement.values:
            raise Invalid(_("Choose how the ticket settles."), "settlement")
        with self._drafting(by, now) as now:
            self._must_be_an_end()
            if kind == Kind.ONE_WAY:
                settlement = Settlement.LEG_BY_LEG
                self.terms.filter(sender=self.initiator).delete()
                self._renumber()
            self._write(kind=kind, settlement=settlement)
            self._record("ticket.kind_set", by=by, at=now, is_private=True, kind=kind, settlement=settlement)

    def set_profile(self: Ticket, profile: Profile, *, by: Member, now: datetime | None = None):
        """Deal under this profile of ours. A connection chosen before stays only if the new profile has it too."""
        if profile.workspace_id != by.workspace_id:
            raise NotAllowed(_("Choose one of your own profiles."))
        with self._drafting(by, now) as now:
            self._must_be_an_end()
            counterparty = self.counterparty
            if (
                counterparty.profile
                and not Connection.objects.between(profile, counterparty.profile).approved().exists()
            ):
                self._seat(counterparty, None)
            self._seat(self.initiator, profile)
            self._write()
            self._record("ticket.profile_set", by=by, at=now, is_private=True, profile=str(profile))

    def set_connection(self: Ticket, connection: Connection, *, by: Member, now: datetime | None = None):
        """Deal with the firm at the other end of this connection of our profile."""
        with self._drafting(by, now) as now:
            self._must_be_an_end()
            profile = self.initiator.profile
            if profile is None:
                raise Invalid(_("Choose your profile first."), "profile")
            if profile not in (connection.requester, connection.peer):
                raise Invalid(_("Choose a connection of %(profile)s.") % {"profile": profile}, "connection")
            if connection.status != ConnectionStatus.APPROVED:
                raise Invalid(_("Choose a connection that both firms have approved."), "connection")
            remote = connection.remote(by)
            self._seat(self.counterparty, remote)
            self._write()
            self._record("ticket.counterparty_set", by=by, at=now, is_private=True, profile=str(remote))

    def add_term(
        self: Ticket,
        sender: Party,
        receiver: Party,
        asset: Asset,
        amount: Decimal,
        *,
        by: Member,
        now: datetime | None = None,
    ) -> Term:
        """A new leg, from one party of this ticket to the other."""
        with self._drafting(by, now) as now:
            self._check_direction(sender, receiver)
            count = self.terms.count()
            if count >= LEGS_MAX:
                raise too_many_legs()
            term = self.terms.create(
                number=count + 1, sender=sender, receiver=receiver, asset=asset, amount=asset.exact(amount)
            )
            self._write()
            self._record("leg.added", by=by, at=now, is_private=True, **term.facts())
        return term

    def change_term(
        self: Ticket, term: Term, asset: Asset, amount: Decimal, *, by: Member, now: datetime | None = None
    ):
        with self._drafting(by, now) as now:
            term = self._own(term)
            term.asset, term.amount = asset, asset.exact(amount)
            term.save(update_fields=["asset", "amount"])
            self._write()
            self._record("leg.changed", by=by, at=now, is_private=True, **term.facts())

    def remove_term(self: Ticket, term: Term, *, by: Member, now: datetime | None = None):
        """Take a leg out; those after it move up."""
        with self._drafting(by, now) as now:
            term = self._own(term)
            facts = term.facts()
            term.delete()
            self._renumber()
            self._write()
            self._record("leg.removed", by=by, at=now, is_private=True, **facts)

    def set_terms(
        self: Ticket, legs: Sequence[Leg], *, by: Member, revision: int | None = None, now: datetime | None = None
    ):
        """Make the legs of the draft these, in this order: those with an id are kept or changed, all others are new."""
        with self._drafting(by, now) as now:
            if revision is not None and revision != self.revision:
                raise Conflict(_("The draft was changed elsewhere after this page was shown. Check it, then go on."))
            senders = {leg.id: leg.sender.pk for leg in legs if leg.id}
            if len(senders) < sum(leg.id is not None for leg in legs):
                raise Invalid(_("One asset of the draft is there twice. Look again."))
            for term in self.terms.all():
                if senders.get(term.pk) != term.sender_id:
                    self.remove_term(term, by=by, now=now)
            for number, leg in enumerate(legs, 1):
                term = self._make(leg, by=by, now=now)
                self.terms.filter(pk=term.pk).update(number=number)

    def set_expiration(self: Ticket, hours: Decimal | None, *, by: Member, now: datetime | None = None):
        """Expire so many hours (fractions to four decimals) after opening; None means never.

        Once open, the firm that made the ticket may still set it, for everyone to see, until the clock has stopped.
        """
        expires_in = span_given(hours)
        with self._turn(now) as now:
            self._must_be_maker(by)
            expires_at = None
            if self.opened_at is not None:
                self._must_be_live(now)
                if self.clock_stopped_at is not None:
                    raise WrongStatus(_("A leg has moved, so this ticket no longer expires."), code="TICKET_NOT_OPEN")
                expires_at = None if expires_in is None else self.opened_at + expires_in
                if expires_at is not None and expires_at <= now:
                    raise Invalid(_("That time is over already. Enter more hours."), "hours", "EXPIRES_IN_OUT_OF_RANGE")
            elif self.status != TicketStatus.DRAFT:
                raise _no_draft()
            self._write(expires_in=expires_in, expires_at=expires_at)
            said = None if hours is None else str(hours)
            self._record("ticket.expiration_set", by=by, at=now, is_private=self.opened_at is None, hours=said)

    def set_note(self: Ticket, note: str, *, by: Member, now: datetime | None = None):
        """The note that the other party reads; empty for none."""
        note = text_given(note, "note", NOTE_MAX, lines=True)
        with self._drafting(by, now) as now:
            self._write(note=note)
            self._record("ticket.note_set", by=by, at=now, is_private=True, is_empty=not note or None)

    def set_external_id(self: Ticket, external_id: str, *, by: Member, now: datetime | None = None):
        """Our own system's ID for this deal. Each side keeps its own, and may change it at any time; empty for none."""
        external_id = text_given(external_id, "external ID", EXTERNAL_ID_MAX)
        with self._turn(now) as now:
            by.must(Right.CREATE)
            self._must_be_known_to(by)
            party = self.party_of(by)
            party.external_id = external_id
            party.save(update_fields=["external_id"])
            self._write()
            self._record("ticket.external_id_set", by=by, at=now, is_private=True, external_id=external_id)

    def skip_options(self: Ticket, *, by: Member, now: datetime | None = None):
        """Leave the optional answers as they are, so that the draft stands at its review."""
        with self._drafting(by, now) as now:
            self._write()
            self._record("ticket.options_skipped", by=by, at=now, is_private=True)

    def discard(self: Ticket, *, by: Member, now: datetime | None = None):
        """Give the draft up. Nobody else ever saw it."""
        with self._drafting(by, now) as now:
            self._end(TicketStatus.CANCELLED, "ticket.discarded", by=by, at=now, is_private=True)

    # Private

    def _make(self: Ticket, leg: Leg, *, by: Member, now: datetime) -> Term:
        """The term that `leg` describes: as it is, changed, or new."""
        standing = leg.id and self.terms.select_related("asset").filter(pk=leg.id, sender=leg.sender).first()
        if not standing:
            return self.add_term(leg.sender, leg.receiver, leg.asset, leg.amount, by=by, now=now)
        if (standing.asset, standing.amount) != (leg.asset, leg.amount):
            self.change_term(standing, leg.asset, leg.amount, by=by, now=now)
        return standing

    @contextmanager
    def _drafting(self: Ticket, by: Member, now: datetime | None):
        with self._turn(now) as now:
            self._must_be_maker(by)
            if self.status != TicketStatus.DRAFT:
                raise _no_draft()
            yield now

    def _must_be_maker(self: Ticket, by: Member) -> None:
        by.must(Right.CREATE)
        if by.workspace_id != self.workspace_id:
            raise NotAllowed(_("Only the firm that drafts a ticket can change it."))

    def _must_be_an_end(self: Ticket) -> None:
        if self.intermediary:
            raise WrongStatus(_("Your firm is this ticket's intermediary, so its legs say whose it is. Use the API."))

    def _seat(self: Ticket, party: Party, profile: Profile | None) -> None:
        party.profile = profile
        if party.pk != self.initiator.pk:
            party.workspace = profile.workspace if profile else None
        party.save(update_fields=["profile", "workspace"])

    def _own(self: Ticket, term: Term) -> Term:
        own = self.terms.filter(pk=term.pk).first()
        if own is None:
            raise Invalid(_("That asset was removed from the draft meanwhile. Look again."))
        return own

    def _check_direction(self: Ticket, sender: Party, receiver: Party) -> None:
        if {sender.pk, receiver.pk} != {self.initiator.pk, self.counterparty.pk}:
            raise Invalid(_("A leg goes from one party of the ticket to the other."))
        is_sent = self.kind == Kind.ONE_WAY and sender.pk == self.initiator.pk
        if is_sent and not self.terms.filter(sender=sender).exists():  # add_deal may have made it one that sends
            raise Invalid(_("On a one-way ticket you only receive. Change the type to two-way to send as well."))

    def _renumber(self: Ticket) -> None:
        for number, term in enumerate(self.terms.order_by("number"), 1):
            if term.number != number:
                self.terms.filter(pk=term.pk).update(number=number)


def span_given(hours: Decimal | None) -> timedelta | None:
    """The time that a ticket has once it is open, or Invalid; None for ever."""
    if hours is None:
        return None
    if not (hours.is_finite() and 0 < hours <= HOURS_MAX):
        raise Invalid(
            _("Enter hours above 0 and up to %(limit)d, or choose never.") % {"limit": HOURS_MAX},
            "hours",
            "EXPIRES_IN_OUT_OF_RANGE",
        )
    if hours != round(hours, 4):
        raise Invalid(_("Enter hours with 4 decimals or fewer."), "hours", "EXPIRES_IN_OUT_OF_RANGE")
    return timedelta(microseconds=int(hours * 3_600_000_000))


def too_many_legs() -> Invalid:
    return Invalid(_("A ticket has at most %(count)d legs. Open another one for the rest.") % {"count": LEGS_MAX})


def _no_draft() -> WrongStatus:
    return WrongStatus(
        _("This ticket has been opened, so its terms can no longer be changed."), code="TICKET_NOT_DRAFT"
    )
