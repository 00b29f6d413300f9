"""Policy limits: who sets them, and which of them an act goes above."""

from decimal import Decimal

import pytest

from tests.base import NOON, cast
from tickets.errors import BadAmount, NotAllowed
from tickets.models import Asset, Event, Member, PolicyLimit, Role

pytestmark = pytest.mark.django_db
ONE = Decimal("1")


@pytest.fixture
def people():
    return cast()


def asset(ticker):
    return Asset.objects.get(pk=ticker)


def limit(people, ticker="BTC", amount="1"):
    return PolicyLimit.objects.set(asset(ticker), Decimal(amount), by=people.alpha.admin, now=NOON)


def passed(member, *amounts):
    return [str(each) for each in PolicyLimit.objects.passed_by(member, [(t, Decimal(a)) for t, a in amounts])]


def test_an_act_passes_a_limit_above_it_and_not_at_it(people):
    limit(people)
    assert passed(people.ada, ("BTC", "1")) == []
    assert passed(people.ada, ("BTC", "1.00000001")) == ["1.00000000 BTC"]
    assert passed(people.ada, ("USDC", "1000000")) == []


def test_amounts_of_one_asset_count_together(people):
    limit(people)
    limit(people, "USDC", "10")
    assert passed(people.ada, ("BTC", "0.6"), ("BTC", "0.6"), ("USDC", "10")) == ["1.00000000 BTC"]


def test_a_limit_is_of_one_firm(people):
    limit(people)
    assert passed(people.cy, ("BTC", "100")) == []


def test_an_api_user_passes_no_limit_for_it_signs_each_request(people):
    limit(people)
    machine = Member.objects.create(workspace=people.alpha.workspace, name="Bot", role=Role.SIGNER)
    assert passed(machine, ("BTC", "100")) == []


@pytest.mark.parametrize("role", [Role.SIGNER, Role.APPROVER, Role.EDITOR, Role.VIEWER])
def test_only_who_may_manage_sets_a_limit(people, role):
    with pytest.raises(NotAllowed):
        PolicyLimit.objects.set(asset("BTC"), ONE, by=people.alpha.members[role])
    assert not PolicyLimit.objects.exists()


@pytest.mark.parametrize("amount", ["0", "-1", "0.000000001"])
def test_an_amount_that_the_asset_cannot_have_is_refused(people, amount):
    with pytest.raises(BadAmount):
        limit(people, amount=amount)
    assert not PolicyLimit.objects.exists()


def test_setting_changing_and_lifting_are_on_record_for_the_firm_alone(people):
    assert limit(people) and limit(people, amount="2")
    assert not limit(people, amount="2.0")
    assert PolicyLimit.objects.set(asset("BTC"), None, by=people.alpha.admin, now=NOON)
    assert not PolicyLimit.objects.set(asset("BTC"), None, by=people.alpha.admin, now=NOON)
    events = Event.objects.filter(kind__startswith="policy.")
    assert [(event.kind, event.facts) for event in events] == [
        ("policy.set", {"asset": "BTC", "amount": "1.00000000 BTC"}),
        ("policy.set", {"asset": "BTC", "before": "1.00000000 BTC", "amount": "2.00000000 BTC"}),
        ("policy.lifted", {"asset": "BTC", "before": "2.00000000 BTC"}),
    ]
    assert all(event.is_private and event.by == people.alpha.admin for event in events)
    assert not Event.objects.visible_to(people.cy).filter(pk__in=events).exists()
