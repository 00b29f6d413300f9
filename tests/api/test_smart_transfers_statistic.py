"""GET /v1/smart-transfers/statistic, and the groups that are told of tickets."""

import uuid

import pytest

from tests.api.base import Caller, machine
from tests.api.deals import BASE, RECEIVED, SENT, at, market, refused, term_at
from tickets.models import Role, UserGroup

pytestmark = pytest.mark.django_db

GROUPS = f"{BASE}/settings/user-groups"


@pytest.fixture
def deals():
    return market()


def statistic(caller):
    answer = caller.get(f"{BASE}/statistic")
    assert answer.status_code == 200
    return answer.json()


def test_nothing_is_outstanding_at_first(deals):
    nothing = {"coins": [], "ticketCount": 0}
    assert statistic(deals.ada) == {
        "inflow": nothing,
        "outflow": nothing,
        "totalActiveTickets": 0,
        "totalInactiveTickets": 0,
    }


def test_what_is_outstanding_is_summed_per_asset_and_way(deals):
    deals.swap()
    part = deals.open(RECEIVED, ("USDC", "0.000001", "beta", "alpha"), ("BTC", "1", "beta", "alpha"))
    deals.cy.put(term_at(part["terms"][0], "fund"), deals.funding(part["terms"][0]))
    deals.draft()
    deals.ada.put(at(deals.open(SENT), "cancel"))
    assert statistic(deals.ada) == {
        "inflow": {
            "coins": [{"asset": "BTC", "amount": "1"}, {"asset": "USDC", "amount": "250000.000001"}],
            "ticketCount": 2,
        },
        "outflow": {"coins": [{"asset": "BTC", "amount": "3.75"}], "ticketCount": 1},
        "totalActiveTickets": 3,
        "totalInactiveTickets": 1,
    }
    theirs = statistic(deals.cy)
    assert (theirs["outflow"], theirs["totalActiveTickets"]) == (statistic(deals.ada)["inflow"], 2)
    assert statistic(deals.dee)["totalActiveTickets"] == 0


def test_a_held_leg_is_outstanding_until_it_has_moved(deals):
    ticket = deals.swap()
    for caller, term in zip((deals.cy, deals.ada), ticket["terms"], strict=True):
        caller.put(term_at(term, "fund"), deals.funding(term))
    assert statistic(deals.ada)["outflow"]["coins"] == [{"asset": "BTC", "amount": "3.75"}]
    for caller in (deals.ada, deals.cy):
        caller.put(at(ticket, "dvp", "fund"), {})
    assert statistic(deals.ada)["outflow"] == {"coins": [], "ticketCount": 0}


def test_both_spellings_lead_to_the_statistic(deals):
    assert deals.ada.get("/v1/smart_transfers/statistic").json() == statistic(deals.ada)


def test_groups_are_chosen_and_replaced(deals):
    admin = deals.cast.alpha.admin
    one, two = (UserGroup.objects.add(name, [], by=admin) for name in ("Desk", "Back office"))
    assert deals.ada.get(GROUPS).json() == {"message": "Success", "data": {"userGroupIds": []}}
    for chosen in ([str(one.pk)], [str(one.pk), str(two.pk)], [str(two.pk)], []):
        answer = deals.ada.post(GROUPS, {"userGroupIds": chosen})
        assert answer.status_code == 201
        assert set(answer.json()["data"]["userGroupIds"]) == set(chosen)
        assert deals.ada.get(GROUPS).json() == answer.json()
    assert deals.cy.get(GROUPS).json()["data"]["userGroupIds"] == []


def test_groups_of_others_and_none_are_refused(deals):
    other = UserGroup.objects.add("Desk", [], by=deals.cast.beta.admin)
    for group in (str(other.pk), str(uuid.uuid4()), "nonsense"):
        refused(deals.ada.post(GROUPS, {"userGroupIds": [group]}), 422, "INVALID")
    for body in ({}, {"userGroupIds": None}, {"userGroupIds": "all"}, {"userGroupIds": [1]}):
        refused(deals.ada.post(GROUPS, body), 422, "VALIDATION")


def test_a_viewer_reads_the_groups_and_leaves_them(deals):
    viewer = Caller(machine(deals.cast.alpha, Role.VIEWER))
    assert viewer.get(GROUPS).status_code == 200
    refused(viewer.post(GROUPS, {"userGroupIds": []}), 403, "NOT_ALLOWED")
