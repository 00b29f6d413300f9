"""Bring the market to the state that a file describes. Adds and updates, never deletes; twice is the same as once."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tickets.market import Provision
from tickets.market_file import MarketFault, read_market


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # those are about pages

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a market in JSON; - is standard input")
        parser.add_argument("--check", action="store_true", help="say what would change, and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = sys.stdin.buffer.read() if options["file"] == "-" else Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        try:
            provision = Provision(read_market(content))
            provision.run(check=options["check"])
        except MarketFault as fault:
            raise CommandError(str(fault)) from None
        for line in provision.lines:
            self.stdout.write(line)
        counts = ", ".join(f"{count} {change}" for change, count in provision.counts.items())
        self.stdout.write(counts + ("; this was a check, and nothing was written" if options["check"] else ""))
