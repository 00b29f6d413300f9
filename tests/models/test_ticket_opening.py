"""From draft to open: what a draft must have, and the second pair of eyes."""

import pytest

from tests.base import NOON, cast, connect
from tests.factories import TicketFactory
from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


@pytest.fixture
def draft(market):
    return TicketFactory(connection=market.connection, kind="two_way", receive=[("USDC", "100")], send=[("BTC", "1")])


def test_a_draft_without_profile_or_connection_is_not_opened(market):
    ticket = Ticket.objects.draft("one_way", by=market.ada, now=NOON)
    with pytest.raises(Invalid, match="Choose your profile and the connection first"):
        ticket.submit(by=market.ada, now=NOON)


@pytest.mark.parametrize(("kind", "receive", "send", "missing"), [
    ("one_way", [], [], "at least one asset that you receive"),
    ("two_way", [], [], "one that you receive and one that you send|receive and one that you send"),
    ("two_way", [("USDC", "1")], [], "and one that you send"),
    ("two_way", [], [("BTC", "1")], "that you receive and one"),
])  # fmt: skip
def test_a_draft_without_its_legs_is_not_opened(market, kind, receive, send, missing):
    ticket = TicketFactory(connection=market.connection, kind=kind, receive=receive, send=send)
    with pytest.raises(Invalid, match=missing):
        ticket.submit(by=market.ada, now=NOON)


def test_a_draft_is_not_opened_after_its_connection_was_removed(market, draft):
    market.connection.remove(by=market.beta.admin, reason="We parted", now=NOON)
    with pytest.raises(WrongStatus, match="are not connected"):
        draft.submit(by=market.ada, now=NOON)


@pytest.mark.parametrize("side", ["alpha", "beta"])
def test_a_draft_is_not_opened_when_a_receiver_has_no_vault(market, draft, side):
    profile = getattr(market, side).profile
    profile.vault = None
    profile.save()
    with pytest.raises(Invalid, match=f"{profile} has no vault to receive into"):
        draft.submit(by=market.ada, now=NOON)


def test_approval_asks_again_what_submission_asked():
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection, status="awaiting_approval")
    market.connection.remove(by=market.beta.admin, reason="We parted", now=NOON)
    with pytest.raises(WrongStatus, match="are not connected"):
        ticket.approve(by=market.bo, now=NOON)
    connect(market.alpha, market.beta)
    ticket.approve(by=market.bo, now=NOON)


def test_whoever_had_a_hand_in_a_draft_does_not_approve_it():
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection)
    ticket.set_note("From the admin", by=market.alpha.admin, now=NOON)
    ticket.submit(by=market.ada, now=NOON)
    for by in (market.ada, market.alpha.admin):
        for act in (
            lambda by=by: ticket.approve(by=by, now=NOON),
            lambda by=by: ticket.decline(by=by, reason="No", now=NOON),
        ):
            with pytest.raises(NotAllowed, match="a second person"):
                act()
    ticket.set_external_id("After submission", by=market.alpha.members["OWNER"], now=NOON)
    ticket.approve(by=market.alpha.members["OWNER"], now=NOON)


def test_legs_go_to_the_vaults_that_the_profiles_had_when_the_ticket_opened(market, draft):
    draft.submit(by=market.ada, now=NOON)
    assert [term.destination for term in draft.terms.order_by("number")] == [market.alpha.vault, market.beta.vault]


def test_whoever_asks_for_approval_does_not_give_it():
    market = cast(auto_approval=False)
    ticket = TicketFactory(connection=market.connection)
    ticket.submit(by=market.alpha.admin, now=NOON)
    with pytest.raises(NotAllowed, match="a second person"):
        ticket.approve(by=market.alpha.admin, now=NOON)
    ticket.approve(by=market.bo, now=NOON)
    assert (ticket.status, ticket.submitted_at, ticket.opened_at) == ("open", NOON, NOON)
