"""Fill an empty database with a demo market, and say who can sign in. A database that has firms is left as it is."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from tickets import demo
from tickets.models import Workspace

MARKET = Path(demo.__file__).parent / "market.json"
BEGAN = timedelta(days=15)
MAIN = ["ada", "tom", "priya", "vera", "maya", "jonas", "nora", "henrik", "wei", "claire"]
"""Who is worth signing in as first: an owner who may do everything, then the other roles, then the other firms."""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # this is part of every start

    def handle(self, *args: Any, **options: Any) -> None:
        market = json.loads(MARKET.read_text())
        names = set(Workspace.objects.values_list("name", flat=True))
        if not names:
            make()
        elif not names & {workspace["name"] for workspace in market["workspaces"]}:
            self.stdout.write("There are firms in this database already, so no demo was made.")
            return
        self.stdout.write("Sign in to the demo as any of these people:")
        for row in log_ins(market):
            self.stdout.write("  {:24} {:18} {:34} {}".format(*row))


@transaction.atomic
def make() -> None:
    """All of it or nothing: a demo that broke off half-way would never be completed."""
    from tickets.demo.history import DEPOSITS, ENDED, LINKS, SETTLED
    from tickets.demo.offers import ENDED_OFFERS, OPEN_OFFERS, offering
    from tickets.demo.present import AWAITING_APPROVAL, DRAFTS, OPEN, PART_FUNDED
    from tickets.demo.story import Cast, deal, deposit, link, tell
    from tickets.market import Provision
    from tickets.market_file import read_market

    now = timezone.now()
    Provision(read_market(MARKET.read_bytes()), now=now - BEGAN).run()
    cast = Cast()
    deals = (*SETTLED, *ENDED, *DRAFTS, *AWAITING_APPROVAL, *OPEN, *PART_FUNDED)
    stories = [link(told, cast, now) for told in LINKS] + [deposit(told, cast, now) for told in DEPOSITS]
    stories += [offering(told, cast, now) for told in (*ENDED_OFFERS, *OPEN_OFFERS)]
    tell([*stories, *(deal(told, cast, now) for told in deals)], until=now)


def log_ins(market: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """E-mail address, password, firm and role, the most telling first."""
    people = {
        user["email"].partition("@")[0]: (user["email"], user["password"], workspace["name"], user["role"])
        for workspace in market["workspaces"]
        for user in workspace["users"]
    }
    support = [(user["email"], user["password"], "support staff", "at /admin/") for user in market["support"]]
    return [*(people[name] for name in MAIN), *support]
