"""Taking a profile out of use: when it may go, and that nothing reaches it any more."""

from datetime import timedelta

import pytest

from tests.base import NOON, cast, firm
from tests.factories import ConnectionFactory, ProfileFactory, TicketFactory
from tests.models.test_profile import ACTS, last_event
from tests.models.test_races import at_once
from tickets.errors import WrongStatus
from tickets.models import Connection, Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


def test_a_removed_profile_appears_nowhere_and_cannot_be_used(market):
    gamma, admin = market.gamma.profile, market.gamma.admin
    gamma.remove(by=admin, now=NOON)
    assert Profile.objects.get(pk=gamma.pk).removed_at == NOON
    assert last_event()[:2] == ("profile.removed", {"profile": "Gamma Desk"})
    assert not Profile.objects.of(admin).exists()
    assert gamma not in Profile.objects.to_be_found_by(market.ada)
    assert gamma not in Profile.objects.known_to(market.ada) | Profile.objects.known_to(admin)
    for act in ACTS.values():
        with pytest.raises(WrongStatus, match="was removed"):
            act(gamma, admin)
    for local, remote, by in (
        (gamma, market.alpha.profile, admin),
        (market.alpha.profile, gamma, market.alpha.admin),
    ):
        with pytest.raises(WrongStatus, match="Gamma Desk was removed"):
            Connection.objects.request(local=local, remote=remote, by=by, now=NOON)


@pytest.mark.parametrize("status", ["awaiting_requester", "awaiting_peer", "approved"])
def test_a_profile_that_is_connected_or_asked_stays(status):
    connection = ConnectionFactory(status=status)
    for profile in (connection.requester, connection.peer):
        admin = profile.workspace.members.get(role="ADMIN")
        with pytest.raises(WrongStatus, match="connected or a request is pending"):
            profile.remove(by=admin, now=NOON)


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "lapsed", "removed"])
def test_a_profile_whose_connections_have_all_ended_goes(status):
    connection = ConnectionFactory(status=status)
    connection.peer.remove(by=connection.peer.workspace.members.get(role="ADMIN"), now=NOON)


def test_a_request_past_its_time_keeps_no_profile():
    connection = ConnectionFactory(status="awaiting_peer")
    admin = connection.peer.workspace.members.get(role="ADMIN")
    connection.peer.remove(by=admin, now=connection.lapses_at)
    connection.lapse(now=connection.lapses_at)


@pytest.mark.parametrize("status", ["draft", "open", "in_settlement"])
def test_a_profile_with_a_draft_or_a_live_ticket_stays(status):
    ticket = TicketFactory(status=status, hours=1)
    profile, admin = ticket.initiator.profile, ticket.workspace.members.get(role="ADMIN")
    Connection.objects.get().remove(by=admin, reason="We parted", now=NOON)
    with pytest.raises(WrongStatus, match="draft or an open ticket"):
        profile.remove(by=admin, now=NOON)
    if status == "open":
        profile.remove(by=admin, now=NOON + timedelta(hours=1))


@pytest.mark.parametrize("status", ["fulfilled", "cancelled", "rejected", "expired"])
def test_a_profile_whose_tickets_have_all_ended_goes(status):
    ticket = TicketFactory(status=status)
    admin = ticket.workspace.members.get(role="ADMIN")
    Connection.objects.get().remove(by=admin, reason="We parted", now=NOON)
    ticket.initiator.profile.remove(by=admin, now=NOON)


def test_a_firm_keeps_its_other_profiles():
    delta = firm("Delta")
    second = ProfileFactory(workspace=delta.workspace)
    delta.profile.remove(by=delta.admin, now=NOON)
    assert list(Profile.objects.of(delta.admin)) == [second]


@pytest.mark.django_db(transaction=True)
def test_removing_a_profile_and_asking_it_to_connect_exclude_each_other():
    market = cast()
    gamma, asks = market.gamma, market.alpha

    def request():
        return Connection.objects.request(local=asks.profile, remote=gamma.profile, by=asks.admin)

    outcomes = at_once(lambda: gamma.profile.remove(by=gamma.admin), request)
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    is_removed = not Profile.objects.of(gamma.admin).exists()
    assert Connection.objects.of_profile(gamma.profile).exists() != is_removed
