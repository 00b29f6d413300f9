"""The page about the API: it says what the API is, and its examples run as they stand."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape

import pytest

from tests.base import cast, signed_in
from tests.factories import TicketFactory
from tests.keys import private, public
from tickets.api.error_table import ERRORS
from tickets.models import Member, Role

URL = "/api/"
RUN_SECONDS = 60


@pytest.fixture
def people(db):
    return cast()


def page(member):
    response = signed_in(member).get(URL)
    assert response.status_code == 200
    return response.content.decode()


def text(content):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def example(content, name):
    return unescape(re.search(rf'<pre class="well" id="example-{name}">(.*?)</pre>', content, re.DOTALL)[1])


@pytest.mark.parametrize("role", Role)
def test_every_member_reads_it(people, role):
    shown = page(people.alpha.members[role])
    assert 'href="/api/" aria-current="page"' in shown and 'href="/v1/openapi.json"' in shown
    assert ("Add an API user" in shown) == (role in (Role.OWNER, Role.ADMIN, Role.NON_SIGNING_ADMIN))


def test_others_are_sent_away(people, client):
    assert client.get(URL).status_code == 302
    assert signed_in(people.ada).post(URL).status_code == 405


def test_every_error_stands_with_its_cure(people):
    shown = text(page(people.ada))
    for row in ERRORS.values():
        assert f"{row.status} {row.code} {row.number} {row.meaning} {row.cure}" in shown


def test_every_operation_stands_under_its_family(people):
    shown = text(page(people.ada))
    document = signed_in(people.ada).get("/v1/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            assert f"{said['summary']} {method.upper()} {path} {said['operationId']}" in shown
            assert shown.count(f" {said['operationId']} ") == 1
    for family in {said["tags"][0] for methods in document["paths"].values() for said in methods.values()}:
        assert f"{family} (" in shown


def test_the_limit_is_the_one_that_is_set(people, settings):
    settings.API_REQUESTS_PER_SECOND = 7
    assert "7 requests per second" in text(page(people.ada))
    settings.API_REQUESTS_PER_SECOND = 0
    assert "Not limited" in text(page(people.ada))


def run(tmp_path, live_server, command, name):
    """The example as the page shows it, where the live server serves it, with a fresh key beside it."""
    market = cast()
    bot = Member.objects.add_machine("Bot", Role.VIEWER, public(), by=market.alpha.admin)
    (tmp_path / "countersign.key").write_text(private())
    ticket = TicketFactory(connection=market.connection, status="open")
    served = signed_in(market.alpha.admin).get(URL, headers={"host": live_server.url.removeprefix("http://")})
    (tmp_path / name).write_text(example(served.content.decode(), name.partition(".")[0]))
    environment = os.environ | {"API_USER_ID": str(bot.pk), "no_proxy": "*"}
    done = subprocess.run(
        [*command, name], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert bot.keys.get().last_used_at is not None
    return done.stdout, ticket


def test_the_example_in_python_runs(tmp_path, live_server):
    said, ticket = run(tmp_path, live_server, [sys.executable], "python.py")
    assert said == f"{ticket.pk} OPEN\n1 tickets\n"


def test_the_example_in_the_shell_runs(tmp_path, live_server):
    if not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("needs curl and openssl")
    said, ticket = run(tmp_path, live_server, ["sh", "-eu"], "shell.sh")
    assert f'"id": "{ticket.pk}"' in said or f'"id":"{ticket.pk}"' in said
