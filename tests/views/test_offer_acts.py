"""One offer, and accepting, rejecting and withdrawing it: what is said before, and what happens once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tests.base import deposit, signed_in, wallet_user
from tests.models.offers import coins
from tests.views.offers import bare, offer_of, page, text
from tickets.models import TransferOffer

pytestmark = pytest.mark.django_db
ACTS = ("accept", "reject", "withdraw")


def to(name, offer):
    return reverse(f"offer-{name}" if name else "offer", args=[offer.pk])


def post(member, act, offer, **data):
    return signed_in(member).post(to(act, offer), data)


def told(response):
    return [str(message).replace("\u00a0", " ") for message in get_messages(response.wsgi_request)]


def test_the_page_says_who_offers_whom_and_who_is_next(people):
    offer = offer_of(people, amount="12.5", description="Rebate\nweek 47", tracking_id="sr/47")
    shown = page(people.cy, to("", offer))
    assert "<title>Offer of 12.5000000000 CC from Alpha · Countersign</title>" in shown
    assert "Your turn." in shown and "Alpha offers you" in shown and "Rebate<br>week 47" in shown
    assert to("accept", offer) in shown and "Not held: it completes only if" in shown
    assert people.alpha.profile.party in shown and 'data-copy="sr/47"' in shown
    assert "Ada, Alpha" in shown and "Alpha offered 12.5000000000 CC to Beta Desk" in shown
    shown = page(people.ada, to("", offer))
    assert "You offer Beta" in bare(shown) and "Waiting for Beta to accept or reject it before" in bare(shown)
    assert to("withdraw", offer) in shown and "You offered 12.5000000000 CC to Beta Desk" in shown


def test_strangers_find_no_offer_and_signed_out_people_sign_in(people, client):
    offer = offer_of(people)
    for act in ("", *ACTS):
        assert signed_in(people.dee).get(to(act, offer)).status_code == 404
        assert client.get(to(act, offer)).status_code == 302
    for act in ACTS:
        assert post(people.dee, act, offer).status_code == 404
        assert signed_in(people.ada).put(to(act, offer)).status_code == 405
    assert TransferOffer.objects.get().status == "created"


def test_neither_firm_reads_the_others_vault_or_wallet_user(people):
    alice = wallet_user(people.alpha.profile, "alice-secret", coins="5")
    offer = TransferOffer.objects.offer(
        people.alpha.profile, people.beta.profile, Decimal(5), "", timezone.now() + timedelta(hours=1), "w",
        wallet_user=alice, reserve=True,
    )  # fmt: skip
    post(people.cy, "accept", offer)
    ours, theirs = page(people.ada, to("", offer)), page(people.cy, to("", offer))
    assert "Alpha Treasury" in ours and "Alpha Treasury" not in theirs
    assert "Beta Treasury" in theirs and "Beta Treasury" not in ours
    assert "alice-secret, by wallet offered" in ours and "alice-secret" not in theirs
    assert "Alpha offered 5.0000000000 CC" in theirs


def test_accept_says_what_will_happen_and_pays_at_once(people):
    deposit(people.beta.vault, CC="100")
    offer = offer_of(people, amount="12.5")
    shown = page(people.cy, to("accept", offer))
    assert "<title>Accept 12.5000000000 CC from Alpha? · Countersign</title>" in shown
    words = bare(shown)
    assert "Available before 100" in words and "Available after 112 .5 000000000" in words
    assert "If the sender has the funds at this moment they move at once" in words
    response = post(people.cy, "accept", offer)
    assert (response.status_code, response["Location"]) == (303, to("", offer))
    assert told(response) == [
        "You accepted, and 12.5000000000 CC from Alpha has arrived in your vault “Beta Treasury”."
    ]
    assert (coins(people.beta)[0], coins(people.alpha)[0]) == (Decimal("112.5"), Decimal(0))
    shown = page(people.cy, to("", offer))
    assert "Alpha sent you" in bare(shown) and "You accepted the offer" in shown and "The amount has moved" in shown


def test_a_form_sent_twice_shows_the_first_result(people):
    for act, member, event in (
        ("accept", people.cy, "accepted"),
        ("reject", people.cy, "rejected"),
        ("withdraw", people.ada, "withdrawn"),
    ):
        offer = offer_of(people)
        first, second = (post(member, act, offer) for _ in range(2))
        assert first["Location"] == second["Location"] == to("", offer)
        assert first.status_code == second.status_code == 303 and not told(second)
        assert offer.events.filter(kind=f"offer.{event}").count() == 1


def test_acceptance_without_funds_ends_the_offer_and_says_why(people):
    offer, other = offer_of(people, amount="12"), offer_of(people, amount="3", tracking_id="first")
    people.alpha.profile.set_vault(None, by=people.alpha.admin)
    [words] = told(post(people.cy, "accept", offer))
    missing = "out of funds (missing 12.0000000000 CC)"
    assert words == f"You accepted, but nothing moved: Alpha is {missing}. The offer has ended."
    assert "Accepted, and ended" in page(people.cy, to("", offer)) and missing in page(people.cy, to("", offer))
    assert f"your firm was {missing}" in page(people.ada, to("", offer))
    assert coins(people.beta)[0] == 0 and other.status == "created"


def test_a_receiver_without_a_vault_is_told_why_nothing_moved_yet(people):
    offer = offer_of(people)
    people.beta.profile.set_vault(None, by=people.beta.admin)
    assert "has no vault to receive into" in page(people.cy, to("accept", offer))
    [words] = told(post(people.cy, "accept", offer))
    assert words == "You accepted. Nothing has moved yet: Beta Desk has no vault to receive into."
    shown = page(people.ada, to("", offer))
    assert "</span>Accepted</span>" in shown and "Beta Desk has no vault" in shown


def test_whoever_is_late_reads_what_became_of_it(people):
    withdrawn = offer_of(people, status="withdrawn")
    expired = offer_of(people, now=timezone.now() - timedelta(hours=2))
    for offer, why in ((withdrawn, "This offer is withdrawn."), (expired, "The time of this offer has run out.")):
        shown = text(post(people.cy, "accept", offer), 409)
        assert why in shown and "<title>Error: Accept" in shown and "Back to the offer" in shown
        assert '<button class="button button--primary">' not in shown
        assert signed_in(people.cy).get(to("accept", offer))["Location"] == to("", offer)
    shown = page(people.cy, to("", expired))
    assert "before it was accepted" in shown and "Nothing is left to do" in shown and to("accept", expired) not in shown
    assert expired.status == "created"


def test_roles_and_sides_forbid_by_name(people):
    offer = offer_of(people)
    for member, act in (
        (people.beta.approver, "accept"),
        (people.beta.viewer, "accept"),
        (people.beta.viewer, "reject"),
        (people.alpha.viewer, "withdraw"),
    ):
        for response in (signed_in(member).get(to(act, offer)), post(member, act, offer)):
            assert "You may not do this" in text(response, 403)
    for member, act in ((people.ada, "accept"), (people.ada, "reject"), (people.cy, "withdraw")):
        assert signed_in(member).get(to(act, offer))["Location"] == to("", offer)
        assert post(member, act, offer).status_code == 403
    assert TransferOffer.objects.get().status == "created"
    assert "colleagues who may open tickets" in page(people.beta.approver, to("", offer))
    assert "your role, viewer, may not" in page(people.beta.viewer, to("", offer))


def test_reject_takes_a_reason_or_none_and_both_read_it(people):
    offer = offer_of(people, reserve=True)
    assert "goes back to its vault" in page(people.cy, to("reject", offer))
    shown = text(post(people.cy, "reject", offer, reason="x" * 501), 422)
    assert "<title>Error: Reject" in shown and "x" * 501 in shown and "Shorten the reason" in shown
    response = post(people.cy, "reject", offer, reason="Not <b>ours</b>")
    assert told(response) == ["You rejected 10.0000000000 CC. Nothing has moved."]
    for member in (people.ada, people.cy):
        assert "Not &lt;b&gt;ours&lt;/b&gt;" in page(member, to("", offer))
    assert coins(people.alpha) == (Decimal(10), Decimal(0))
    silent = offer_of(people)
    assert post(people.beta.approver, "reject", silent).status_code == 303


def test_withdraw_says_what_comes_back(people):
    held, plain = offer_of(people, amount="10", reserve=True), offer_of(people, amount="4")
    words = bare(page(people.ada, to("withdraw", held)))
    assert "What is held for it goes back to your vault." in words
    assert "Available before 4" in words and "Available after 14" in words
    words = bare(page(people.ada, to("withdraw", plain)))
    assert "Nothing of it was held" in words and "Available after 4" in words
    assert told(post(people.ada, "withdraw", held)) == ["You withdrew your offer of 10.0000000000 CC."]
    assert coins(people.alpha) == (Decimal(14), Decimal(0))
    assert "Withdrawn by Alpha" in bare(page(people.cy, to("", held)))


def test_an_offer_between_two_profiles_of_one_firm_can_be_answered_and_withdrawn(people):
    own = people.alpha.profile
    other = type(own).objects.add("Alpha House", by=people.alpha.admin)
    offer = offer_of(people, receiver=other)
    shown = page(people.ada, to("", offer))
    assert all(to(act, offer) in shown for act in ACTS)
    assert post(people.ada, "accept", offer).status_code == 303
    assert "</span>Completed</span>" in page(people.ada, to("", offer))


def test_pages_of_one_offer_need_few_queries(people, django_assert_max_num_queries):
    offer = offer_of(people)
    for member, act in ((people.ada, ""), (people.cy, ""), (people.cy, "accept"), (people.ada, "withdraw")):
        client = signed_in(member)
        with django_assert_max_num_queries(12):
            client.get(to(act, offer))
