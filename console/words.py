"""Messages that are put together late: ones with figures in a table of the module, and lists of names."""

from collections.abc import Iterable
from functools import reduce

from django.utils.functional import lazy
from django.utils.translation import gettext as _


def joined(parts: Iterable[str]) -> str:
    """ "Beta and Gamma and Delta"; empty where there are none."""
    both, found = _("%(first)s and %(last)s"), list(parts)
    return reduce(lambda first, last: both % {"first": first, "last": last}, found) if found else ""


def _filled(message, **facts: object) -> str:
    return str(message) % facts


filled = lazy(_filled, str)
"""A lazy message with its facts, put into the language of whoever reads it: filled(TOO_LONG, limit=200)."""
