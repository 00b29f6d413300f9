import io
import json

import pytest
from django.core.management import call_command


@pytest.fixture
def provision(tmp_path):
    def run(content, *options: str) -> str:
        path = tmp_path / "market.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        said = io.StringIO()
        call_command("provision", str(path), *options, stdout=said)
        return said.getvalue()

    return run
