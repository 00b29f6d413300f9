"""The statement of account: what it says, to whom, and that its figures agree."""

import csv
import hashlib
import io
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from pypdf import PdfReader

from console.statement import Place
from tests.base import cast, deposit, signed_in
from tests.factories import TicketFactory
from tickets.amounts import plain
from tickets.models import Account, Asset, Posting, User

pytestmark = pytest.mark.django_db
HUGE = "1234567890123456789012345678.123456789012345678"


@pytest.fixture
def people():
    """Alpha was paid 2 ETH for 1 BTC ten days ago, and holds 0.5 BTC since."""
    people, now = cast(), timezone.now()
    deposit(people.alpha.vault, now=now - timedelta(days=40), BTC="5")
    terms = {"connection": people.connection, "kind": "two_way"}
    past = now - timedelta(days=10)
    TicketFactory(**terms, status="fulfilled", send=[("BTC", "1")], receive=[("ETH", "2")], now=past)
    ticket = TicketFactory(**terms, status="open", send=[("BTC", "0.5")], receive=[("ETH", "1")], now=now)
    TicketFactory.fund(ticket, people.alpha.workspace, now)
    people.ticket = ticket
    return people


def span(days=60, **more):
    today = timezone.now().date()
    return {"from": str(today - timedelta(days=days)), "to": str(today + timedelta(days=1))} | more


def get(member, kind="", **query):
    return signed_in(member).get(f"/statement/{kind}?{urlencode(query)}")


def rows(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_opening_movements_and_closing_with_holds_apart(people):
    context = get(people.ada, asset="BTC", **span(days=20)).context
    totals, page, holds = context["totals"], context["page"], context["holds"]
    assert totals.opening + totals.credit - totals.debit == totals.closing
    vault = people.alpha.vault
    btc = Asset.objects.get(pk="BTC")
    assert totals.closing == vault.available(btc) + vault.held(btc)
    assert context["available"] == vault.available(btc)
    assert (holds.count, holds.total, holds.lines[0].reference) == (1, Decimal("0.5"), people.ticket.reference)
    line = next(line for line in page.lines if line.debit == 1)
    assert (line.counterparty, line.credit) == ("Beta", None)
    assert page.lines[-1].balance == totals.closing


def test_the_other_firm_reads_the_same_movement_from_its_side(people):
    line = get(people.cy, asset="BTC", **span()).context["page"].lines[0]
    assert (line.credit, line.debit, line.counterparty) == (1, None, "Alpha")


def test_another_firms_vaults_and_lines_are_not_there(people):
    deposit(people.gamma.vault, now=timezone.now(), BTC="7")
    shown = get(people.dee, asset="BTC", **span()).content.decode()
    assert "Alpha" not in shown and "Beta" not in shown
    of_alpha = Posting.objects.filter(destination=people.alpha.vault).first()
    for place in (Place(of_alpha.at, 0, of_alpha.pk), "nonsense", "20260101T000000000000-0-x"):
        shown = get(people.dee, asset="BTC", after=place, **span()).context
        assert [line.posting.amount for line in shown["page"].lines] == [7]
    assert signed_in(people.dee).get(f"/deposits/{of_alpha.pk}/").status_code == 404
    assert "Opening balance" in signed_in(people.ada).get(f"/deposits/{of_alpha.pk}/").content.decode()


def test_what_cannot_be_asked_is_said_and_kept(people):
    response = get(people.ada, asset="BTC", **{"from": "2026-11-21", "to": "2026-11-20"})
    assert "not before the first" in response.content.decode() and "<title>Error:" in response.content.decode()
    for fault in ({"account": "99"}, {"asset": "NONE"}, {"from": "soon"}, {"to": "9999-12-31"}, {"from": "0001-01-01"}):
        response = get(people.ada, **(span(asset="BTC") | fault))
        assert response.context["form"].errors and "statement" not in response.context
        for kind in ("csv/", "pdf/"):
            assert get(people.ada, kind, **(span(asset="BTC") | fault)).status_code == 302


def test_nothing_to_state_says_so(people):
    assert "nothing to state" in get(people.dee).content.decode()
    assert get(people.dee, "csv/").status_code == 302
    assert get(people.dee, "pdf/").status_code == 302


def test_a_post_is_refused(people):
    assert signed_in(people.ada).post("/statement/").status_code == 405


def test_csv_says_what_the_screen_says(people):
    deposit(people.alpha.vault, now=timezone.now(), ETH=HUGE)
    for asset in ("BTC", "ETH"):
        screen = get(people.ada, asset=asset, **span()).context
        found = rows(get(people.ada, "csv/", asset=asset, **span()))
        moved = [row for row in found if row["line"] == "movement"]
        lines, decimals = screen["page"].lines, screen["statement"].asset.decimals
        assert [row["balance"] for row in moved] == [plain(line.balance, decimals) for line in lines]
        assert [row["reference"] for row in moved] == [line.reference for line in lines]
        closing = next(row for row in found if row["line"] == "closing")
        credit = sum((Decimal(row["credit"] or 0) for row in moved), Decimal(0))
        debit = sum((Decimal(row["debit"] or 0) for row in moved), Decimal(0))
        assert (Decimal(closing["credit"]), Decimal(closing["debit"])) == (credit, debit)
        assert (credit, debit) == (screen["totals"].credit, screen["totals"].debit)
        assert found[-1]["posting ID or checksum"] == screen["checksum"]
        assert recomputed(found) == screen["checksum"]


def recomputed(found):
    """The checksum, from nothing but the CSV and what the page says of it."""
    opening, closing = (next(row for row in found if row["line"] == kind) for kind in ("opening", "closing"))
    lines = [["opening", opening["balance"], opening["asset"]]]
    columns = ("posting ID or checksum", "time (UTC)", "reference", "debit", "credit", "balance")
    lines += [[row[column] for column in columns] for row in found if row["line"] == "movement"]
    lines += [["closing", closing["balance"], closing["asset"]]]
    return hashlib.sha256("".join("\t".join(line) + "\n" for line in lines).encode()).hexdigest()


def test_the_checksum_of_days_past_stays(people):
    past = span() | {"to": str(timezone.now().date() - timedelta(days=2))}
    before = get(people.ada, asset="BTC", **past).context["checksum"]
    deposit(people.alpha.vault, now=timezone.now(), BTC="1")
    assert get(people.ada, asset="BTC", **past).context["checksum"] == before
    assert get(people.ada, asset="BTC", **span()).context["checksum"] != before


def test_no_cell_of_the_csv_is_a_formula(people):
    people.ticket.parties.filter(workspace=people.alpha.workspace).update(external_id="=1+1")
    type(people.beta.workspace).objects.filter(pk=people.beta.workspace.pk).update(name="@Beta")
    cells = [cell for row in rows(get(people.ada, "csv/", asset="BTC", **span())) for cell in row.values()]
    assert "'@Beta" in cells and "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_pdf_carries_the_amounts_and_the_checksum(people):
    deposit(people.alpha.vault, now=timezone.now(), ETH=HUGE)
    context = get(people.ada, asset="ETH", **span()).context
    response = get(people.ada, "pdf/", asset="ETH", **span())
    assert response["Content-Type"] == "application/pdf"
    text = said_by(response)
    assert context["checksum"] in text.replace("\n", "")
    for line in context["page"].lines:
        assert grouped(line.balance, 18) in text and line.reference in text
    assert grouped(Decimal(HUGE), 18) in text


def said_by(response):
    pages = PdfReader(io.BytesIO(response.content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def grouped(amount, decimals):
    whole, _, fraction = plain(amount, decimals).partition(".")
    return f"{int(whole):,}".replace(",", " ") + f".{fraction}"


def test_pdf_says_where_a_script_is_missing(people):
    type(people.beta.workspace).objects.filter(pk=people.beta.workspace.pk).update(name="Žižkov Ωμέγα Ключ 中")
    text = said_by(get(people.ada, "pdf/", asset="BTC", **span()))
    assert "Žižkov Ωμέγα Ключ [U+4E2D]" in " ".join(text.split())
    assert "Unicode numbers" in text


def test_pages_carry_the_balance_on(people, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("console.statement.PAGE_LINES", 3)
    now = timezone.now()
    for number in range(8):
        deposit(people.alpha.vault, now=now - timedelta(days=5), BTC=str(number + 1))
    whole = list(get(people.ada, asset="BTC", **span()).context["statement"].lines())
    client, seen, query = signed_in(people.ada), [], span(asset="BTC")
    while True:
        with django_assert_max_num_queries(12):
            response = client.get(f"/statement/?{urlencode(query)}")
        page = response.context["page"]
        assert page.start == len(seen) + 1
        seen += page.lines
        if not page.has_later:
            break
        query = span(asset="BTC", after=page.last)
    as_told = [(line.posting.pk, line.balance) for line in seen]
    assert as_told == [(line.posting.pk, line.balance) for line in whole]
    before_last = client.get(f"/statement/?{urlencode(span(asset='BTC', before=page.first))}").context["page"]
    assert before_last.lines == seen[-len(page.lines) - 3 : -len(page.lines)]


def test_between_two_of_our_vaults_is_debit_and_credit_at_once(people):
    other = Account.objects.add_vault(people.alpha.workspace, "Cold")
    deposit(other, now=timezone.now(), BTC="3")
    both = get(people.ada, asset="BTC", account="all", **span()).context["totals"]
    ones = [get(people.ada, asset="BTC", account=number, **span()).context["totals"] for number in (0, 1)]
    assert both.closing == sum(one.closing for one in ones)


def test_days_are_those_of_the_zone_in_force(people):
    day = datetime(2026, 3, 1, 0, 30, tzinfo=ZoneInfo("Pacific/Auckland"))
    deposit(people.alpha.vault, now=day, BTC="9")
    User.objects.filter(pk=people.ada.user_id).update(zone="Pacific/Auckland")
    context = get(people.ada, asset="BTC", **{"from": "2026-03-01", "to": "2026-03-01"}).context
    assert context["totals"].credit == 9
    User.objects.filter(pk=people.ada.user_id).update(zone="UTC")
    context = get(people.ada, asset="BTC", **{"from": "2026-03-01", "to": "2026-03-01"}).context
    assert context["totals"].credit == 0
