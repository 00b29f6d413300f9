"""Questions about tickets, and how one comes into being."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import Conflict, Invalid
from tickets.models.copying import Copying
from tickets.models.dealing import Deal, ends_of
from tickets.models.drafting import LEGS_MAX, NOTE_MAX, Kind, Settlement, span_given, too_many_legs
from tickets.models.event import Event
from tickets.models.network import Connection, Profile
from tickets.models.record import text_given
from tickets.models.rows import insert, keep
from tickets.models.status import ACTIVE, FINAL, LIVE, TermStatus, TicketStatus
from tickets.models.term import EXTERNAL_ID_MAX, Party, PartyRole, Term
from tickets.models.workspace import Member, Right

if TYPE_CHECKING:
    from tickets.models.ticket import Ticket

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no letter is mistaken for a figure


_UNREAD = ("sender__filed_under", "receiver__filed_under")


def _legs() -> list[Prefetch]:
    return [
        Prefetch("parties", Party.objects.select_related("profile__workspace", "workspace")),
        Prefetch("terms", Term.objects.select_related("asset", "sender", "receiver").defer(*_UNREAD)),
    ]


def load_legs(tickets: Sequence["Ticket"]) -> None:
    """What `with_legs` brings along, for tickets of several questions in one go. Ask those with their workspace."""
    prefetch_related_objects(tickets, *_legs())


def forget_legs(ticket: "Ticket") -> None:
    """Part a ticket from its legs and parties, which refer back to it: then its memory is free at once."""
    ticket._prefetched_objects_cache.clear()  # type: ignore[attr-defined]


def _new_reference() -> str:
    return "TK-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


ENDS = (PartyRole.INITIATOR, PartyRole.COUNTERPARTY)
_DUE = Q(status__in=LIVE, expires_at__isnull=False, clock_stopped_at__isnull=True)


class TicketQuerySet(Copying["Ticket"]):
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
        """Those whose two ends these profiles are."""
        return self.filter(parties__profile=one, parties__role__in=ENDS).filter(
            parties__profile=other, parties__role__in=ENDS
        )

    def open_legs(self):
        """The legs of these tickets that have not moved yet."""
        return Term.objects.unsettled().filter(ticket__in=self)

    def with_turn(self, member: Member):
        """Annotates `is_yours`: the next act is this member's."""
        legs = Term.objects.filter(ticket=OuterRef("pk"))
        own, parties = legs.sent_by(member), Party.objects.filter(ticket=OuterRef("pk"))
        is_connected = Exists(
            Connection.objects.approved().filter(
                requester__parties__ticket=OuterRef("pk"),
                requester__parties__role__in=ENDS,
                peer__parties__ticket=OuterRef("pk"),
                peer__parties__role__in=ENDS,
            )
        )
        to_fund = Exists(own.filter(status=TermStatus.UNFUNDED))
        is_silent = Exists(parties.filter(workspace=member.workspace_id, agreed_at=None))
        to_agree = Exists(own) & ~Exists(own.exclude(status=TermStatus.HELD)) & is_silent
        to_fulfil = ~Exists(legs.exclude(status=TermStatus.SETTLED))
        made = Event.objects.of_making().filter(ticket=OuterRef("pk"), by=member)
        acts: Any = Q(pk__in=[])
        if member.may(Right.FUND):
            acts |= Q(status__in=LIVE) & ((to_fund | to_agree) & is_connected | to_fulfil)
        if member.may(Right.APPROVE):
            acts |= Q(status=TicketStatus.AWAITING_APPROVAL) & ~Exists(made)
        return self.annotate(is_yours=Case(When(acts, then=Value(True)), default=Value(False)))

    def with_legs(self):
        return self.select_related("workspace").prefetch_related(*_legs())

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
                raise Conflict(_("This form cannot be used again. Start a new ticket."))
            return made
        with transaction.atomic():
            ticket = self._create_with_reference(pk=key, workspace=by.workspace, created_at=now, updated_at=now)
            ticket.parties.create(role=PartyRole.INITIATOR, workspace=by.workspace, created_at=now)
            ticket.parties.create(role=PartyRole.COUNTERPARTY, created_at=now)
            ticket.set_kind(kind, settlement, by=by, now=now)
        return ticket

    def propose(
        self,
        *,
        profile: Profile,
        settlement: str,
        deals: Sequence[Deal] = (),
        note: str = "",
        external_id: str = "",
        hours: Decimal | None = None,
        by: Member,
        now: datetime | None = None,
    ) -> "Ticket":
        """A draft made in one act: under this profile of ours, with these legs, which may be between two other firms.

        `hours` are those from opening to expiry, None for ever. The ticket has its parties and legs with it, as if they
        had been prefetched.
        """
        by.must(Right.CREATE)
        if profile.workspace_id != by.workspace_id:
            raise Invalid(_("Make the ticket under one of your own profiles."), "profile", "NETWORK_ID_NOT_OWNED")
        if len(deals) > LEGS_MAX:
            raise too_many_legs()
        now = now or timezone.now()
        ends, legs = ends_of(profile, deals), [(deal, deal.asset.exact(deal.amount)) for deal in deals]
        note, span = text_given(note, "note", NOTE_MAX, lines=True), span_given(hours)
        external_id = text_given(external_id, "external ID", EXTERNAL_ID_MAX)
        with transaction.atomic(savepoint=False):  # nothing below is refused, so no caller goes on after a fault
            ticket = self._create_with_reference(
                pk=uuid.uuid4(),
                workspace=by.workspace,
                kind=Kind.TWO_WAY if len({deal.sender for deal in deals}) > 1 else Kind.ONE_WAY,
                settlement=settlement,
                note=note,
                expires_in=span,
                created_at=now,
                updated_at=now,
            )
            seats = _seat(ticket, ends, profile, external_id)
            terms = [
                Term(
                    ticket=ticket,
                    number=number,
                    sender=seats[deal.sender],
                    receiver=seats[deal.receiver],
                    asset=deal.asset,
                    amount=amount,
                    created_at=now,
                    updated_at=now,
                )
                for number, (deal, amount) in enumerate(legs, 1)
            ]
            insert(terms)
            keep(ticket, "terms", terms)
            for term in terms:
                keep(term, "postings", [])
            said = [deal.asset.plain(amount) for deal, amount in legs]
            ticket._record("ticket.proposed", by=by, at=now, is_private=True, profile=str(profile), legs=said)
        return ticket

    def _create_with_reference(self, **fields):
        for _attempt in range(5):
            ticket = self.model(reference=_new_reference(), **fields)
            if insert([ticket], if_free=True):
                return ticket
            if self.filter(pk=ticket.pk).exists():
                raise Conflict(_("This ticket is being made already. Look at your drafts."))
        raise Conflict(_("No free reference was found. Try again."))


def _seat(ticket: "Ticket", ends: dict[PartyRole, Profile], maker: Profile, external_id: str) -> dict[Profile, Party]:
    """The parties of a new ticket, by profile. Where the other end is still open, its seat is kept free."""
    seats = {
        profile: Party(
            ticket=ticket,
            role=role,
            profile=profile,
            workspace_id=profile.workspace_id,
            external_id=external_id if profile == maker else "",
            created_at=ticket.created_at,
        )
        for role, profile in ends.items()
    }
    free = [Party(ticket=ticket, role=PartyRole.COUNTERPARTY, created_at=ticket.created_at)] if len(ends) == 1 else []
    insert([*seats.values(), *free])
    keep(ticket, "parties", [*seats.values(), *free])
    return seats
