"""Opening: how a draft becomes a ticket that both parties see, approved by a second person if the firm wants that."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tickets.errors import Conflict, Invalid, NotAllowed, WrongStatus
from tickets.models.drafting import Kind
from tickets.models.ledger import Account
from tickets.models.record import reason_given
from tickets.models.status import TicketStatus
from tickets.models.term import Party, PartyRole
from tickets.models.words import within
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket


class Opening:
    """The verbs between draft and open, mixed into Ticket."""

    def submit(self: Ticket, *, by: Member, revision: int | None = None, now: datetime | None = None) -> None:
        """Open the ticket, or where the firm wants a second person's approval, ask for it.

        `revision` is the one that the maker read; a draft that has moved since is refused.
        """
        with self._drafting(by, now) as now:
            if revision is not None and revision != self.revision:
                raise Conflict(_("The draft changed after this page was shown. Read it again, then open it."))
            self._must_be_complete()
            if self.workspace.auto_approval:
                self._open(by=by, at=now, submitted_at=now)
            else:
                self._move(TicketStatus.AWAITING_APPROVAL, submitted_at=now)
                self._record("ticket.submitted", by=by, at=now, is_private=True)

    def approve(self: Ticket, *, by: Member, now: datetime | None = None) -> None:
        with self._turn(now) as now:
            self._must_be_second_person(by)
            self._must_be_complete()
            self._open(by=by, at=now, own_facts={"approved": True})

    def decline(self: Ticket, *, by: Member, reason: str, now: datetime | None = None) -> None:
        with self._turn(now) as now:
            self._must_be_second_person(by)
            reason = reason_given(reason)
            self._end(TicketStatus.CANCELLED, "ticket.declined", by=by, at=now, reason=reason, is_private=True)

    # Private

    def _open(self: Ticket, *, by: Member, at: datetime, own_facts: dict | None = None, **fields) -> None:
        expires_at = None if self.expires_in is None else at + self.expires_in
        self._move(TicketStatus.OPEN, opened_at=at, expires_at=expires_at, **fields)
        for party, vault in self._vaults_of_receivers():
            self.terms.filter(receiver=party).update(destination=vault, updated_at=at)
        self._record("ticket.opened", by=by, at=at, own_facts=own_facts)

    def _must_be_second_person(self: Ticket, by: Member) -> None:
        by.must(Right.APPROVE)
        if by.workspace_id != self.workspace_id:
            raise NotAllowed(_("Only the firm that made a ticket approves it."))
        if self.status != TicketStatus.AWAITING_APPROVAL:
            raise WrongStatus(
                _("This ticket is %(status)s, so there is nothing to approve.") % {"status": within(self.status)},
                code="TICKET_NOT_PENDING_APPROVAL",
            )
        if self.is_made_by(by):
            raise NotAllowed(_("You had a hand in this ticket, so a second person must approve it."))

    def _must_be_complete(self: Ticket) -> None:
        """Both ends known, all parties connected, legs as the type says, and a vault for each of them to arrive in."""
        senders = {term.sender_id for term in self.terms.all()}
        ends = {party.pk for party in self.parties.all() if party.role != PartyRole.INTERMEDIARY and party.profile}
        if len(ends) < 2:
            raise Invalid(_("Choose your profile and the connection first."), code="TICKET_HAS_NO_TERMS")
        for one, other in combinations(self.parties.all(), 2):
            self._must_be_connected(one, other)
        if self.kind == Kind.TWO_WAY and senders != ends:
            raise Invalid(
                _("Add at least one asset that you receive and one that you send."), code="TICKET_HAS_NO_TERMS"
            )
        if not senders:
            raise Invalid(_("Add at least one asset that you receive."), code="TICKET_HAS_NO_TERMS")
        for party, vault in self._vaults_of_receivers():
            if vault is None:
                raise Invalid(
                    _("%(party)s has no vault to receive into. Choose another profile, or have a vault added first.")
                    % {"party": party},
                    code="NETWORK_CANNOT_RECEIVE",
                )

    def _vaults_of_receivers(self: Ticket) -> list[tuple[Party, Account | None]]:
        """Where each party that receives takes assets in."""
        ends, receivers = (self.initiator, self.counterparty), {term.receiver_id for term in self.terms.all()}
        return [
            (party, party.profile.receives_in(other.profile))
            for party, other in (ends, ends[::-1])
            if party.pk in receivers
        ]
