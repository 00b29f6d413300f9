"""Profiles: adding and changing them, and where each receives."""

import pytest

from tests.base import NOON, cast
from tests.factories import ConnectionFactory, VaultFactory
from tickets.errors import Invalid, NotAllowed, WrongStatus
from tickets.models import Event, Profile
from tickets.models.profile import DEFAULT

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return cast()


def last_event():
    event = Event.objects.last()
    return event.kind, event.facts, event.workspace.name, event.is_private


# Adding and changing


def test_a_new_profile_is_listed_and_receives_into_the_first_vault(market):
    VaultFactory(workspace=market.alpha.workspace)
    profile = Profile.objects.add("  Alpha Options ", by=market.alpha.admin, now=NOON)
    profile.refresh_from_db()
    assert (profile.name, profile.vault, profile.is_discoverable) == ("Alpha Options", market.alpha.vault, True)
    assert profile.party.startswith("Alpha Options::1220")
    assert last_event() == (
        "profile.added",
        {"profile": "Alpha Options", "vault": "Alpha Treasury"},
        "Alpha",
        True,
    )


def test_a_new_profile_receives_where_it_is_told_to_or_nowhere(market):
    other = VaultFactory(workspace=market.alpha.workspace)
    assert Profile.objects.add("Into another", by=market.alpha.admin, vault=other, now=NOON).vault == other
    assert Profile.objects.add("Nowhere", by=market.alpha.admin, vault=None, now=NOON).vault is None
    with pytest.raises(NotAllowed, match="your own vaults"):
        Profile.objects.add("Theirs", by=market.alpha.admin, vault=market.beta.vault, now=NOON)
    with pytest.raises(NotAllowed, match="your own vaults"):
        Profile.objects.add("Held", by=market.alpha.admin, vault=market.alpha.vault.hold, now=NOON)


def test_a_firm_without_vaults_adds_a_profile_that_cannot_receive_yet(market):
    market.gamma.workspace.profiles.all().delete()
    market.gamma.vault.hold.delete()
    market.gamma.vault.delete()
    assert Profile.objects.add("Bare", by=market.gamma.admin, now=NOON).vault is None


@pytest.mark.parametrize(("name", "sentence"), [("", "Enter a name"), ("x" * 121, "Shorten"), ("a\x00b", "control")])
def test_a_name_is_one_line_of_text(market, name, sentence):
    with pytest.raises(Invalid, match=sentence):
        Profile.objects.add(name, by=market.alpha.admin, now=NOON)
    with pytest.raises(Invalid, match=sentence):
        market.alpha.profile.rename(name, by=market.alpha.admin, now=NOON)


def test_no_two_profiles_have_one_name(market):
    with pytest.raises(Invalid, match="named Beta Desk already"):
        Profile.objects.add("Beta Desk", by=market.alpha.admin, now=NOON)
    with pytest.raises(Invalid, match="named Beta Desk already"):
        market.alpha.profile.rename("Beta Desk", by=market.alpha.admin, now=NOON)
    assert set(Profile.objects.values_list("name", flat=True)) == {"Alpha Desk", "Beta Desk", "Gamma Desk"}


def test_each_change_is_kept_and_on_record(market):
    profile, admin = market.alpha.profile, market.alpha.admin
    vault = VaultFactory(workspace=market.alpha.workspace, name="Cold")
    profile.rename("Alpha One", by=admin, now=NOON)
    assert last_event()[:2] == ("profile.renamed", {"profile": "Alpha One", "before": "Alpha Desk"})
    profile.set_discoverable(False, by=admin, now=NOON)
    assert last_event()[:2] == ("profile.hidden", {"profile": "Alpha One"})
    profile.set_discoverable(True, by=admin, now=NOON)
    assert last_event()[0] == "profile.listed"
    profile.set_vault(vault, by=admin, now=NOON)
    assert last_event()[:2] == ("profile.vault_set", {"profile": "Alpha One", "vault": "Cold"})
    profile.set_vault(None, by=admin, now=NOON)
    assert last_event()[:2] == ("profile.vault_set", {"profile": "Alpha One", "vault": "none"})
    kept = Profile.objects.get(pk=profile.pk)
    assert (kept.name, kept.is_discoverable, kept.vault) == ("Alpha One", True, None)


ACTS = {
    "rename": lambda profile, by: profile.rename("New", by=by, now=NOON),
    "hide": lambda profile, by: profile.set_discoverable(False, by=by, now=NOON),
    "set vault": lambda profile, by: profile.set_vault(None, by=by, now=NOON),
    "remove": lambda profile, by: profile.remove(by=by, now=NOON),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_its_own_firm_changes_a_profile_and_only_by_who_may_connect(market, act):
    count = Event.objects.count()
    for by, sentence in (
        (market.beta.admin, "Only the firm that deals under"),
        (market.ada, "may not approve or remove connections"),
        (market.alpha.viewer, "may not approve or remove connections"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            act(market.alpha.profile, by)
    with pytest.raises(NotAllowed):
        Profile.objects.add("New", by=market.ada, now=NOON)
    assert Event.objects.count() == count


# Where it receives


def test_a_route_stands_before_the_profiles_own_vault_on_its_connection_only(market):
    alpha, beta, admin = market.alpha.profile, market.beta.profile, market.alpha.admin
    cold = VaultFactory(workspace=market.alpha.workspace, name="Cold")
    assert alpha.receives_in(beta) == market.alpha.vault
    market.connection.route(cold, by=admin, now=NOON)
    assert alpha.receives_in(beta) == cold
    assert alpha.receives_in(market.gamma.profile) == market.alpha.vault
    assert beta.receives_in(alpha) == market.beta.vault
    assert last_event() == ("connection.routed", {"vault": "Cold"}, "Alpha", True)
    assert not Event.objects.visible_to(market.cy).filter(kind="connection.routed").exists()

    market.connection.route(None, by=admin, now=NOON)
    assert alpha.receives_in(beta) is None
    market.connection.route(DEFAULT, by=admin, now=NOON)
    assert alpha.receives_in(beta) == market.alpha.vault
    assert market.connection.route_of(market.ada) is None


def test_each_firm_routes_its_own_side(market):
    cold = VaultFactory(workspace=market.beta.workspace)
    market.connection.route(cold, by=market.beta.admin, now=NOON)
    assert market.connection.route_of(market.cy).vault == cold
    assert market.connection.route_of(market.ada) is None
    with pytest.raises(NotAllowed, match="your own vaults"):
        market.connection.route(market.alpha.vault, by=market.beta.admin, now=NOON)
    with pytest.raises(NotAllowed, match="two other firms"):
        market.connection.route(None, by=market.gamma.admin, now=NOON)
    with pytest.raises(NotAllowed, match="may not approve"):
        market.connection.route(None, by=market.ada, now=NOON)


def test_a_connection_that_has_ended_routes_nothing(market):
    cold = VaultFactory(workspace=market.alpha.workspace)
    market.connection.route(cold, by=market.alpha.admin, now=NOON)
    market.connection.remove(by=market.beta.admin, reason="We parted", now=NOON)
    assert market.alpha.profile.receives_in(market.beta.profile) == market.alpha.vault
    with pytest.raises(WrongStatus, match="has ended"):
        market.connection.route(None, by=market.alpha.admin, now=NOON)
    again = ConnectionFactory(requester=market.beta.profile, peer=market.alpha.profile)
    assert market.alpha.profile.receives_in(market.beta.profile) == market.alpha.vault
    assert again.route_of(market.ada) is None
