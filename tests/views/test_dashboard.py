"""The dashboard: whose turn, what is still to move, and every active ticket."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from console.rows import Flow
from tests.base import cast, firm, signed_in
from tests.factories import TicketFactory
from tickets.models import Asset, Connection, Role, Ticket

pytestmark = pytest.mark.django_db
URL = "/"


def ticket_of(people, **options):
    return TicketFactory(connection=people.connection, by=people.ada, now=timezone.now(), **options)


def page(member, url=URL):
    response = signed_in(member).get(url)
    assert response.status_code == 200
    return response


def text(response):
    return " ".join(response.content.decode().split())


def test_the_title_is_the_heading(people):
    shown = text(page(people.ada))
    assert "<title>Dashboard · Countersign</title>" in shown
    assert shown.count("<h1>Dashboard</h1>") == shown.count("<h1") == 1


def test_a_leg_to_fund_is_your_turn_and_leads_to_its_page(people):
    ticket = ticket_of(people, kind="two_way", status="open", hours=4)
    response = page(people.ada)
    assert response.context["turn_count"] == 1
    assert "Your turn (1)" in text(response)
    assert f'href="{reverse("ticket-fund", args=[ticket.reference])}"' in text(response)
    assert "to Beta" in text(response)
    assert f"{ticket.expires_at:%H:%M} UTC" in text(response)


def test_several_legs_are_named_and_many_are_counted(people):
    legs = [("BTC", "1"), ("ETH", "2"), ("USDC", "3"), ("SOL", "4"), ("XRP", "5")]
    ticket_of(people, kind="two_way", status="open", send=legs, receive=[("EURC", "1")])
    shown = text(page(people.ada))
    assert "and 2 more to Beta" in shown


def test_a_ticket_that_awaits_approval_is_the_turn_of_whoever_did_not_make_it():
    people = cast(auto_approval=False)
    ticket = ticket_of(people, kind="two_way", status="awaiting_approval")
    assert page(people.ada).context["turn_count"] == 0
    shown = text(page(people.bo))
    assert "Approve two-way ticket with Beta" in shown
    assert f'href="{reverse("ticket", args=[ticket.reference])}"' in shown


def test_a_ticket_whose_legs_all_moved_by_hand_waits_to_be_confirmed(people):
    ticket = ticket_of(people, status="open")
    ticket.fund_manually(ticket.legs_to_fund(people.cy)[0], "0xabc", by=people.cy)
    shown = text(page(people.ada))
    assert "Confirm that all legs arrived" in shown
    assert f'href="{reverse("ticket-fulfil", args=[ticket.reference])}"' in shown


def test_a_request_to_connect_waits_for_those_who_may_approve(people):
    request = Connection.objects.request(
        local=people.gamma.profile, remote=people.alpha.profile, by=people.gamma.admin, now=timezone.now()
    )
    shown = text(page(people.alpha.admin))
    assert "Gamma asks to connect with Alpha Desk" in shown
    assert f'href="{reverse("connection", args=[request.pk])}"' in shown
    assert page(people.ada).context["turn_count"] == 0


def test_flows_count_what_has_not_moved_on_live_tickets_only(people):
    exact = "1.000000000000000001"
    ticket_of(people, kind="two_way", status="in_settlement", receive=[("USDC", "250")], send=[("ETH", exact)])
    ticket_of(people, kind="two_way", status="open", receive=[("USDC", "50")], send=[("ETH", "2")])
    for status in ("draft", "cancelled", "fulfilled", "expired", "rejected"):
        ticket_of(people, kind="two_way", status=status, receive=[("USDC", "7")], send=[("ETH", "7")])
    due = ticket_of(people, kind="two_way", status="open", receive=[("USDC", "9")], send=[("ETH", "9")], hours=1)
    Ticket.objects.filter(pk=due.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    eth, usdc = page(people.ada).context["flows"]
    assert (eth.asset.id, eth.out, eth.out_held, eth.into) == ("ETH", Decimal("3.000000000000000001"), None, None)
    assert (usdc.into, usdc.into_held, usdc.out, usdc.ticket_count) == (Decimal(300), Decimal(250), None, 2)
    eth, usdc = page(people.cy).context["flows"]
    assert (eth.into, usdc.out, usdc.out_held) == (Decimal("3.000000000000000001"), Decimal(300), Decimal(250))


def test_the_picture_is_drawn_to_the_larger_side():
    usdc = Asset(id="USDC", decimals=6)
    flow = Flow(usdc, Decimal(100), Decimal(50), Decimal(25), None, 1)
    assert [(bar["x"], bar["width"]) for bar in flow.bars] == [("2.0", "98.0"), ("51.0", "49.0"), ("100", "24.5")]
    assert flow.words.replace("\u00a0", " ") == (
        "USDC: out 100.000000 USDC, of which held 50.000000 USDC; in 25.000000 USDC"
    )


def test_active_tickets_stand_your_turn_first_then_by_expiry(people):
    theirs = ticket_of(people, status="open", hours=1)
    later = ticket_of(people, kind="two_way", status="open", hours=9)
    sooner = ticket_of(people, kind="two_way", status="open", hours=5)
    draft = ticket_of(people)
    ended = ticket_of(people, status="cancelled")
    response = page(people.ada)
    assert [row.ticket.reference for row in response.context["rows"]] == [
        each.reference for each in (sooner, later, theirs, draft)
    ]
    assert ended.reference not in text(response)
    assert "Active tickets (4)" in text(response)
    assert text(response).count('class="is-yours"') == 2


def test_a_draft_leads_on_with_its_making_for_those_who_may(people):
    draft = ticket_of(people)
    resume = reverse("ticket-resume", args=[draft.reference])
    assert resume in text(page(people.ada))
    shown = text(page(people.alpha.viewer))
    assert draft.reference in shown and resume not in shown
    assert draft.reference not in text(page(people.cy))


def test_a_together_ticket_keeps_its_countdown_while_held_and_leg_by_leg_stops_it(people):
    ticket_of(people, kind="two_way", status="in_settlement", hours=5)
    assert "in 4 h 59 min" in text(page(people.ada)) and "Clock stopped" not in text(page(people.ada))
    ticket_of(people, kind="two_way", settlement="leg_by_leg", status="in_settlement", hours=5)
    shown = text(page(people.ada))
    assert "Clock stopped" in shown
    assert 'Part funded<span class="vh">, 50 percent</span>' in shown


def test_opening_is_offered_only_to_those_who_may(people):
    ticket_of(people)
    assert reverse("ticket-new") in text(page(people.ada))
    for member in (people.bo, people.alpha.viewer):
        assert reverse("ticket-new") not in text(page(member))


def test_a_new_firm_sees_the_one_next_act():
    new = firm("New")
    shown = text(page(new.trader))
    assert "Before the first ticket" in shown
    assert shown.count("button--primary") == 1 and reverse("connection-request") in shown
    assert "button--primary" not in text(page(new.members[Role.VIEWER]))


def test_strangers_share_nothing(people):
    ticket = ticket_of(people, kind="two_way", status="open")
    response = page(people.dee)
    assert ticket.reference not in text(response) and not response.context["flows"]


def test_the_first_fifty_with_the_true_total_and_a_way_to_the_rest(people):
    for _ in range(51):
        Ticket.objects.draft("one_way", by=people.ada)
    shown = text(page(people.ada))
    assert "1 to 50 of 51, your turn first" in shown and "All 51 active tickets" in shown
    assert "Active tickets (51)" in shown


def test_more_turns_than_are_shown_are_counted_and_a_way_off(people):
    for _ in range(52):
        ticket_of(people, kind="two_way", status="open", receive=[("USDC", "1")])
    response = page(people.ada)
    assert (response.context["turn_count"], len(response.context["turns"])) == (52, 20)
    assert "And 32 more" in text(response) and reverse("tickets") + "?status=yours" in text(response)


def test_many_tickets_need_no_more_queries(people, django_assert_max_num_queries):
    for _ in range(6):
        ticket_of(people, kind="two_way", status="open", hours=2)
    client = signed_in(people.alpha.admin)
    with django_assert_max_num_queries(12):
        client.get(URL)


def test_support_staff_and_the_signed_out_are_sent_elsewhere(people, client):
    assert client.get(URL)["Location"].startswith(reverse("account_login"))
    client.force_login(people.sam)
    assert client.get(URL)["Location"] == reverse("admin:index")
