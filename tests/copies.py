"""Many tickets alike, faster than the verbs would make them."""

import uuid

from tickets.models import Party, Term, Ticket

BATCH = 1_000


def copy(ticket: Ticket, count: int) -> None:
    """The same ticket so many times over: with its parties and legs, without its events and postings."""
    seated, legs = list(ticket.parties.all()), list(ticket.terms.all())
    tickets = [like(ticket, pk=(pk := uuid.uuid4()), reference=f"TK-{pk.hex[:9]}".upper()) for _ in range(count)]
    parties = [[like(party, pk=None, ticket=each) for party in seated] for each in tickets]
    Ticket.objects.bulk_create(tickets, BATCH)
    Party.objects.bulk_create([party for each in parties for party in each], BATCH)
    terms = []
    for each, own in zip(tickets, parties, strict=True):
        seats = {old.pk: new for old, new in zip(seated, own, strict=True)}
        for leg in legs:
            ends = {"sender": seats[leg.sender_id], "receiver": seats[leg.receiver_id]}
            terms.append(like(leg, pk=uuid.uuid4(), ticket=each, **ends))
    Term.objects.bulk_create(terms, BATCH)


def like(row, **other):
    """A new row with the values of this one, except for these."""
    values = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.is_relation}
    keys = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.is_relation}
    made = type(row)(**values, **keys)
    for name, value in other.items():
        setattr(made, name, value)
    return made
