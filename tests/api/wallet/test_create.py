"""Create a transfer offer: what is read, what is refused and how, and what never happens twice."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.api.wallet.base import BASE, EPOCH, OFFERS, Wallet, in_hours, micros, says
from tests.base import deposit
from tickets.models import Balance, Event, OfferClaim, TransferOffer

pytestmark = pytest.mark.django_db
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999


def test_an_offer_is_made_with_every_field_as_it_was_given(alice, bob):
    body = alice.terms(
        bob, amount="0010.50", description=" Memo: 4711 ✓\n", expires_at=1_893_456_000_123_457, tracking_id="a b/c"
    )
    answer = alice.post(OFFERS, body)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Request-ID"]
    offer = TransferOffer.objects.get()
    assert answer.json() == {"offer_contract_id": offer.contract_id}
    assert len(offer.contract_id) == 138
    assert (offer.sender, offer.receiver) == (alice.profile, bob.profile)
    assert (offer.description, offer.tracking_id) == (" Memo: 4711 ✓\n", "a b/c")
    assert offer.expires_at == datetime(2030, 1, 1, 0, 0, 0, 123_457, UTC)
    assert not offer.reserves
    assert not OfferClaim.objects.exists()
    assert Event.objects.get(offer=offer).own_facts == {"wallet_user": "alice"}


def test_a_new_offer_is_a_contract_in_both_lists(alice, bob, carol):
    offer = alice.offer(bob, amount="1", expires_at=1_893_456_000_000_000)
    for wallet in (alice, bob):
        [shown] = wallet.get(OFFERS).json()["offers"]
        assert set(shown) == {"template_id", "contract_id", "payload", "created_event_blob", "created_at"}
        package, rest = shown["template_id"].split(":", 1)
        assert (len(package), rest) == (64, "Splice.Wallet.TransferOffer:TransferOffer")
        assert shown["contract_id"] == offer.contract_id
        assert shown["created_at"].endswith("Z")
        payload = shown["payload"]
        assert payload.pop("dso").startswith("DSO::1220")
        assert payload == {
            "sender": alice.party,
            "receiver": bob.party,
            "amount": {"amount": "1.0000000000", "unit": "AmuletUnit"},
            "description": "For lunch",
            "expiresAt": "2030-01-01T00:00:00Z",
            "trackingId": offer.tracking_id,
        }
    assert carol.get(OFFERS).json() == {"offers": []}


def test_the_list_is_oldest_first_and_loses_what_is_over(alice, bob):
    offers = [alice.offer(bob) for _ in range(3)]
    bob.act("accept", offers[1])
    listed = [shown["contract_id"] for shown in bob.get(OFFERS).json()["offers"]]
    assert listed == [offers[0].contract_id, offers[2].contract_id]


@pytest.mark.parametrize(
    ("amount", "kept"),
    [
        ("1", "1.0000000000"),
        ("1.0", "1.0000000000"),
        ("0010", "10.0000000000"),
        ("0.0000000001", "0.0000000001"),
        ("9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999999"),
    ],
)
def test_amounts_come_back_exact_with_ten_decimals(alice, bob, amount, kept):
    alice.offer(bob, amount=amount)
    assert alice.get(OFFERS).json()["offers"][0]["payload"]["amount"]["amount"] == kept


BAD_AMOUNTS = [
    *("0.00000000001", "10000000000000000000000000000", ".5", "1.", "+1", "1e3", "1,000", "", " ", " 1", "1 ", "NaN"),
    *("Infinity", "-Infinity", "0x1", "--1", "1.0.0", "١", "１", "1_000", "1\n", "1\0"),
]


@pytest.mark.parametrize("amount", [*BAD_AMOUNTS, "0", "0.0", "-0", "-1.5", "-0.0000000001"])
def test_an_amount_that_cannot_be_offered(alice, bob, amount):
    says(alice.post(OFFERS, alice.terms(bob, amount=amount)), 400, "Failed to decode:")
    assert not TransferOffer.objects.exists()


BAD_PARTIES = [
    *("", "bob", "::1220", "bob::", "a::::b", "b%b::1", "b#b::1", "b!b::1", "b@b::1", "b\0b::1", "bób::1", "a::b::c"),
    *("bob::" + "1" * 69, "b" * 186 + "::1", "::", "bob::1\n"),
]


@pytest.mark.parametrize("party", BAD_PARTIES)
def test_a_receiver_that_is_no_party_id(alice, bob, party):
    says(alice.post(OFFERS, alice.terms(bob, receiver_party_id=party)), 400, "Failed to decode:")


@pytest.mark.parametrize(
    "party", ["ShortFingerprint::1", "b" * 185 + "::" + "1" * 68, "with space_-: x::f", "a:::b", "Bob::1220"]
)
def test_a_party_that_nobody_has_is_unknown_and_the_id_stays_free(alice, bob, party):
    body = alice.terms(bob, receiver_party_id=party)
    says(alice.post(OFFERS, body), 404, party)
    assert not OfferClaim.objects.exists()
    assert alice.post(OFFERS, body | {"receiver_party_id": bob.party}).status_code == 200


def test_a_party_is_known_by_its_exact_letters(alice, bob):
    says(alice.post(OFFERS, alice.terms(bob, receiver_party_id=bob.party.upper())), 404)


def test_a_party_out_of_use_is_unknown(alice, bob):
    type(bob.profile).objects.filter(pk=bob.profile.pk).update(removed_at=timezone.now())
    says(alice.post(OFFERS, alice.terms(bob)), 404)


@pytest.mark.parametrize("moment", [EARLIEST, -1, 0, 1, 1_893_456_000, LATEST])
def test_any_time_of_the_years_1_to_9999_is_kept_to_the_microsecond(alice, bob, moment):
    assert micros(alice.offer(bob, expires_at=moment).expires_at) == moment
    shown = alice.get(OFFERS).json()["offers"][0]["payload"]["expiresAt"]
    assert micros(datetime.fromisoformat(shown)) == moment
    assert shown.endswith("Z")


@pytest.mark.parametrize("moment", [EARLIEST - 1, LATEST + 1, 2**63, -(2**63), 10**400])
def test_a_time_out_of_range(alice, bob, moment):
    says(alice.post(OFFERS, alice.terms(bob, expires_at=moment)), 400, "Failed to decode:")


@pytest.mark.parametrize("field", ["description", "tracking_id"])
def test_texts_are_shorter_than_280_characters(alice, bob, field):
    says(alice.post(OFFERS, alice.terms(bob, **{field: "x" * 280})), 400)
    says(alice.post(OFFERS, alice.terms(bob, **{field: "\U0001f600" * 280})), 400)
    offer = alice.offer(bob, **{field: "\U0001f600" * 279})
    assert getattr(offer, field) == "\U0001f600" * 279


@pytest.mark.parametrize("field", ["description", "tracking_id"])
@pytest.mark.parametrize("text", [b'"a\\u0000b"', b'"\\ud800"'])
def test_what_no_database_can_keep_is_refused_and_not_a_fault_of_the_server(alice, bob, field, text):
    raw = json.dumps(alice.terms(bob) | {field: "HERE"}).encode().replace(b'"HERE"', text)
    says(alice.post(OFFERS, raw), 400)


@pytest.mark.parametrize("field", ["receiver_party_id", "amount", "description", "expires_at", "tracking_id"])
def test_every_field_is_required_and_named_when_it_is_missing_or_of_another_type(alice, bob, field):
    body = alice.terms(bob)
    says(alice.post(OFFERS, {name: value for name, value in body.items() if name != field}), 400, field)
    for wrong in (None, True, 1.5, [], {}, ["1"], 1 if field != "expires_at" else "1893456000000000"):
        says(alice.post(OFFERS, body | {field: wrong}), 400, field)
    assert not TransferOffer.objects.exists()


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"null", b"[]", b'"text"', b"5", b"NaN", b"\xff\xfe", b"[" * 100_000, b'{"a": 1', b"1" * 5000]
)
def test_a_body_that_is_no_json_object(alice, raw):
    says(alice.post(OFFERS, raw), 400)


@pytest.mark.parametrize("number", [b"1893456000000000.0", b"1893456e9", b"18934560000000000E-1"])
def test_an_integer_may_be_written_with_a_point_or_an_exponent(alice, bob, number):
    raw = json.dumps(alice.terms(bob, expires_at=7777)).encode().replace(b"7777", number)
    assert alice.post(OFFERS, raw).status_code == 200
    assert micros(TransferOffer.objects.get().expires_at) == 1_893_456_000_000_000


@pytest.mark.parametrize("number", [b"1e999999999", b"-1e99999", b"1e-999999999", b"1.5", b"0.1e0", b"1e30"])
def test_a_number_that_is_no_time_takes_no_time(alice, bob, number):
    raw = json.dumps(alice.terms(bob, expires_at=7777)).encode().replace(b"7777", number)
    says(alice.post(OFFERS, raw), 400, "expires_at")


def test_unknown_fields_are_passed_over(alice, bob):
    assert alice.post(OFFERS, alice.terms(bob, extra={"a": 1.5}, amounts="x")).status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_another_content_type(alice, bob, content_type):
    says(alice.post(OFFERS, alice.terms(bob), content_type=content_type), 415, "application/json")


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_other_names(alice, bob, content_type):
    assert alice.post(OFFERS, alice.terms(bob), content_type=content_type).status_code == 200


def test_a_body_that_is_too_large(alice, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    says(alice.post(OFFERS, b'"' + b"x" * 1000 + b'"'), 413)


def test_the_past_is_not_an_error(alice, bob):
    offer = alice.offer(bob, expires_at=in_hours(-1))
    assert alice.status(offer.tracking_id).json()["status"] == "created"


def test_an_amount_above_the_balance_is_not_an_error_and_holds_nothing(alice, bob):
    alice.offer(bob, amount="5000")
    assert alice.balance() == "1000.0000000000"


def test_a_receiver_without_a_wallet_can_be_offered(alice, market):
    assert alice.post(OFFERS, alice.terms(Wallet("beta", market.beta.profile))).status_code == 200


# Once only


def test_a_repeat_is_told_where_to_ask_whatever_it_says(alice, bob, carol):
    offer = alice.offer(bob, tracking_id="pay/me 100%")
    for change in ({}, {"amount": "2"}, {"description": "x"}, {"expires_at": 0}, {"receiver_party_id": carol.party}):
        answer = alice.post(OFFERS, alice.terms(bob, tracking_id="pay/me 100%") | change)
        body = says(answer, 409, "pay/me 100%")
        assert body["offer_status"] == "created"
        assert answer.headers["Location"] == body["status_url"] == f"{BASE}{OFFERS}/pay%2Fme%20100%25/status"
        followed = alice.get(answer.headers["Location"].removeprefix(BASE))
        assert followed.json()["contract_id"] == offer.contract_id
    assert TransferOffer.objects.count() == 1


def test_a_used_id_is_told_before_an_unknown_receiver(alice, bob):
    offer = alice.offer(bob)
    body = alice.terms(bob, receiver_party_id="no::1", tracking_id=offer.tracking_id)
    says(alice.post(OFFERS, body), 409)


@pytest.mark.parametrize("end", ["accepted", "completed", "rejected", "withdrawn", "expired"])
def test_an_id_stays_used_whatever_became_of_the_offer(alice, bob, end):
    offer = alice.offer(bob, expires_at=in_hours(-1 if end == "expired" else 1))
    if end in ("accepted", "completed"):
        if end == "accepted":
            type(bob.profile).objects.filter(pk=bob.profile.pk).update(vault=None)
        assert bob.act("accept", offer).status_code == 200
    elif end == "rejected":
        bob.act("reject", offer)
    elif end == "withdrawn":
        alice.act("withdraw", offer)
    else:
        offer.expire()
    offer.refresh_from_db()
    assert offer.status == end
    body = says(alice.post(OFFERS, alice.terms(bob, tracking_id=offer.tracking_id)), 409)
    assert body["offer_status"] == (end if end in ("accepted", "completed") else "failed")


def test_another_sender_may_use_the_same_id(alice, bob, carol):
    alice.offer(bob, tracking_id="one")
    carol.offer(bob, tracking_id="one")


def test_an_id_that_came_to_the_caller_is_used_once_it_was_acted_on(alice, bob):
    first, second = alice.offer(bob, tracking_id="one"), alice.offer(bob, tracking_id="two")
    bob.act("reject", second)
    assert bob.post(OFFERS, bob.terms(alice, tracking_id=first.tracking_id)).status_code == 200
    says(bob.post(OFFERS, bob.terms(alice, tracking_id=second.tracking_id)), 409)


def test_a_failed_attempt_leaves_the_id_free(alice, bob):
    body = alice.terms(bob)
    says(alice.post(OFFERS, body | {"amount": "0"}), 400)
    says(alice.post(OFFERS, body | {"description": "x" * 300}), 400)
    assert alice.post(OFFERS, body).status_code == 200


def test_an_id_in_flight_is_answered_429_until_its_lease_ends(alice, bob):
    lease = {"token": "0" * 32, "leased_until": timezone.now() + timedelta(seconds=30)}
    claim = OfferClaim.objects.create(sender=alice.profile, tracking_id="one", **lease)
    body = alice.terms(bob, tracking_id="one")
    says(alice.post(OFFERS, body), 429)
    assert OfferClaim.objects.filter(pk=claim.pk).exists()
    OfferClaim.objects.filter(pk=claim.pk).update(leased_until=timezone.now())
    assert alice.post(OFFERS, body).status_code == 200
    assert not OfferClaim.objects.exists()


def test_offers_move_nothing(alice, bob):
    before = list(Balance.objects.values_list("account", "amount"))
    alice.act("withdraw", alice.offer(bob))
    bob.act("reject", alice.offer(bob))
    assert list(Balance.objects.values_list("account", "amount")) == before


def test_who_has_no_vault_can_offer_and_fails_for_want_of_funds(alice, bob, market):
    deposit(market.beta.vault, CC="1")
    type(alice.profile).objects.filter(pk=alice.profile.pk).update(vault=None)
    offer = alice.offer(bob)
    bob.act("accept", offer)
    assert alice.status(offer.tracking_id).json()["withdrawn_reason"] == "out of funds (missing 1.0000000000 CC)"


def test_microseconds_are_counted_by_integers():
    assert micros(EPOCH) == 0
