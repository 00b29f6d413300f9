"""Copying: a new draft from the terms of a ticket, seen by either of its ends."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Conflict, WrongStatus
from tickets.models.network import Connection, Profile
from tickets.models.term import Party, PartyRole, Term
from tickets.models.ticket_finding import TicketFinding
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket

Row = TypeVar("Row", bound=models.Model)


class Copying(TicketFinding[Row]):
    if TYPE_CHECKING:  # of the query set of tickets, which this is a part of
        _create_with_reference: Any

    def draft_like(
        self, ticket: "Ticket", *, by: Member, key: uuid.UUID | None = None, now: datetime | None = None
    ) -> "Ticket":
        """A new draft of this member's firm with the same type, settlement, profile, legs, expiration and note.

        The other end is taken over only while both are connected, and no external ID is: that names one deal. What this
        firm sends it sends again, whoever made the ticket. `key` is the draft's id, made by the caller, so that a
        repeated request finds the first one's draft.
        """
        by.must(Right.CREATE)
        ticket._must_be_known_to(by)
        now, key = now or timezone.now(), key or uuid.uuid4()
        made: Any = self.filter(pk=key).first()
        if made:
            if made.workspace_id != by.workspace_id:
                raise Conflict(_("This form cannot be used again. Go back to the ticket."))
            return made
        ours, theirs = ticket.party_of(by), ticket.other_party(by)
        if ours.role == PartyRole.INTERMEDIARY:
            raise WrongStatus(
                _("Your firm arranged this ticket between two others. Draft another one through the API.")
            )
        with transaction.atomic():
            copied = ("kind", "settlement", "note", "expires_in")
            draft = self._create_with_reference(
                pk=key,
                workspace=by.workspace,
                created_at=now,
                updated_at=now,
                **{name: getattr(ticket, name) for name in copied},
            )
            seats = _seats(draft, ours, theirs)
            terms = list(ticket.terms.select_related("asset"))
            Term.objects.bulk_create(
                Term(
                    ticket=draft,
                    number=term.number,
                    sender=seats[term.sender_id],
                    receiver=seats[term.receiver_id],
                    asset=term.asset,
                    amount=term.amount,
                    created_at=now,
                    updated_at=now,
                )
                for term in terms
            )
            said = [str(term) for term in terms]
            draft._record("ticket.copied", by=by, at=now, is_private=True, reference=ticket.reference, legs=said)
        return draft


def _seats(draft: "Ticket", ours: Party, theirs: Party) -> dict[int, Party]:
    """The two parties of the draft, by those that they stand for. One that has no profile any more is left open."""
    profile = ours.profile if ours.profile and ours.profile.removed_at is None else None
    other = theirs.profile if profile and theirs.profile and _are_connected(profile, theirs.profile) else None
    return {
        ours.pk: draft.parties.create(
            role=PartyRole.INITIATOR, workspace=draft.workspace, profile=profile, created_at=draft.created_at
        ),
        theirs.pk: draft.parties.create(
            role=PartyRole.COUNTERPARTY,
            workspace=other.workspace if other else None,
            profile=other,
            created_at=draft.created_at,
        ),
    }


def _are_connected(one: Profile, other: Profile) -> bool:
    return Connection.objects.between(one, other).approved().exists()
