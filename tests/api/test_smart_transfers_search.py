"""GET /v1/smart-transfers: what is found, in which order, page by page."""

import uuid
from datetime import timedelta

import pytest

from tests.api.deals import BASE, RECEIVED, SENT, at, connect_gamma, market, refused, term_at
from tests.base import NOON
from tickets.api.smart_lists import Asked, page_of
from tickets.models import Party, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals():
    return market()


def found(caller, **query):
    answer = caller.get(BASE, query)
    assert answer.status_code == 200, answer.content
    return [ticket["id"] for ticket in answer.json()["data"]]


def set_times(*tickets, **columns):
    """The first ticket is the oldest, each later one is a minute younger."""
    for number, ticket in enumerate(tickets):
        at_time = NOON + timedelta(minutes=number)
        Ticket.objects.filter(pk=ticket["id"]).update(**dict.fromkeys(columns or {"created_at": 0}, at_time))
        if not columns:
            Party.objects.filter(ticket=ticket["id"]).update(created_at=at_time)


def test_newest_first_and_each_as_it_is_found_alone(deals):
    tickets = [deals.open(), deals.draft(), deals.open(SENT)]
    set_times(*tickets)
    answer = deals.ada.get(BASE).json()
    assert set(answer) == {"message", "after", "data"}
    assert (answer["message"], answer["after"]) == ("Success", "")
    assert answer["data"] == [deals.ada.get(at(ticket)).json()["data"] for ticket in reversed(tickets)]


def test_a_firm_finds_its_own_drafts_and_what_names_it_once_that_is_open(deals):
    draft, opened = deals.draft(), deals.open()
    assert set(found(deals.ada)) == {draft["id"], opened["id"]}
    assert found(deals.cy) == [opened["id"]]
    assert found(deals.dee) == []


@pytest.mark.parametrize("sort", ["createdAt", "updatedAt", "submittedAt"])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_pages_follow_each_other_without_gap_or_repeat(deals, sort, order):
    tickets = [deals.draft() for _ in range(3)] + [deals.open() for _ in range(4)]
    if sort != "createdAt":
        set_times(*tickets[3:], **{"updated_at" if sort == "updatedAt" else "submitted_at": 0})
    whole, pages, after = found(deals.ada, sortBy=sort, order=order), [], ""
    assert len(whole) == 7
    while True:
        answer = deals.ada.get(BASE, {"sortBy": sort, "order": order, "limit": 2, "after": after}).json()
        pages += [ticket["id"] for ticket in answer["data"]]
        after = answer["after"]
        if not after:
            break
        assert answer["data"][-1]["id"] == after
    assert pages == whole
    if sort == "submittedAt":
        assert set(whole[-3:]) == {ticket["id"] for ticket in tickets[:3]}, "never submitted, so last either way"
        listed = deals.ada.get(BASE, {"sortBy": sort, "order": order}).json()["data"]
        times = [ticket["submittedAt"] for ticket in listed]
        assert times[:4] == sorted(times[:4], reverse=order == "DESC")


def test_tickets_of_one_moment_are_paged_too(deals):
    tickets = [deals.open() for _ in range(5)]
    Party.objects.update(created_at=NOON)
    first = deals.ada.get(BASE, {"limit": 3}).json()
    rest = deals.ada.get(BASE, {"limit": 3, "after": first["after"]}).json()
    assert {ticket["id"] for ticket in first["data"] + rest["data"]} == {ticket["id"] for ticket in tickets}
    assert rest["after"] == ""


def test_a_page_goes_on_behind_a_ticket_that_the_search_no_longer_finds(deals):
    tickets = [deals.open() for _ in range(3)]
    set_times(*tickets)
    page = deals.ada.get(BASE, {"statuses": "OPEN", "limit": 1}).json()
    deals.ada.put(at(tickets[2], "cancel"))
    assert found(deals.ada, statuses="OPEN", after=page["after"]) == [tickets[1]["id"], tickets[0]["id"]]


def test_a_page_goes_on_only_behind_a_ticket_that_one_sees(deals):
    hidden = deals.draft()
    for after in (hidden["id"], str(uuid.uuid4()), "nonsense"):
        refused(deals.cy.get(BASE, {"after": after}), 422, "INVALID")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": 0}, "VALIDATION"),
        ({"limit": "many"}, "VALIDATION"),
        ({"limit": "1.5"}, "VALIDATION"),
        ({"sortBy": "amount"}, "VALIDATION"),
        ({"order": "desc"}, "VALIDATION"),
        ({"statuses": "CLOSED"}, "VALIDATION"),
        ({"type": "ATOMIC"}, "VALIDATION"),
        ({"createdByMe": "perhaps"}, "VALIDATION"),
        ({"expiresAfter": "tomorrow"}, "VALIDATION"),
        ({"externalRefId": "x" * 65}, "VALIDATION"),
    ],
)
def test_a_query_that_cannot_be_read_is_refused(deals, query, code):
    refused(deals.ada.get(BASE, query), 422, code)


def test_a_page_never_has_more_than_500(deals):
    deals.open()
    for limit in ("500", "100000", "20.0"):
        assert len(found(deals.ada, limit=limit)) == 1


def test_by_status_in_every_spelling(deals):
    draft, opened, ended = deals.draft(), deals.open(), deals.open()
    deals.cy.put(at(ended, "cancel"))
    both = {draft["id"], opened["id"]}
    for query in ("statuses=DRAFT&statuses=OPEN", "statuses=DRAFT%2COPEN", "statuses=%5B'DRAFT'%2C%20'OPEN'%5D"):
        answer = deals.ada.get(f"{BASE}?{query}")
        assert {ticket["id"] for ticket in answer.json()["data"]} == both
    assert found(deals.ada, statuses="CANCELED") == [ended["id"]]
    assert len(found(deals.ada, statuses="")) == 3
    assert found(deals.ada, statuses="FULFILLED") == []


def test_by_who_made_it_its_type_its_profile_and_its_own_id(deals):
    connect_gamma(deals)
    swap, between = deals.swap(externalRefId="ours-1"), deals.open(by="gamma", caller=deals.dee)
    assert found(deals.ada, createdByMe="true") == [swap["id"]]
    assert found(deals.ada, createdByMe="False") == [between["id"]]
    assert found(deals.ada, type="DVP") == [swap["id"]]
    assert found(deals.ada, type="ASYNC") == [between["id"]]
    assert found(deals.ada, networkId=deals.network("gamma")) == [between["id"]]
    assert len(found(deals.ada, networkId=deals.network("beta"))) == 2
    assert found(deals.ada, networkId="nonsense") == []
    assert found(deals.ada, externalRefId="ours-1") == [swap["id"]]
    assert found(deals.cy, externalRefId="ours-1") == [], "it is Alpha's, not Beta's"
    assert found(deals.ada, externalRefId="ours") == []


def test_by_expiry(deals):
    soon, late, never = deals.open(expiresIn=2), deals.open(expiresIn=40), deals.open()
    assert found(deals.ada, expiresAfter=late["expiresAt"][:-1] + "+0000") == [late["id"]]
    assert found(deals.ada, expiresBefore=late["expiresAt"][:-5] + "Z") == [soon["id"]]
    assert never["id"] not in found(deals.ada, expiresAfter="2000-01-01T00:00:00Z")
    assert len(found(deals.ada, expiresBefore="2100-01-01T00:00:00.000000+0000")) == 2


def test_by_name_asset_id_and_reference(deals):
    ours, theirs = deals.open(), deals.open(SENT)
    reference = Ticket.objects.get(pk=ours["id"]).reference
    assert len(found(deals.ada, q="beta d")) == 2
    assert found(deals.ada, q="alpha") == [], "one's own name tells nothing"
    assert len(found(deals.cy, q="ALPHA")) == 2
    assert found(deals.ada, q="btc") == [theirs["id"]]
    assert found(deals.ada, q="USD") == [ours["id"]]
    assert found(deals.ada, q=ours["id"]) == [ours["id"]]
    assert found(deals.ada, q=reference.lower()) == [ours["id"]]
    assert found(deals.dee, q=ours["id"]) == []
    for text in ("nothing", "%", "_", "TK-", "' OR 1=1"):
        assert found(deals.ada, q=text) == []
    assert len(found(deals.ada, q="")) == 2


def test_many_tickets_cost_no_more_queries_than_few(deals, django_assert_num_queries):
    def funded():
        ticket = deals.open(RECEIVED, SENT)
        deals.cy.put(term_at(ticket["terms"][0], "fund"), deals.funding(ticket["terms"][0]))
        return ticket

    first, member = funded(), deals.cast.ada
    asked = {
        4: Asked(),
        5: Asked(after=first["id"], order="ASC"),
        6: Asked(q="beta", statuses=["IN_SETTLEMENT"], sortBy="submittedAt"),
    }
    for more in (0, 1, 5):
        for _ in range(more):
            funded()
        for queries, query in asked.items():
            if more or queries != 5:
                with django_assert_num_queries(queries):
                    assert page_of(query, member, NOON).data
