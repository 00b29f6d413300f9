"""Sixty checks of the console, each a test named for its number (`test_check_07_...`), as one person meets the pages.

Each says where it holds: `seen("wide", "no-scripts")` runs it once in each of these settings.
"""

import pytest

from tests.stories.inspect import DESKTOP, PHONE

SETTINGS: dict[str, dict] = {
    "wide": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE, "has_touch": True},
    "no-scripts": {"viewport": DESKTOP, "java_script_enabled": False},
    "keyboard": {"viewport": DESKTOP},  # the test itself uses no pointer
    "tree": {"viewport": DESKTOP},  # the test itself asks by role and name only
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
}
"""What a browser is made with, by setting."""


def seen(*settings: str) -> pytest.MarkDecorator:
    """Run in each of these settings; without any, in all. The test takes `setting` and hands it to `arrive`."""
    return pytest.mark.parametrize("setting", settings or tuple(SETTINGS))
