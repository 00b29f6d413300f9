"""An installation for real work does not start with a wallet API that anybody could sign for."""

import os
import subprocess
import sys

import pytest

START = [sys.executable, "-c", "import console.settings as s; print(s.WALLET_AUTH_MODE or 'off', s.WALLET_TAP)"]


def started(**variables):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WALLET_") and name != "DEMO"}
    return subprocess.run(START, env=clean | variables, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "hs-256-unsafe True"),
        ({"DEMO": "0"}, "off False"),
        ({"DEMO": "0", "WALLET_AUTH_MODE": "hs-256-unsafe", "WALLET_AUTH_SECRET": "our own"}, "hs-256-unsafe False"),
        (
            {"DEMO": "0", "WALLET_AUTH_MODE": "rs-256", "WALLET_AUTH_JWKS_URL": "https://id.example/keys"},
            "rs-256 False",
        ),
        ({"WALLET_AUTH_MODE": ""}, "off True"),
    ],
)
def test_it_starts(variables, said):
    run = started(**variables)
    assert run.stdout.strip() == said, run.stderr


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEMO": "0", "WALLET_AUTH_MODE": "hs-256-unsafe"}, "Set WALLET_AUTH_SECRET to a secret of your own"),
        (
            {"DEMO": "0", "WALLET_AUTH_MODE": "hs-256-unsafe", "WALLET_AUTH_SECRET": "unsafe"},
            "Set WALLET_AUTH_SECRET to a secret of your own",
        ),
        ({"DEMO": "0", "WALLET_AUTH_MODE": "rs-256"}, "Set WALLET_AUTH_JWKS_URL"),
        ({"WALLET_AUTH_MODE": "rs-256", "WALLET_AUTH_JWKS_URL": "file:///etc/keys"}, "Set WALLET_AUTH_JWKS_URL"),
        ({"WALLET_AUTH_MODE": "none"}, "Use hs-256-unsafe, rs-256, or nothing"),
    ],
)
def test_it_refuses_to_start_and_says_what_to_set(variables, sentence):
    run = started(**variables)
    assert run.returncode != 0
    assert "ImproperlyConfigured" in run.stderr
    assert sentence in run.stderr
