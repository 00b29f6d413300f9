"""One act on several tickets, before it is done: how they are selected, and what the review says of them."""

import uuid

import pytest
from django.utils import timezone

from tests.base import signed_in
from tests.proposals import arranged, three
from tests.views.bulk import LIST, REVIEW, send, text, ticket_of, told, url_of
from tickets.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


def test_the_list_offers_what_a_role_may_do_and_what_its_tickets_can_meet(careful):
    people = careful
    for status in ("draft", "awaiting_approval", "open"):
        ticket_of(people, status)
    offered = {
        people.ada: ["end", "approve", "discard"],
        people.bo: ["end", "approve"],
        people.alpha.members["EDITOR"]: ["end"],
        people.cy: ["end"],
        people.alpha.viewer: [],
    }
    for member, acts in offered.items():
        response = signed_in(member).get(LIST)
        assert [value for value, _ in response.context["batch_acts"]] == acts, member
        assert ('type="checkbox" name="pick"' in text(response)) == bool(acts), member
        assert [act for act in ("end", "approve", "discard") if f'name="act" value="{act}"' in text(response)] == acts


def test_a_check_box_is_called_by_reference_and_party_and_knows_its_assets(people):
    ticket = ticket_of(people, send=[("BTC", "1")], receive=[("USDC", "2")])
    shown = text(signed_in(people.ada).get(LIST))
    assert f'value="{ticket}" form="batch" data-assets="USDC BTC "' in shown
    assert f'<span class="vh">Select {ticket}, Beta</span>' in shown


def test_the_review_restates_how_many_the_assets_of_each_and_what_follows(people):
    tickets = [
        ticket_of(people, send=[("BTC", "1.5")], receive=[("USDC", "100")]),
        ticket_of(people, "in_settlement", send=[("BTC", "2")], receive=[("EURC", "7")]),
    ]
    draft = ticket_of(people, "draft", send=[("ETH", "9")], receive=[("SOL", "9")])
    shown = text(signed_in(people.ada).get(url_of("end", *tickets, draft)))
    assert "<h1>Cancel 2 tickets?</h1>" in shown and "Cancel 2 tickets</button>" in shown
    assert "You selected 3 tickets. For 1 of them this is not possible now." in shown
    assets = shown.split("Assets touched</h2>")[1].split("</table>")[0]
    assert [ticker for ticker in ("BTC", "EURC", "ETH", "SOL", "USDC") if f"<b>{ticker}</b>" in assets] == [
        "BTC",
        "EURC",
        "USDC",
    ]
    assert 'value="3.50000000"' in assets and 'value="100.000000"' in assets and 'value="7.000000"' in assets
    assert "2 that your firm opened are cancelled." in shown
    assert "What is held is given back, each amount to the vault it came from." in shown
    assert "Beta will read it." in shown and shown.count("Nothing. It is a draft: discard it instead.") == 1
    assert shown.count('<input type="hidden" name="pick"') == 2 and f'name="pick" value="{draft}"' not in shown


@pytest.mark.parametrize(
    ("act", "status", "why"),
    [
        ("end", "draft", "It is a draft: discard it instead."),
        ("end", "cancelled", "It has ended already."),
        ("end", "expired", "It has ended already."),
        ("end", "in_settlement", "A leg has moved already, and you sent none of those."),
        ("approve", "open", "It does not wait for approval."),
        ("approve", "awaiting_approval", "You made it: a second person must approve it."),
        ("discard", "open", "It is no longer a draft."),
    ],
)
def test_what_is_not_possible_is_said_before_it_is_tried_and_not_tried(careful, act, status, why):
    ticket = ticket_of(careful, status, **({"settlement": "leg_by_leg"} if status == "in_settlement" else {}))
    shown = text(signed_in(careful.ada).get(url_of(act, ticket)))
    assert f"Nothing. {why}" in shown and "Back to the tickets" in shown
    assert "<h1>None of these tickets" in shown and 'name="key"' not in shown
    refused = signed_in(careful.ada).post(url_of(act, ticket), {"key": uuid.uuid4(), "reason": "x"})
    assert refused.status_code == 422 and "Select at least one ticket." in text(refused)


def test_the_other_firm_rejects_and_reads_so(people):
    shown = text(signed_in(people.cy).get(url_of("end", ticket_of(people), ticket_of(people))))
    assert "<h1>Reject 2 tickets?</h1>" in shown and "2 that another firm opened are rejected." in shown
    assert "Alpha will read it." in shown and "Nothing has been funded, so nothing moves." in shown


def test_the_firm_between_two_others_reads_who_sends_what_and_that_it_is_not_its_own():
    people = three()
    tickets = [arranged(people, now=timezone.now()) for _ in range(2)]
    shown = text(signed_in(people.dee).get(url_of("end", *tickets)))
    assert "Assets touched" not in shown and shown.count("Beta sends <data") == 2
    assert "2 tickets are between two other firms: yours sends and receives nothing on them." in shown
    assert "Alpha and Beta will read it." in shown
    assert len(told(send(people.dee, "end", *tickets, reason="Withdrawn by us"))["done"]) == 2


@pytest.mark.parametrize("pick", ["", "?act=end", "?act=end&pick=TK-000000", "?act=end&pick=%00&list=status%3Dopen"])
def test_without_a_selection_the_list_says_so_as_it_was(people, pick):
    client = signed_in(people.ada)
    response = client.get(f"{REVIEW}{pick}" if pick else f"{REVIEW}csv/")
    assert response["Location"] == (f"{LIST}?status=open" if "list" in pick else LIST)
    assert "Select at least one ticket first" in text(client.get(response["Location"]))


def test_a_lost_key_leads_back_to_the_list(people):
    client = signed_in(people.ada)
    assert client.head(f"{REVIEW}{uuid.uuid4()}/")["Location"] == LIST
    assert client.get(f"{REVIEW}{uuid.uuid4()}/")["Location"] == LIST
    assert text(client.get(LIST)).count("Nothing of that has arrived here") == 1


def test_the_selection_can_be_taken_away_as_a_file(people):
    tickets = [ticket_of(people) for _ in range(3)]
    answer = signed_in(people.ada).get(f"{REVIEW}csv/?pick={tickets[0]}&pick={tickets[2]}")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert {line.split(",")[0] for line in lines[1:]} == {str(tickets[0]), str(tickets[2])}
    assert "selected-tickets-" in answer["Content-Disposition"]


def test_a_review_asks_as_much_of_twenty_tickets_as_of_two(people, django_assert_max_num_queries):
    tickets, client = [ticket_of(people) for _ in range(20)], signed_in(people.ada)
    for some in (tickets[:2], tickets):
        with django_assert_max_num_queries(12):
            client.get(url_of("end", *some))
    batch = Batch.objects.begin("end", tickets, key=uuid.uuid4(), by=people.ada, reason="Over")
    with django_assert_max_num_queries(12):
        client.get(f"{REVIEW}{batch.pk}/")
