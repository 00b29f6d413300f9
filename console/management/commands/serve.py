"""The whole console in one terminal: prepare the database, then run the pages and the worker until told to stop."""

import ctypes
import errno
import hashlib
import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

START_SECONDS, STOP_SECONDS = 30, 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GUNICORN = (
    "gunicorn console.wsgi --worker-class=gthread --workers=3 --threads=3 --graceful-timeout=5 --log-level=warning"
    " --no-control-socket --reuse-port"  # shared, because otherwise one of them may get all connections
)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # they take longer than the rest of a second start; `make check` and migrate run them

    def handle(self, *args: Any, **options: Any) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, stop)
        refuse_taken_port()
        welcome = prepare()
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            children["web server"] = start("-m", *GUNICORN.split(), f"--bind={address()}")
            children["worker"] = start(str(settings.BASE_DIR / "manage.py"), "work")
            deadline = time.monotonic() + START_SECONDS
            while not answers():
                refuse_dead(children)
                if time.monotonic() > deadline:
                    raise CommandError(f"The web server did not answer within {START_SECONDS} seconds.")
                time.sleep(0.05)
            self.stdout.write(f"Countersign is ready at http://{address()}/\n{welcome}")
            self.stdout.flush()
            while True:
                refuse_dead(children)
                time.sleep(0.5)
        finally:
            end(children.values())


def stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def address() -> str:
    return f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"


def refuse_taken_port() -> None:
    """Asked here, because the web server would share the port with a second copy of itself without a word."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    try:
        socket.create_server((settings.HOST, settings.PORT), family=family).close()
    except OSError as error:
        reason = "it is taken" if error.errno == errno.EADDRINUSE else error.strerror
        raise CommandError(f"Cannot listen on {address()}: {reason}. Choose another PORT or HOST.") from None


def prepare() -> str:
    """Bring database, cache table, static files and demo market up to date; returns what the demo has to say."""
    settings.VAR_DIR.mkdir(exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    collect_static_files()
    said = io.StringIO()
    if settings.DEMO:
        call_command("demo", stdout=said)
    return said.getvalue()


def collect_static_files() -> None:
    """Collect only when a file came, went or changed since the last time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(None):
            status = os.stat(storage.path(path))
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = settings.VAR_DIR / "static.stamp"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(digest.hexdigest())


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches it through us only."""
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True, preexec_fn=die_with_parent()
    )


def die_with_parent() -> Callable[[], None] | None:
    """On Linux, have the kernel end the child when we are killed without a chance to do it."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return ask


def answers() -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=START_SECONDS)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def refuse_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CommandError(f"The {name} ended by itself (exit code {child.returncode}), so everything was stopped.")


def end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        child.kill()
