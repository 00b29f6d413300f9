"""Connections: the list, one connection from either side, and its acts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import signed_in
from tests.factories import TicketFactory
from tickets.models import Connection, Right
from tickets.models.network import LAPSES_AFTER

pytestmark = pytest.mark.django_db
URL = "/connections/"


@pytest.fixture
def asked(people):
    """Gamma has asked Alpha."""
    return request_of(people)


def request_of(people, by=None, now=None):
    by = by or people.gamma.admin
    return Connection.objects.request(
        local=people.gamma.profile, remote=people.alpha.profile, by=by, now=now or timezone.now()
    )


def page(member, url=URL, status=200):
    response = signed_in(member).get(url)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def to(name, connection):
    return reverse(name, args=[connection.pk])


def test_each_side_is_told_its_own_side(people, asked):
    assert "</span>Your approval</span>" in page(people.alpha.admin)
    assert "</span>Your firm’s approval</span>" in page(people.ada)
    assert "</span>Waiting for them</span>" in page(people.gamma.admin)
    assert "Gamma asks to connect with Alpha Desk" in page(people.alpha.admin)
    assert "Gamma" not in page(people.cy)


def test_exposure_is_what_is_still_to_move_per_asset(people):
    for amount in ("1.000000000000000001", "2"):
        TicketFactory(
            connection=people.connection, kind="two_way", status="open", now=timezone.now(), send=[("ETH", amount)]
        )
    TicketFactory(connection=people.connection, kind="two_way", status="fulfilled", send=[("ETH", "5")])
    [link] = signed_in(people.ada).get(URL).context["links"]
    [(eth, out)], [(usdc, into)] = link.out, link.into
    assert (eth.pk, out, usdc.pk, into) == ("ETH", Decimal("3.000000000000000001"), "USDC", Decimal(500000))
    [link] = signed_in(people.cy).get(URL).context["links"]
    assert link.into[0][1] == out


def test_a_request_past_its_time_has_lapsed_though_the_worker_sleeps(people):
    late = request_of(people, now=timezone.now() - LAPSES_AFTER - timedelta(seconds=1))
    assert late.status == "awaiting_peer"
    assert "</span>Lapsed</span>" in page(people.alpha.admin)
    shown = page(people.alpha.admin, to("connection", late))
    assert "so the request lapsed" in shown and to("connection-approve", late) not in shown
    response = signed_in(people.alpha.admin).post(to("connection-approve", late))
    assert response.status_code == 409 and b"has lapsed" in response.content


def test_strangers_find_no_connection(people, asked):
    for name in ("connection", "connection-approve", "connection-reject", "connection-withdraw", "connection-remove"):
        assert signed_in(people.dee).get(to(name, people.connection)).status_code in (403, 404)
        assert signed_in(people.gamma.admin).get(to(name, people.connection)).status_code == 404


def test_a_request_that_its_own_firm_has_not_approved_is_hidden_from_the_other(people):
    asked = request_of(people, by=people.dee)
    assert asked.status == "awaiting_requester"
    assert "Gamma" not in page(people.alpha.admin)
    page(people.alpha.admin, to("connection", asked), status=404)
    assert "</span>Your approval</span>" in page(people.gamma.admin)


def test_acts_are_absent_where_the_role_forbids_them(people, asked):
    for member in (people.bo, people.alpha.viewer):
        assert not member.may(Right.REQUEST)
        assert reverse("connection-request") not in page(member)
        page(member, reverse("connection-request"), status=403)
    shown = page(people.ada, to("connection", asked))
    assert "your role may not" in shown and to("connection-approve", asked) not in shown
    assert signed_in(people.ada).post(to("connection-approve", asked)).status_code == 403
    shown = page(people.alpha.viewer, to("connection", people.connection))
    assert to("connection-remove", people.connection) not in shown


def test_approve_says_what_follows_and_connects(people, asked):
    shown = page(people.alpha.admin, to("connection-approve", asked))
    assert "<title>Approve the connection with Gamma? · Countersign</title>" in shown
    assert ">Approve connection</button>" in shown
    client = signed_in(people.alpha.admin)
    for _ in range(2):  # a form sent twice shows the first result
        response = client.post(to("connection-approve", asked))
        assert (response.status_code, response["Location"]) == (303, to("connection", asked))
    asked.refresh_from_db()
    assert asked.status == "approved"
    assert asked.events.filter(kind="connection.approved", by=people.alpha.admin).count() == 1
    assert "You approved the connection" in page(people.alpha.admin, to("connection", asked))


def test_whoever_approves_second_reads_that_it_is_done(people, asked):
    asked.approve(by=people.alpha.admin)
    owner = people.alpha.members["OWNER"]
    response = signed_in(owner).post(to("connection-approve", asked))
    assert response.status_code == 409 and b"approved already" in response.content
    assert signed_in(owner).get(to("connection-approve", asked))["Location"] == to("connection", asked)


def test_reject_needs_a_reason_and_both_read_it(people, asked):
    client = signed_in(people.alpha.admin)
    response = client.post(to("connection-reject", asked), {"reason": "  "})
    assert response.status_code == 422 and b"<title>Error: Reject" in response.content
    response = client.post(to("connection-reject", asked), {"reason": "x" * 501})
    assert response.status_code == 422 and b"x" * 501 in response.content
    assert client.post(to("connection-reject", asked), {"reason": "We <b>know</b> you"}).status_code == 303
    for member in (people.alpha.admin, people.gamma.admin):
        assert "We &lt;b&gt;know&lt;/b&gt; you" in page(member, to("connection", asked))


def test_the_asking_firm_withdraws(people, asked):
    assert to("connection-withdraw", asked) in page(people.dee, to("connection", asked))
    assert to("connection-withdraw", asked) not in page(people.alpha.admin, to("connection", asked))
    assert signed_in(people.alpha.admin).post(to("connection-withdraw", asked)).status_code == 403
    assert signed_in(people.dee).post(to("connection-withdraw", asked)).status_code == 303
    assert "</span>Withdrawn</span>" in page(people.alpha.admin)


def test_remove_counts_the_tickets_that_can_no_longer_be_funded(people):
    connection = people.connection
    assert "No open ticket is affected" in page(people.alpha.admin, to("connection-remove", connection))
    for status in ("open", "in_settlement", "fulfilled", "draft"):
        TicketFactory(connection=connection, kind="two_way", status=status, now=timezone.now())
    by_hand = TicketFactory(connection=connection, status="open", now=timezone.now())
    by_hand.fund_manually(by_hand.legs_to_fund(people.cy)[0], "0xabc", by=people.cy)
    assert "2 open tickets can no longer be funded" in page(people.alpha.admin, to("connection-remove", connection))
    client = signed_in(people.alpha.admin)
    assert client.post(to("connection-remove", connection), {"reason": "We part"}).status_code == 303
    assert "</span>Removed</span>" in page(people.cy)


def test_lists_need_no_more_queries(people, asked, django_assert_max_num_queries):
    for member in (people.alpha.admin, people.gamma.admin):
        client = signed_in(member)
        with django_assert_max_num_queries(12):
            client.get(URL)
        with django_assert_max_num_queries(12):
            client.get(to("connection", asked))
