"""The assets page: rows are added only after right ones, and nothing typed is ever lost."""

import re

import pytest
from django.urls import reverse

from tests.base import deposit
from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(people):
    return TicketFactory(connection=people.connection, by=people.ada, kind="two_way", receive=[], send=[])


@pytest.fixture
def url(draft):
    return reverse("ticket-draft", args=[draft.reference, "assets"])


def rows(**sides):
    """`rows(receive=[("USDC", "1")], send=[…])` as the page posts them."""
    data = {}
    for side, legs in sides.items():
        for number, (asset, amount, *ids) in enumerate(legs, 1):
            data |= {f"{side}-{number}-asset": asset, f"{side}-{number}-amount": amount}
            data |= {f"{side}-{number}-id": ids[0]} if ids else {}
    return data


def shown(response):
    """The rows of the page: name of the amount's field, and its value."""
    inputs = re.findall(r"<input[^>]*-amount[^>]*>", response.content.decode())
    pairs = [(re.search(r'name="([^"]+)"', tag)[1], re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {name.removesuffix("-amount"): value[1] if value else "" for name, value in pairs}


def legs(draft):
    return [str(term) for term in draft.terms.all()]


def test_an_empty_page_says_what_is_missing_on_both_sides(ada, url):
    response = ada.post(url, rows(receive=[("", "")], send=[("", "")]))
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count('href="#receive-1-asset"') == page.count('href="#send-1-amount"') == 1
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="receive-1-amount_hint receive-1-amount_error"' in page


def test_an_amount_that_cannot_be_read_is_asked_about_and_kept(ada, url, draft):
    response = ada.post(url, rows(receive=[("USDC", "1,234")], send=[("BTC", "0.123456789")]))
    page = response.content.decode()
    assert "Say whether 1,234 is a whole number or a fraction: write 1234 or 1.234" in page
    assert "Enter an amount of BTC with 8 decimals or fewer" in page
    assert shown(response) == {"receive-1": "1,234", "send-1": "0.123456789"}
    assert legs(draft) == []


def test_an_asset_is_added_only_after_a_complete_one(ada, url, draft):
    page = ada.get(url).content.decode()
    assert 'aria-disabled="true" aria-describedby="why-receive"' in page
    assert "Fill in asset 1 first, both asset and amount." in page
    refused = ada.post(url, rows(receive=[("USDC", "")], send=[("", "")]) | {"add": "receive"})
    assert refused.status_code == 422
    assert shown(refused) == {"receive-1": "", "send-1": ""}
    added = ada.post(url, rows(receive=[("USDC", "5")], send=[("", "")]) | {"add": "receive"})
    assert shown(added) == {"receive-1": "5", "receive-2": "", "send-1": ""} or added.status_code == 303
    assert legs(draft) == ["5.000000 USDC"]


def test_adding_keeps_what_is_typed_on_the_other_side(ada, url, draft):
    response = ada.post(url, rows(receive=[("USDC", "5")], send=[("BTC", "1,5")]) | {"add": "receive"})
    assert shown(response) == {"receive-1": "5", "receive-2": "", "send-1": "1,5"}


def test_adding_when_all_is_right_can_be_reloaded(ada, url, draft):
    response = ada.post(url, rows(receive=[("USDC", "5")], send=[("BTC", "1")]) | {"add": "send"})
    assert response.status_code == 303
    assert shown(ada.get(response["Location"])) == {"receive-1": "5", "send-1": "1", "send-2": ""}


def test_a_middle_row_is_removed_and_the_others_keep_their_values(ada, url, draft):
    ada.post(url, rows(receive=[("USDC", "1"), ("ETH", "2"), ("EURC", "3")], send=[("BTC", "4")]))
    saved = [(term.asset_id, str(term).split()[0], term.pk) for term in draft.terms.all()]
    response = ada.post(url, rows(receive=saved[:3], send=saved[3:]) | {"remove": "receive-2"}, follow=True)
    assert list(shown(response)) == ["receive-1", "receive-2", "send-1"]
    assert legs(draft) == ["1.000000 USDC", "3.000000 EURC", "4.00000000 BTC"]
    assert [term.number for term in draft.terms.all()] == [1, 2, 3]
    assert draft.terms.first().pk == saved[0][2]


def test_removing_keeps_what_cannot_be_saved_yet(ada, url, draft):
    response = ada.post(url, rows(receive=[("USDC", "1"), ("ETH", "1,5")], send=[("", "7")]) | {"remove": "receive-1"})
    assert shown(response) == {"receive-1": "1,5", "send-1": "7"}


def test_a_blank_row_at_the_end_is_passed_over(ada, url, draft):
    response = ada.post(url, rows(receive=[("USDC", "1"), ("", "")], send=[("BTC", "2")]))
    assert response.status_code == 303
    assert legs(draft) == ["1.000000 USDC", "2.00000000 BTC"]


def test_a_change_keeps_the_leg_and_writes_one_event(ada, url, draft):
    ada.post(url, rows(receive=[("USDC", "1")], send=[("BTC", "2")]))
    first, second = draft.terms.all()
    ada.post(url, rows(receive=[("EURC", "9", first.pk)], send=[("BTC", "2", second.pk)]))
    assert [(term.pk, str(term)) for term in draft.terms.all()] == [
        (first.pk, "9.000000 EURC"),
        (second.pk, "2.00000000 BTC"),
    ]
    assert [event.kind for event in draft.events.filter(kind__startswith="leg.")] == [
        "leg.added",
        "leg.added",
        "leg.changed",
    ]


def test_rows_from_a_page_older_than_the_draft_are_not_saved_over_it(people, ada, url, draft):
    seen = Ticket.objects.get().revision
    draft.set_note("From elsewhere", by=people.ada)
    response = ada.post(url, rows(receive=[("USDC", "1")], send=[("BTC", "2")]) | {"revision": seen})
    assert response.status_code == 409
    assert shown(response) == {"receive-1": "1", "send-1": "2"}
    assert legs(draft) == []
    again = re.search(r'name="revision" value="(\d+)"', response.content.decode())[1]
    assert ada.post(url, rows(receive=[("USDC", "1")], send=[("BTC", "2")]) | {"revision": again}).status_code == 303


def test_a_leg_of_another_ticket_is_not_touched_by_its_id(people, ada, url, draft):
    other = TicketFactory(connection=people.connection, by=people.ada, receive=[("USDC", "77")])
    ada.post(url, rows(receive=[("USDC", "1", other.terms.get().pk)], send=[("BTC", "2")]))
    assert legs(other) == ["77.000000 USDC"]
    assert legs(draft) == ["1.000000 USDC", "2.00000000 BTC"]


def test_a_46_digit_amount_survives_the_page(ada, url, draft):
    huge = "1234567890123456789012345678.123456789012345678"
    ada.post(url, rows(receive=[("ETH", huge)], send=[("BTC", "1")]))
    assert legs(draft)[0] == f"{huge} ETH"
    assert shown(ada.get(url))["receive-1"] == huge


def test_a_row_is_read_back_with_what_is_available(people, ada, url, draft):
    deposit(people.alpha.vault, BTC="12.4")
    data = rows(receive=[("USDC", " 250 000.5 ")], send=[("BTC", "3")]) | {"check": "1"}
    page = ada.post(url, data, headers={"HX-Request": "true"}).content.decode()
    assert "Read as 250\u00a0000.500000 USDC" in page
    assert "Up to 8 decimals. Available 12.40000000 BTC." in page
    assert "<html" not in page
    assert legs(draft) == []


def test_htmx_gets_the_rows_alone_and_the_browser_the_page(ada, url):
    data = rows(receive=[("USDC", "5")], send=[("", "")]) | {"add": "receive"}
    part = ada.post(url, data, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "HX-Request" in part["Vary"]
    assert 'id="terms"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "autofocus" in part.content.decode()
