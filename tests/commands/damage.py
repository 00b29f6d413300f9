"""Damage to rows that no verb would do, and the rule that finds it."""

from decimal import Decimal

from tests.base import NOON, deposit
from tickets.models import Account, AccountKind, Asset, Balance, Connection, Event, Party, Posting, Term, Ticket

TX = "0xabc"


def held() -> Term:
    return Term.objects.filter(status="held").first()


def hold_of(leg: Term) -> Posting:
    return Posting.objects.unresolved().get(term=leg)


def rogue(kind: str, source: Account, destination: Account, **fields) -> None:
    """A posting that no verb made; balances follow it, so that only its shape is wrong."""
    asset = fields.pop("asset", None) or Asset.objects.get(pk="USDC")
    amount = fields.pop("amount", Decimal(1))
    for account, sign in ((source, -1), (destination, 1)):
        if account.kind != AccountKind.OUTSIDE:
            balance, _ = Balance.objects.get_or_create(account=account, asset=asset)
            Balance.objects.filter(pk=balance.pk).update(amount=balance.amount + sign * amount)
    Posting.objects.bulk_create(
        [Posting(kind=kind, at=NOON, source=source, destination=destination, asset=asset, amount=amount, **fields)]
    )


def balance_off(people):
    balance = Balance.objects.filter(account=people.alpha.vault).first()
    Balance.objects.filter(pk=balance.pk).update(amount=balance.amount + Decimal("1e-18"))


def held_balance_off(people):
    Balance.objects.filter(account__kind="hold", amount__gt=0).update(amount=Decimal(7))


def posting_to_a_foreign_hold(people):
    deposit(people.alpha.vault, USDC="5")
    rogue("settle", people.alpha.vault, people.beta.vault.hold)


def leg_to_a_stranger(people):
    deposit(people.beta.vault, USDC="5")
    rogue("settle", people.beta.vault, people.gamma.vault, term=held())


def resolved_by_another_amount(people):
    leg = held()
    rogue("release", hold_of(leg).destination, leg.source, term=leg, resolves=hold_of(leg))


def hold_without_its_leg(people):
    Term.objects.filter(pk=held().pk).update(status="released")


def ticket_ended_over_a_hold(people):
    Ticket.objects.filter(pk=held().ticket_id).update(status="cancelled", ended_at=NOON)


def leg_unfunded_again(people):
    Term.objects.filter(pk=held().pk).update(status="unfunded")


def leg_held_by_word_only(people):
    Term.objects.filter(status="unfunded", ticket__status="in_settlement").update(status="held", funded_at=NOON)


def leg_held_from_another_vault(people):
    Term.objects.filter(pk=held().pk).update(source=people.gamma.vault)


def leg_of_another_amount(people):
    settled = Term.objects.filter(status="settled", ticket__settlement="together", tx_hash="").first()
    Term.objects.filter(pk=settled.pk).update(amount=Decimal(1))


def lone_leg_of_another_amount(people):
    settled = Term.objects.filter(status="settled", ticket__settlement="leg_by_leg", tx_hash="").first()
    Term.objects.filter(pk=settled.pk).update(amount=Decimal(1))


def settled_leg_called_by_hand(people):
    settled = Term.objects.filter(status="settled", tx_hash="").first()
    Term.objects.filter(pk=settled.pk).update(tx_hash=TX)


def fulfilled_too_early(people):
    Ticket.objects.filter(status="in_settlement", terms__status="held").update(status="fulfilled", ended_at=NOON)


def open_though_funded(people):
    Ticket.objects.filter(pk=held().ticket_id).update(status="open")


def part_funded_by_nobody(people):
    Ticket.objects.filter(status="open").update(status="in_settlement")


def settled_in_part(people):
    ticket = Ticket.objects.filter(status="fulfilled", settlement="together").first()
    Term.objects.filter(pk=ticket.terms.first().pk).update(status="unfunded")


def status_without_event(people):
    Ticket.objects.filter(status="rejected").update(status="cancelled")


def connection_without_event(people):
    Connection.objects.filter(pk=people.connection.pk).update(status="removed")


def event_of(people, kind: str, status: str, **fields) -> None:
    Event.objects.bulk_create([Event(at=NOON, kind=kind, status=status, **fields)])


def opened_twice(people):
    event_of(people, "ticket.opened", "open", ticket=Ticket.objects.filter(status="open").first(), by=people.bo)


def never_opened(people):
    Ticket.objects.filter(status="draft").update(opened_at=NOON, status="open")


def approved_by_its_maker(people):
    ticket = Event.objects.get(kind="ticket.submitted").ticket
    event_of(people, "ticket.note_set", "draft", ticket=ticket, by=people.bo)
    event_of(people, "ticket.opened", "open", ticket=ticket, by=people.bo)


def party_gone(people):
    Ticket.objects.filter(status="open").first().parties.filter(role="counterparty").update(profile=None)


def agreed_without_its_legs(people):
    ticket = Ticket.objects.filter(status="in_settlement", settlement="together").first()
    ticket.parties.filter(agreed_at=None).update(agreed_at=NOON)


def agreed_by_all_yet_held(people):
    ticket = Ticket.objects.filter(status="in_settlement", settlement="together").first()
    ticket.terms.filter(status="unfunded").update(status="held", funded_at=NOON)
    ticket.parties.update(agreed_at=NOON)


def party_not_told_of_the_end(people):
    Party.objects.filter(ticket__status="rejected").update(ended_at=None)


def ended_ticket_not_filed(people):
    Party.objects.filter(ticket__status="rejected").update(filed_under=None)


def filed_under_another_status(people):
    Party.objects.filter(ticket__status="rejected").update(filed_under=["status:cancelled"])


def filed_before_its_end(people):
    Party.objects.filter(ticket__status="open").update(filed_under=["status:open"])


def profile_of_a_stranger(people):
    Ticket.objects.filter(status="open").first().parties.update(profile=people.gamma.profile)


def leg_of_another_ticket(people):
    one, other = Ticket.objects.filter(status="open")[:2]
    one.terms.update(sender=other.counterparty)


def leg_to_a_foreign_vault(people):
    Term.objects.filter(ticket__status="open").update(destination=people.gamma.vault)


def approved_by_one(people):
    made = Connection.objects.request(
        local=people.gamma.profile, remote=people.beta.profile, by=people.gamma.admin, now=NOON
    )
    Connection.objects.filter(pk=made.pk).update(status="approved", approved_at=NOON)
    event_of(people, "connection.approved", "approved", connection=made, workspace=people.gamma.workspace)


DAMAGE = [
    (party_not_told_of_the_end, "a party was told when its ticket ended"),
    (ended_ticket_not_filed, "a ticket that ended is filed under what it is"),
    (filed_under_another_status, "a ticket that ended is filed under what it is"),
    (filed_before_its_end, "a ticket that ended is filed under what it is"),
    (agreed_without_its_legs, "a party has agreed only with all its legs held"),
    (agreed_by_all_yet_held, "a party has agreed only with all its legs held"),
    (balance_off, "every balance equals its postings"),
    (balance_off, "what is inside came from outside"),
    (held_balance_off, "unresolved holds sum to what is held"),
    (posting_to_a_foreign_hold, "every posting joins accounts that its kind may"),
    (leg_to_a_stranger, "every posting of a leg joins its two firms"),
    (resolved_by_another_amount, "every resolution matches its hold"),
    (hold_without_its_leg, "every unresolved hold has a held leg"),
    (hold_without_its_leg, "a released leg has its hold and release"),
    (ticket_ended_over_a_hold, "every unresolved hold has a held leg"),
    (ticket_ended_over_a_hold, "a ticket status fits its legs"),
    (leg_unfunded_again, "an unfunded leg has no posting"),
    (leg_held_by_word_only, "a held leg has one hold"),
    (leg_held_from_another_vault, "a held leg has one hold"),
    (leg_of_another_amount, "a leg settled together has its hold and settle"),
    (lone_leg_of_another_amount, "a leg settled by itself has one settle"),
    (settled_leg_called_by_hand, "a leg settled by hand has no posting"),
    (fulfilled_too_early, "a ticket status fits its legs"),
    (open_though_funded, "a ticket status fits its legs"),
    (part_funded_by_nobody, "a ticket status fits its legs"),
    (settled_in_part, "a ticket settles as it was agreed"),
    (status_without_event, "a ticket has the status of its latest event"),
    (connection_without_event, "a connection has the status of its latest event"),
    (opened_twice, "an opened ticket has one event of opening"),
    (never_opened, "an opened ticket has one event of opening"),
    (approved_by_its_maker, "a second person approved what was submitted"),
    (party_gone, "a ticket has its two parties"),
    (profile_of_a_stranger, "a party deals under a profile of its firm"),
    (leg_of_another_ticket, "a leg lies between the parties of its ticket"),
    (leg_to_a_foreign_vault, "a leg of an opened ticket arrives in a vault of its receiver"),
    (approved_by_one, "an approved connection was approved by both"),
]
