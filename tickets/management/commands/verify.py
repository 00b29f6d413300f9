"""Re-derive every balance from the postings, and check every rule that must always hold. Exit 1 if one does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets import verify, verify_ledger, verify_offers, verify_tickets

RULES = verify_ledger.RULES + verify_tickets.RULES + verify_offers.RULES


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # those are about pages

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        with verify.snapshot():
            for line in verify.figures():
                self.stdout.write(line)
            for violation in verify.violations(RULES):
                count += 1
                self.stdout.write(str(violation))
        if count:
            raise CommandError(f"not verified: {count} violations of {len(RULES)} rules")
        self.stdout.write(f"verified: {len(RULES)} rules hold")
