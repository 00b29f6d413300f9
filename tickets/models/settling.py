"""Settling: how the legs of an open ticket are funded and moved, and what happens to holds when it ends otherwise.

A ticket that settles together holds each leg as it is funded. A party that has all its legs held agrees that they move;
when all have agreed, every leg moves in one transaction. To fund is to hold and to agree in one act. Leg by leg, each
moves as it is funded. A leg funded by hand moved outside; a ticket that settles together takes hand-funded legs only
when no leg is held, for nobody's hold may be released on another's word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models.drafting import Settlement
from tickets.models.ledger import Account, AccountKind, Posting, PostingKind, post
from tickets.models.rows import Question, keep, update
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

    def can_be_agreed_by(self: Ticket, member: Member) -> bool:
        """Whether all our legs are held, and wait for our word only."""
        own = [term for term in self.terms.all() if term.is_sent_by(member)]
        is_held = bool(own) and all(term.status == TermStatus.HELD for term in own)
        return self.status in LIVE and is_held and member.may(Right.FUND) and not self.party_of(member).agreed_at

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
        with self._funding(sources, by, now) as (legs, now):
            if self.settlement == Settlement.TOGETHER:
                self._hold(legs, sources, by, now, is_agreed=True)
            else:
                self._send(legs, sources, by, now)

    def hold(self: Ticket, sources: Mapping[UUID, Account], *, by: Member, now: datetime | None = None) -> None:
        """Hold own legs as `fund` does, but let none move before this side has agreed to that too."""
        with self._funding(sources, by, now) as (legs, now):
            self._must_settle_together()
            self._hold(legs, sources, by, now, is_agreed=False)

    def agree(self: Ticket, *, by: Member, now: datetime | None = None) -> None:
        """Let our held legs move with all the others. When every sender has agreed, all legs move at once."""
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_live(now)
            self._must_be_connected(self.initiator, self.counterparty)
            self._must_settle_together()
            legs = list(self._legs().values())
            own = [leg for leg in legs if leg.is_sent_by(by)]
            if not own:
                raise NotAllowed(_("Only a firm that sends a leg can let it move."), "TERM_NOT_YOURS")
            if any(leg.status != TermStatus.HELD for leg in own):
                raise WrongStatus(_("Hold every leg that you send first."), "TERMS_NOT_ALL_FUNDED")
            if own[0].sender.agreed_at:
                raise WrongStatus(_("Your firm has agreed already. The other side is next."), "TERM_ALREADY_FUNDED")
            own[0].sender.agreed_at = now
            self._move(TicketStatus.IN_SETTLEMENT)
            self._record("ticket.agreed", by=by, at=now)
            if self._is_agreed_by_all(legs):
                holds = self._holds()
                post([holds[leg.pk].settled_to(leg.destination) for leg in legs], at=now)
                self._settle_all(legs, by, now)
            else:
                update([own[0].sender], ["agreed_at"])

    def fund_manually(self: Ticket, term: Term, tx_hash: str, *, by: Member, now: datetime | None = None) -> None:
        """Say that this leg of ours moved outside, by the transaction `tx_hash`. No posting is made."""
        tx_hash = tx_hash_given(tx_hash)
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_live(now)
            self._must_be_connected(self.initiator, self.counterparty)
            legs = self._legs()
            term = self._must_be_fundable(legs, term.pk, by)
            if any(leg.status == TermStatus.HELD for leg in legs.values()):
                raise WrongStatus(
                    _("A leg of this ticket is held, so all its legs settle together here, none by hand."),
                    "TERM_ALREADY_FUNDED",
                )
            _mark(term, TermStatus.SETTLED, now, tx_hash=tx_hash)
            _store([term], now)
            self._move(TicketStatus.IN_SETTLEMENT, clock_stopped_at=self.clock_stopped_at or now)
            self._record("leg.funded_by_hand", by=by, at=now, tx_hash=tx_hash, **term.facts())

    def fulfil(self: Ticket, *, by: Member, now: datetime | None = None) -> None:
        """Close a ticket whose legs have all moved, the last of them by hand."""
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_party(by)
            self._must_be_live(now)
            if self.terms.exclude(status=TermStatus.SETTLED).exists():
                raise WrongStatus(_("Not every leg has moved yet. Fund the rest first."), "TERMS_NOT_ALL_FUNDED")
            self._fulfil(by, now)

    # Private

    @contextmanager
    def _funding(self: Ticket, sources: Mapping[UUID, Account], by: Member, now: datetime | None):
        """A turn in which these legs may be funded from these vaults; yields all legs by id, and the time."""
        if not sources:
            raise Invalid(_("Choose at least one leg to fund."))
        with self._turn(now) as now:
            by.must(Right.FUND)
            self._must_be_live(now)
            self._must_be_connected(self.initiator, self.counterparty)
            legs = self._legs()
            for pk, source in sources.items():
                self._must_be_fundable(legs, pk, by)
                if source.workspace_id != by.workspace_id or source.kind != AccountKind.VAULT:
                    raise NotAllowed(_("Fund from one of your own vaults."), "SOURCE_NOT_FOUND")
            yield legs, now

    def _holds(self: Ticket) -> dict[UUID, Posting]:
        """The holds that wait for this ticket's settlement or release, by leg."""
        return {hold.term_id: hold for hold in _HOLDS.ask(self.pk)}

    def _must_settle_together(self: Ticket) -> None:
        if self.settlement != Settlement.TOGETHER:
            raise WrongStatus(_("The legs of this ticket move one by one, as each is funded."), "DVP_NOT_ENABLED")

    def _legs(self: Ticket) -> dict[UUID, Term]:
        """Every leg of the ticket as it is now, by id."""
        parties = {party.pk: party for party in self.parties.all()}
        legs = {term.pk: term for term in _LEGS.ask(self.pk)}
        for leg in legs.values():
            leg.sender, leg.receiver = parties[leg.sender_id], parties[leg.receiver_id]
        keep(self, "terms", list(legs.values()))
        return legs

    def _must_be_fundable(self: Ticket, legs: dict[UUID, Term], pk: UUID, by: Member) -> Term:
        term = legs.get(pk)
        if term is None:
            raise Invalid(_("That leg is not on this ticket."))
        if not term.is_sent_by(by):
            raise NotAllowed(_("Only the firm that sends a leg can fund it."), "TERM_NOT_YOURS")
        if term.status != TermStatus.UNFUNDED:
            sentence = _("Leg %(number)d, %(leg)s, is funded already. Nothing moved twice.")
            facts = {"number": term.number, "leg": term.asset.told(term.amount)}
            raise WrongStatus(sentence % facts, "TERM_ALREADY_FUNDED")
        return term

    def _hold(self: Ticket, legs: dict, sources: Mapping, by: Member, now: datetime, *, is_agreed: bool) -> None:
        """Hold these legs. If all of this side's are held then and `is_agreed`, they may move; if all may, they do."""
        if any(leg.is_by_hand for leg in legs.values()):
            raise WrongStatus(_("A leg of this ticket was funded by hand, so the others must be too."))
        terms, ours = [legs[pk] for pk in sources], self.party_of(by)
        holds = {term.pk: _posting(PostingKind.HOLD, term, sources[term.pk], sources[term.pk].hold) for term in terms}
        own = [leg for leg in legs.values() if leg.is_sent_by(by)]
        is_agreed = is_agreed and all(leg.pk in sources or leg.status == TermStatus.HELD for leg in own)
        if is_agreed:
            ours.agreed_at = now
        is_last = self._is_agreed_by_all(legs.values())
        standing = self._holds() | holds if is_last else {}
        moves = [hold.settled_to(legs[pk].destination) for pk, hold in standing.items()]
        post([*holds.values(), *moves], at=now)
        for term in terms:
            _mark(term, TermStatus.HELD, now, source=sources[term.pk])
        self._move(TicketStatus.IN_SETTLEMENT)
        self._record_funding("leg.held", terms, sources, by, now)
        if is_last:
            self._settle_all(legs.values(), by, now)
        else:
            _store(terms, now)
            if is_agreed:
                update([ours], ["agreed_at"])

    def _send(self: Ticket, legs: dict, sources: Mapping, by: Member, now: datetime) -> None:
        """Move these legs at once; from here on the clock no longer applies."""
        terms, others = [legs[pk] for pk in sources], [leg for pk, leg in legs.items() if pk not in sources]
        post([_posting(PostingKind.SETTLE, term, sources[term.pk], term.destination) for term in terms], at=now)
        for term in terms:
            _mark(term, TermStatus.SETTLED, now, source=sources[term.pk])
        _store(terms, now)
        self._move(TicketStatus.IN_SETTLEMENT, clock_stopped_at=self.clock_stopped_at or now)
        self._record_funding("leg.settled", terms, sources, by, now)
        if all(leg.status == TermStatus.SETTLED for leg in others):
            self._fulfil(by, now)

    def _is_agreed_by_all(self: Ticket, legs: Iterable[Term]) -> bool:
        agreed = {party.pk for party in self.parties.all() if party.agreed_at}
        return all(leg.sender_id in agreed for leg in legs)

    def _settle_all(self: Ticket, legs: Collection[Term], by: Member, now: datetime) -> None:
        for leg in legs:
            leg.status, leg.settled_at = TermStatus.SETTLED, now
        _store(legs, now)
        self._fulfil(by, now)

    def _fulfil(self: Ticket, by: Member, now: datetime) -> None:
        self._move(TicketStatus.FULFILLED, ended_at=now)
        self._record("ticket.fulfilled", by=by, at=now)

    def _record_funding(self: Ticket, kind: str, terms, sources, by: Member, now: datetime) -> None:
        for term in terms:
            self._record(kind, by=by, at=now, own_facts={"vault": sources[term.pk].name}, **term.facts())

    def _release_holds(self: Ticket, now: datetime) -> list[str]:
        """Give every hold back to its vault; returns the amounts released."""
        held = list(self.terms.filter(status=TermStatus.HELD).select_related("asset"))
        if held:
            post([hold.released() for hold in self._holds().values()], at=now)
            self.terms.filter(status=TermStatus.HELD).update(status=TermStatus.RELEASED, updated_at=now)
        return [str(term) for term in held]

    def _must_be_free_to_end(self: Ticket, by: Member, now: datetime) -> None:
        """Nothing moved yet: any party may end the ticket. Once a leg has moved, only a firm that has sent one."""
        if self.status != TicketStatus.AWAITING_APPROVAL:
            self._must_be_live(now)
        if not self._is_free_to_end(by):
            raise NotAllowed(
                _("A leg has moved already, so only the firm that sent it can end this ticket."), "CANCEL_NOT_ALLOWED"
            )


def _mark(term: Term, status: str, now: datetime, **fields) -> None:
    settled_at = now if status == TermStatus.SETTLED else None
    for name, value in {"status": status, "funded_at": now, "settled_at": settled_at, **fields}.items():
        setattr(term, name, value)


def _store(terms: Collection[Term], now: datetime) -> None:
    for term in terms:
        term.updated_at = now
    update(terms, ["status", "source", "tx_hash", "funded_at", "settled_at", "updated_at"])


def _posting(kind: str, term: Term, source: Account, destination: Account) -> Posting:
    return Posting(kind=kind, source=source, destination=destination, asset=term.asset, amount=term.amount, term=term)


_LEGS = Question(
    lambda ticket: Term.objects.filter(ticket=ticket).select_related("asset", "destination").order_by("number")
)
_HOLDS = Question(lambda ticket: Posting.objects.unresolved().filter(term__ticket=ticket).order_by("term__number"))
