"""Saved views: the current list under a name, opened again, renamed and removed; nobody else's."""

import pytest

from tests.base import cast, signed_in
from tests.factories import TicketFactory
from tickets.models import SavedView, saved_view

pytestmark = pytest.mark.django_db
NEW = "/views/new/?list=tickets&query=status%3Dopen%26asset%3D%26after%3Dx"


@pytest.fixture
def ada():
    return signed_in(cast().ada)


def text(response):
    return " ".join(response.content.decode().split())


def test_the_current_view_is_saved_and_opened_again(ada):
    TicketFactory(status="open")
    shown = text(ada.get("/tickets/?status=open&asset=&after=x"))
    assert 'href="/views/new/?list=tickets&amp;query=status%3Dopen"' in shown
    assert ada.get(NEW).status_code == 200
    response = ada.post(NEW, {"name": " Open ones "})
    assert (response.status_code, response["Location"]) == (303, "/tickets/?status=open")
    assert '<a href="/tickets/?status=open">Open ones</a>' in text(ada.get("/tickets/"))
    assert '<a href="/tickets/?status=open">Open ones</a>' not in text(ada.get("/history/"))
    assert "Open ones" in text(ada.get("/views/"))


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Enter a name for the view"), ("x" * 61, "to 60 characters"), ("A", "You have a view called “A” already")],
)
def test_a_name_that_will_not_do_is_refused_with_a_reason(ada, name, words):
    ada.post(NEW, {"name": "A"})
    response = ada.post(NEW, {"name": name})
    assert response.status_code == 422 and words in text(response) and SavedView.objects.count() == 1


def test_there_is_an_end_to_them(ada, monkeypatch):
    monkeypatch.setattr(saved_view, "VIEWS_MAX", 1)
    ada.post(NEW, {"name": "A"})
    assert "Remove one first" in text(ada.post(NEW, {"name": "B"}))
    assert "too many conditions" in text(ada.post(f"/views/new/?list=history&query=q%3D{'x' * 2000}", {"name": "C"}))


def test_it_is_renamed_and_removed(ada):
    ada.post(NEW, {"name": "A"})
    ada.post(NEW, {"name": "B"})
    view = SavedView.objects.get(name="A")
    url = f"/views/{view.pk}/"
    assert 'value="A"' in text(ada.get(url))
    assert ada.post(url, {"name": "B"}).status_code == 422
    assert ada.post(url, {"name": "C"})["Location"] == "/views/"
    assert set(SavedView.objects.values_list("name", flat=True)) == {"B", "C"}
    assert ada.post(url, {"remove": "1"}).status_code == 303
    assert [view.name for view in SavedView.objects.all()] == ["B"]
    assert ada.get(url).status_code == 404


def test_a_view_is_its_makers_alone():
    people = cast()
    signed_in(people.ada).post(NEW, {"name": "A"})
    url = f"/views/{SavedView.objects.get().pk}/"
    for other in (people.bo, people.cy):
        assert signed_in(other).get(url).status_code == signed_in(other).post(url, {"remove": "1"}).status_code == 404
        assert ">A</a>" not in text(signed_in(other).get("/tickets/"))
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("where", ["", "elsewhere", "https://evil.example/", "login"])
def test_only_lists_can_be_saved(ada, where):
    assert ada.get(f"/views/new/?list={where}").status_code == 404
