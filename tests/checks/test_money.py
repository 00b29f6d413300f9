"""Checks 19 to 27: amounts, times and references are exact, wherever they are shown, copied, printed or taken away."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from console.moments import distance
from tests.base import deposit
from tests.checks import seen
from tests.checks.reading import AMOUNTS, POINTS, TIMES, UNMARKED, lines_of, plain, printed, written_in_utc
from tests.factories import OfferFactory, TicketFactory
from tests.stories import ledger

FINE = "123456789012.123456789012345678"  # 30 digits, 18 of them decimals
FINE_SHOWN = "123 456 789 012.123456789012345678 ETH"


def ticket_of(market, status="open", **options):
    options = {"kind": "two_way", "now": timezone.now()} | options
    return TicketFactory(connection=market.connection, by=market.ada, status=status, **options)


@seen("wide", "dark")
def test_check_19_decimal_points_of_a_column_stand_in_one_line(market, arrive, setting):
    ada = arrive(market.ada, setting)
    for ticker, amount in (("BTC", "3.75"), ("ETH", "1234.000000000000000001"), ("NEO", "12"), ("SOL", "0.5")):
        ticket_of(market, send=[(ticker, amount)], receive=[("USDC", "250000"), ("EURC", "7.25")])
    ada.go("/tickets/")
    for column in ada.page.evaluate(POINTS):
        assert len(column) >= 4 and max(column) - min(column) <= 1


@seen("wide", "phone")
def test_check_20_no_amount_is_cut_without_saying_so_and_the_whole_is_heard_and_copied(market, arrive, setting):
    ada = arrive(market.ada, setting)
    deposit(market.alpha.vault, ETH=FINE)
    ticket = ticket_of(market, send=[("ETH", FINE), ("BTC", "0.12345678")], receive=[("USDC", "250000")])
    for path in ("/", "/tickets/", f"/tickets/{ticket}/", f"/tickets/{ticket}/fund/", "/vaults/", "/connections/"):
        ada.go(path)
        amounts = ada.page.evaluate(AMOUNTS)
        assert amounts, path
        for each in amounts:
            eye, whole = plain(each["seen"]), each["value"].replace("-", "\u2212")
            assert eye.startswith(whole) or "…" in eye, (path, each)
            for told in ("heard", "copied"):
                assert re.match(rf"\+?{re.escape(whole)}([A-Z]|$)", plain(each[told])), (path, told, each)
            assert each["beyond"] <= 1, (path, each)


@seen("wide")
def test_check_21_thirty_digits_are_shown_copied_exported_and_printed_exactly(market, arrive, setting):
    ada, cy = arrive(market.ada, setting), arrive(market.cy, setting)
    deposit(market.beta.vault, ETH=FINE)
    reference = ada.open_ticket(receive=[("ETH", FINE)])
    ada.reads(FINE_SHOWN)
    cy.fund(reference, FINE_SHOWN)
    cy.is_told(f"You funded {FINE_SHOWN}.")
    ada.go(f"/tickets/{reference}/")
    ada.reads(FINE_SHOWN)
    assert FINE in {each["copied"] and plain(each["copied"]).removesuffix("ETH") for each in ada.page.evaluate(AMOUNTS)}
    assert FINE in {row[11] for row in lines_of(ada, "/history/csv/")}
    assert FINE_SHOWN in printed(ada, f"/tickets/{reference}/receipt.pdf").replace("\u00a0", " ")
    ada.page.emulate_media(media="print")
    ada.go("/history/")
    row = ada.page.get_by_role("row").filter(has_text=reference)
    assert FINE in plain(row.inner_text()) and "…" not in row.inner_text()


@seen("wide")
def test_check_22_out_and_in_are_the_unsettled_legs_asset_by_asset(market, arrive, setting):
    ada, sums = arrive(market.ada, setting), Counter()
    market.alpha.workspace.auto_approval = False  # so that one can await approval
    market.alpha.workspace.save()
    OfferFactory(sender=market.beta.profile, receiver=market.alpha.profile, amount="5", now=timezone.now())
    for status in ("draft", "awaiting_approval", "open", "in_settlement", "fulfilled", "cancelled", "expired"):
        send, receive = [("ETH", "1.000000000000000001"), ("USDC", "2")], [("USDC", "300.5"), ("BTC", "4")]
        ticket = ticket_of(market, status, send=send, receive=receive)
        if status in ("open", "in_settlement"):
            legs = ticket.terms.exclude(status="settled")
            sums.update({(leg.asset_id, leg.is_sent_by(market.ada)): leg.amount for leg in legs})
    ada.go("/")
    table = ada.page.get_by_role("table", name="Legs that have not moved yet")
    shown = {}
    for row in table.get_by_role("row").all()[1:]:
        ticker, cells = row.get_by_role("rowheader").locator("b").inner_text(), row.get_by_role("cell")
        for label, is_out in (("Out, you send", True), ("In, you receive", False)):
            figure = cells.and_(row.locator(f'[data-label="{label}"]')).locator("data")
            if figure.count():
                shown[ticker, is_out] = Decimal(figure.get_attribute("value"))
    assert shown == dict(sums)
    assert table.locator("tfoot").count() == 0  # nothing is added up over assets
    ada.reads("transfer offers do not count")


@seen("wide", "phone")
def test_check_23_direction_is_in_words(market, arrive, setting):
    ticket = ticket_of(market)
    ada = arrive(market.ada, setting, bypass_csp=True)
    words = {
        "/": ["You send", "You receive", "Out", "In"],
        "/tickets/": ["You send", "You receive"],
        f"/tickets/{ticket}/": ["You send 3.75000000 BTC", "Beta sends 250 000.000000 USDC"],
        f"/tickets/{ticket}/opened/": ["You fund 3.75000000 BTC"],
    }
    for path, wanted in words.items():
        ada.go(path)
        ada.page.add_style_tag(content="* {color: black !important; background: none !important} svg {display: none}")
        labels = ada.page.evaluate(
            "[...document.querySelectorAll('td')].map((cell) => getComputedStyle(cell, '::before').content).join(' ')"
        )
        shown = f"{ada.page.get_by_role('main').inner_text()} {labels}".replace("\u00a0", " ")
        assert [each for each in wanted if each not in " ".join(shown.split())] == [], path


@seen("wide")
def test_check_24_every_time_is_exact_in_utc_and_relative_and_absolute_agree(market, arrive, setting):
    ada, hour = arrive(market.ada, setting), timedelta(hours=1)
    ticket = ticket_of(market, "in_settlement", hours=30, now=timezone.now() - hour)
    ended = ticket_of(market, "cancelled", now=timezone.now() - 50 * hour)
    coins = {"sender": market.beta.profile, "receiver": market.alpha.profile, "now": timezone.now()}
    offer = OfferFactory(**coins)
    paths = ["/", "/tickets/", "/history/", f"/tickets/{ticket}/", f"/tickets/{ended}/", f"/tickets/{ticket}/receipt/"]
    paths += ["/offers/", f"/offers/{offer.pk}/", "/connections/", "/activity/", "/statement/", "/vaults/"]
    for path in paths:
        ada.go(path)
        expect(ada.page.get_by_role("contentinfo")).to_contain_text("Times: UTC (UTC+00:00)")
        assert ada.page.evaluate(UNMARKED) == [], path
        times, now = ada.page.evaluate(TIMES), timezone.now()
        for each in times:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["at"]), (path, each)
        relative = [each for each in times if re.match(r"in \d|in less|just now|.* ago$", each["says"])]
        absolute = [each for each in times if each not in relative]
        for each in relative:
            at = datetime.fromisoformat(each["at"])
            near = {distance(at, now - timedelta(seconds=back)) for back in (0, 10, 20)}
            assert each["says"] in near, (path, each)
            assert each["at"] in {other["at"] for other in absolute}, (path, each)
        for each in absolute:
            at = datetime.fromisoformat(each["at"]).astimezone(UTC)
            assert any(each["says"].startswith(text) for text in written_in_utc(at)), (path, each)


@seen("wide")
def test_check_25_pages_files_and_documents_follow_the_zone_and_stored_values_do_not_move(market, arrive, setting):
    late = datetime(2026, 11, 20, 20, 15, tzinfo=UTC)  # after midnight in Kolkata
    ticket, ended = ticket_of(market, hours=4000, now=late), ticket_of(market, "cancelled", now=late)
    offer = OfferFactory(sender=market.alpha.profile, receiver=market.beta.profile, now=late)
    draft = ticket_of(market, "draft")
    before = (ticket.opened_at, ticket.expires_at, offer.created_at)
    ada, bo = arrive(market.ada, setting), arrive(market.bo, setting)
    ada.go("/settings/")
    ada.page.get_by_label("Time zone").select_option("Asia/Kolkata")
    ada.press("Save time zone")
    ada.is_told("Times are now told in Asia/Kolkata.")
    pages = {
        "/": None,
        "/tickets/?since=2026-11-21&until=2026-11-21": ticket.reference,
        "/history/?since=2026-11-21&until=2026-11-21": ended.reference,
        "/offers/sent/?since=2026-11-21&until=2026-11-21": offer.reference,
        f"/tickets/{ticket}/": "21 Nov 2026 01:45 UTC+05:30",
        f"/tickets/{ticket}/receipt/": "01:45",
        f"/offers/{offer.pk}/": "21 Nov 2026",
        "/activity/?since=2026-11-21&until=2026-11-21": ticket.reference,
        f"/tickets/{draft}/draft/expiration/": "UTC+05:30 if opened now",
        "/settled/": None,
        "/no/such/page/": None,
    }
    for path, words in pages.items():
        ada.go(path)
        expect(ada.page.get_by_role("contentinfo")).to_contain_text("Times: Asia/Kolkata (UTC+05:30)")
        if words:
            ada.reads(words)
    for path in ("/tickets/csv/", "/history/csv/", "/offers/sent/csv/", "/activity/csv/"):
        head, *lines = lines_of(ada, path)
        times = [number for number, name in enumerate(head) if name.endswith("(Asia/Kolkata)")]
        assert times and not [name for name in head if "UTC" in name], path
        told = {line[number] for line in lines for number in times if line[number]}
        assert "2026-11-21T01:45:00.000000+05:30" in told and not [at for at in told if at[-6:] != "+05:30"], path
    head, *lines = lines_of(ada, "/statement/csv/?asset=BTC")
    assert "local time (Asia/Kolkata)" in head and lines[0][head.index("local time (Asia/Kolkata)")].endswith("+05:30")
    for path in ("/statement/pdf/?asset=BTC", f"/tickets/{ticket}/receipt.pdf"):
        assert "Asia/Kolkata" in printed(ada, path) and "UTC" not in printed(ada, path)
    assert "2026-11-21 01:45:00 Asia/Kolkata" in printed(ada, f"/tickets/{ticket}/receipt.pdf")
    ticket.refresh_from_db()
    offer.refresh_from_db()
    assert (ticket.opened_at, ticket.expires_at, offer.created_at) == before
    bo.go("/")
    expect(bo.page.get_by_role("contentinfo")).to_contain_text("Times: UTC (UTC+00:00)")


@seen("wide", "no-scripts")
def test_check_26_an_act_that_comes_after_the_expiry_says_so_and_moves_nothing(market, arrive, setting, monkeypatch):
    ada, cy, hour = arrive(market.ada, setting), arrive(market.cy, setting), timedelta(hours=1)
    ticket = ticket_of(market, send=[("BTC", "1")], receive=[("USDC", "100")], hours=1)
    ticket.fund({ticket.terms.get(asset="USDC").pk: market.beta.vault}, by=market.cy)
    ada.go(f"/tickets/{ticket}/fund/")
    ada.press("Review funding")
    cy.go(f"/tickets/{ticket}/reject/")
    cy.fill("Reason", "The price has moved")
    before = ledger(market.alpha.vault), ledger(market.beta.vault)

    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + hour)  # nobody's worker is running
    ada.press("Fund 1.00000000 BTC")
    ada.is_told("before this arrived. Nothing was moved.")
    cy.press(f"Reject ticket {ticket}")
    cy.is_told("before this arrived. Nothing was moved.")
    cy.reads("Your reason was not sent: “The price has moved”")
    assert (ledger(market.alpha.vault), ledger(market.beta.vault)) == before

    ada.go("/")
    ada.reads("Active tickets (0)")
    ada.go(f"/tickets/{ticket}/")
    ada.reads("Status: Expired")
    call_command("work", "--once")
    assert ledger(market.beta.vault)["USDC"] == "1000000.000000"


@seen("keyboard")
def test_check_27_copying_is_announced_once_and_keeps_the_focus(market, arrive, setting):
    ticket = ticket_of(market)
    ticket.set_external_id("OTC-88131", by=market.ada)
    ada = arrive(market.ada, setting)
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ada.go(f"/tickets/{ticket}/")
    ada.page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.querySelector('[data-live]').textContent))"
        ".observe(document.querySelector('[data-live]'), {childList: true})"
    )
    for what, text in (("ticket reference", str(ticket)), ("external ID", "OTC-88131"), ("ticket ID", str(ticket.pk))):
        button = ada.button(f"Copy {what}")
        button.focus()
        ada.page.keyboard.press("Enter")
        expect(ada.page.locator("[data-live]")).to_have_text("Copied")
        expect(button).to_be_focused()
        ada.page.wait_for_timeout(200)  # for a second announcement, if there were one
        assert [words for words in ada.page.evaluate("heard.splice(0)") if words] == ["Copied"]
        assert ada.page.evaluate("navigator.clipboard.readText()") == text


@seen("tree")
def test_check_27_every_copy_button_says_what_it_copies(market, arrive, setting):
    ticket, ada = ticket_of(market), arrive(market.ada, setting)
    coins = {"sender": market.beta.profile, "receiver": market.alpha.profile, "now": timezone.now()}
    offer = OfferFactory(**coins)
    for path in (f"/tickets/{ticket}/", "/offers/", f"/offers/{offer.pk}/", "/statement/", "/no/such/page/"):
        ada.go(path)
        names = [button.inner_text().strip() for button in ada.page.get_by_role("button", name="Copy").all()]
        assert names and all(re.fullmatch(r"Copy \w.*", name) for name in names), path
        assert len(set(names)) == len(names), path
        assert ada.page.get_by_role("status").count() == 1, path
