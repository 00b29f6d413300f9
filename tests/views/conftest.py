"""Whom most tests of pages are about."""

import pytest

from tests.base import cast, signed_in


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def ada(people):
    """Her browser, signed in."""
    return signed_in(people.ada)
