"""Support staff finds a transfer offer, reads its timeline, and writes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.base import NOON, cast
from tests.models.offers import between
from tickets.models import Preapproval, TransferOffer

pytestmark = pytest.mark.django_db
LIST = reverse("admin:tickets_transferoffer_changelist")


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def support(market):
    client = Client()
    client.force_login(market.sam)
    return client


def test_an_offer_is_found_by_what_people_know_of_it(market, support):
    made = between(market, status="completed", tracking_id="rent 7")
    between(market, tracking_id="rent 8")
    for known in (made.tracking_id, made.contract_id, made.accepted_contract_id, str(made.pk)):
        page = support.get(LIST, {"q": known}).content.decode()
        assert "1 transfer offer" in page and "10.0000000000 CC" in page
    page = support.get(reverse("admin:tickets_transferoffer_change", args=[made.pk])).content.decode()
    for told in ("offer.created", "offer.accepted", "offer.completed"):
        assert told in page
    assert 'name="_save"' not in page


def test_what_belongs_to_an_offer_is_shown_where_it_stands(market, support):
    made = between(market, status="completed")
    Preapproval.objects.give(market.beta.profile, by=market.cy, now=NOON)
    assert made.tracking_id in support.get(reverse("admin:tickets_posting_changelist")).content.decode()
    assert made.tracking_id in support.get(reverse("admin:tickets_event_changelist")).content.decode()
    assert "Beta Desk" in support.get(reverse("admin:tickets_preapproval_changelist")).content.decode()


def test_support_can_make_an_expiry_durable_and_nothing_else(market, support):
    late = between(market, lasts=NOON.replace(year=2020) - NOON)
    live = between(market, lasts=NOON.replace(year=9000) - NOON)
    support.post(LIST, {"action": "expire", "_selected_action": [late.pk, live.pk]})
    assert list(TransferOffer.objects.order_by("expires_at").values_list("status", flat=True)) == ["expired", "created"]
    page = reverse("admin:tickets_transferoffer_change", args=[live.pk])
    assert support.post(page, {"status": "completed"}).status_code == 403
