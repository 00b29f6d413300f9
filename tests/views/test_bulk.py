"""One act on several tickets: done one by one, told one by one, and never twice."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.base import signed_in
from tests.factories import TicketFactory
from tests.views.bulk import LIST, REVIEW, send, statuses, text, ticket_of, told, url_of
from tests.views.second_factor import code_of, with_app, wrong_code
from tickets.models import Asset, Batch, PolicyLimit, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def test_each_ticket_is_ended_by_its_right_verb_and_both_firms_read_why(people):
    ours = ticket_of(people)
    theirs = Ticket.objects.draft_like(ours, by=people.ada, key=uuid.uuid4())  # stays a draft, and cannot be ended
    other = TicketFactory(
        connection=people.connection, status="in_settlement", kind="two_way", now=timezone.now(), by=people.ada
    )
    response = send(people.ada, "end", ours, theirs, other, reason="The desk closes early")
    assert statuses(ours, theirs, other) == ["cancelled", "draft", "cancelled"]
    assert told(response) == {
        "done": {ours.reference: "", other.reference: ""},
        "refused": {theirs.reference: "A draft is discarded, not cancelled."},
    }
    assert "2 of 3 tickets cancelled or rejected" in text(response)
    again = ticket_of(people)
    send(people.cy, "end", again, reason="Not agreed")
    assert statuses(again) == ["rejected"]
    for member in (people.ada, people.cy):
        assert "The desk closes early" in text(signed_in(member).get(f"/tickets/{ours}/"))
        assert "Not agreed" in text(signed_in(member).get(f"/tickets/{again}/"))


def test_a_reason_is_needed_and_what_was_typed_is_kept(people):
    tickets = [ticket_of(people), ticket_of(people)]
    response = send(people.ada, "end", *tickets, reason=" ")
    assert response.status_code == 422 and 'href="#id_reason">Give a reason: Beta will read it.' in text(response)
    assert "<title>Error: Cancel 2 tickets?" in text(response)
    response = send(people.ada, "end", *tickets, reason="x" * 501)
    assert response.status_code == 422 and "x" * 501 in text(response)
    assert "Shorten the reason to 500 characters" in text(response)
    assert statuses(*tickets) == ["open", "open"] and not Batch.objects.exists()


def test_seventeen_are_done_and_three_say_why_not(people):
    tickets = [ticket_of(people) for _ in range(20)]
    tickets[4].cancel(by=people.alpha.admin, reason="Twice")
    tickets[9].reject(by=people.cy, reason="Too late")
    for workspace in (people.beta.workspace, people.alpha.workspace):
        TicketFactory.fund(tickets[14], workspace, timezone.now())
    response = send(people.ada, "end", *tickets, reason="The desk closes")
    outcome = told(response)
    assert len(outcome["done"]) == 17 and set(outcome["done"].values()) == {""}
    assert set(outcome["refused"]) == {tickets[number].reference for number in (4, 9, 14)}
    assert "Alpha ended it at" in outcome["refused"][tickets[4].reference]
    assert "This ticket is rejected. Beta ended it at" in outcome["refused"][tickets[9].reference]
    assert outcome["refused"][tickets[14].reference] == "This ticket is settled. Nothing was changed."
    for why in outcome["refused"].values():
        assert why in text(response)
    assert "17 of 20 tickets cancelled or rejected" in text(response)
    assert statuses(*tickets).count("cancelled") == 18
    assert {ticket.reason for ticket in Ticket.objects.filter(status="cancelled")} == {"Twice", "The desk closes"}


def test_sent_twice_the_first_result_is_shown(people):
    tickets, key = [ticket_of(people), ticket_of(people)], uuid.uuid4()
    tickets[1].cancel(by=people.alpha.admin, reason="Mine")
    first = told(send(people.ada, "end", *tickets, key=key, reason="First"))
    extra = ticket_of(people)
    assert told(send(people.ada, "end", *tickets, extra, key=key, reason="Second")) == first
    assert statuses(extra) == ["open"] and Ticket.objects.get(pk=tickets[0].pk).reason == "First"
    assert tickets[0].events.filter(kind="ticket.cancelled").count() == 1


def test_what_was_cut_short_is_carried_on_and_nothing_is_done_twice(people, monkeypatch):
    tickets = [ticket_of(people) for _ in range(3)]
    batch = Batch.objects.begin("end", tickets, key=uuid.uuid4(), by=people.ada, reason="Over")
    cancel, seen = Ticket.cancel, []

    def breaks(ticket, **facts):
        seen.append(ticket.reference)
        if len(seen) == 2:
            raise RuntimeError
        cancel(ticket, **facts)

    monkeypatch.setattr(Ticket, "cancel", breaks)
    with pytest.raises(RuntimeError):
        batch.carry_out()
    client, page = signed_in(people.ada), f"{REVIEW}{batch.pk}/"
    shown = client.get(page)
    assert statuses(*tickets) == ["cancelled", "open", "open"]
    assert "2 have had no turn yet" in text(shown) and len(told(shown)["waiting"]) == 2
    assert client.post(page)["Location"] == page
    assert statuses(*tickets) == ["cancelled"] * 3
    assert set(told(client.get(page))) == {"done"}
    assert seen == [tickets[0].reference, tickets[1].reference, *(ticket.reference for ticket in tickets[1:])]


def test_drafts_are_discarded(people):
    drafts, opened = [ticket_of(people, "draft") for _ in range(2)], ticket_of(people)
    shown = text(signed_in(people.ada).get(url_of("discard", *drafts)))
    assert "<h1>Discard 2 drafts?</h1>" in shown and "no funds are involved" in shown and "reason" not in shown
    response = send(people.ada, "discard", *drafts, opened)
    assert statuses(*drafts, opened) == ["cancelled", "cancelled", "open"]
    assert "so its terms can no longer be changed" in told(response)["refused"][opened.reference]
    assert "2 of 3 drafts discarded" in text(response)


def test_a_second_person_approves_several_and_none_of_their_own(careful):
    people = careful
    tickets = [ticket_of(people, "awaiting_approval") for _ in range(2)]
    own = ticket_of(people, "awaiting_approval", by=people.alpha.admin)
    response = send(people.alpha.admin, "approve", *tickets, own)
    assert statuses(*tickets, own) == ["open", "open", "awaiting_approval"]
    assert "a second person must approve it" in told(response)["refused"][own.reference]
    assert "2 of 3 tickets approved" in text(response)


def test_above_a_limit_approving_several_asks_for_the_second_factor_once(careful):
    people = careful
    PolicyLimit.objects.set(Asset.objects.get(pk="BTC"), Decimal(5), by=people.alpha.admin)
    tickets = [ticket_of(people, "awaiting_approval", send=[("BTC", "3")]) for _ in range(2)]
    assert "Alpha asks for your second factor" not in text(signed_in(people.bo).get(url_of("approve", tickets[0])))
    secret, key = with_app(people.bo), uuid.uuid4()
    assert "Alpha asks for your second factor above 5.00000000 BTC." in text(
        signed_in(people.bo).get(url_of("approve", *tickets))
    )
    refused = send(people.bo, "approve", *tickets, key=key, code=wrong_code(secret))
    assert refused.status_code == 422 and "nothing was done" in text(refused)
    assert statuses(*tickets) == ["awaiting_approval"] * 2 and not Batch.objects.exists()
    assert len(told(send(people.bo, "approve", *tickets, key=key, code=code_of(secret)))["done"]) == 2
    assert len(told(send(people.bo, "approve", *tickets, key=key))["done"]) == 2  # sent again: the first result


def test_who_may_not_and_what_is_not_theirs(people):
    ticket, key = ticket_of(people), uuid.uuid4()
    for method in ("get", "post"):
        for act in ("end", "approve", "discard"):
            assert getattr(signed_in(people.alpha.viewer), method)(url_of(act, ticket)).status_code == 403
        assert getattr(signed_in(people.ada), method)(url_of("fund", ticket)).status_code == 404
    stranger = signed_in(people.dee)
    assert stranger.post(url_of("end", ticket), {"key": key, "reason": "x"})["Location"] == LIST
    assert statuses(ticket) == ["open"]
    send(people.ada, "end", ticket, key=key, reason="Mine")
    for member in (people.dee, people.alpha.admin):
        assert signed_in(member).get(f"{REVIEW}{key}/")["Location"] == LIST  # nobody else's results
        assert signed_in(member).post(f"{REVIEW}{key}/")["Location"] == LIST
    other = ticket_of(people)
    taken = send(people.alpha.admin, "end", other, key=key, reason="x")
    assert taken.status_code == 409 and "This form cannot be used again." in text(taken)
    assert statuses(other) == ["open"] and signed_in(people.ada).put(url_of("end", other)).status_code == 405
