"""Statement, vaults, assets and receipt as people see them: whole, within the page, without accessibility faults."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.base import cast, deposit, signed_in
from tests.factories import OfferFactory, TicketFactory
from tests.stories.inspect import faults_of
from tickets.models import Account, Asset, Posting

pytestmark = pytest.mark.django_db(transaction=True)
HUGE = "1234567890123456789012345678.123456789012345678"


@pytest.fixture
def people():
    people, now = cast(), timezone.now()
    Account.objects.add_vault(people.alpha.workspace, "Collateral and margin, segregated (Luxembourg)")
    deposit(people.alpha.vault, now=now - timedelta(days=30), BTC="12.4", USDC="856450.25", ETH=HUGE)
    Asset.objects.filter(pk="USDC").update(usd_price=1, usd_price_at=now)
    terms = {"connection": people.connection, "kind": "two_way", "now": now}
    people.ticket = TicketFactory(**terms, status="fulfilled", send=[("USDC", "98000")], receive=[("ETH", "2.5")])
    TicketFactory(**terms, status="fulfilled", send=[("BTC", "1")], receive=[("USDC", "250000")])
    TicketFactory.fund(
        TicketFactory(**terms, status="open", send=[("USDC", "610288.8059")]), people.alpha.workspace, now
    )
    OfferFactory(sender=people.alpha.profile, receiver=people.beta.profile, amount="4", now=now)
    return people


@pytest.fixture
def page(people, new_context):
    context = new_context()
    page = context.new_page()
    page.goto("/livez")
    session = signed_in(people.ada).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])
    return page


def paths(people):
    deposited = Posting.objects.filter(kind="deposit", destination=people.alpha.vault).first()
    return [
        "/statement/?asset=USDC&account=0",
        "/statement/?asset=ETH",
        "/statement/?asset=BTC&from=2026-11-21&to=2026-11-01",
        "/vaults/",
        "/vaults/0/",
        "/vaults/1/",
        "/assets/",
        f"/deposits/{deposited.pk}/",
        f"/tickets/{people.ticket.reference}/receipt/",
    ]


def test_every_page_is_whole_in_both_sizes_and_themes(people, page):
    faults = []
    for path in paths(people):
        page.goto(path)
        faults += faults_of(page)
    assert faults == []


def test_the_statement_scrolls_within_its_named_region_on_a_phone(people, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/statement/?asset=ETH")
    region = page.get_by_role("region", name="Movements, scrolls sideways")
    assert region.evaluate("node => node.scrollWidth > node.clientWidth && node.tabIndex === 0")


def test_decimal_points_of_the_statement_share_one_place(people, page):
    page.goto("/statement/?asset=USDC&account=0")
    columns = page.evaluate(
        """() => [3, 4, 5].map((column) => [...document.querySelectorAll('#movements ~ * tbody tr')].map(
            (row) => row.children[column].querySelector('.amt__i')?.getBoundingClientRect().right).filter(Boolean))"""
    )
    for rights in columns:
        assert rights and max(rights) - min(rights) <= 1
