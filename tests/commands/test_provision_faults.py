"""`manage.py provision`: what a file must not say, and where the fault is."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError

from tests.commands.markets import ALPHA_ID, BOT_ID, KEY, OTHER_KEY, market, with_balance
from tests.factories import ProfileFactory
from tests.keys import pair, pem, private
from tickets.models import ApiKey, Posting, Workspace

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff{}", "not UTF-8"),
        (b'{"workspaces": [}', "line 1, column 17"),
        (b"[]", "object"),
        ({"workspace": []}, "workspace: this key is unknown"),
        ({"workspaces": [{"name": "A", "auto_approval": None}]}, "workspaces[0].auto_approval: "),
        ({"workspaces": [{}]}, "workspaces[0].name: this key is required"),
        ({"workspaces": [{"name": "A\u0000"}]}, "workspaces[0].name: "),
        ({"workspaces": [{"name": " "}]}, "workspaces[0].name: this must not be empty"),
        (b'{"workspaces": [{"name": "A", "name": "B"}]}', "workspaces[0].name: this key is given twice"),
        ({"workspaces": [{"name": "A" * 121}]}, "workspaces[0].name: "),
        ({"workspaces": [{"name": "A", "vaults": [{"name": "V" * 101}]}]}, "workspaces[0].vaults[0].name: "),
        ({"assets": [{"id": "X", "name": "X", "decimals": 19}]}, "assets[0].decimals: "),
        ({"assets": [{"id": "X", "name": "X", "decimals": True}]}, "assets[0].decimals: "),
        ({"connections": [["A"]]}, "connections[0][1]: this key is required"),
    ],
)
def test_a_fault_of_shape_is_named_by_its_path(provision, content, fault):
    with pytest.raises(CommandError) as refusal:
        provision(content)
    assert fault in str(refusal.value)


def test_every_fault_of_shape_is_named_at_once(provision):
    content = {"workspaces": [{"name": 1}, {"name": "B", "vaults": [{"name": "M", "balances": {"USDC": 5}}]}]}
    with pytest.raises(CommandError) as refusal:
        provision(content)
    assert "workspaces[0].name: " in str(refusal.value)
    assert "workspaces[1].vaults[0].balances.USDC: " in str(refusal.value)


@pytest.mark.parametrize("text", ["-1", "+1", "1,000", "1e3", "", " 1", "1.", ".5", "NaN", "0.0000001", "9" * 29])
def test_what_is_no_exact_amount_is_refused(provision, text):
    with pytest.raises(CommandError, match=r"^workspaces\[0\]\.vaults\[0\]\.balances\.USDC: "):
        provision(with_balance(text))
    assert not Workspace.objects.exists()


def test_nothing_is_an_amount_and_an_unknown_asset_is_not(provision):
    assert "deposited" not in provision(with_balance("0"))
    with pytest.raises(CommandError, match=r"balances\.NOPE: no asset has this id"):
        provision(with_balance("1", "NOPE"))


def test_a_fault_anywhere_leaves_nothing_behind(provision):
    content = market() | {"connections": [["Alpha OTC", "Gamma Desk"]]}
    with pytest.raises(CommandError, match=r"^connections\[0\]\[1\]: there is no profile Gamma Desk"):
        provision(content)
    assert not Workspace.objects.exists() and not Posting.objects.exists()


def test_decimals_stay_once_an_amount_exists(provision):
    asset = {"id": "NEW", "name": "New", "decimals": 4}
    provision({"assets": [asset]})
    provision({"assets": [asset | {"decimals": 2}], **with_balance("1.25", "NEW")})
    with pytest.raises(CommandError, match=r"^assets\[0\]\.decimals: NEW has 2 decimals"):
        provision({"assets": [asset]})


def test_what_another_firm_has_cannot_be_taken(provision):
    provision(market())
    key = {"name": "bot", "role": "SIGNER", "public_key": KEY}
    for part, fault in (
        ({"profiles": [{"id": ALPHA_ID, "name": "Mine"}]}, "profiles[0].id"),
        ({"profiles": [{"name": "Alpha OTC"}]}, "profiles[0].name"),
        ({"profiles": [{"name": "Mine", "party": "alpha::1220aa"}]}, "profiles[0].party"),
        ({"users": [{"email": "ada@alpha.example", "role": "OWNER"}]}, "users[0].email"),
        ({"users": [{"email": "sam@support.example", "role": "OWNER"}]}, "users[0].email"),
        ({"api_users": [key | {"id": BOT_ID}]}, "api_users[0].id"),
        ({"api_users": [key]}, "api_users[0].public_key"),
        ({"wallet_users": [{"subject": "ada", "profile": "Beta Desk"}]}, "wallet_users[0].subject"),
        ({"wallet_users": [{"subject": "cy", "profile": "Alpha OTC"}]}, "wallet_users[0].profile"),
    ):
        with pytest.raises(CommandError) as refusal:
            provision({"workspaces": [{"name": "Beta", **part}]})
        assert str(refusal.value).startswith(f"workspaces[0].{fault}: ")
    with pytest.raises(CommandError, match=r"^support\[0\]\.email: "):
        provision({"support": [{"email": "ada@alpha.example", "password": "x"}]})


def test_the_same_thing_twice_in_a_file_is_refused(provision):
    with pytest.raises(CommandError, match=r"^workspaces\[1\]\.name: the file has this already"):
        provision({"workspaces": [{"name": "Alpha"}, {"name": "Alpha"}]})


@pytest.mark.parametrize(
    ("public_key", "fault"),
    [
        ("nonsense", "not a public key"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "not an RSA key"),
        (pem(pair(bits=1024)), "1024 bits"),
        (private(), "this is a private key"),
    ],
)
def test_a_key_that_is_too_weak_is_refused(provision, public_key, fault):
    user = {"name": "bot", "role": "SIGNER", "public_key": public_key}
    with pytest.raises(CommandError, match=r"^workspaces\[0\]\.api_users\[0\]\.public_key: .*" + fault):
        provision({"workspaces": [{"name": "Alpha", "api_users": [user]}]})


def test_a_key_that_was_revoked_or_replaced_is_not_taken_back(provision):
    def alpha(key):
        user = {"name": "bot", "role": "SIGNER", "public_key": key}
        return {"workspaces": [{"name": "Alpha", "api_users": [user]}]}

    provision(alpha(KEY))
    provision(alpha(OTHER_KEY))
    with pytest.raises(CommandError, match=r"^workspaces\[0\]\.api_users\[0\]\.public_key: .* is replacing it"):
        provision(alpha(KEY))
    ApiKey.objects.get(public_key=OTHER_KEY).revoke(by=None)
    with pytest.raises(CommandError, match=r"^workspaces\[0\]\.api_users\[0\]\.public_key: .* was revoked"):
        provision(alpha(OTHER_KEY))


def test_two_profiles_of_one_firm_are_not_connected(provision):
    one = ProfileFactory()
    ProfileFactory(workspace=one.workspace, name="Second")
    with pytest.raises(CommandError, match=r"^connections\[0\]: "):
        provision({"connections": [[one.name, "Second"]]})
