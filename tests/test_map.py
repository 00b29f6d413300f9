"""The README is the map, and these hold it true."""

import re
from pathlib import Path

from tickets.models import Right, Role
from tickets.models.status import TICKET_MOVES
from tickets.models.workspace import RIGHTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_life_of_a_ticket_is_drawn_as_the_moves_allow():
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", README, re.MULTILINE))
    assert drawn == {(start.value, end.value) for start, ends in TICKET_MOVES.items() for end in ends}


def test_the_ends_drawn_are_the_ends():
    drawn = set(re.findall(r"^    (\w+) --> \[\*\]", README, re.MULTILINE))
    assert drawn == {status.value for status, moves in TICKET_MOVES.items() if not moves}


def test_every_file_that_the_readme_names_is_there():
    for path in re.findall(r"\]\(([\w./_-]+)\)", README):
        assert (ROOT / path).exists(), path


def test_every_variable_that_the_settings_read_is_in_the_readme():
    settings = (ROOT / "console/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', settings))
    assert read
    assert {name for name in read if f"`{name}`" not in README} == set()


def test_the_roles_are_tabled_as_the_rights_are():
    names = {
        "open tickets, set external IDs": Right.CREATE,
        "fund, fulfil": Right.FUND,
        "cancel, reject": Right.CANCEL,
        "approve a colleague's ticket": Right.APPROVE,
        "ask for a connection": Right.REQUEST,
        "approve, reject, remove a connection": Right.CONNECT,
        "add, change, shut out API users": Right.MANAGE,
        "set policy limits": Right.MANAGE,
        "see": Right.VIEW,
    }
    columns = [
        (Role.OWNER, Role.ADMIN, Role.NON_SIGNING_ADMIN),
        (Role.SIGNER,),
        (Role.APPROVER,),
        (Role.EDITOR,),
        (Role.VIEWER,),
    ]
    for name, right in names.items():
        cells = re.search(rf"^\| {re.escape(name)} \| (.*) \|$", README, re.MULTILINE)[1].split(" | ")
        for cell, roles in zip(cells, columns, strict=True):
            assert {right in RIGHTS[role] for role in roles} == {cell == "yes"}, (name, roles)
