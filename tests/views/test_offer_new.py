"""Making a transfer offer: the form, the review, and the one offer that comes of it."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tests.base import cast, deposit, signed_in
from tests.models.offers import coins
from tests.views.offers import bare, page, text
from tickets.models import Profile, TransferOffer
from tickets.models.profile import new_party

pytestmark = pytest.mark.django_db
NEW, REVIEW = "/offers/new/", "/offers/new/review/"


@pytest.fixture
def people():
    people = cast()
    deposit(people.alpha.vault, CC="100")
    return people


def filled(people, **data):
    """What Ada fills in: an offer from Alpha to Beta, unless told otherwise."""
    defaults = {"sender": people.alpha.profile.pk, "receiver": people.beta.profile.pk, "amount": "12.5"}
    data = defaults | {"expires": "24", "tracking_id": "t-1", "description": "Rebate"} | data
    return f"{REVIEW}?{urlencode({name: value for name, value in data.items() if value is not None})}"


def told(response):
    return [str(message).replace("\u00a0", " ") for message in get_messages(response.wsgi_request)]


def test_the_form_offers_our_profiles_our_connections_and_a_new_id(people):
    shown = page(people.ada, NEW)
    assert "<title>Make an offer · Countersign</title>" in shown
    assert "100.0000000000 CC available in “Alpha Treasury”" in shown
    assert ">Beta Desk</option>" in shown and "Gamma" not in shown
    assert 'value="24" id="id_expires_2" checked' in shown and 'name="reserve"' in shown
    assert "checked" not in re.search(r'<input type="checkbox"[^>]*>', shown)[0]
    ids = {re.search(r'name="tracking_id" value="([^"]+)"', page(people.ada, NEW))[1] for _ in range(2)}
    assert len(ids) == 2 and all(re.fullmatch(r"\d{4}-\d\d-\d\d-[0-9a-f]{16}", each) for each in ids)


def test_the_review_shows_all_values_and_what_is_left(people):
    shown = page(people.ada, filled(people))
    assert "<title>Offer 12.5000000000 CC to Beta? · Countersign</title>" in shown
    words = bare(shown)
    for value in ("Alpha Desk", "Beta Desk", people.beta.profile.party, "t-1", "24 hours after you make it"):
        assert value in words
    assert "Available to promise before 100" in words and "Available to promise after 87 .5" in words
    assert "too little" not in words and f'href="{NEW}?sender=' in shown
    assert not TransferOffer.objects.exists()


def test_it_is_made_once_however_often_it_is_sent(people):
    client, url = signed_in(people.ada), filled(people, hours="", description="Rebate\r\n47 ")
    before = timezone.now()
    first = client.post(url)
    offer = TransferOffer.objects.get()
    assert (first.status_code, first["Location"]) == (303, reverse("offer", args=[offer.pk]))
    assert told(first) == ["You offered 12.5000000000 CC to Beta."]
    assert (offer.amount, offer.description, offer.tracking_id) == (Decimal("12.5"), "Rebate\n47 ", "t-1")
    assert before + timedelta(hours=24) <= offer.expires_at <= timezone.now() + timedelta(hours=24)
    assert not offer.reserves and coins(people.alpha) == (Decimal(100), Decimal(0))
    for again in (client.post(url), client.get(url)):  # also Back, once it is made
        assert (again.status_code, again["Location"]) == (303, first["Location"])
        assert "made already" in told(again)[-1]
    assert TransferOffer.objects.count() == 1


def test_another_offer_does_not_take_the_same_id(people):
    client = signed_in(people.ada)
    client.post(filled(people))
    for url in (filled(people, amount="13"), filled(people, description="")):
        for response in (client.get(url), client.post(url)):
            shown = text(response, 409)
            assert "Tracking ID “t-1” is used already" in shown and "<title>Error: Make an offer" in shown
            assert 'name="tracking_id" value="t-1"' in shown  # as it was typed
    assert TransferOffer.objects.count() == 1


def test_what_is_held_is_set_aside_and_sent_again_is_still_the_first(people):
    client, url = signed_in(people.ada), filled(people, amount="100", reserve="on")
    words = bare(text(client.get(url)))
    assert "Available after 0" in words and "Held for this offer" in words
    first = client.post(url)
    assert coins(people.alpha) == (Decimal(0), Decimal(100))
    assert client.post(url)["Location"] == first["Location"]


def test_too_little_is_a_warning_unless_it_is_to_be_held(people):
    url = filled(people, amount="100.0000000001")
    assert "0.0000000001 CC too little available" in bare(page(people.ada, url)).replace("0 .", "0.")
    shown = page(people.ada, filled(people, amount="100.0000000001", reserve="on"), 422)
    assert "It cannot be held: 0.0000000001 CC too little is available" in shown
    signed_in(people.ada).post(filled(people, amount="60"))
    words = bare(page(people.ada, filled(people, amount="60", tracking_id="t-2"))).replace("20 .", "20.")
    assert (
        "More is then promised than “Alpha Treasury” has available" in words and "20.0000000000 CC too little" in words
    )
    assert "60.0000000000 CC promised in open offers" in page(people.ada, NEW)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"sender": None}, "Choose the profile that offers"),
        ({"receiver": None}, "Choose a connection, or enter the party ID of the receiver"),
        ({"party": "a::b"}, "Choose a connection or enter a party ID, not both"),
        ({"receiver": None, "party": "no colons"}, "Enter a party ID as in treasury::1220ab34"),
        ({"receiver": None, "party": "nobody::1220aa"}, "No party with this ID is known here."),
        ({"amount": ""}, "Enter the amount of CC"),
        ({"amount": "0"}, "greater than zero"),
        ({"amount": "1,5"}, "Enter an amount of CC in figures"),
        ({"amount": "1.00000000001"}, "with 10 decimals or fewer"),
        ({"expires": None}, "Choose when it expires"),
        ({"expires": "other", "hours": "0"}, "Enter hours above 0 and up to 8760"),
        ({"expires": "other", "hours": "1e3"}, "Enter hours above 0 and up to 8760"),
        ({"tracking_id": ""}, "Enter a tracking ID"),
        ({"tracking_id": "x" * 280}, "Shorten the tracking id to 279 characters or fewer; it has 280."),
        ({"description": "x" * 280}, "Shorten the description to 279 characters or fewer; it has 280."),
        ({"description": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(people, data, says):
    for method in ("get", "post"):
        shown = text(getattr(signed_in(people.ada), method)(filled(people, **data)), 422)
        assert says in shown and "There is a problem" in shown and "<title>Error: Make an offer" in shown
        assert data.get("tracking_id") == "" or f'value="{data.get("tracking_id", "t-1")}"' in shown
    assert not TransferOffer.objects.exists()


def test_a_party_id_reaches_whoever_is_not_connected_or_hidden(people):
    Profile.objects.filter(pk=people.gamma.profile.pk).update(is_discoverable=False)
    url = filled(people, receiver=None, party=f" {people.gamma.profile.party} ")
    assert "to Gamma?" in page(people.ada, url)
    assert signed_in(people.ada).post(url).status_code == 303
    assert TransferOffer.objects.get().receiver == people.gamma.profile


def test_other_firms_profiles_and_oneself_are_refused(people):
    assert "Choose one of your own profiles" in page(people.ada, filled(people, sender=people.beta.profile.pk), 422)
    shown = page(people.ada, filled(people, receiver=people.gamma.profile.pk), 422)
    assert "Choose one of your connections" in shown
    own = filled(people, receiver=None, party=people.alpha.profile.party)
    assert "Choose a receiver other than the sender" in page(people.ada, own, 422)


def test_hours_of_ones_own_are_kept_to_the_second(people):
    assert "1.5 hours after you make it" in page(people.ada, filled(people, expires="other", hours="1.5"))
    signed_in(people.ada).post(filled(people, expires="other", hours="0.0005"))
    offer = TransferOffer.objects.get()
    assert offer.expires_at - offer.created_at == timedelta(seconds=1.8)


def test_the_reading_answers_while_it_is_filled_in(people):
    shown = page(people.ada, f"{NEW}?{filled(people, amount='1,234.50').partition('?')[2]}")
    reading = bare(shown.partition('id="reading"')[2].partition("</div>")[0])
    assert "Read as 1 234" in reading and "1 134" in reading and "too little available" in reading
    assert "There is a problem" not in shown and 'value="1,234.50"' in shown


def test_only_those_who_may_fund_make_offers(people):
    for member in (people.bo, people.alpha.viewer):
        assert signed_in(member).get(NEW).status_code == signed_in(member).get(filled(people)).status_code == 403
        assert signed_in(member).post(filled(people)).status_code == 403
    assert signed_in(people.ada).post(NEW).status_code == signed_in(people.ada).put(filled(people)).status_code == 405
    assert not TransferOffer.objects.exists()


def test_a_firm_without_a_vault_or_profile_is_told(people):
    people.alpha.profile.set_vault(None, by=people.alpha.admin)
    assert "No vault to send from" in page(people.ada, NEW)
    assert "has no vault to send from." in page(people.ada, filled(people))
    assert "has no vault to send from" in page(people.ada, filled(people, reserve="on"), 422)
    Profile.objects.filter(pk=people.gamma.profile.pk).update(removed_at=timezone.now())
    assert "has no network profile yet" in page(people.dee, NEW)


def test_several_profiles_are_chosen_from_and_none_is_chosen_for_us(people):
    Profile.objects.create(workspace=people.alpha.workspace, name="Alpha House", party=new_party("House"))
    shown = page(people.ada, NEW)
    assert "Alpha House" in shown and not re.search(r'name="sender"[^>]*checked', shown)


def test_the_form_and_the_review_need_few_queries(people, django_assert_max_num_queries):
    client = signed_in(people.ada)
    for url in (NEW, filled(people)):
        with django_assert_max_num_queries(12):
            client.get(url)
