"""The same rows by PostgreSQL's own pgbench: no Python, no HTTP, every statement prepared."""

import re
import subprocess
import tempfile

from django.db import connection

from tests.bench.http import CONNECTIONS
from tests.databases import find_binaries


def per_second(script: str, count: int, clients: int = CONNECTIONS) -> float:
    """How often a second this script was done, `count` times in all, over so many connections."""
    database = connection.settings_dict
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        command = [
            *(find_binaries() / "pgbench", "--no-vacuum", "--protocol=prepared", f"--file={file.name}"),
            *(f"--client={clients}", f"--jobs={min(clients, 2)}", f"--transactions={max(1, count // clients)}"),
            *(f"--host={database['HOST']}", f"--username={database['USER']}", database["NAME"]),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or not found or "failed transactions: 0 " not in done.stdout:
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(found[1])
