"""Pages for what went wrong: each names the reference of its answer, the time, and a way on."""

import re

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, override_settings
from django.urls import include, path

from console.access import member_required
from tests.base import cast, signed_in
from tickets.errors import Conflict, NotAllowed

pytestmark = pytest.mark.django_db
handler400, handler500 = "console.failures.bad_request", "console.failures.server_error"
WORDS = {400: "could not read", 403: "may not", 404: "no page", 409: "changed meanwhile", 500: "Something went wrong"}


def broken(request, fault):
    """A view in which this goes wrong."""
    raise {400: SuspiciousOperation, 403: NotAllowed, 409: Conflict, 500: ZeroDivisionError}[fault]("<b>Too late</b>")


urlpatterns = [path("broken/<int:fault>/", member_required(broken)), path("", include("console.urls"))]


@pytest.fixture
def ada():
    client = signed_in(cast().ada)
    client.raise_request_exception = False
    return client


def told(answer, status):
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == status and WORDS.get(status, "") in re.search(r"<h1>(.*?)</h1>", page)[1]
    assert answer["X-Request-ID"] in page
    assert re.search(r'<time datetime="20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ">', page)
    assert 'class="button button--primary" href="/"' in page
    assert " style=" not in page and "<script>" not in page
    return page


@pytest.mark.parametrize("status", [400, 403, 409, 500])
@override_settings(ROOT_URLCONF="tests.views.test_failures")
def test_a_fault_is_a_full_page(ada, status):
    page = told(ada.get(f"/broken/{status}/"), status)
    assert "<b>Too late</b>" not in page
    assert ("&lt;b&gt;Too late&lt;/b&gt;" in page) == (status in (403, 409))


def test_what_is_not_there_is_a_full_page(ada):
    assert "/no/such/page/" in told(ada.get("/no/such/page/"), 404)
    told(Client().get("/no/such/page/"), 404)


def test_a_form_from_before_signing_in_is_a_full_page():
    client = Client(enforce_csrf_checks=True)
    page = " ".join((answer := client.post("/account/login/", {})).content.decode().split())
    assert answer.status_code == 403 and answer["X-Request-ID"] in page and "out of date" in page


def test_too_many_attempts_are_a_full_page(settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/h/ip"}
    client = Client()
    for _ in range(3):
        answer = client.post("/account/password/reset/", {"email": "a@b.example"})
    told(answer, 429)


@override_settings(ROOT_URLCONF="tests.views.test_failures")
def test_the_log_names_the_reference(ada, caplog):
    answer = ada.get("/broken/500/")
    assert f"Request {answer['X-Request-ID']} failed: /broken/500/" in caplog.text


def test_references_differ(ada):
    assert ada.get("/no/")["X-Request-ID"] != ada.get("/no/")["X-Request-ID"]
