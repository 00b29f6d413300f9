"""Connections: two firms' profiles, and the approval of both."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.base import MOMENT, NOON, cast, connect
from tests.factories import ConnectionFactory, ProfileFactory
from tickets.errors import Conflict, Expired, Invalid, NotAllowed, WrongStatus
from tickets.models import Connection, ConnectionStatus, Event, Profile
from tickets.models.network import LAPSES_AFTER
from tickets.models.status import CONNECTION_MOVES

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def market():
    return cast()


def request(market, by=None, now=NOON):
    """Alpha asks Gamma; by its signer, who may ask but not approve, unless told."""
    by = by or market.ada
    return Connection.objects.request(local=market.alpha.profile, remote=market.gamma.profile, by=by, now=now)


def kinds(connection):
    return list(connection.events.values_list("kind", "is_private"))


# Asking


def test_a_signers_request_waits_for_an_admin_of_its_own_firm_first(market):
    connection = request(market)
    assert (connection.status, connection.requested_at) == ("awaiting_requester", None)
    assert not Connection.objects.visible_to(market.dee).exists()
    with pytest.raises(NotAllowed, match="other firm's approval is next"):
        connection.approve(by=market.gamma.admin, now=NOON)
    connection.approve(by=market.alpha.admin, now=NOON)
    assert (connection.status, connection.requested_at) == ("awaiting_peer", NOON)
    assert Connection.objects.visible_to(market.dee).get() == connection


def test_an_admin_approves_by_asking(market):
    connection = request(market, by=market.alpha.admin)
    assert connection.status == "awaiting_peer"
    assert kinds(connection) == [("connection.requested", True), ("connection.approved", False)]


def test_the_other_firms_approval_connects(market):
    connection = request(market, by=market.alpha.admin)
    with pytest.raises(NotAllowed, match="other firm's approval is next"):
        connection.approve(by=market.alpha.members["OWNER"], now=NOON)
    connection.approve(by=market.gamma.admin, now=NOON + MOMENT)
    assert (connection.status, connection.approved_at) == ("approved", NOON + MOMENT)
    assert connection.local(market.dee) == connection.remote(market.ada) == market.gamma.profile


def test_a_firm_asks_with_its_own_profile_for_one_of_another(market):
    second = ProfileFactory(workspace=market.alpha.workspace)
    ours, theirs = market.alpha.profile, market.gamma.profile
    for local, remote, refusal in ((theirs, ours, NotAllowed), (ours, second, Invalid), (ours, ours, Invalid)):
        with pytest.raises(refusal):
            Connection.objects.request(local=local, remote=remote, by=market.alpha.admin, now=NOON)
    assert Connection.objects.count() == 1  # Alpha and Beta


def test_a_hidden_profile_is_not_found_but_can_be_asked_by_who_knows_it(market):
    hidden = ProfileFactory(workspace=market.gamma.workspace, is_discoverable=False)
    assert set(Profile.objects.to_be_found_by(market.ada)) == {market.beta.profile, market.gamma.profile}
    connection = Connection.objects.request(local=market.alpha.profile, remote=hidden, by=market.alpha.admin, now=NOON)
    assert connection.status == "awaiting_peer"


# One standing connection


@pytest.mark.parametrize("status", ["awaiting_requester", "awaiting_peer", "approved"])
def test_two_profiles_have_one_standing_connection(status):
    standing = ConnectionFactory(status=status)
    one, other = standing.requester, standing.peer
    for local, remote in ((one, other), (other, one)):
        by = local.workspace.members.get(role="ADMIN")
        with pytest.raises(Conflict, match="connected already, or one has asked"):
            Connection.objects.request(local=local, remote=remote, by=by, now=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            Connection.objects.create(requester=local, peer=remote, lapses_at=NOON)


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "lapsed", "removed"])
def test_after_the_end_of_one_connection_another_can_be_asked_for(status):
    ended = ConnectionFactory(status=status)
    by = ended.peer.workspace.members.get(role="ADMIN")
    again = Connection.objects.request(local=ended.peer, remote=ended.requester, by=by, now=NOON + WEEK * 2)
    assert again.status == "awaiting_peer"


def test_a_request_out_of_time_makes_room_even_while_the_worker_sleeps(market):
    old = request(market)
    again = request(market, by=market.alpha.admin, now=NOON + WEEK)
    old.refresh_from_db()
    assert (old.status, again.status, again.lapses_at) == ("lapsed", "awaiting_peer", NOON + WEEK * 2)


# Ends


def test_either_firm_rejects_only_in_its_turn_and_says_why(market):
    connection = request(market)
    with pytest.raises(NotAllowed):
        connection.reject(by=market.gamma.admin, reason="No", now=NOON)
    for nothing in ("", "  ", "\n"):
        with pytest.raises(Invalid, match="Give a reason"):
            connection.reject(by=market.alpha.admin, reason=nothing, now=NOON)
    connection.reject(by=market.alpha.admin, reason=" Not them ", now=NOON)
    assert (connection.status, connection.reason, connection.ended_by) == (
        "rejected",
        "Not them",
        market.alpha.workspace,
    )
    assert kinds(connection)[-1] == ("connection.rejected", True)
    assert not Connection.objects.visible_to(market.dee).exists()


def test_the_other_firm_rejects(market):
    connection = request(market, by=market.alpha.admin)
    with pytest.raises(NotAllowed):
        connection.reject(by=market.alpha.admin, reason="No", now=NOON)
    connection.reject(by=market.gamma.admin, reason="We do not know you", now=NOON)
    assert kinds(connection)[-1] == ("connection.rejected", False)


def test_only_the_asking_firm_withdraws_and_its_signer_may(market):
    connection = request(market, by=market.alpha.admin)
    with pytest.raises(NotAllowed, match="You can reject it"):
        connection.withdraw(by=market.gamma.admin, now=NOON)
    connection.withdraw(by=market.ada, now=NOON)
    assert (connection.status, connection.ended_by) == ("withdrawn", market.alpha.workspace)


def test_either_firms_admin_removes_an_approved_connection(market):
    with pytest.raises(NotAllowed):
        market.connection.remove(by=market.ada, reason="No", now=NOON)
    with pytest.raises(Invalid):
        market.connection.remove(by=market.alpha.admin, reason=" ", now=NOON)
    market.connection.remove(by=market.beta.admin, reason="We parted", now=NOON)
    assert (market.connection.status, market.connection.ended_by) == ("removed", market.beta.workspace)
    assert connect(market.alpha, market.beta).status == "approved"


# The clock


def test_a_request_can_be_answered_until_seven_days_have_passed(market):
    assert LAPSES_AFTER == WEEK
    late, good = NOON + WEEK, NOON + WEEK - MOMENT
    connection = request(market, by=market.alpha.admin)
    with pytest.raises(WrongStatus):
        connection.lapse(now=good)
    for act in (
        lambda: connection.approve(by=market.gamma.admin, now=late),
        lambda: connection.reject(by=market.gamma.admin, reason="No", now=late),
        lambda: connection.withdraw(by=market.ada, now=late),
    ):
        with pytest.raises(Expired, match="within 7 days"):
            act()
    assert list(Connection.objects.due(late)) == [connection] and not Connection.objects.due(good)
    assert list(Connection.objects.waiting_for(market.gamma.admin, good)) == [connection]
    assert not Connection.objects.waiting_for(market.gamma.admin, late)
    connection.approve(by=market.gamma.admin, now=good)


def test_a_lapse_is_made_durable_by_nobody(market):
    connection = request(market, by=market.alpha.admin)
    connection.lapse(now=NOON + WEEK)
    event = connection.events.last()
    assert (event.kind, event.by, event.status, connection.ended_at) == (
        "connection.lapsed",
        None,
        "lapsed",
        NOON + WEEK,
    )


# The full table


ATTEMPTS = {
    "approve": lambda c, by: c.approve(by=by, now=NOON),
    "reject": lambda c, by: c.reject(by=by, reason="No", now=NOON),
    "withdraw": lambda c, by: c.withdraw(by=by, now=NOON),
    "remove": lambda c, by: c.remove(by=by, reason="No", now=NOON),
    "lapse": lambda c, by: c.lapse(now=NOON + WEEK),
}
ALLOWED = {
    ("awaiting_requester", "approve", "requester"): "awaiting_peer",
    ("awaiting_requester", "reject", "requester"): "rejected",
    ("awaiting_requester", "withdraw", "requester"): "withdrawn",
    ("awaiting_peer", "approve", "peer"): "approved",
    ("awaiting_peer", "reject", "peer"): "rejected",
    ("awaiting_peer", "withdraw", "requester"): "withdrawn",
    ("approved", "remove", "requester"): "removed",
    ("approved", "remove", "peer"): "removed",
} | {
    (status, "lapse", side): "lapsed"
    for status in ("awaiting_requester", "awaiting_peer")
    for side in ("requester", "peer")
}


@pytest.mark.parametrize("status", ConnectionStatus)
def test_each_verb_makes_its_move_or_is_refused_without_a_trace(status):
    made = ConnectionFactory(status=status)
    before, events, found, expected = Connection.objects.values().get(), Event.objects.count(), {}, {}
    for verb, attempt in ATTEMPTS.items():
        for side in ("requester", "peer"):
            by = getattr(made, side).workspace.members.get(role="ADMIN")
            expected[verb, side] = ALLOWED.get((status, verb, side), "refused")
            with transaction.atomic():
                try:
                    attempt(Connection.objects.get(), by)
                    found[verb, side] = Connection.objects.get().status
                    assert found[verb, side] in CONNECTION_MOVES[status]
                    assert Event.objects.count() == events + 1
                    transaction.set_rollback(True)
                except (NotAllowed, WrongStatus):
                    found[verb, side] = "refused"
    assert found == expected
    assert (Connection.objects.values().get(), Event.objects.count()) == (before, events)


def test_provisioning_connects_what_has_agreed_and_names_no_member(market):
    one, other = market.alpha.profile, market.gamma.profile
    connection = Connection.objects.establish(one, other, now=NOON)
    assert (connection.status, connection.events.get().by) == ("approved", None)
    assert Connection.objects.establish(other, one, now=NOON) == connection
    assert connection.events.count() == 1
    with pytest.raises(Invalid):
        Connection.objects.establish(one, ProfileFactory(workspace=market.alpha.workspace), now=NOON)


def test_provisioning_completes_a_request_that_waits(market):
    asked = request(market)
    assert Connection.objects.establish(market.gamma.profile, market.alpha.profile, now=NOON) == asked
    asked.refresh_from_db()
    assert (asked.status, asked.requested_at) == ("approved", NOON)
