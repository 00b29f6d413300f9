"""Making a ticket: what each page of the wizard may say, and what a draft must have before it is opened."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.base import NOON, cast
from tests.factories import ConnectionFactory, ProfileFactory, TermFactory, TicketFactory
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.models import Asset, Deal, Event, Settlement, Ticket
from tickets.models.drafting import EXTERNAL_ID_MAX, NOTE_MAX

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def draft(market):
    return TicketFactory(connection=market.connection, kind="two_way", receive=[("USDC", "100")], send=[("BTC", "1")])


def amounts(ticket):
    return [(term.number, str(term)) for term in ticket.terms.order_by("number")]


# Beginning


def test_a_draft_is_its_makers_firms_alone(market):
    ticket = Ticket.objects.draft("two_way", by=market.ada, now=NOON)
    assert (ticket.status, ticket.workspace, ticket.initiator.workspace) == (
        "draft",
        market.alpha.workspace,
        market.alpha.workspace,
    )
    assert ticket.counterparty.workspace is None
    assert list(Event.objects.filter(ticket=ticket).values_list("kind", "is_private")) == [("ticket.kind_set", True)]
    assert ticket.reference.startswith("TK-") and len(ticket.reference) == 9


def test_a_stranger_cannot_see_a_draft_nor_can_the_other_party(market, draft):
    seen = {
        member.name: Ticket.objects.visible_to(member).exists()
        for member in (market.ada, market.bo, market.cy, market.dee)
    }
    assert seen == {"Ada": True, "Bo": True, "Cy": False, "Dee": False}
    draft.submit(by=market.ada, now=NOON)
    assert Ticket.objects.visible_to(market.cy).get() == draft
    assert not Ticket.objects.visible_to(market.dee).exists()


@pytest.mark.parametrize("end", ["discarded", "declined", "cancelled before approval"])
def test_the_other_party_never_sees_what_was_never_opened(end):
    market = cast(auto_approval=False)
    if end == "discarded":
        TicketFactory(connection=market.connection).discard(by=market.ada, now=NOON)
    else:
        ticket = TicketFactory(connection=market.connection, status="awaiting_approval")
        by = market.bo
        (ticket.decline if end == "declined" else ticket.cancel)(by=by, reason="Too much", now=NOON)
    assert not Ticket.objects.visible_to(market.cy).exists()
    assert not Event.objects.filter(ticket__isnull=False).visible_to(market.cy).exists()


def test_a_repeated_form_finds_the_draft_that_it_made(market):
    key = uuid.uuid4()
    first = Ticket.objects.draft("two_way", by=market.ada, key=key, now=NOON)
    assert Ticket.objects.draft("one_way", by=market.ada, key=key, now=NOON) == first
    assert Ticket.objects.get().kind == "two_way"
    with pytest.raises(Conflict):
        Ticket.objects.draft("one_way", by=market.cy, key=key, now=NOON)


@pytest.mark.parametrize(
    ("kind", "settlement", "field"), [("three_way", "together", "kind"), ("two_way", "never", "settlement")]
)
def test_a_type_that_does_not_exist_is_refused_and_leaves_no_draft(market, kind, settlement, field):
    with pytest.raises(Invalid) as refusal:
        Ticket.objects.draft(kind, settlement, by=market.ada, now=NOON)
    assert refusal.value.field == field
    assert not Ticket.objects.exists()


# Type


def test_a_one_way_ticket_settles_leg_by_leg_and_sends_nothing(market, draft):
    draft.set_kind("one_way", "together", by=market.ada, now=NOON)
    assert draft.settlement == Settlement.LEG_BY_LEG
    assert amounts(draft) == [(1, "100.000000 USDC")]
    with pytest.raises(Invalid, match="you only receive"):
        TermFactory(ticket=draft, sent=True)


def test_a_one_way_ticket_made_to_send_takes_more_to_send(market):
    deal = Deal(market.alpha.profile, market.beta.profile, Asset.objects.get(pk="BTC"), Decimal(1))
    draft = Ticket.objects.propose(
        profile=market.alpha.profile, settlement="leg_by_leg", deals=[deal], by=market.ada, now=NOON
    )
    TermFactory(ticket=draft, ticker="ETH", amount="2", sent=True)
    assert (draft.kind, amounts(draft)) == ("one_way", [(1, "1.00000000 BTC"), (2, "2.000000000000000000 ETH")])


# Profile and connection


def test_a_draft_uses_its_own_firms_profile(market, draft):
    with pytest.raises(NotAllowed):
        draft.set_profile(market.beta.profile, by=market.ada, now=NOON)


def test_another_profile_keeps_the_counterparty_only_if_it_is_connected_too(market, draft):
    connected, other = (ProfileFactory(workspace=market.alpha.workspace, vault=market.alpha.vault) for _ in range(2))
    ConnectionFactory(requester=market.beta.profile, peer=connected)
    draft.set_profile(connected, by=market.ada, now=NOON)
    assert Ticket.objects.get().counterparty.profile == market.beta.profile
    draft.set_profile(other, by=market.ada, now=NOON)
    assert Ticket.objects.get().counterparty.profile is None
    assert Ticket.objects.get().counterparty.workspace is None
    assert len(amounts(draft)) == 2


@pytest.mark.parametrize(
    "status", ["awaiting_requester", "awaiting_peer", "rejected", "withdrawn", "lapsed", "removed"]
)
def test_only_an_approved_connection_of_the_profile_can_be_chosen(market, draft, status):
    profile = ProfileFactory(workspace=market.alpha.workspace)
    ours = ConnectionFactory(requester=profile, status=status)
    draft.set_profile(profile, by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="both firms have approved"):
        draft.set_connection(ours, by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="Choose a connection of"):
        draft.set_connection(market.connection, by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="Choose a connection of"):
        draft.set_connection(ConnectionFactory(), by=market.ada, now=NOON)


def test_a_profile_comes_before_a_connection(market):
    ticket = Ticket.objects.draft("one_way", by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="Choose your profile first"):
        ticket.set_connection(market.connection, by=market.ada, now=NOON)


# Expiration, note, external ID


@pytest.mark.parametrize(("hours", "span"), [
    ("1", timedelta(hours=1)),
    ("0.0001", timedelta(microseconds=360_000)),
    ("1.5000000", timedelta(minutes=90)),
    ("8760", timedelta(days=365)),
    (None, None),
])  # fmt: skip
def test_hours_are_kept_exactly(market, draft, hours, span):
    draft.set_expiration(None if hours is None else Decimal(hours), by=market.ada, now=NOON)
    assert Ticket.objects.get().expires_in == span
    draft.submit(by=market.ada, now=NOON)
    assert Ticket.objects.get().expires_at == (NOON + span if span else None)


@pytest.mark.parametrize("hours", ["0", "-1", "8760.0001", "0.00001", "NaN", "sNaN", "Infinity", "1E+9", "1E-30"])
def test_hours_out_of_bounds_are_refused(market, draft, hours):
    with pytest.raises(Invalid) as refusal:
        draft.set_expiration(Decimal(hours), by=market.ada, now=NOON)
    assert refusal.value.field == "hours"


def test_the_clock_starts_when_the_ticket_opens_not_when_it_was_submitted():
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection, hours=1, status="awaiting_approval")
    assert ticket.expires_at is None
    ticket.approve(by=market.bo, now=NOON + timedelta(days=3))
    assert ticket.expires_at == NOON + timedelta(days=3, hours=1)


@pytest.mark.parametrize("note", ["x" * NOTE_MAX, "two\r\nlines", "tab\there", "Grüße, 取引 🤝", ""])
def test_a_note_is_kept_as_written(market, draft, note):
    draft.set_note(note, by=market.ada, now=NOON)
    assert Ticket.objects.get().note == note.replace("\r\n", "\n")


@pytest.mark.parametrize(
    "note", ["x" * (NOTE_MAX + 1), "zero\x00byte", "escape\x1b[31m", "half\ud800pair", "bare\rreturn"]
)
def test_a_note_that_cannot_be_kept_is_refused(market, draft, note):
    with pytest.raises(Invalid) as refusal:
        draft.set_note(note, by=market.ada, now=NOON)
    assert refusal.value.field == "note"


def test_each_side_keeps_its_own_external_id(market, draft):
    draft.set_external_id(" A-1 ", by=market.ada, now=NOON)
    draft.submit(by=market.ada, now=NOON)
    draft.set_external_id("B-7", by=market.cy, now=NOON)
    ticket = Ticket.objects.get()
    assert (ticket.party_of(market.ada).external_id, ticket.party_of(market.cy).external_id) == ("A-1", "B-7")
    assert list(Ticket.objects.with_external_id(market.ada, "A-1")) == [ticket]
    assert not Ticket.objects.with_external_id(market.cy, "A-1")


@pytest.mark.parametrize("external_id", ["x" * (EXTERNAL_ID_MAX + 1), "two\nlines", "tab\tid"])
def test_an_external_id_is_one_short_line(market, draft, external_id):
    with pytest.raises(Invalid) as refusal:
        draft.set_external_id(external_id, by=market.ada, now=NOON)
    assert refusal.value.field == "external_id"
