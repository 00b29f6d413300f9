"""The receipt of a ticket as a document, in the words of the page."""

from datetime import datetime, tzinfo

from console.documents import Document
from console.receipts import Receipt, ReceiptLeg
from console.templatetags.console import CHIPS, plain_amount
from console.templatetags.tickets import full_name

LABEL = 42.0  # millimetres


def receipt_pdf(receipt: Receipt, firm: str, now: datetime, zone: tzinfo) -> bytes:
    ticket = receipt.ticket
    paper = Document(f"Receipt {ticket.reference}", firm, now.astimezone(zone))

    def fact(label: str, text: str) -> None:
        paper.row([(LABEL, label, "L"), (paper.epw - LABEL, text, "L")])
        paper.rule()

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone}" if at else ""

    paper.heading(f"Receipt of ticket {ticket.reference}")
    paper.use()
    paper.ln(2)
    fact("Status", CHIPS[receipt.status][0])
    fact("Type", f"{ticket.get_kind_display()}, {ticket.get_settlement_display().lower()}")
    for label, at in (("Opened", ticket.opened_at), ("Expiry set to", ticket.expires_at), ("Ended", ticket.ended_at)):
        if at:
            fact(label, moment(at))
    for party in receipt.parties:
        fact(party.get_role_display(), full_name(party) + (", your firm" if party == receipt.ours else ""))
    for label, text in (
        ("Your external ID", receipt.ours.external_id),
        ("Note", ticket.note),
        ("Reason", ticket.reason),
    ):
        if text:
            fact(label, text)
    fact("Ticket ID", str(ticket.pk))
    for leg in receipt.legs:
        paper.ln(4)
        paper.heading(f"Leg {leg.term.number}", 12)
        paper.use()
        for label, text in facts_of(leg, moment):
            fact(label, text)
    paper.ln(2)
    paper.note(f"As {firm} may read it, at {moment(now)}. Amounts are exact.")
    return paper.finish()


def facts_of(leg: ReceiptLeg, moment) -> list[tuple[str, str]]:
    """What the receipt says of one leg."""
    term, facts = leg.term, []
    facts.append(("Amount", plain_amount(term.amount, term.asset)))
    facts.append(("From", _side(leg.sender, leg.sender_vault)))
    facts.append(("To", _side(leg.receiver, leg.receiver_vault)))
    facts.append(("Status", CHIPS[term.status][0]))
    facts += [(label, moment(at)) for label, at in (("Funded", term.funded_at), ("Settled", term.settled_at)) if at]
    if term.is_by_hand:
        facts.append(("Transaction, by hand", term.tx_hash))
    for posting in leg.postings:
        facts.append((f"Posting, {posting.get_kind_display().lower()}", f"{posting.pk}, {moment(posting.at)}"))
    return facts


def _side(party, vault) -> str:
    return f"{full_name(party)}, your vault “{vault.name}”" if vault else full_name(party)
