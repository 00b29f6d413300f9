"""Requests over HTTP as fast as they come: gunicorn as `manage.py serve` starts it, on connections that stay open.

Every request is signed before the clock starts, with a nonce of its own.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from console.management.commands.serve import GUNICORN, die_with_parent
from tests.api.base import Caller

CONNECTIONS = 16
READY_SECONDS = 30


@contextmanager
def server() -> Iterator[int]:
    """The web server on the database of this process; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", *GUNICORN.split(), f"--bind=127.0.0.1:{port}"]
    child = subprocess.Popen(command, env=os.environ | {"LOG_LEVEL": "ERROR"}, preexec_fn=die_with_parent())
    try:
        wait_until_ready(port, child)
        yield port
    finally:
        child.terminate()
        child.wait()


def wait_until_ready(port: int, child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while child.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise SystemExit("The web server did not start.")


def signed(caller: Caller, method: str, path: str, body: object = None, key: str = "") -> bytes:
    """The request as it goes over the wire; `key` is for its Idempotency-Key."""
    raw = b"" if body is None else json.dumps(body).encode()
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"X-API-Key: {caller.member.pk}",
        f"Authorization: Bearer {caller.token(path, raw)}",
        "Content-Type: application/json",
        f"Content-Length: {len(raw)}",
        *([f"Idempotency-Key: {key}"] if key else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def per_second(port: int, requests: Sequence[bytes], status: int) -> float:
    """How many of these are answered, with this status, in a second."""
    answers, seconds = send([port], requests)
    for answer in answers:
        if status_of(answer) != status:
            raise AssertionError(answer.decode())
    return len(requests) / seconds


def send(ports: Sequence[int], requests: Sequence[bytes]) -> tuple[list[bytes], float]:
    """The answers, and how many seconds it took; whichever connection is free sends the next request."""
    gate, faults, waiting = threading.Barrier(CONNECTIONS + 1), [], iter(enumerate(requests))
    answers = [b""] * len(requests)

    def work(port: int) -> None:
        try:
            with socket.create_connection(("127.0.0.1", port)) as wire:
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                gate.wait()
                for number, request in waiting:
                    answers[number] = ask(wire, request)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=[ports[n % len(ports)]]) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    gate.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - start
    if faults:
        raise faults[0]
    return answers, taken


def ask(wire: socket.socket, request: bytes) -> bytes:
    wire.sendall(request)
    answer = wire.recv(65536)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        more = wire.recv(65536)
        answer, body = answer + more, body + more
    return answer


def status_of(answer: bytes) -> int:
    return int(answer[9:12])
