"""The shape of the house: imports go down only, nobody but the models writes a status, and nothing is a float."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = [path for folder in ("tickets", "console") for path in sorted((ROOT / folder).rglob("*.py"))]
SOURCES = [path for path in SOURCES if "migrations" not in path.parts]

# From the top down. A module imports from its own layer's part or from layers below; the doors do not know each other.
VERIFY = ["tickets.verify", "tickets.verify_ledger", "tickets.verify_offers", "tickets.verify_tickets"]
LAYERS = [
    ["console", "tickets.api", "tickets.admin", "tickets.management"],
    ["tickets.market", "tickets.market_file", "tickets.market_run", "tickets.demo", *VERIFY],
    ["tickets.models"],
    ["tickets.amounts", "tickets.errors"],
]
AMOUNT_IN_SQL = re.compile(r"(models\.)?F\('(\w+__)?(amount|usd_price)'\)")
MODULE_LINES, FUNCTION_LINES = 300, 60


def named(path):
    return str(path.relative_to(ROOT))


def tree(path):
    return ast.parse(path.read_text(), str(path))


def module(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def part_of(name):
    """The layer of a module and the part of it, or None for one that stands beside the layers (tickets.apps)."""
    found = [
        (level, part)
        for level, parts in enumerate(LAYERS)
        for part in parts
        if name == part or name.startswith(part + ".")
    ]
    return max(found, key=lambda pair: len(pair[1])) if found else None


def imports(path) -> Iterator[str]:
    """Each module of ours that this one imports, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}:{node.lineno} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_imports_go_down_only(path):
    here = part_of(module(path))
    for name in imports(path):
        there = part_of(name)
        if here and there and name.startswith(("tickets", "console")):
            is_below, is_own = there[0] > here[0], there == here
            assert is_below or is_own or there[0] == here[0] > 0, f"{module(path)} imports {name}"


def test_amounts_and_errors_know_nothing_of_the_market():
    for path in (ROOT / "tickets" / "amounts.py", ROOT / "tickets" / "errors.py"):
        assert {name for name in imports(path) if name.startswith("tickets")} <= {"tickets.errors.BadAmount"}


def statuses_written(path):
    """`….status = …`, and `status=` given to update, create or the like; an event's copy of it is none."""
    writers = {"update", "create", "get_or_create", "update_or_create", "bulk_update", "_write", "_move", "setattr"}
    for node in ast.walk(tree(path)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Attribute) and target.attr == "status" for target in targets):
            yield node.lineno
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            is_event = ast.unparse(node.func) == "Event.objects.create"
            by_name = any(keyword.arg == "status" and not is_event for keyword in node.keywords)
            by_text = any(isinstance(arg, ast.Constant) and arg.value == "status" for arg in node.args)
            if called in writers and (by_name or by_text):
                yield node.lineno


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_status_is_written_outside_the_models(path):
    allowed = {
        "tickets/models/record.py",  # tickets and connections: _move and _write
        "tickets/models/settling.py",  # legs
    }
    if named(path) not in allowed:
        assert list(statuses_written(path)) == []


def test_record_is_the_only_one_to_write_the_status_of_a_ticket_or_connection():
    assert len(list(statuses_written(ROOT / "tickets/models/record.py"))) == 1
    calls = [
        (named(path), node.lineno)
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "_write"
        and any(keyword.arg == "status" for keyword in node.keywords)
    ]
    assert [path for path, _ in calls] == ["tickets/models/record.py"]


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_nothing_is_a_float(path):
    for node in ast.walk(tree(path)):
        where = f"{named(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            is_setting = ast.unparse(node.func) == "env.float"  # seconds, not an amount
            assert called not in {"float", "FloatField"} or is_setting, where
        # SQLite would compute these of an amount as floats; AmountSum and Python's Decimal do it exactly.
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models"):
            names = {alias.name for alias in node.names}
            assert not names & {"Sum", "Avg", "StdDev", "Variance", "FloatField"}, where
        if isinstance(node, ast.BinOp | ast.UnaryOp):
            sides = [getattr(node, side, None) for side in ("left", "right", "operand")]
            written = [ast.unparse(side) for side in sides if isinstance(side, ast.Call)]
            assert not any(re.fullmatch(r"(models\.)?F\('(\w+__)?(amount|usd_price)'\)", side) for side in written), (
                where
            )


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_and_a_function_stay_small(path):
    assert len(path.read_text().splitlines()) <= MODULE_LINES
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name} in {named(path)} has {length} lines"
