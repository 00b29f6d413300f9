"""The vendor's own client, talking to a live server."""

import threading

import pytest
from fireblocks.client import Fireblocks
from fireblocks.client_configuration import ClientConfiguration

from tests.api.base import key_pair


@pytest.fixture
def official(live_server):
    """`official(member)` is the vendor's Python client, unmodified, that signs as this API user."""
    made = []

    def make(member) -> Fireblocks:
        path, secret = f"{live_server.url}/v1", key_pair()[0]
        made.append(Fireblocks(ClientConfiguration(api_key=str(member.pk), secret_key=secret, base_path=path)))
        return made[-1]

    yield make
    for client in made:
        client.close()
    for thread in threading.enumerate():  # of the server, each with a connection to the database while it is served
        if "process_request_thread" in thread.name:
            thread.join(10)
