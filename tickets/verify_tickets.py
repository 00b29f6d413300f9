"""The rules of tickets, their parties and legs, of connections, and of the events that tell of both."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from tickets.models import (
    AccountKind,
    Connection,
    ConnectionStatus,
    Event,
    Party,
    PartyRole,
    Settlement,
    Term,
    TermStatus,
    Ticket,
    TicketStatus,
)
from tickets.models.filing import filings_of
from tickets.verify import Finding, amiss

BEFORE_FUNDING = (TicketStatus.DRAFT, TicketStatus.AWAITING_APPROVAL, TicketStatus.OPEN)


def a_ticket_status_fits_its_legs() -> Iterator[Finding]:
    fits = (
        Q(status__in=BEFORE_FUNDING, unfunded=F("legs")),
        Q(status=TicketStatus.IN_SETTLEMENT, released=0) & (Q(held__gt=0) | Q(settled__gt=0)) & _waits_for_somebody(),
        Q(status=TicketStatus.FULFILLED, legs__gt=0, settled=F("legs")),
        Q(status__in=[TicketStatus.CANCELLED, TicketStatus.REJECTED], held=0),
        Q(status=TicketStatus.EXPIRED, held=0, settled=0),
    )
    for ticket in amiss(_with_leg_counts(), *fits).iterator():
        yield ticket, f"legs that suit {ticket.status}", _legs_found(ticket)


def a_ticket_settles_as_it_was_agreed() -> Iterator[Finding]:
    """Together: by the ledger all legs or none. Leg by leg: none was ever held."""
    by_ledger = F("settled") - F("by_hand")
    fits = (
        Q(settlement=Settlement.LEG_BY_LEG, held=0, released=0),
        Q(settlement=Settlement.TOGETHER, by_ledger=0),
        Q(settlement=Settlement.TOGETHER, by_ledger=F("legs"), status=TicketStatus.FULFILLED),
    )
    for ticket in amiss(_with_leg_counts().annotate(by_ledger=by_ledger), *fits).iterator():
        yield ticket, f"legs that settle {ticket.settlement.replace('_', ' ')}", _legs_found(ticket)


def a_ticket_has_the_status_of_its_latest_event() -> Iterator[Finding]:
    yield from _status_unlike_event(Ticket.objects.all(), "ticket")


def a_connection_has_the_status_of_its_latest_event() -> Iterator[Finding]:
    yield from _status_unlike_event(Connection.objects.select_related("requester", "peer"), "connection")


def an_opened_ticket_has_one_event_of_opening() -> Iterator[Finding]:
    openings = Count("events", filter=Q(events__kind="ticket.opened"))
    tickets = Ticket.objects.order_by().annotate(openings=openings)
    fits = Q(opened_at__isnull=True, openings=0), Q(opened_at__isnull=False, openings=1)
    for ticket in amiss(tickets, *fits).iterator():
        yield ticket, "one event of opening" if ticket.opened_at else "no event of opening", ticket.openings


def a_second_person_approved_what_was_submitted() -> Iterator[Finding]:
    of_ticket = Event.objects.filter(ticket=OuterRef("ticket"))
    by_maker = of_ticket.of_making().filter(by=OuterRef("by"))
    openings = Event.objects.filter(Exists(of_ticket.filter(kind="ticket.submitted")), kind="ticket.opened")
    for event in openings.filter(Exists(by_maker) | Q(by=None)).select_related("ticket", "by").iterator():
        yield event.ticket, "approval by somebody who did not make it", event.actor


def a_ticket_has_its_two_parties() -> Iterator[Finding]:
    """Two ends, of which its firm is one, or between which its firm is the intermediary."""
    ends = Q(parties__role__in=[PartyRole.INITIATOR, PartyRole.COUNTERPARTY])
    ours, seated = Q(parties__workspace=F("workspace")), Q(parties__profile__isnull=False)
    tickets = Ticket.objects.order_by().annotate(
        at_an_end=Count("parties", filter=ours & ends),
        between=Count("parties", filter=ours & Q(parties__role=PartyRole.INTERMEDIARY)),
        ends=Count("parties", filter=ends),
        seated=Count("parties", filter=seated),
        all=Count("parties"),
    )
    fits = (
        Q(all=2, ends=2, at_an_end=1, status__in=[TicketStatus.DRAFT, TicketStatus.CANCELLED], opened_at=None),
        Q(all=2, ends=2, at_an_end=1, seated=2),
        Q(all=3, ends=2, between=1, seated=3),
    )
    for ticket in amiss(tickets, *fits).iterator():
        yield ticket, "its firm and another, each under a profile", f"{ticket.seated} of {ticket.all} under a profile"


def a_party_has_agreed_only_with_all_its_legs_held() -> Iterator[Finding]:
    """And once every sender has agreed, nothing is held any more: the legs have moved."""
    legs = Term.objects.filter(sender=OuterRef("pk"))
    live = Party.objects.filter(ticket__status=TicketStatus.IN_SETTLEMENT).select_related("ticket")
    for party in live.filter(Exists(legs.exclude(status=TermStatus.HELD)), agreed_at__isnull=False).iterator():
        yield party.ticket, f"every leg of {party} held, for it has agreed", "one that is not"
    still = Term.objects.filter(ticket=OuterRef("pk"), sender__agreed_at=None)
    held = Term.objects.filter(ticket=OuterRef("pk"), status=TermStatus.HELD)
    for ticket in Ticket.objects.filter(~Exists(still), Exists(held), status=TicketStatus.IN_SETTLEMENT).iterator():
        yield ticket, "all legs moved, for all have agreed", "legs that are held"


def a_party_deals_under_a_profile_of_its_firm() -> Iterator[Finding]:
    parties = Party.objects.filter(profile__isnull=False).select_related("ticket", "profile__workspace", "workspace")
    for party in amiss(parties, Q(profile__workspace=F("workspace"))).iterator():
        yield party.ticket, party.workspace, f"{party.profile} of {party.profile.workspace}"


def a_party_was_told_when_its_ticket_ended() -> Iterator[Finding]:
    """Lists go by what the party says."""
    parties = Party.objects.select_related("ticket")
    fits = Q(ended_at=F("ticket__ended_at")), Q(ended_at=None, ticket__ended_at=None)
    for party in amiss(parties, *fits).iterator():
        yield party.ticket, party.ticket.ended_at, party.ended_at


def a_ticket_that_ended_is_filed_under_what_it_is() -> Iterator[Finding]:
    """And no other is. Lists of ended tickets go by these words alone."""
    filed = Party.objects.filter(filed_under__isnull=False, ticket__ended_at=None).select_related("ticket")
    for party in filed.defer(None).iterator():
        yield party.ticket, "no words before its end", ", ".join(party.filed_under)
    parties = Prefetch("parties", Party.objects.defer(None))
    ended = Ticket.objects.filter(ended_at__isnull=False).prefetch_related(parties, "terms")
    for ticket in ended.iterator(1000):
        for party, words in filings_of(ticket):
            if sorted(party.filed_under or []) != (words or []):
                yield ticket, ", ".join(words or []), ", ".join(party.filed_under or [])


def a_leg_lies_between_the_parties_of_its_ticket() -> Iterator[Finding]:
    legs = Term.objects.select_related("ticket")
    for leg in amiss(legs, Q(sender__ticket=F("ticket"), receiver__ticket=F("ticket"))).iterator():
        yield f"leg {leg.number} of {leg.ticket}", "parties of this ticket", "a party of another"


def a_leg_of_an_opened_ticket_arrives_in_a_vault_of_its_receiver() -> Iterator[Finding]:
    legs = Term.objects.filter(ticket__opened_at__isnull=False).select_related("ticket", "destination__workspace")
    fit = Q(destination__kind=AccountKind.VAULT, destination__workspace=F("receiver__workspace"))
    for leg in amiss(legs, fit).iterator():
        yield f"leg {leg.number} of {leg.ticket}", "a vault of the receiver", leg.destination


def an_approved_connection_was_approved_by_both() -> Iterator[Finding]:
    approvals = Event.objects.filter(connection=OuterRef("pk"), kind="connection.approved")
    by_both = Q(Exists(approvals.filter(workspace=OuterRef("requester__workspace")))) & Q(
        Exists(approvals.filter(workspace=OuterRef("peer__workspace")))
    )
    by_operator = Q(Exists(Event.objects.filter(connection=OuterRef("pk"), kind="connection.established")))
    fit = Q(requested_at__isnull=False, approved_at__isnull=False) & (by_both | by_operator)
    approved = Connection.objects.filter(status__in=[ConnectionStatus.APPROVED, ConnectionStatus.REMOVED])
    for connection in amiss(approved.select_related("requester", "peer"), fit).iterator():
        yield connection, "approval by both firms", f"{connection.events.filter(kind='connection.approved').count()}"


RULES = (
    a_ticket_status_fits_its_legs,
    a_ticket_settles_as_it_was_agreed,
    a_ticket_has_the_status_of_its_latest_event,
    an_opened_ticket_has_one_event_of_opening,
    a_second_person_approved_what_was_submitted,
    a_ticket_has_its_two_parties,
    a_party_has_agreed_only_with_all_its_legs_held,
    a_party_deals_under_a_profile_of_its_firm,
    a_party_was_told_when_its_ticket_ended,
    a_ticket_that_ended_is_filed_under_what_it_is,
    a_leg_lies_between_the_parties_of_its_ticket,
    a_leg_of_an_opened_ticket_arrives_in_a_vault_of_its_receiver,
    a_connection_has_the_status_of_its_latest_event,
    an_approved_connection_was_approved_by_both,
)


def _with_leg_counts():
    counts = {status: Count("terms", filter=Q(terms__status=status)) for status in TermStatus.values}
    by_hand = Count("terms", filter=Q(terms__status=TermStatus.SETTLED) & ~Q(terms__tx_hash=""))
    return Ticket.objects.order_by().annotate(legs=Count("terms"), by_hand=by_hand, **counts)


def _waits_for_somebody() -> Q:
    """A leg is still to come; or the last moved by hand, and a party has yet to say that all have."""
    return Q(settled__lt=F("legs")) | Q(by_hand__gt=0)


def _legs_found(ticket: Any) -> str:
    return ", ".join(f"{getattr(ticket, status)} {status}" for status in TermStatus.values) + f" of {ticket.legs}"


def _status_unlike_event(rows, name: str) -> Iterator[Finding]:
    latest = Event.objects.filter(**{name: OuterRef("pk")}).order_by("-pk").values("status")[:1]
    for row in amiss(rows.order_by().annotate(told=Subquery(latest)), Q(told=F("status"))).iterator():
        yield row, row.told, row.status
