"""Settling: how the legs of an open ticket are funded and moved, and what happens to holds when it ends otherwise.

A ticket that settles together holds each leg as it is funded, and moves all of them in one transaction when the last is
held. Leg by leg, each moves as it is funded. A leg funded by hand moved outside; a ticket that settles together takes
hand-funded legs only when no leg is held, for nobody's hold may be released on another's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models.drafting import Settlement
from tickets.models.ledger import Account, AccountKind, Posting, PostingKind, post
from tickets.models.status import LIVE, TermStatus, TicketStatus
from tickets.models.term import Term, tx_hash_given
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket


class Settling:
    """The verbs of an open ticket's legs, mixed into Ticket."""

    # Questions

    def can_be_funded_by(self: Ticket, member: Member, now: datetime) -> bool:
        return member.may(Right.FUND) and not self.is_due(now) and bool(self.legs_to_fund(member))

    def legs_to_fund(self: Ticket, member: Member) -> list[Term]:
        """This firm's legs that still wait for its funds."""
        if self.status not in LIVE:
            return []
        return [term for term in self.terms.all() if term.status == TermStatus.UNFUNDED and term.is_sent_by(member)]

    def can_be_fulfilled_by(self: Ticket, member: Member) -> bool:
        is_complete = all(term.status == TermStatus.SETTLED for term in self.terms.all())
        return self.status == TicketStatus.IN_SETTLEMENT and is_complete and member.may(Right.FUND)

    def can_be_ended_by(self: Ticket, member: Member, now: datetime) -> bool:
        """Whether this member may cancel or reject: see _must_be_free_to_end."""
        is_open = self.status in (TicketStatus.AWAITING_APPROVAL, *LIVE) and not self.is_due(now)
        return is_open and member.may(Right.CANCEL) and self._is_free_to_end(member)

    def _is_free_to_end(self: Ticket, member: Member) -> bool:
        moved = [term for term in self.terms.all() if term.status == TermStatus.SETTLED]
        return not moved or any(term.is_sent_by(member) for term in moved)

    # Verbs

    def fund(self: Ticket, sources: Mapping[UUID, Account], *, by: Member, now: datetime | None = None) -> None:
        """Fund own legs, each (by term id) from one of our vaults: all of them or none."""
        if not sources:
            raise Invalid("Choose at least one leg to fund.")
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_live(now)
            self._must_be_connected(self.initiator, self.counterparty)
            legs = self._legs()
            terms = [self._fundable(legs, pk, by) for pk in sources]
            for source in sources.values():
                if source.workspace_id != by.workspace_id or source.kind != AccountKind.VAULT:
                    raise NotAllowed("Fund from one of your own vaults.")
            others = [leg for leg in legs.values() if leg.pk not in sources]
            if self.settlement == Settlement.TOGETHER:
                self._hold(terms, others, sources, by, now)
            else:
                self._send(terms, others, sources, by, now)

    def fund_manually(self: Ticket, term: Term, tx_hash: str, *, by: Member, now: datetime | None = None) -> None:
        """Say that this leg of ours moved outside, by the transaction `tx_hash`. No posting is made."""
        tx_hash = tx_hash_given(tx_hash)
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_live(now)
            self._must_be_connected(self.initiator, self.counterparty)
            legs = self._legs()
            term = self._fundable(legs, term.pk, by)
            if any(leg.status == TermStatus.HELD for leg in legs.values()):
                raise WrongStatus("A leg of this ticket is held, so all its legs settle together here, none by hand.")
            self._mark(term, TermStatus.SETTLED, now, tx_hash=tx_hash)
            self._move(TicketStatus.IN_SETTLEMENT, clock_stopped_at=self.clock_stopped_at or now)
            self._record("leg.funded_by_hand", by=by, at=now, tx_hash=tx_hash, **term.facts())

    def fulfil(self: Ticket, *, by: Member, now: datetime | None = None) -> None:
        """Close a ticket whose legs have all moved, the last of them by hand."""
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_party(by)
            self._must_be_live(now)
            if self.terms.exclude(status=TermStatus.SETTLED).exists():
                raise WrongStatus("Not every leg has moved yet. Fund the rest first.")
            self._fulfil(by, now)

    # Private

    def _legs(self: Ticket) -> dict[UUID, Term]:
        """Every leg of the ticket as it is now, by id."""
        terms = self.terms.select_related("asset", "sender__profile", "receiver__profile", "destination")
        return {term.pk: term for term in terms.order_by("number")}

    def _fundable(self: Ticket, legs: dict[UUID, Term], pk: UUID, by: Member) -> Term:
        term = legs.get(pk)
        if term is None:
            raise Invalid("That leg is not on this ticket.")
        if not term.is_sent_by(by):
            raise NotAllowed("Only the firm that sends a leg can fund it.")
        if term.status != TermStatus.UNFUNDED:
            raise WrongStatus(f"Leg {term.number}, {term}, is funded already. Nothing moved twice.")
        return term

    def _hold(self: Ticket, terms: list[Term], others: list[Term], sources: Mapping, by: Member, now: datetime) -> None:
        """Hold these legs; if they were the last, move every leg of the ticket in the same breath."""
        if any(leg.is_by_hand for leg in others):
            raise WrongStatus("A leg of this ticket was funded by hand, so the others must be too.")
        is_last = all(leg.status == TermStatus.HELD for leg in others)
        holds = [_posting(PostingKind.HOLD, term, sources[term.pk], sources[term.pk].hold) for term in terms]
        moves = []
        if is_last:
            legs, standing = [*terms, *others], [*holds, *(leg.hold for leg in others)]
            moves = [hold.settled_to(leg.destination) for leg, hold in zip(legs, standing, strict=True)]
        post([*holds, *moves], at=now)
        for term in terms:
            self._mark(term, TermStatus.HELD, now, source=sources[term.pk])
        self._move(TicketStatus.IN_SETTLEMENT)
        self._record_funding("leg.held", terms, sources, by, now)
        if is_last:
            self.terms.update(status=TermStatus.SETTLED, settled_at=now)
            self._fulfil(by, now)

    def _send(self: Ticket, terms: list[Term], others: list[Term], sources: Mapping, by: Member, now: datetime) -> None:
        """Move these legs at once; from here on the clock no longer applies."""
        post([_posting(PostingKind.SETTLE, term, sources[term.pk], term.destination) for term in terms], at=now)
        for term in terms:
            self._mark(term, TermStatus.SETTLED, now, source=sources[term.pk])
        self._move(TicketStatus.IN_SETTLEMENT, clock_stopped_at=self.clock_stopped_at or now)
        self._record_funding("leg.settled", terms, sources, by, now)
        if all(leg.status == TermStatus.SETTLED for leg in others):
            self._fulfil(by, now)

    def _fulfil(self: Ticket, by: Member, now: datetime) -> None:
        self._move(TicketStatus.FULFILLED, ended_at=now)
        self._record("ticket.fulfilled", by=by, at=now)

    def _mark(self: Ticket, term: Term, status: str, now: datetime, **fields) -> None:
        settled_at = now if status == TermStatus.SETTLED else None
        self.terms.filter(pk=term.pk).update(status=status, funded_at=now, settled_at=settled_at, **fields)

    def _record_funding(self: Ticket, kind: str, terms, sources, by: Member, now: datetime) -> None:
        for term in terms:
            self._record(kind, by=by, at=now, own_facts={"vault": sources[term.pk].name}, **term.facts())

    def _release_holds(self: Ticket, now: datetime) -> list[str]:
        """Give every hold back to its vault; returns the amounts released."""
        held = list(self.terms.filter(status=TermStatus.HELD).select_related("asset"))
        if held:
            post([term.hold.released() for term in held], at=now)
            self.terms.filter(status=TermStatus.HELD).update(status=TermStatus.RELEASED)
        return [str(term) for term in held]

    def _must_be_free_to_end(self: Ticket, by: Member, now: datetime) -> None:
        """Nothing moved yet: any party may end the ticket. Once a leg has moved, only a firm that has sent one."""
        if self.status != TicketStatus.AWAITING_APPROVAL:
            self._must_be_live(now)
        if not self._is_free_to_end(by):
            raise NotAllowed("A leg has moved already, so only the firm that sent it can end this ticket.")


def _posting(kind: str, term: Term, source: Account, destination: Account) -> Posting:
    return Posting(kind=kind, source=source, destination=destination, asset=term.asset, amount=term.amount, term=term)
