"""The question of open pages, as the web server runs it, against the page that each of them would otherwise load anew.

The figures are CPU time of this process, without the database's own; so a second of one core answers 1000 / ms of them.
"""

import time
from io import BytesIO

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from console.live import Stamp
from tests.base import connect, firm, signed_in
from tests.bench.settle import people as market
from tests.factories import TicketFactory

REQUESTS = 200
_made: dict = {}


def run_quiet(options) -> tuple[float, float]:
    """Nothing has happened: 304."""
    stamp = Stamp.now()
    return spent(since=stamp, tag=stamp), page()


def run_others(options) -> tuple[float, float]:
    """Something has happened to others: 204."""
    return spent(since=since("others"), expect="204"), page()


def run_changed(options) -> tuple[float, float]:
    """Twenty tickets of the firm have changed: 200."""
    return spent(since=since("own"), expect="200"), page()


def spent(*, since: Stamp, tag: Stamp | None = None, expect: str = "304", path: str = "/live/") -> float:
    """Milliseconds of CPU for each request."""
    handler, client = _made["handler"], _made["client"]
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": f"what=dashboard&since={since}",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "HTTP_COOKIE": f"sessionid={client.cookies['sessionid'].value}",
        "HTTP_IF_NONE_MATCH": f'"{tag}"' if tag else "",
    }
    statuses: set[str] = set()
    start = time.process_time()
    for _ in range(REQUESTS if path == "/live/" else 10):
        response = handler(dict(environ), lambda status, headers: statuses.add(status[:3]))
        b"".join(response)
        response.close()
    taken = 1000 * (time.process_time() - start) / (REQUESTS if path == "/live/" else 10)
    assert statuses == {expect}, statuses
    return taken


def page() -> float:
    return spent(since=Stamp.now(), expect="200", path="/")


def since(whose: str) -> Stamp:
    return _made[whose]


def prepare() -> None:
    """A firm with twenty open tickets, and since then twenty changes of its own, or of two other firms."""
    people = market()
    others = connect(people.gamma, firm("Delta", auto_approval=True))
    _made["own"] = Stamp.now()
    for _ in range(20):
        TicketFactory(connection=people.connection, by=people.ada, status="open")
    _made["others"] = Stamp.now()
    for _ in range(20):
        TicketFactory(connection=others, by=people.dee, status="open")
    _made["client"], _made["handler"] = signed_in(people.ada), WSGIHandler()
    with connection.cursor() as db:
        db.execute("ANALYZE")
