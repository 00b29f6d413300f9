"""The acts that cannot be undone, each with somebody before whom it stands, and what its page must say."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from tests.base import Cast, deposit
from tests.factories import OfferFactory, TicketFactory
from tests.keys import public
from tests.stories import ledger
from tests.stories.people import Person
from tickets.models import Connection, Event, Member, Posting, PostingKind, Role, Ticket, TicketStatus


@dataclass
class Act:
    member: Member
    path: str
    question: str
    consequence: str
    button: str


def open_ticket(market: Cast, status: str = "open", **options) -> Ticket:
    """Beta is to send 100 USDC, and Alpha 1 BTC."""
    options = {"kind": "two_way", "receive": [("USDC", "100")], "send": [("BTC", "1")], "now": timezone.now()} | options
    return TicketFactory(connection=market.connection, by=market.ada, status=status, **options)


def at_funding(person: Person, ticket: Ticket, name: str = "Fund 100.000000 USDC") -> Locator:
    """The button of the confirmation, before this person."""
    person.go(f"/tickets/{ticket}/fund/")
    person.press("Review funding")
    return person.button(name)


def funded_once(market: Cast, ticket: Ticket) -> bool:
    """Beta's leg, and nothing else."""
    ticket.refresh_from_db()
    assert ticket.status == TicketStatus.IN_SETTLEMENT
    assert ledger(market.beta.vault)["USDC held"] == "100.000000"
    return Posting.objects.filter(kind=PostingKind.HOLD).count() == 1


def outcome_of(person: Person, done: str, refused: str) -> bool:
    """Whether this person is told that it was done, or that it was refused."""
    notes = person.page.get_by_role("main")
    notes.get_by_text(done).or_(notes.get_by_text(refused)).first.wait_for()
    return notes.get_by_text(done).count() > 0


def keeps(person: Person, reason: str) -> None:
    """The reason stands on the page: in its field, or where it can be copied from."""
    field = person.page.get_by_label("Reason")
    if field.count():
        expect(field).to_have_value(reason)
    else:
        person.reads(f"Your reason was not sent: “{reason}”")


def state_of(ticket: Ticket) -> tuple:
    """Everything that an act could have changed."""
    ticket.refresh_from_db()
    legs = list(ticket.terms.values_list("number", "status", "tx_hash"))
    return ticket.status, ticket.revision, legs, Posting.objects.count(), Event.objects.count()


def acts_of(market: Cast) -> list[Act]:
    """Each with a thing of its own to act on."""
    deposit(market.alpha.vault, CC="100")
    deposit(market.beta.vault, CC="100")
    draft, ticket, bot = open_ticket(market, "draft"), open_ticket(market), _bot(market)
    ours = {"sender": market.alpha.profile, "receiver": market.beta.profile, "amount": "12.5"}
    theirs = {"sender": market.beta.profile, "receiver": market.alpha.profile, "amount": "12.5"}
    sent, got = (OfferFactory(now=timezone.now(), **ends) for ends in (ours, theirs))
    request = Connection.objects.request(
        local=market.alpha.profile, remote=market.gamma.profile, by=market.alpha.admin, now=timezone.now()
    )
    key = bot.keys.get()
    at, held, coins = f"/tickets/{ticket}", "Held until every leg is funded.", "12.5000000000 CC"
    revoke = reverse("api-key-revoke", args=[bot.pk, key.pk])
    ada, cy, admin = market.ada, market.cy, market.alpha.admin
    return [
        Act(
            ada,
            f"/tickets/{draft}/draft/review/",
            "Review the request",
            "Nothing leaves your vaults",
            "Open ticket",
        ),
        Act(cy, f"{at}/fund/confirm/?leg_1=on&source_1=0", "Fund 100.000000 USDC", held, "Fund 100.000000 USDC"),
        Act(ada, f"{at}/cancel/", f"Cancel ticket {ticket}", "cannot be opened again", f"Cancel ticket {ticket}"),
        Act(cy, f"{at}/reject/", f"Reject ticket {ticket}", "cannot be opened again", f"Reject ticket {ticket}"),
        Act(ada, f"/offers/{got.pk}/accept/", "Accept 12.5", "cannot be undone", f"Accept {coins}"),
        Act(ada, f"/offers/{got.pk}/reject/", "Reject 12.5", "cannot be accepted any more", f"Reject {coins}"),
        Act(ada, f"/offers/{sent.pk}/withdraw/", "Withdraw", "cannot accept it any more", f"Withdraw {coins}"),
        Act(admin, f"/connections/{request.pk}/withdraw/", "Withdraw", "The request ends", "Withdraw request"),
        Act(admin, revoke, "Revoke key", "is refused from now on", "Revoke key"),
    ]


def _bot(market: Cast) -> Member:
    return Member.objects.add_machine("Bot", Role.SIGNER, public(), by=market.alpha.admin)
