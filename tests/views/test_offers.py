"""The boxes of transfer offers: who sees which, and what each state means."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import deposit, signed_in
from tests.views.offers import INBOX, OUTBOX, bare, offer_of, page, text
from tickets.models import TransferOffer

pytestmark = pytest.mark.django_db


def test_each_box_shows_its_side_and_a_stranger_neither(people):
    offer = offer_of(people, amount="12.5", description="Weekly rebate", tracking_id="sr/47")
    sent, received = page(people.ada, OUTBOX), page(people.cy, INBOX)
    for shown, firm in ((sent, "Beta"), (received, "Alpha")):
        assert offer.reference in shown and f", {firm}</span></a>" in shown
        assert "Weekly rebate" in shown and "sr/47" in shown and 'value="12.5000000000"' in shown
        assert "in 59 min" in shown and f"{offer.expires_at:%H:%M}" in shown
    assert people.beta.profile.party in sent  # whole, for the copy button
    for member, url in ((people.ada, INBOX), (people.cy, OUTBOX), (people.dee, INBOX), (people.dee, OUTBOX)):
        assert offer.reference not in page(member, url)


def test_the_title_is_the_heading_and_the_tabs_count_what_waits(people):
    for _ in range(2):
        offer_of(people)
    offer_of(people, status="rejected")
    offer_of(people, now=timezone.now() - timedelta(hours=2))  # its time has run out
    shown = page(people.ada, OUTBOX)
    assert "<title>Transfer offers, outbox · Countersign</title>" in shown
    assert "Inbox (0 waiting)" in shown and "Outbox (2 waiting)" in shown
    assert "Inbox (2 waiting)" in page(people.cy)
    assert 'Transfer offers <span class="nav__n">2<span class="vh"> waiting' in page(people.cy, "/vaults/")
    assert "nav__n" not in page(people.beta.viewer, "/vaults/")  # nobody waits for those who may do nothing


def test_what_each_state_means_is_said_to_both(people):
    said = {
        "created": ("Waits for Beta to accept.", "Waits for your answer."),
        "completed": ("The amount has moved.", "The amount has moved."),
        "rejected": ("Beta declined it.", "Your firm declined it."),
        "withdrawn": ("Your firm took it back.", "Alpha took it back."),
        "expired": ("The time ran out before it was accepted.", "The time ran out before it was accepted."),
    }
    for status, (to_sender, to_receiver) in said.items():
        offer = offer_of(people, status=status, tracking_id=status)
        query = f"?q={offer.reference}"
        assert to_sender in bare(page(people.ada, OUTBOX + query)), status
        assert to_receiver in bare(page(people.cy, INBOX + query)), status


def test_one_whose_time_has_run_out_is_expired_though_the_worker_sleeps(people):
    offer = offer_of(people, now=timezone.now() - timedelta(hours=1, minutes=5))
    assert offer.status == "created"
    for member, url in ((people.ada, OUTBOX), (people.cy, INBOX)):
        shown = page(member, url)
        assert "</span>Expired</span>" in shown and "Your turn" not in shown
        assert reverse("offer-accept", args=[offer.pk]) not in shown
        assert offer.reference in page(member, f"{url}?status=expired")
        assert offer.reference not in page(member, f"{url}?status=created")


def test_the_receiver_is_told_whether_the_funds_are_held_and_nothing_of_the_balance(people):
    offer_of(people, reserve=True, amount="7")
    offer_of(people, amount="3")
    shown = bare(page(people.cy))
    assert "The sender’s funds are held." in shown and "Not held: it completes only if" in shown
    assert "available" not in shown.partition("Your party IDs")[0].replace("Not held", "")


def test_the_sender_is_told_what_is_left_to_promise(people):
    deposit(people.alpha.vault, CC="100")
    offer_of(people, amount="60", is_funded=True)
    shown = bare(page(people.ada, OUTBOX))
    assert "has 160 .0000000000 CC available" in shown and "100 .0000000000 CC is left to promise" in shown
    assert "Enough is available for it and all your open offers." in shown
    TransferOffer.objects.offer(
        people.alpha.profile,
        people.beta.profile,
        Decimal("150"),
        "",
        timezone.now() + timedelta(hours=1),
        "more",
        by=people.ada,
    )
    shown = bare(page(people.ada, OUTBOX))
    assert "50 .0000000000 CC too little for all of them" in shown
    assert shown.count("but 50 .0000000000 CC too little for all your open offers.") == 2
    TransferOffer.objects.offer(
        people.alpha.profile,
        people.beta.profile,
        Decimal("161"),
        "",
        timezone.now() + timedelta(hours=1),
        "most",
        by=people.ada,
    )
    assert "1 .0000000000 CC too little is available for it." in bare(page(people.ada, OUTBOX))


def test_held_and_past_offers_promise_nothing_more(people):
    offer_of(people, amount="10", reserve=True)
    offer_of(people, amount="10", status="completed")
    offer_of(people, amount="10", now=timezone.now() - timedelta(hours=2))
    [promises] = signed_in(people.ada).get(OUTBOX).context["promises"]
    assert (promises.available, promises.promised, promises.count) == (Decimal(10), Decimal(0), 0)


def test_acts_stand_where_role_and_side_allow_them(people):
    offer = offer_of(people)
    accept, reject, withdraw = (reverse(f"offer-{act}", args=[offer.pk]) for act in ("accept", "reject", "withdraw"))
    assert all(url in page(people.cy) for url in (accept, reject)) and withdraw not in page(people.cy)
    assert withdraw in page(people.ada, OUTBOX) and accept not in page(people.ada, OUTBOX)
    approver = page(people.beta.approver)
    assert reject in approver and accept not in approver and "Your turn" in approver
    viewer = page(people.beta.viewer)
    assert not any(url in viewer for url in (accept, reject)) and "Waits for your firm’s answer." in bare(viewer)
    assert reverse("offer-new") in page(people.ada, OUTBOX) and reverse("offer-new") not in page(people.bo, OUTBOX)


def test_on_the_dashboard_an_offer_waits_for_those_who_may_answer_it(people):
    swapped = {"sender": people.beta.profile, "receiver": people.alpha.profile, "amount": "12.5"}
    later, sooner = (offer_of(people, lasts=timedelta(hours=hours), **swapped) for hours in (5, 2))
    offer_of(people, status="rejected", **swapped)
    offer_of(people, now=timezone.now() - timedelta(hours=3), **swapped)
    response = signed_in(people.ada).get("/")
    assert response.context["turn_count"] == 2
    assert [row.offer for row in response.context["offers"]] == [sooner, later]
    shown = text(response)
    assert f'href="{reverse("offer", args=[sooner.pk])}"' in shown and "Accept 12 .5" in bare(shown)
    assert 'Transfer offers <span class="nav__n">2' in shown
    assert "Reject or leave" in page(people.bo, "/")  # an approver may
    for member in (people.alpha.viewer, people.cy):
        assert signed_in(member).get("/").context["turn_count"] == 0


def test_strange_text_is_inert(people):
    offer = offer_of(people, description="<script>alert(1)</script>", tracking_id='"><b>')
    for url in (INBOX, reverse("offer", args=[offer.pk]), reverse("offer-accept", args=[offer.pk])):
        shown = page(people.cy, url)
        assert "<script>alert" not in shown and '"><b>' not in shown and "&lt;script&gt;" in shown


def test_a_firm_without_offers_is_told_its_party_ids(people):
    shown = page(people.dee)
    assert people.gamma.profile.party in shown and "belongs here" in shown and "Apply" not in shown


def test_lists_and_files_need_few_queries(people, django_assert_max_num_queries):
    for number in range(4):
        offer_of(people, tracking_id=str(number))
    for member, url in ((people.ada, OUTBOX), (people.cy, INBOX)):
        client = signed_in(member)
        with django_assert_max_num_queries(12):
            client.get(f"{url}?q=A")
        with django_assert_max_num_queries(6):
            client.get(f"{url}csv/").getvalue()


def test_only_looking_is_possible_and_only_for_members(people):
    for url in (INBOX, OUTBOX, f"{OUTBOX}csv/"):
        assert signed_in(people.ada).post(url).status_code == 405
    response = signed_in(people.ada)
    response.logout()
    assert response.get(INBOX).status_code == 302
