"""The receipt of a ticket: who, what, when, and by which postings, as one of its firms may read it.

Vaults are named to the firm that they belong to; the posting ids are the same for all, so that firms can compare them.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from console.access import MemberRequest
from tickets.models import Account, Party, Posting, Term, Ticket


@dataclass(frozen=True)
class ReceiptLeg:
    """`sender_vault` and `receiver_vault` are our own, or None."""

    term: Term
    sender: Party
    receiver: Party
    sender_vault: Account | None
    receiver_vault: Account | None
    postings: list[Posting]


@dataclass(frozen=True)
class Receipt:
    ticket: Ticket
    status: str
    ours: Party
    parties: list[Party]
    legs: list[ReceiptLeg]


ROLES = ("initiator", "counterparty", "intermediary")


def receipt_of(ticket: Ticket, request: MemberRequest) -> Receipt:
    """Load the ticket with its legs."""
    member = request.member
    own = {vault.pk: vault for vault in Account.objects.vaults_of(member.workspace)}
    parties = sorted(ticket.parties.all(), key=lambda party: ROLES.index(party.role))
    by_key = {party.pk: party for party in parties}
    postings = defaultdict(list)
    for posting in Posting.objects.filter(term__ticket=ticket).order_by("at", F("resolves").asc(nulls_first=True)):
        postings[posting.term_id].append(posting)
    legs = [
        ReceiptLeg(
            term,
            by_key[term.sender_id],
            by_key[term.receiver_id],
            own.get(term.source_id),
            own.get(term.destination_id),
            postings[term.pk],
        )
        for term in ticket.terms.all()
    ]
    return Receipt(ticket, ticket.status_at(request.now), ticket.party_of(member), parties, legs)
