"""Drafts that the API made, taken up in the wizard: what they send is kept, and one between two others only read."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.base import signed_in
from tests.proposals import exchange, propose, three
from tests.views.test_ticket_page import page, text
from tests.views.test_wizard_assets import legs, rows, shown
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return three()


@pytest.fixture
def push(people):
    """One-way, and we send."""
    sent = [(people.alpha, people.beta, "BTC", "1.25"), (people.alpha, people.beta, "ETH", "3")]
    return propose(people.alpha, sent, settlement="leg_by_leg", note="We owe you", hours=Decimal(4))


@pytest.fixture
def between(people):
    """By Gamma, which neither sends nor receives."""
    return propose(people.gamma, exchange(people))


def step(ticket, slug):
    return reverse("ticket-draft", args=[ticket.reference, slug])


def url(ticket, name):
    return reverse(f"ticket-{name}", args=[ticket.reference])


def test_a_draft_that_says_everything_goes_on_at_the_review(ada, push):
    assert ada.get(url(push, "resume"))["Location"] == step(push, "review")
    review = ada.get(step(push, "review"))
    words = text(review)
    assert "You will send Beta 1.25000000 BTC and 3.000000000000000000 ETH. Beta will send you nothing." in words
    assert "You send Out ↑ 1.25000000 BTC" in words and "You receive" not in words and "We owe you" in words


def test_a_draft_without_legs_goes_on_where_it_stands(people, ada):
    bare = propose(people.alpha, [])
    assert ada.get(url(bare, "resume"))["Location"] == step(bare, "funding")


def test_the_assets_page_of_a_draft_that_sends_has_what_it_sends(people, ada, push):
    response = ada.get(step(push, "assets"))
    assert shown(response) == {"send-1": "1.25", "send-2": "3"}
    assert "You send" in text(response) and "You receive" not in text(response)
    saved = [(leg.asset_id, str(leg).split()[0], leg.pk) for leg in push.terms.all()]
    changed = [("BTC", "2", saved[0][2]), saved[1], ("ETH", "7")]
    assert ada.post(step(push, "assets"), rows(send=changed)).status_code == 303
    assert legs(push) == ["2.00000000 BTC", "3.000000000000000000 ETH", "7.000000000000000000 ETH"]
    assert {leg.sender.workspace for leg in push.terms.all()} == {people.alpha.workspace}


def test_its_type_kept_as_it_is_loses_nothing(ada, push):
    assert "You send assets to a connection; you receive nothing." in text(ada.get(step(push, "type")))
    assert ada.post(step(push, "type"), {"kind": "one_way"}).status_code == 303
    assert legs(push) == ["1.25000000 BTC", "3.000000000000000000 ETH"]
    ada.post(step(push, "type"), {"kind": "two_way", "settlement": "together"})
    assert shown(ada.get(step(push, "assets"))) == {"receive-1": "", "send-1": "1.25", "send-2": "3"}


def test_one_way_and_all_legs_together_is_said_at_the_review(people, ada):
    sent = [(people.alpha, people.beta, "BTC", "1"), (people.alpha, people.beta, "ETH", "2")]
    both, one = propose(people.alpha, sent), propose(people.alpha, sent[:1])
    words = text(ada.get(step(both, "review")))
    assert "Settlement All legs together" in words and "All legs move together, or none does." in words
    assert "It moves when it is funded." in text(ada.get(step(one, "review")))


def test_it_opens_from_the_console(people, ada, push):
    ada.post(step(push, "review"), {"revision": push.revision})
    assert Ticket.objects.get().status == "open"
    assert "One-way ticket to Beta" in text(page(people.ada, push))
    making = "Ada drafted the ticket through the API, under Alpha Desk: 1.25000000 BTC, 3.000000000000000000 ETH"
    assert making in page(people.bo, push).content.decode().replace("\u00a0", " ")
    assert "drafted" not in page(people.cy, push).content.decode()


def test_a_draft_between_two_others_is_only_read(people, between):
    dee = signed_in(people.dee)
    response = dee.get(url(between, "resume"))
    words = text(response)
    assert "This draft was made through the API; change it there" in words
    assert "Beta will send Alpha 250 000.000000 USDC; Alpha will send Beta 3.75000000 BTC." in words
    assert "Open ticket" not in words and url(between, "discard") in response.content.decode()
    assert page(people.dee, between)["Location"] == url(between, "resume")
    for slug in ("type", "profile", "funding", "assets", "note", "review"):
        for answer in (dee.get(step(between, slug)), dee.post(step(between, slug), {"revision": between.revision})):
            assert (answer.status_code, answer["Location"]) == (303, url(between, "resume"))
    assert Ticket.objects.get().status == "draft"


def test_a_draft_between_two_others_can_be_discarded(people, between):
    dee = signed_in(people.dee)
    assert dee.get(url(between, "discard")).status_code == 200
    assert dee.post(url(between, "discard")).status_code == 303
    assert Ticket.objects.get().status == "cancelled"
    assert dee.get(url(between, "resume"))["Location"] == reverse("ticket", args=[between.reference])
    assert "Two-way ticket between Alpha and Beta" in text(page(people.dee, between))


def test_nobody_else_reads_the_draft(people, ada, between):
    assert ada.get(url(between, "resume")).status_code == 404
    assert signed_in(people.gamma.viewer).get(url(between, "resume")).status_code == 403
