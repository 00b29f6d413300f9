"""A market as a file has it, and what became of it."""

from decimal import Decimal

from tests.keys import public
from tickets.models import Account, Asset

ALPHA_ID, BOT_ID = "0a000000-0000-4000-8000-000000000001", "0a000000-0000-4000-8000-0000000000a1"


KEY, OTHER_KEY = public(0), public(1)


def market() -> dict:
    return {
        "workspaces": [
            {
                "name": "Alpha",
                "auto_approval": True,
                "profiles": [{"id": ALPHA_ID, "name": "Alpha OTC", "party": "alpha::1220aa"}],
                "vaults": [{"name": "Main", "balances": {"USDC": "1000000", "BTC": "12.5", "CC": "5000"}}],
                "users": [{"email": "ada@alpha.example", "role": "ADMIN", "password": "correct horse battery"}],
                "api_users": [{"id": BOT_ID, "name": "bot", "role": "SIGNER", "public_key": KEY}],
                "wallet_users": [{"subject": "ada", "profile": "Alpha OTC"}],
            },
            {
                "name": "Beta",
                "profiles": [{"name": "Beta Desk"}],
                "vaults": [{"name": "Main", "balances": {"USDC": "500000"}}],
            },
        ],
        "connections": [["Alpha OTC", "Beta Desk"]],
        "support": [{"email": "sam@support.example", "password": "correct horse battery"}],
    }


def with_balance(text: str, ticker: str = "USDC") -> dict:
    return {"workspaces": [{"name": "Beta", "vaults": [{"name": "Main", "balances": {ticker: text}}]}]}


def vault_of(name: str) -> Account:
    return Account.objects.get(workspace__name=name, kind="vault", name="Main")


def available(name: str, ticker: str) -> Decimal:
    return vault_of(name).available(Asset.objects.get(pk=ticker))
