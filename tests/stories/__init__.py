"""Stories: whole deals told through the pages, by people who each sit at a browser of their own."""

from tickets.models import Account, AccountKind, Balance


def ledger(vault: Account) -> dict[str, str]:
    """What the ledger has in a vault and, as "BTC held", in its hold: {"BTC": "1.50000000"}. Nothing is left out."""
    found = {}
    for balance in Balance.objects.filter(account__in=[vault, vault.hold]).select_related("asset", "account"):
        if balance.amount:
            ticker = balance.asset_id + (" held" if balance.account.kind == AccountKind.HOLD else "")
            found[ticker] = balance.asset.plain(balance.amount).split()[0]
    return found
