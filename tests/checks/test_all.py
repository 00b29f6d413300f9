"""None of the sixty checks is forgotten: each number has a test that is named for it."""

import re
from pathlib import Path

CHECKS = range(1, 61)


def test_every_check_has_a_test_named_for_it():
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    named = {int(number) for number in re.findall(r"^def test_check_(\d\d)_\w+\(", tests, re.MULTILINE)}
    assert set(CHECKS) - named == set()
