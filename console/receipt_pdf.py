"""The receipt of a ticket as a document, in the words of the page."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from console.documents import Document
from console.receipts import Receipt, ReceiptLeg
from console.templatetags.console import CHIPS, plain_amount
from console.templatetags.tickets import full_name
from tickets.models import Party
from tickets.models.words import within

LABEL = 42.0  # millimetres


def receipt_pdf(receipt: Receipt, firm: str, now: datetime, zone: tzinfo) -> bytes:
    ticket = receipt.ticket
    paper = Document(_("Receipt %(reference)s") % {"reference": ticket.reference}, firm, now.astimezone(zone))

    def fact(label: str, text: str) -> None:
        paper.row([(LABEL, label, "L"), (paper.epw - LABEL, text, "L")])
        paper.rule()

    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone}" if at else ""

    paper.heading(_("Receipt of ticket %(reference)s") % {"reference": ticket.reference})
    paper.use()
    paper.ln(2)
    for label, text in ticket_facts(receipt, moment):
        fact(label, text)
    for leg in receipt.legs:
        paper.ln(4)
        paper.heading(_("Leg %(number)d") % {"number": leg.term.number}, 12)
        paper.use()
        for label, text in facts_of(leg, moment):
            fact(label, text)
    paper.ln(2)
    paper.note(_("As %(firm)s may read it, at %(at)s. Amounts are exact.") % {"firm": firm, "at": moment(now)})
    return paper.finish()


def ticket_facts(receipt: Receipt, moment: Callable) -> list[tuple[str, str]]:
    """What the receipt says of the whole ticket."""
    ticket = receipt.ticket
    moments = (
        (pgettext("moment", "Opened"), ticket.opened_at),
        (_("Expiry set to"), ticket.expires_at),
        (pgettext("moment", "Ended"), ticket.ended_at),
    )
    texts = (
        (_("Your external ID"), receipt.ours.external_id),
        (_("Note"), ticket.note),
        (_("Reason"), ticket.reason),
        (_("Ticket ID"), str(ticket.pk)),
    )
    return [
        (_("Status"), str(CHIPS[receipt.status][0])),
        (_("Type"), f"{ticket.get_kind_display()}, {within(ticket.settlement)}"),
        *((label, moment(at)) for label, at in moments if at),
        *((party.get_role_display(), _party(party, receipt)) for party in receipt.parties),
        *((label, text) for label, text in texts if text),
    ]


def _party(party: Party, receipt: Receipt) -> str:
    name = full_name(party)
    return _("%(firm)s, your firm") % {"firm": name} if party == receipt.ours else name


def facts_of(leg: ReceiptLeg, moment) -> list[tuple[str, str]]:
    """What the receipt says of one leg."""
    term, facts = leg.term, []
    facts.append((_("Amount"), plain_amount(term.amount, term.asset)))
    facts.append((_("From"), _side(leg.sender, leg.sender_vault)))
    facts.append((_("To"), _side(leg.receiver, leg.receiver_vault)))
    facts.append((_("Status"), str(CHIPS[term.status][0])))
    moments = ((pgettext("moment", "Funded"), term.funded_at), (pgettext("moment", "Settled"), term.settled_at))
    facts += [(label, moment(at)) for label, at in moments if at]
    if term.is_by_hand:
        facts.append((_("Transaction, by hand"), term.tx_hash))
    for posting in leg.postings:
        label = _("Posting, %(kind)s") % {"kind": within(posting.kind)}
        facts.append((label, f"{posting.pk}, {moment(posting.at)}"))
    return facts


def _side(party, vault) -> str:
    if vault is None:
        return full_name(party)
    return _("%(firm)s, your vault “%(vault)s”") % {"firm": full_name(party), "vault": vault.name}
