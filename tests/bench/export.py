"""A history as a CSV file, in a process of its own: how much memory that needs, and how long it takes."""

import os
import subprocess
import sys
import time
from pathlib import Path

LINES_MAX = 200_000
"""So much is read of a file: 100,000 tickets of two legs."""


def run(options) -> list[tuple[float, float]]:
    """For the firm with many tickets and the one with few: megabytes at the peak, and milliseconds per 1,000 lines."""
    from tests.bench import pages

    found = []
    for name, count in (("Many", options.history), ("Few", pages.FEW)):
        member = pages.market_of(name, count)[1]["member"]
        place = os.environ | {"DATABASE_URL": f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"}
        command = [sys.executable, "-m", "tests.bench.export", str(member.user_id)]
        written = subprocess.run(command, env=place, check=True, capture_output=True, text=True).stdout.split()
        found.append((float(written[0]), float(written[1])))
    return list(zip(*found, strict=True))


def write(user: str) -> None:
    from tests.bench.__main__ import set_up

    set_up()
    from django.test import Client

    from tickets.models import User

    client, lines, start = Client(), 0, time.perf_counter()
    client.force_login(User.objects.get(pk=user))
    for part in client.get("/history/csv/").streaming_content:
        lines += part.count(b"\n")
        if lines >= LINES_MAX:
            break
    seconds = time.perf_counter() - start
    print(_peak(), 1_000_000 * seconds / lines)


def _peak() -> float:
    """Megabytes. What the system says of a process's resources would count those of the one that started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    write(sys.argv[1])
