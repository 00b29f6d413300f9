"""Above a limit of the firm an act asks for the second factor, on its own page."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from tests.base import cast, deposit, signed_in
from tests.factories import OfferFactory, TicketFactory
from tests.views.second_factor import code_of, recovery_codes, with_app, wrong_code
from tickets.models import Asset, Event, PolicyLimit, Posting, TermStatus, Ticket, TicketStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    cache.clear()
    people = cast()
    deposit(people.alpha.vault, BTC="10", USDC="100", CC="50")
    for ticker in ("BTC", "CC"):
        limit(people, ticker, "1")
    return people


def limit(people, ticker, amount):
    PolicyLimit.objects.set(Asset.objects.get(pk=ticker), Decimal(amount), by=people.alpha.admin)


def ticket_of(people, **options):
    options = {"status": "open", "kind": "two_way", "now": timezone.now()} | options
    return TicketFactory(connection=people.connection, by=people.ada, **options)


def fund_url(ticket):
    return reverse("ticket-fund-confirm", args=[ticket.reference]) + "?leg_2=on&source_2=0"


def text_of(page):
    return page.content.decode().replace("\u00a0", " ")


def state_of(ticket):
    """Everything that an act could have changed."""
    ticket.refresh_from_db()
    legs = list(ticket.terms.values_list("number", "status", "tx_hash"))
    return ticket.status, ticket.revision, legs, Posting.objects.count(), Event.objects.count()


def test_without_a_code_nothing_is_done(people):
    with_app(people.ada)
    ticket = ticket_of(people)
    before = state_of(ticket)
    refused = signed_in(people.ada).post(fund_url(ticket))
    assert refused.status_code == 422 and "Enter the code from your authenticator app" in text_of(refused)
    assert state_of(ticket) == before


@pytest.mark.parametrize("credential", ["{}", "[]", "nonsense", '{"id": "AA", "rawId": "AA", "type": "public-key"}'])
def test_a_forged_passkey_is_refused(people, credential):
    with_app(people.ada)
    ticket = ticket_of(people)
    refused = signed_in(people.ada).post(fund_url(ticket), {"credential": credential})
    assert refused.status_code == 422 and "The passkey was not confirmed" in text_of(refused)
    assert ticket.terms.get(number=2).status == TermStatus.UNFUNDED


def test_who_has_no_second_factor_is_told_how_to_set_one_up_and_nothing_happens(people):
    ticket, browser = ticket_of(people), signed_in(people.ada)
    before = state_of(ticket)
    for page in (browser.get(fund_url(ticket)), browser.post(fund_url(ticket), {"code": "123456"})):
        assert "You have none yet" in text_of(page) and f'href="{reverse("security")}"' in text_of(page)
        assert "button--primary" not in text_of(page).partition("<main")[2]
    assert page.status_code == 403
    assert state_of(ticket) == before


def test_at_the_limit_nothing_is_asked(people):
    limit(people, "BTC", "3.75")
    ticket, browser = ticket_of(people), signed_in(people.ada)
    assert "second factor" not in text_of(browser.get(fund_url(ticket)))
    assert browser.post(fund_url(ticket)).status_code == 303


def test_the_limits_of_another_firm_are_not_asked_for(people):
    deposit(people.beta.vault, USDC="250000")
    url = reverse("ticket-fund-confirm", args=[ticket_of(people).reference]) + "?leg_1=on&source_1=0"
    assert signed_in(people.cy).post(url).status_code == 303


def test_a_recovery_code_serves_once(people):
    with_app(people.ada)
    code, browser = recovery_codes(people.ada)[0], signed_in(people.ada)
    first, second = ticket_of(people, send=[("BTC", "2")]), ticket_of(people, send=[("BTC", "2")])
    assert browser.post(fund_url(first), {"code": code}).status_code == 303
    assert browser.post(fund_url(second), {"code": code}).status_code == 422
    assert second.terms.get(number=2).status == TermStatus.UNFUNDED


def test_one_code_serves_one_act(people):
    secret, browser = with_app(people.ada), signed_in(people.ada)
    first, second = ticket_of(people, send=[("BTC", "2")]), ticket_of(people, send=[("BTC", "2")])
    code = code_of(secret)
    assert browser.post(fund_url(first), {"code": code}).status_code == 303
    assert browser.post(fund_url(second), {"code": code}).status_code == 422


def test_a_form_sent_twice_shows_the_result_of_the_first(people):
    secret, ticket, browser = with_app(people.ada), ticket_of(people), signed_in(people.ada)
    form = {"code": code_of(secret)}
    assert browser.post(fund_url(ticket), form).status_code == 303
    again = browser.post(fund_url(ticket), form)
    assert again.status_code == 303 and again.url == reverse("ticket", args=[ticket.reference])


def test_codes_cannot_be_guessed_at_will(people):
    secret, ticket, browser = with_app(people.ada), ticket_of(people), signed_in(people.ada)
    for _ in range(5):
        browser.post(fund_url(ticket), {"code": wrong_code(secret)})
    refused = browser.post(fund_url(ticket), {"code": code_of(secret)})
    assert refused.status_code == 422 and "Too many wrong codes" in text_of(refused)
    assert ticket.terms.get(number=2).status == TermStatus.UNFUNDED


def test_opening_asks_at_the_review(people):
    secret, browser = with_app(people.ada), signed_in(people.ada)
    ticket = ticket_of(people, status="draft")
    form = {"revision": Ticket.objects.get(pk=ticket.pk).revision}
    url = reverse("ticket-draft", args=[ticket.reference, "review"])
    assert browser.post(url, form).status_code == 422
    assert Ticket.objects.get(pk=ticket.pk).status == TicketStatus.DRAFT
    assert browser.post(url, form | {"code": code_of(secret)}).status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).status == TicketStatus.OPEN


def test_approving_asks_the_second_person(people):
    people.alpha.workspace.auto_approval = False
    people.alpha.workspace.save()
    secret, browser = with_app(people.bo), signed_in(people.bo)
    ticket = ticket_of(people, status="awaiting_approval")
    url = reverse("ticket-approve", args=[ticket.reference])
    assert browser.post(url).status_code == 422
    assert browser.post(url, {"code": code_of(secret)}).status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).status == TicketStatus.OPEN


def test_accepting_an_offer_asks(people):
    deposit(people.beta.vault, CC="50")
    secret, browser = with_app(people.ada), signed_in(people.ada)
    offer = OfferFactory(sender=people.beta.profile, receiver=people.alpha.profile, amount="5", now=timezone.now())
    url = reverse("offer-accept", args=[offer.pk])
    assert browser.post(url, {"code": wrong_code(secret)}).status_code == 422
    offer.refresh_from_db()
    assert offer.status == "created"
    assert browser.post(url, {"code": code_of(secret)}).status_code == 303
    offer.refresh_from_db()
    assert offer.status == "completed"
