"""The ticket's own page: what each firm sees of it, whose turn it is, and what came of it."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from console.timeline import SENTENCES, rows
from tests.base import MOMENT, cast, deposit, signed_in
from tests.factories import TicketFactory
from tickets.models import Account, Event, Settlement, Ticket

pytestmark = pytest.mark.django_db


def ticket_of(people, **options):
    return TicketFactory(**{"connection": people.connection, "by": people.ada, "kind": "two_way", **options})


def page(member, ticket, name="ticket"):
    return signed_in(member).get(reverse(name, args=[ticket.reference]))


def text(response):
    """The words of main, as a reader without styles meets them."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)[0]
    main = re.sub(r"<details.*?</details>", "", main, flags=re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", "", main).replace("\u00a0", " ").replace("&nbsp;", " ").split())
    return words.replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_both_firms_read_who_pays_whom_from_their_own_side(people):
    ticket = ticket_of(people, status="open")
    assert "Beta will send you 250 000.000000 USDC; you will send Beta 3.75000000 BTC. All legs move" in text(
        page(people.ada, ticket)
    )
    theirs = text(page(people.cy, ticket))
    assert "Alpha will send you 3.75000000 BTC; you will send Alpha 250 000.000000 USDC." in theirs


def test_the_title_is_the_heading(people):
    ours, theirs = ticket_of(people, status="open"), ticket_of(people, status="open", kind="one_way")
    for member, ticket, words in (
        (people.ada, ours, "Two-way ticket with Beta"),
        (people.ada, theirs, "One-way ticket from Beta"),
        (people.cy, theirs, "One-way ticket to Alpha"),
    ):
        html = page(member, ticket).content.decode()
        assert f"<h1>{words}</h1>" in html and f"<title>{words} · Countersign</title>" in html


def test_a_stranger_does_not_find_it_and_nobody_posts_to_it(people):
    ticket = ticket_of(people, status="open")
    assert page(people.dee, ticket).status_code == 404
    assert signed_in(people.ada).post(reverse("ticket", args=[ticket.reference])).status_code == 405


def test_a_draft_leads_into_the_wizard_and_only_its_own_firm_finds_it(people):
    draft = ticket_of(people)
    assert page(people.ada, draft)["Location"] == reverse("ticket-resume", args=[draft.reference])
    assert page(people.cy, draft).status_code == 404


def test_whoever_can_fund_is_told_so_and_whoever_cannot_reads_why(people):
    ticket = ticket_of(people, status="open", hours=24, now=timezone.now())
    trader, viewer = page(people.ada, ticket), page(people.alpha.viewer, ticket)
    assert reverse("ticket-fund", args=[ticket.reference]) not in page(people.bo, ticket).content.decode()
    assert "Your turn. Fund 3.75000000 BTC before" in text(trader)
    assert reverse("ticket-fund", args=[ticket.reference]) in trader.content.decode()
    assert "Your firm still has to fund 3.75000000 BTC. Your role, viewer, may not fund tickets." in text(viewer)
    for name in ("ticket-fund", "ticket-cancel", "ticket-external-id"):
        assert reverse(name, args=[ticket.reference]) not in viewer.content.decode()


def test_after_funding_one_waits_for_the_other(people):
    ticket = ticket_of(people, status="in_settlement")
    assert "Waiting for Alpha to fund leg 2." in text(page(people.cy, ticket))
    assert "Status: Part funded, 50 percent" in text(page(people.cy, ticket))
    assert "Every other leg is funded" in text(page(people.ada, ticket))


def test_a_vault_is_named_to_its_own_firm_only(people):
    ticket = ticket_of(people, status="fulfilled")
    Account.objects.filter(pk=people.beta.vault.pk).update(name="Beta’s secret place")
    assert "to your vault “Alpha Treasury”" in text(page(people.ada, ticket))
    assert "from vault “Alpha Treasury”" in text(page(people.ada, ticket))
    for secret in ("Beta’s secret place", "Beta Treasury"):
        assert secret not in page(people.ada, ticket).content.decode()


def test_the_making_of_a_draft_stays_inside_its_firm(people):
    ticket = ticket_of(people, status="open")
    assert "Ada added leg 1" in page(people.bo, ticket).content.decode()
    assert "added leg" not in page(people.cy, ticket).content.decode()
    assert "Alpha opened the ticket Ada, Alpha" in text(page(people.cy, ticket))


def test_the_other_firm_never_reads_our_external_id(people):
    ticket = ticket_of(people, status="open")
    ticket.set_external_id("OTC-88131", by=people.ada)
    assert "OTC-88131" in text(page(people.ada, ticket))
    assert "OTC-88131" not in page(people.cy, ticket).content.decode()


def test_a_ticket_past_its_time_shows_as_expired_though_the_worker_sleeps(people):
    ticket = ticket_of(people, status="in_settlement", hours=1, now=timezone.now() - timedelta(hours=1) - MOMENT)
    response = page(people.ada, ticket)
    assert ticket.status == "in_settlement"
    assert "Status: Expired" in text(response) and "What is held goes back." in text(response)
    assert reverse("ticket-fund", args=[ticket.reference]) not in response.content.decode()
    assert reverse("ticket-cancel", args=[ticket.reference]) not in response.content.decode()


def test_a_note_is_inert_and_keeps_its_lines(people):
    ticket = ticket_of(people)
    ticket.set_note("<b>bold</b>\nline two", by=people.ada)
    ticket.submit(by=people.ada)
    assert "&lt;b&gt;bold&lt;/b&gt;<br>line two" in page(people.cy, ticket).content.decode()


def test_without_the_connection_nothing_is_offered_but_to_end_it(people):
    ticket = ticket_of(people, status="open")
    people.connection.remove(by=people.beta.admin, reason="We parted")
    response = page(people.ada, ticket)
    assert "Your firm and Beta are no longer connected, so this ticket cannot be funded now." in text(response)
    assert reverse("ticket-fund", args=[ticket.reference]) not in response.content.decode()
    assert reverse("ticket-cancel", args=[ticket.reference]) in response.content.decode()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("fulfilled", "Beta sent you 250 000.000000 USDC; you sent Beta 3.75000000 BTC. All legs moved together."),
        ("cancelled", "Cancelled by Alpha 21 Nov 2026 12:00 UTC. Nothing has moved."),
        ("rejected", "Rejected by Beta 21 Nov 2026 12:00 UTC. Nothing has moved."),
        ("expired", "Expired 21 Nov 2026 13:00:00 UTC, before every leg was funded."),
    ],
)
def test_an_ended_ticket_says_what_came_of_it(people, status, words):
    assert words in text(page(people.ada, ticket_of(people, status=status)))


def test_a_discarded_draft_without_parties_or_legs_can_still_be_read(people):
    ticket = Ticket.objects.draft("two_way", by=people.ada)
    ticket.discard(by=people.ada)
    assert "Two-way ticket without a counterparty" in text(page(people.ada, ticket))
    assert "No assets were added." in text(page(people.ada, ticket))


def test_every_event_has_its_sentence(people):
    for status in ("fulfilled", "rejected", "expired", "cancelled"):
        ticket_of(people, status=status)
    ticket_of(people, status="in_settlement", settlement=Settlement.LEG_BY_LEG)
    kinds = set(Event.objects.filter(ticket__isnull=False).values_list("kind", flat=True))
    assert kinds <= set(SENTENCES)


def test_what_is_left_empty_is_not_called_written(people):
    ticket = ticket_of(people, status="draft")
    for note, external_id in (("", ""), ("Block 3", "OTC-1")):
        ticket.set_note(note, by=people.ada)
        ticket.set_external_id(external_id, by=people.ada)
    said = [row["says"] for row in rows(ticket.events.select_related("by__workspace"), people.ada)]
    assert said[:4] == [
        "You set the external ID: OTC-1",
        "You wrote the note",
        "You left the external ID empty",
        "You left the note empty",
    ]


def test_questions_asked_of_the_database_do_not_grow_with_the_legs(people):
    counts = []
    for number in (1, 12):
        legs = [("USDC", str(each + 1)) for each in range(number)]
        ticket = ticket_of(people, status="in_settlement", receive=legs)
        client = signed_in(people.alpha.admin)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("ticket", args=[ticket.reference]))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_overflows_and_axe_finds_nothing(new_context, live_server, width, theme):
    people, huge = cast(), "1234567890123456789012345678.123456789012345678"
    ticket = ticket_of(people, status="in_settlement", send=[("ETH", huge), ("BTC", "1")], hours=4, now=timezone.now())
    deposit(people.alpha.vault, ETH=huge, BTC="5")
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
    session = signed_in(people.ada).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    confirm = "fund/confirm/?leg_2=on&source_2=0&leg_3=on&source_3=0"
    for name in ("", "opened/", "fund/", confirm, "fund/3/by-hand/", "cancel/", "external-id/"):
        view = context.new_page()
        assert view.goto(f"/tickets/{ticket.reference}/{name}").status == 200
        assert view.locator("h1").count() == 1
        assert view.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        violations = Axe().run(view).response["violations"]
        assert not violations, (name, [(each["id"], each["nodes"][0]["html"]) for each in violations])
