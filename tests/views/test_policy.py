"""The page on which an admin sets policy limits."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.base import cast, signed_in
from tests.views.second_factor import code_of, with_app
from tickets.models import PolicyLimit

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    cache.clear()
    return cast()


def save(member, **fields):
    named = {f"above-{name}" if name.isupper() else name: value for name, value in fields.items()}
    return signed_in(member).post(reverse("policy"), named)


def limits():
    return sorted(map(str, PolicyLimit.objects.select_related("asset")))


def test_limits_are_set_and_shown_to_everybody_of_the_firm(people):
    assert save(people.alpha.admin, BTC="1.5", USDC="250 000").status_code == 303
    assert limits() == ["1.50000000 BTC", "250000.000000 USDC"]
    shown = signed_in(people.alpha.viewer).get(reverse("security")).content.decode()
    assert 'value="1.5"' in shown or "1.50000000" in shown
    assert reverse("policy") not in shown
    assert 'value="250000' not in signed_in(people.cy).get(reverse("security")).content.decode()


def test_an_amount_that_cannot_be_read_is_told_and_nothing_is_saved(people):
    refused = save(people.alpha.admin, BTC="1,5", USDC="10")
    assert refused.status_code == 422 and 'value="1,5"' in refused.content.decode()
    assert limits() == []


@pytest.mark.parametrize("role", ["SIGNER", "APPROVER", "EDITOR", "VIEWER"])
def test_only_who_may_manage_finds_the_page(people, role):
    member = people.alpha.members[role]
    assert signed_in(member).get(reverse("policy")).status_code == 403
    assert save(member, BTC="1").status_code == 403
    assert limits() == []


def test_once_there_is_a_limit_changing_it_asks_for_the_second_factor(people):
    admin = people.alpha.admin
    save(admin, BTC="1")
    refused = save(admin, BTC="")
    assert refused.status_code == 403 and "You have none yet" in refused.content.decode()
    secret = with_app(admin)
    assert save(admin, BTC="").status_code == 422
    assert limits() == ["1.00000000 BTC"]
    assert save(admin, BTC="", code=code_of(secret)).status_code == 303
    assert limits() == []


def test_saving_the_same_again_changes_nothing_and_asks_nothing(people):
    save(people.alpha.admin, BTC="1")
    assert save(people.alpha.admin, BTC="1").status_code == 303


def test_a_stranger_signs_in_first(people, client):
    assert client.get(reverse("policy")).url.startswith(reverse("account_login"))
    assert client.get(reverse("security")).url.startswith(reverse("account_login"))
