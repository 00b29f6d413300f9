"""Dealing: the draft as an API shapes it. Legs name two profiles; who takes which part in the ticket follows from them.

A ticket is between two profiles, its ends. Whoever drafts a ticket in which it neither sends nor receives is its
intermediary. Type follows too: legs one way, or both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from tickets.errors import Invalid
from tickets.models.asset import Asset
from tickets.models.drafting import LEGS_MAX, Kind, too_many_legs
from tickets.models.network import Profile
from tickets.models.term import Party, PartyRole, Term
from tickets.models.workspace import Member

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket


class Deal(NamedTuple):
    """What a leg is to be: `amount` of `asset`, from one firm's profile to another's."""

    sender: Profile
    receiver: Profile
    asset: Asset
    amount: Decimal


class Dealing:
    """The verbs of a draft whose legs are given as deals, mixed into Ticket."""

    def add_deal(self: Ticket, deal: Deal, *, by: Member, now: datetime | None = None) -> Term:
        """A new leg between the two profiles of this ticket; the first leg says which two these are."""
        with self._drafting(by, now) as now:
            number = self.terms.count() + 1
            if number > LEGS_MAX:
                raise too_many_legs()
            term = self._place(deal, number=number, created_at=now, updated_at=now)
            self._write(kind=self._kind_of_legs())
            self._record("leg.added", by=by, at=now, is_private=True, **term.facts())
        return term

    def change_deal(self: Ticket, term: Term, deal: Deal, *, by: Member, now: datetime | None = None) -> Term:
        """Make this leg another; a draft's only leg may name other profiles."""
        with self._drafting(by, now) as now:
            old = self._own(term)
            pk, number, created_at = old.pk, old.number, old.created_at
            old.delete()
            term = self._place(deal, pk=pk, number=number, created_at=created_at, updated_at=now)
            self._write(kind=self._kind_of_legs())
            self._record("leg.changed", by=by, at=now, is_private=True, **term.facts())
        return term

    def remove_deal(self: Ticket, term: Term, *, by: Member, now: datetime | None = None) -> None:
        with self._drafting(by, now) as now:
            self.remove_term(term, by=by, now=now)
            self._write(kind=self._kind_of_legs())

    # Private

    def _place(self: Ticket, deal: Deal, **fields) -> Term:
        must_be_two_firms(deal)
        if not self.terms.exists():
            self._seat_ends(deal)
        seats = {party.profile_id: party for party in (self.initiator, self.counterparty)}
        if not {deal.sender.pk, deal.receiver.pk} <= set(seats):
            raise _third_end(self.initiator.profile, self.counterparty.profile)
        sender, receiver = seats[deal.sender.pk], seats[deal.receiver.pk]
        amount = deal.asset.exact(deal.amount)
        return self.terms.create(sender=sender, receiver=receiver, asset=deal.asset, amount=amount, **fields)

    def _seat_ends(self: Ticket, deal: Deal) -> None:
        """Seat the parties anew around the one leg that there is; the draft's maker keeps its row."""
        maker = self.maker
        if maker.profile is None:
            raise Invalid(_("Choose the profile of yours for this draft first."), "profile", "NETWORK_ID_NOT_OWNED")
        self.parties.exclude(pk=maker.pk).delete()
        for role, profile in ends_of(maker.profile, [deal]).items():
            if profile == maker.profile:
                maker.role = role
                maker.save(update_fields=["role"])
            else:
                self._seat_new(role, profile)
        self._forget_parties()

    def _seat_new(self: Ticket, role: str, profile: Profile) -> Party:
        return self.parties.create(
            role=role, profile=profile, workspace_id=profile.workspace_id, created_at=self.created_at
        )

    def _kind_of_legs(self: Ticket) -> str:
        return Kind.TWO_WAY if self.terms.values("sender").distinct().count() > 1 else Kind.ONE_WAY


def ends_of(maker: Profile, deals: Sequence[Deal]) -> dict[PartyRole, Profile]:
    """The part that each profile takes in a ticket of these legs, which `maker` drafts."""
    if not deals:
        return {PartyRole.INITIATOR: maker}
    first = deals[0]
    for deal in deals:
        must_be_two_firms(deal)
        if {deal.sender, deal.receiver} != {first.sender, first.receiver}:
            raise _third_end(first.sender, first.receiver)
    for end in (first.sender, first.receiver):
        if end != maker and end.workspace_id == maker.workspace_id:
            raise Invalid(
                _("This ticket is made under %(profile)s. Give its legs the same profile of yours.")
                % {"profile": maker},
                code="NETWORK_ID_NOT_OWNED",
            )
    if maker == first.sender:
        return {PartyRole.INITIATOR: maker, PartyRole.COUNTERPARTY: first.receiver}
    if maker == first.receiver:
        return {PartyRole.INITIATOR: maker, PartyRole.COUNTERPARTY: first.sender}
    return {
        PartyRole.INTERMEDIARY: maker,
        PartyRole.INITIATOR: first.receiver,
        PartyRole.COUNTERPARTY: first.sender,
    }


def must_be_two_firms(deal: Deal) -> None:
    if deal.sender.workspace_id == deal.receiver.workspace_id:
        raise Invalid(_("A leg goes from one firm to another. Choose profiles of two firms."), code="TERM_SAME_PARTY")


def _third_end(one: Profile, other: Profile) -> Invalid:
    return Invalid(
        _("Every leg of this ticket goes between %(one)s and %(other)s. Open another ticket for other profiles.")
        % {"one": one, "other": other},
        code="TICKET_OF_TWO_PARTIES",
    )
