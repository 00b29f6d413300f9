"""What the pages say in German where English alone was kept, or where a comma could be read in two ways."""

import pytest

from tests.base import NOON, PASSWORD, signed_in
from tests.factories import TicketFactory
from tests.views.offers import bare, offer_of, page, text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("chosen", "asked", "is_found"),
    [
        ("de", "3,75", True),
        ("de", "3,75 btc", True),
        ("de", "3.75", True),  # as our copy buttons write it
        ("de", "375", False),
        ("de", "1.234", True),
        ("de", "1.234,00", True),
        ("de", "1 234", True),
        ("de", "1,234", False),
        ("en-gb", "3.75", True),
        ("en-gb", "3,75", False),
        ("en-gb", "1,234", True),
        ("en-gb", "1,234.00 usdc", True),
        ("en-gb", "1.234", False),
        ("en-gb", "9" * 60, False),
    ],
)
def test_a_search_reads_an_amount_as_the_language_writes_it(people, ada, chosen, asked, is_found):
    legs = {"send": [("BTC", "3.75")], "receive": [("USDC", "1234")]}
    TicketFactory(connection=people.connection, by=people.ada, status="open", now=NOON, kind="two_way", **legs)
    people.ada.user.prefer(language=chosen)
    assert bool(ada.get("/tickets/", {"q": asked}).context["rows"]) == is_found


def test_why_an_offer_was_withdrawn_is_kept_in_english_and_told_in_german(people):
    taken_back, unpaid = offer_of(people), offer_of(people, amount="1234", tracking_id="unpaid")
    taken_back.withdraw(by=people.ada)
    people.alpha.profile.set_vault(None, by=people.alpha.admin)
    people.cy.user.prefer(language="de")
    cy = signed_in(people.cy)
    cy.post(f"/offers/{unpaid.pk}/accept/")
    shown = bare(text(cy.get(f"/offers/{unpaid.pk}/")))
    lacked = "nicht genug Mittel (es fehlten 1 234,0000000000 CC)"
    assert f"Sie haben angenommen, doch nichts wurde übertragen: Alpha hatte {lacked}." in shown
    assert f"Angegebener Grund {lacked}" in shown and f"Grund: {lacked}" in shown and "out of funds" not in shown
    shown = bare(page(people.cy, f"/offers/{taken_back.pk}/"))
    assert "Angegebener Grund Vom Absender zurückgezogen" in shown and "Withdrawn by sender" not in shown


def test_a_reason_that_somebody_typed_stays_as_it_is(people):
    offer = offer_of(people)
    offer.reject(by=people.cy, reason="Withdrawn by sender")
    people.ada.user.prefer(language="de")
    assert "Angegebener Grund Withdrawn by sender" in bare(page(people.ada, f"/offers/{offer.pk}/"))


def test_nobody_is_addressed_as_a_friend(people):
    """By allauth's German, where a message is not ours."""
    people.ada.user.set_password(PASSWORD)
    people.ada.user.prefer(language="de")
    people.ada.user.save()
    ada, typed = signed_in(people.ada), {"password1": "one-of-twelve", "password2": "another-of-twelve"}
    shown = text(ada.post("/account/password/change/", typed | {"oldpassword": "not-this-one"}))
    assert "Geben Sie Ihr aktuelles Passwort ein." in shown
    shown = text(ada.post("/account/password/change/", typed | {"oldpassword": PASSWORD}))
    assert "Geben Sie beide Male dasselbe Passwort ein." in shown
