"""Asking a firm to connect: found by name, or by the id of a profile that is not listed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.base import signed_in
from tests.factories import ProfileFactory
from tickets.models import Connection, Profile

pytestmark = pytest.mark.django_db
URL = "/connections/new/"


@pytest.fixture
def dee(people):
    return signed_in(people.dee)


def text(response):
    return " ".join(response.content.decode().split())


def hide(profile):
    Profile.objects.filter(pk=profile.pk).update(is_discoverable=False)


def test_listed_profiles_of_other_firms_can_be_chosen(people, dee):
    hide(people.beta.profile)
    shown = text(dee.get(URL))
    assert "Alpha Desk" in shown and "Beta Desk" not in shown and "Gamma Desk</span>" not in shown
    assert dee.post(URL, {"remote": people.alpha.profile.pk}).status_code == 303
    assert Connection.objects.get(requester=people.gamma.profile).status == "awaiting_requester"


def test_asking_approves_for_those_who_may(people):
    admin = signed_in(people.gamma.admin)
    assert "By asking you approve it" in text(admin.get(URL))
    admin.post(URL, {"remote": people.alpha.profile.pk})
    assert Connection.objects.get(requester=people.gamma.profile).status == "awaiting_peer"


def test_a_form_sent_twice_makes_one_request(people, dee):
    for _ in range(2):
        response = dee.post(URL, {"remote": people.alpha.profile.pk})
        assert (response.status_code, response["Location"]) == (303, reverse("connections"))
    assert Connection.objects.filter(requester=people.gamma.profile).count() == 1


def test_profiles_are_found_by_firm_or_profile(people, dee):
    assert "Alpha Desk" not in text(dee.get(URL, {"find": "beta d"}))
    assert "Beta Desk" in text(dee.get(URL, {"find": "beta d"}))
    assert "Beta Desk" in text(dee.get(URL, {"find": " BETA "}))
    shown = text(dee.get(URL, {"find": "<zzz>"}))
    assert "No listed profile matches “&lt;zzz&gt;”" in shown and "Clear search" in shown


def test_a_hidden_profile_is_reached_by_its_id(people, dee):
    hide(people.beta.profile)
    refused = dee.post(URL, {"remote": people.beta.profile.pk})
    assert refused.status_code == 422
    assert dee.post(URL, {"remote_id": f" {people.beta.profile.pk} "}).status_code == 303
    assert Connection.objects.filter(peer=people.beta.profile, requester=people.gamma.profile).exists()


def test_our_own_ids_stand_where_they_can_be_copied(people, dee):
    hide(people.gamma.profile)
    shown = text(dee.get(reverse("connections")))
    assert f'data-copy="{people.gamma.profile.pk}"' in shown and "Hidden" in shown


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({}, "Choose a profile, or enter an id"),
        ({"remote_id": "abc"}, "Enter the id as the other firm sees it"),
        ({"remote_id": "00000000-0000-4000-8000-000000000000"}, "No profile has this id"),
    ],
)
def test_what_is_missing_or_wrong_is_said(people, dee, answer, sentence):
    response = dee.post(URL, answer)
    assert response.status_code == 422
    assert "<title>Error: Which firm" in text(response) and text(response).count(sentence) == 2
    assert answer.get("remote_id", "") in text(response)
    assert not Connection.objects.filter(requester=people.gamma.profile).exists()


def test_choosing_two_is_asked_about(people, dee):
    both = {"remote": people.alpha.profile.pk, "remote_id": people.beta.profile.pk}
    response = dee.post(URL, both)
    assert response.status_code == 422 and "not both" in text(response)
    assert f'value="{people.alpha.profile.pk}" id="id_remote_0" checked' in text(response)


def test_our_own_profile_is_refused(people, dee):
    response = dee.post(URL, {"remote_id": people.gamma.profile.pk})
    assert response.status_code == 422 and "Both profiles are your own" in text(response)


def test_those_connected_already_say_so(people):
    ada = signed_in(people.ada)
    shown = text(ada.get(URL))
    assert "Beta Desk, connected with Alpha Desk already" in shown
    response = ada.post(URL, {"remote": people.beta.profile.pk})
    assert response.status_code == 409 and "are connected already" in text(response)


def test_which_profile_asks_is_chosen_first_where_there_are_several(people, dee):
    second = ProfileFactory(workspace=people.gamma.workspace, vault=people.gamma.vault, name="Gamma Two")
    shown = text(dee.get(URL))
    assert "Which of your profiles asks to connect?" in shown and "Gamma Two" in shown
    url = f"{URL}?profile={second.pk}"
    assert "Gamma Two asks" in text(dee.get(url))
    assert dee.post(url, {"remote": people.alpha.profile.pk}).status_code == 303
    assert Connection.objects.filter(requester=second).exists()
    foreign = text(dee.get(f"{URL}?profile={people.alpha.profile.pk}"))
    assert "Which of your profiles asks to connect?" in foreign


def test_a_request_of_theirs_is_pointed_at(people):
    Connection.objects.request(
        local=people.gamma.profile, remote=people.alpha.profile, by=people.gamma.admin, now=timezone.now()
    )
    assert "Gamma Desk, asked for by them already" in text(signed_in(people.ada).get(URL))
