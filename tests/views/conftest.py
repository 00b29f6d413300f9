"""Whom most tests of pages are about."""

import pytest
from django.core.cache import cache

from tests.base import cast, signed_in


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def careful():
    """The same firms, whose tickets a second person approves."""
    return cast(auto_approval=False)


@pytest.fixture
def empty_cache(db):
    """Without what other tests counted: wrong codes, rows of a list."""
    cache.clear()


@pytest.fixture
def ada(people):
    """Her browser, signed in."""
    return signed_in(people.ada)
