"""The table of errors: it knows every code that can be raised, and says what to do about it."""

import ast
import re
from pathlib import Path

from tickets import errors as refusals
from tickets.api.error_table import ERRORS
from tickets.api.errors import OF_THE_DEAL

ROOT = Path(__file__).parents[2]


def codes_raised():
    """The codes that refusals below /v1 are raised with, and the classes of these refusals."""
    sources = [*(ROOT / "tickets/models").glob("*.py"), *(ROOT / "tickets/api").glob("*.py")]
    found = {}
    for path in (path for path in sources if not path.name.startswith("wallet")):
        for node in ast.walk(ast.parse(path.read_text())):
            kind = isinstance(node, ast.Call) and getattr(refusals, getattr(node.func, "id", ""), None)
            for given in (*node.args, *(keyword.value for keyword in node.keywords)) if kind else ():
                if isinstance(given, ast.Constant) and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", str(given.value)):
                    found.setdefault(given.value, set()).add(kind)
    return found


def test_every_code_that_is_raised_is_in_the_table_under_its_status():
    found = codes_raised()
    assert len(found) > 10
    for code, kinds in found.items():
        assert code in ERRORS, f"{code} is missing from tickets/api/error_table.py"
        statuses = {
            403 if issubclass(kind, refusals.NotAllowed) else 409 if issubclass(kind, refusals.Conflict) else 422
            for kind in kinds
        }
        statuses = {422} if code in OF_THE_DEAL else statuses
        assert ERRORS[code].status in statuses, f"{code} is raised as {kinds}"


def test_every_kind_of_refusal_is_in_the_table():
    kinds = [kind for kind in vars(refusals).values() if isinstance(kind, type) and issubclass(kind, refusals.Refused)]
    only_of_wallets = {"TAKEN", "IN_FLIGHT"}
    assert {kind.code for kind in kinds} - set(ERRORS) == only_of_wallets


def test_the_table_names_each_number_once_and_says_whole_sentences():
    numbers = [row.number for row in ERRORS.values() if row.status != 401]
    assert len(numbers) == len(set(numbers))
    for row in ERRORS.values():
        assert re.fullmatch(r"[A-Z][A-Z_]+", row.code)
        for sentence in (row.meaning, row.cure):
            assert sentence[0].isupper() and sentence.endswith("."), row
