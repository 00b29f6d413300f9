"""The page about the wallet API: what it says is what the API does, and its example runs as it stands."""

import json
import os
import re
import shutil
import subprocess
from html import unescape

import pytest

from tests.base import cast, signed_in
from tickets.models import Role, TransferOffer, WalletUser

URL = "/api/wallet/"
SECRET = "a secret of the tests, which is long enough for what signs with it"
RUN_SECONDS = 60


@pytest.fixture
def people(db, settings):
    settings.WALLET_AUTH_MODE, settings.WALLET_AUTH_SECRET = "hs-256-unsafe", SECRET
    people = cast()
    WalletUser.objects.create(subject="ada", profile=people.alpha.profile)
    WalletUser.objects.create(subject="cy", profile=people.beta.profile)
    return people


def page(member, **headers):
    response = signed_in(member).get(URL, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def text(content):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


@pytest.mark.parametrize("role", Role)
def test_every_member_reads_of_the_own_firms_wallets(people, role):
    shown = text(page(people.alpha.members[role]))
    assert f"ada acts for {people.alpha.profile}, {people.alpha.profile.party}" in shown
    assert people.beta.profile.party not in shown


def test_others_are_sent_away(people, client):
    assert client.get(URL).status_code == 302
    assert signed_in(people.ada).post(URL).status_code == 405


def test_every_operation_stands_under_its_family(people):
    shown = text(page(people.ada))
    document = signed_in(people.ada).get("/api/validator/openapi.json").json()
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in shown


def test_a_secret_is_never_shown_but_that_of_the_sandbox_is_named(people, settings):
    shown = text(page(people.ada))
    assert SECRET not in shown and "unsafe" not in shown
    settings.WALLET_AUTH_SECRET = "unsafe"
    assert "In this sandbox it is unsafe" in text(page(people.ada))


def test_it_says_who_signs_where_an_issuer_does(people, settings):
    settings.WALLET_AUTH_MODE, settings.WALLET_AUTH_JWKS_URL = "rs-256", "https://issuer.example/jwks.json"
    shown = text(page(people.ada))
    assert "by the issuer whose keys are at https://issuer.example/jwks.json" in shown and "openssl" not in shown


def test_it_says_where_the_wallet_api_is_off(people, settings):
    settings.WALLET_AUTH_MODE = ""
    shown = text(page(people.ada))
    assert "The wallet API is off here" in shown and "Signing in" not in shown


def test_the_example_in_the_shell_runs(tmp_path, live_server, people):
    if not (shutil.which("curl") and shutil.which("openssl")):
        pytest.skip("needs curl and openssl")
    shown = page(people.ada, host=live_server.url.removeprefix("http://"))
    script = unescape(re.search(r'<pre class="well" id="example-shell">(.*?)</pre>', shown, re.DOTALL)[1])
    (tmp_path / "shell.sh").write_text(script)
    environment = os.environ | {
        "WALLET_USER": "ada",
        "WALLET_SECRET": SECRET,
        "RECEIVER": people.beta.profile.party,
        "no_proxy": "*",
    }
    done = subprocess.run(
        ["sh", "-eu", "shell.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=RUN_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    offer = TransferOffer.objects.get()
    made, told = (json.loads(part + "}") for part in done.stdout.split("}") if part.strip())
    assert made == {"offer_contract_id": offer.contract_id}
    assert told["status"] == "created" and offer.amount == 1.5
