"""The receipt of a ticket: exact, the same for all its firms, and for nobody else."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from tests.base import cast, signed_in
from tests.factories import TicketFactory
from tests.proposals import arranged, hold, three
from tickets.models import Posting

pytestmark = pytest.mark.django_db
HUGE = "1234567890123456789012345678.123456789012345678"
GROUPED = "1 234 567 890 123 456 789 012 345 678.123456789012345678 ETH"


def ticket_of(people, **options):
    options = {"status": "fulfilled", "kind": "two_way", "send": [("ETH", HUGE)], "receive": [("BTC", "2")]} | options
    return TicketFactory(connection=people.connection, now=timezone.now(), **options)


def page(member, ticket):
    return signed_in(member).get(f"/tickets/{ticket.reference}/receipt/")


def text(response):
    return " ".join(response.content.decode().split())


def pdf(member, ticket):
    response = signed_in(member).get(f"/tickets/{ticket.reference}/receipt.pdf")
    assert response["Content-Type"] == "application/pdf"
    found = "".join(each.extract_text() + "\n" for each in PdfReader(io.BytesIO(response.content)).pages)
    return " ".join(found.replace("\u00a0", " ").split())


def test_it_says_everything_exactly():
    people = cast()
    ticket = ticket_of(people)
    shown, printed = text(page(people.ada, ticket)), pdf(people.ada, ticket)
    assert f'value="{HUGE}"' in shown and GROUPED in printed and "2.00000000 BTC" in printed
    for posting in Posting.objects.filter(term__ticket=ticket):
        assert str(posting.pk) in shown and str(posting.pk) in printed
    for said in ("Alpha", "Beta", "Settled", ticket.reference, str(ticket.pk)):
        assert said in shown and said in printed
    assert f"{ticket.opened_at:%Y-%m-%d %H:%M:%S} UTC" in printed


def test_each_firm_reads_its_own_vaults_only():
    people = cast()
    ticket = ticket_of(people)
    for member, own, other in ((people.ada, "Alpha", "Beta"), (people.cy, "Beta", "Alpha")):
        for said in (text(page(member, ticket)), pdf(member, ticket)):
            assert f"{own} Treasury" in said and f"{other} Treasury" not in said


def test_external_ids_stay_with_their_firm():
    people = cast()
    ticket = ticket_of(people)
    ticket.set_external_id("OTC-ALPHA-7", by=people.ada)
    for said in (text(page(people.ada, ticket)), pdf(people.ada, ticket)):
        assert "OTC-ALPHA-7" in said
    for said in (text(page(people.cy, ticket)), pdf(people.cy, ticket)):
        assert "OTC-ALPHA-7" not in said


def test_the_firm_between_reads_no_vault():
    people = three()
    ticket = arranged(people, now=timezone.now())
    hold(ticket, people.beta, timezone.now())
    for said in (text(page(people.dee, ticket)), pdf(people.dee, ticket)):
        assert "Treasury" not in said and "Intermediary" in said and "Held" in said


def test_a_stranger_does_not_find_it():
    people = cast()
    ticket = ticket_of(people)
    assert page(people.dee, ticket).status_code == 404
    assert signed_in(people.dee).get(f"/tickets/{ticket.reference}/receipt.pdf").status_code == 404
    assert signed_in(people.ada).post(f"/tickets/{ticket.reference}/receipt/").status_code == 405


def test_a_draft_has_none():
    people = cast()
    ticket = ticket_of(people, status="draft")
    assert page(people.ada, ticket).status_code == 302
    assert page(people.cy, ticket).status_code == 404


@pytest.mark.parametrize("status", ["open", "in_settlement", "cancelled", "rejected", "expired"])
def test_every_status_has_one(status):
    people = cast()
    ticket = ticket_of(people, status=status, hours=1)
    label = {"in_settlement": "Part funded"}.get(status, status.capitalize())
    assert label in text(page(people.ada, ticket)) and label in pdf(people.ada, ticket)


def test_words_in_other_scripts_come_back_or_are_told():
    people = cast()
    ticket = ticket_of(people, status="open")
    ticket.cancel(by=people.ada, reason="Отменено, ακυρώθηκε\n取消 <script>")
    said = pdf(people.ada, ticket)
    assert "Отменено, ακυρώθηκε" in said and "[U+53D6][U+6D88] <script>" in said and "Unicode numbers" in said
    assert "取消 &lt;script&gt;" in text(page(people.ada, ticket))
