"""The wizard as plain form posts: each answer is saved, wherever the draft is taken up again."""

import re
import uuid

import pytest
from django.urls import reverse

from tests.base import signed_in
from tests.factories import TicketFactory
from tickets.models import Ticket, TicketStatus

pytestmark = pytest.mark.django_db


def start(client, kind="two_way", **data):
    page = client.get(reverse("ticket-new")).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    return client.post(reverse("ticket-new"), {"key": key, "kind": kind, **data})


def draft_of(people, **options):
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def page(ticket, slug):
    return reverse("ticket-draft", args=[ticket.reference, slug])


def test_a_two_way_ticket_is_made_page_by_page_and_opened(people, ada):
    answers = {
        "profile": {"profile": people.alpha.profile.pk},
        "funding": {"connection": people.connection.pk},
        "assets": {
            "receive-1-asset": "USDC",
            "receive-1-amount": " 250,000.00 ",
            "send-1-asset": "BTC",
            "send-1-amount": "3.75",
        },
        "expiration": {"expires": "other", "hours": "1.5"},
        "note": {"note": "Block 3 of 5 <script>alert(1)</script> \U0001f91d \u202bشكرا"},
        "external-id": {"external_id": "OTC-1"},
    }
    response = start(ada)
    for slug, answer in answers.items():
        assert response.status_code == 303
        assert response["Location"].endswith(f"/draft/{slug}/")
        assert ada.get(response["Location"]).status_code == 200
        response = ada.post(response["Location"], answer)
    review = ada.get(response["Location"])
    assert "250\u00a0000" in review.content.decode()
    assert "&lt;script&gt;" in review.content.decode()
    ticket = Ticket.objects.get()
    response = ada.post(response["Location"], {"revision": ticket.revision})
    ticket.refresh_from_db()
    assert response["Location"] == reverse("ticket-opened", args=[ticket.reference])
    assert ticket.status == TicketStatus.OPEN
    assert ticket.note == answers["note"]["note"]
    assert [str(term) for term in ticket.terms.all()] == ["250000.000000 USDC", "3.75000000 BTC"]
    assert (ticket.expires_at - ticket.opened_at).total_seconds() == 5400


def test_the_first_page_sent_twice_makes_one_draft(people, ada):
    first = ada.post(reverse("ticket-new"), data := {"key": uuid.uuid4(), "kind": "one_way"})
    assert ada.post(reverse("ticket-new"), data)["Location"] == first["Location"]
    assert Ticket.objects.count() == 1


def test_looking_at_the_first_page_makes_no_draft(ada):
    assert ada.get(reverse("ticket-new")).status_code == 200
    assert not Ticket.objects.exists()


def test_no_kind_chosen_is_asked_again(ada):
    response = start(ada, kind="")
    assert response.status_code == 422
    assert "<title>Error: Step 1 of 8: What kind of ticket?" in response.content.decode()
    assert not Ticket.objects.exists()


def test_a_key_of_another_kind_leads_back_to_a_fresh_page(ada):
    response = ada.post(reverse("ticket-new"), {"key": "no key", "kind": "one_way"})
    assert response["Location"] == reverse("ticket-new")


def test_a_one_way_ticket_settles_leg_by_leg(ada):
    start(ada, kind="one_way", settlement="together")
    assert Ticket.objects.get().settlement == "leg_by_leg"


def test_a_two_way_ticket_settles_as_chosen(ada):
    start(ada, settlement="leg_by_leg")
    assert Ticket.objects.get().settlement == "leg_by_leg"


def test_a_page_ahead_of_its_turn_leads_to_the_first_that_is_missing(ada):
    start(ada)
    ticket = Ticket.objects.get()
    for slug in ("funding", "assets", "note", "review"):
        assert ada.get(page(ticket, slug))["Location"] == page(ticket, "profile")


def test_the_draft_goes_on_where_it_stood_on_another_device(people, ada):
    ticket = draft_of(people)
    elsewhere = signed_in(people.ada)
    resume = reverse("ticket-resume", args=[ticket.reference])
    assert elsewhere.get(resume)["Location"] == page(ticket, "expiration")
    ada.post(page(ticket, "expiration"), {"expires": "never"})
    assert elsewhere.get(resume)["Location"] == page(ticket, "note")


def test_change_on_review_opens_the_page_filled_in_and_comes_straight_back(people, ada):
    ticket = draft_of(people)
    review = ada.get(page(ticket, "review")).content.decode()
    change = f"{page(ticket, 'note')}?next=review"
    assert change in review
    response = ada.post(change, {"note": "Changed"})
    assert ada.get(response["Location"], follow=True).request["PATH_INFO"] == page(ticket, "review")
    assert "Changed" in ada.get(page(ticket, "review")).content.decode()


def test_changing_to_another_type_asks_for_what_is_missing_then(people, ada):
    ticket = draft_of(people)
    response = ada.post(f"{page(ticket, 'type')}?next=review", {"kind": "two_way"}, follow=True)
    assert response.redirect_chain[-1][0] == f"{page(ticket, 'assets')}?next=review"


def test_review_now_skips_the_optional_pages(people, ada):
    ticket = draft_of(people)
    response = ada.post(page(ticket, "expiration"), {"expires": "4", "next": "review"})
    assert response["Location"] == page(ticket, "review")
    elsewhere = signed_in(people.ada)
    assert elsewhere.get(reverse("ticket-resume", args=[ticket.reference]))["Location"] == page(ticket, "review")


@pytest.mark.parametrize("hours", ["0", "-1", "1e9", "1000000000", "", "1,5", "0.00001", "NaN"])
def test_an_expiration_that_makes_no_sense_is_refused_and_kept_as_typed(people, ada, hours):
    ticket = draft_of(people)
    response = ada.post(page(ticket, "expiration"), {"expires": "other", "hours": hours})
    assert response.status_code == 422
    assert f'value="{hours}"' in response.content.decode() or not hours
    assert Ticket.objects.get().expires_in is None


@pytest.mark.parametrize(("hours", "words"), [("1", "1 hour"), ("1.5", "1.5 hours"), ("72", "72 hours")])
def test_review_says_how_long_and_until_when(people, ada, hours, words):
    ticket = draft_of(people, hours=hours)
    assert f"{words} after opening; if opened now, " in ada.get(page(ticket, "review")).content.decode()


def test_a_note_one_over_the_limit_is_refused_and_kept(people, ada):
    ticket = draft_of(people)
    response = ada.post(page(ticket, "note"), {"note": "x" * 1025})
    assert response.status_code == 422
    assert "1024 characters or fewer; it has 1025" in response.content.decode()
    assert "x" * 1025 in response.content.decode()
    assert ada.post(page(ticket, "note"), {"note": "x" * 1024}).status_code == 303


def test_an_external_id_used_before_warns_and_links_the_earlier_ticket(people, ada):
    earlier = draft_of(people)
    earlier.set_external_id("OTC-9", by=people.ada)
    ticket = draft_of(people)
    ada.post(page(ticket, "external-id"), {"external_id": "OTC-9"})
    for slug in ("external-id", "review"):
        assert reverse("ticket", args=[earlier.reference]) in ada.get(page(ticket, slug)).content.decode()


def test_a_draft_that_moved_since_the_review_was_shown_is_not_opened(people, ada):
    ticket = draft_of(people)
    seen = Ticket.objects.get().revision
    ticket.set_note("Moved", by=people.ada)
    response = ada.post(page(ticket, "review"), {"revision": seen})
    assert response.status_code == 409
    assert "changed after this page was shown" in response.content.decode()
    assert Ticket.objects.get().status == TicketStatus.DRAFT


def test_opening_twice_shows_the_first_result(people, ada):
    ticket = draft_of(people)
    revision = {"revision": Ticket.objects.get().revision}
    first, second = (ada.post(page(ticket, "review"), revision) for _ in range(2))
    assert first["Location"] == second["Location"] == reverse("ticket-opened", args=[ticket.reference])
    assert ticket.events.filter(kind="ticket.opened").count() == 1


def test_going_back_after_opening_shows_the_ticket(people, ada):
    ticket = draft_of(people, status="open")
    response = ada.get(page(ticket, "note"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("ticket", args=[ticket.reference])
    assert "has been opened already" in response.content.decode()


def test_a_draft_is_discarded_on_a_page_of_its_own(people, ada):
    ticket = draft_of(people)
    discard = reverse("ticket-discard", args=[ticket.reference])
    assert ada.get(discard).status_code == 200
    for _ in range(2):
        assert ada.post(discard)["Location"] == reverse("dashboard")
    assert Ticket.objects.get().status == TicketStatus.CANCELLED
