"""Rows: the statements of the money path, whose SQL Django makes once and not for every ticket anew.

A `Question` is a query set with gaps; `insert` and `update` write many rows of a model at once. Values pass through the
model's fields as ever, so amounts stay exact, and it is the same code on every database.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from psycopg.types.datetime import TimestamptzLoader

Row = TypeVar("Row", bound=models.Model)

_UUID = models.UUIDField()


class Question(Generic[Row]):
    """A query set asked many times, as in `legs = Question(lambda ticket: Term.objects.filter(ticket=ticket))`.

    `legs.ask(pk)` then finds rows of whole models, those of select_related with them, locked where it says so. What
    fills the gaps are ids, texts and times. Annotations are set; prefetches are not made.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Row]]):
        self._make = make
        self._made: dict[int, tuple[str, list, Callable[[list, Any], Row]]] = {}

    def ask(self, *values: Any) -> list[Row]:
        db = connections[DEFAULT_DB_ALIAS]
        sql, parameters, read = self._made.get(len(values)) or self._make_for(len(values), db)
        cursor = _cursor(db)
        cursor.execute(sql, [_key(values[p.place], db) if isinstance(p, _Gap) else p for p in parameters])
        return [read(list(found), db) for found in cursor.fetchall()]

    def _make_for(self, count: int, db: Any) -> tuple[str, list, Callable[[list, Any], Row]]:
        compiler = self._make(*map(_Gap, range(count))).query.get_compiler(connection=db)
        sql, parameters = compiler.as_sql()
        self._made[count] = sql, list(parameters), _reader(compiler)
        return self._made[count]


class _Gap(Expression):
    """Stands in a query set for the value that each asking brings at this place."""

    def __init__(self, place: int):
        super().__init__()
        self.place = place

    def as_sql(self, compiler, connection):
        return "%s", [self]


def _reader(compiler: Any) -> Callable[[list, Any], Any]:
    """Makes of the values found what a query set would: the row, and those that are selected with it."""
    info, columns = compiler.klass_info, [column for column, *_ in compiler.select]
    first, last = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column in columns[first:last]]
    conversions = [
        (place, convert, column)
        for place, (conversions, column) in compiler.get_converters(columns).items()
        for convert in conversions
    ]
    annotations = compiler.annotation_col_map.items()
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(values: list, db: Any) -> Any:
        for place, convert, column in conversions:
            values[place] = convert(values[place], column, db)
        row = info["model"].from_db(db.alias, names, values[first:last])
        for populator in related:
            populator.populate(values, row)
        for name, place in annotations:
            setattr(row, name, values[place])
        return row

    return read


def insert(rows: Sequence[models.Model], *, if_free: bool = False) -> int:
    """Add these new rows of one model, in order. They learn the ids that the database gives them.

    With `if_free` those are left out whose place is taken. Returns how many were added.
    """
    if not rows:
        return 0
    db = connections[DEFAULT_DB_ALIAS]
    sql, columns, is_told = _insertion(type(rows[0]), len(rows), if_free)
    cursor = _cursor(db)
    cursor.execute(sql, [prepare(getattr(row, name), db) for row in rows for name, prepare in columns])
    if is_told:
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
    for row in rows:
        row._state.adding, row._state.db = False, db.alias
    return cursor.rowcount if if_free else len(rows)


def update(rows: Collection[models.Model], names: Iterable[str], **still: Any) -> int:
    """Store these fields of each row; with `still`, only where the columns have these values to this moment.

    Returns how many rows were found.
    """
    if not rows:
        return 0
    db = connections[DEFAULT_DB_ALIAS]
    sql, columns = _change(type(next(iter(rows))), len(rows), tuple(names), tuple(still))
    cursor, parameters = _cursor(db), []
    for row in rows:
        parameters += [prepare(getattr(row, name), db) for name, prepare in columns]
        parameters += still.values()
    cursor.execute(sql, parameters)
    return cursor.rowcount


def keep(row: models.Model, name: str, found: list) -> None:
    """Let `row.<name>.all()` answer this from now on, as if it had been prefetched."""
    rows, owner = _related(type(row), name)
    answer: Any = rows.all()
    answer._deferred_filter = False, (), {owner: row}  # who asks further asks of this row's
    answer._result_cache, answer._prefetch_done = found, True
    vars(row).setdefault("_prefetched_objects_cache", {})[name] = answer


@cache
def _related(model: type[models.Model], name: str) -> tuple[models.QuerySet, str]:
    """The rows of a reverse relation, of whichever owner, and the name of the field that says whose they are."""
    relation: Any = model._meta.get_field(name)
    return relation.related_model._default_manager.all(), relation.field.name


@cache
def _insertion(model: type[models.Model], count: int, if_free: bool) -> tuple[str, list, bool]:
    """The statement, the columns whose values it takes `count` times, and whether it tells ids."""
    key, quote = model._meta.pk, connections[DEFAULT_DB_ALIAS].ops.quote_name
    is_made = isinstance(key, models.AutoField)
    is_told = is_made and not if_free
    fields = [field for field in model._meta.concrete_fields if not (is_made and field.primary_key)]
    names, gaps = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    ending = f" RETURNING {quote(key.column)}" if is_told else " ON CONFLICT DO NOTHING" if if_free else ""
    values = ", ".join([f"({gaps})"] * count)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {values}{ending}"
    return sql, [_column(field) for field in fields], is_told


@cache
def _change(model: type[models.Model], count: int, names: tuple[str, ...], still: tuple[str, ...]) -> tuple[str, list]:
    """The statement, and the columns whose values it takes before those of `still`, `count` times."""
    db = connections[DEFAULT_DB_ALIAS]
    table, quote = db.ops.quote_name(model._meta.db_table), db.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in (*names, model._meta.pk.name, *still)]
    pairs = [(quote(field.column), f"new.column{place}") for place, field in enumerate(fields, 1)]
    setting = ", ".join(f"{old} = {new}" for old, new in pairs[: len(names)])
    same = " AND ".join(f"{table}.{old} = {new}" for old, new in pairs[len(names) :])
    # PostgreSQL takes an empty value in a list of values for a text, unless it is told.
    is_strict = db.features.requires_casted_case_in_updates
    gaps = ", ".join(f"CAST(%s AS {field.cast_db_type(db)})" if is_strict else "%s" for field in fields)
    values = ", ".join([f"({gaps})"] * count)
    sql = f"UPDATE {table} SET {setting} FROM (VALUES {values}) AS new WHERE {same}"
    return sql, [_column(field) for field in fields[: len(names) + 1]]


def _column(field: Any) -> tuple[str, Callable[[Any, Any], Any]]:
    """The attribute that a column comes from, and what makes of its value that of the database."""
    kept = field
    while kept.is_relation:
        kept = kept.target_field
    return field.attname, kept.get_db_prep_save


def _cursor(db: Any) -> Any:
    """The one cursor of the connection for these statements: each new one finds out anew how to read every type."""
    if not db.in_atomic_block:
        db.close_if_health_check_failed()
        db.ensure_connection()
    kept = getattr(db, "cursor_of_rows", None)
    if kept is None or kept.connection is not db.connection:
        kept = db.cursor_of_rows = _Prepared(db.connection) if db.vendor == "postgresql" else db.cursor().cursor
    return db._prepare_cursor(kept)


class _Prepared(psycopg.Cursor[Any]):
    """PostgreSQL plans a statement of it once, for any values: by keys, one plan suits them all.

    Lists are planned for each question anew. What finds a common thing soon would read every row there is for a rare.
    """

    def __init__(self, connection: Any):
        super().__init__(connection)
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, **{"prepare": True} | options)


def _key(value: Any, db: Any) -> Any:
    if isinstance(value, UUID):
        return _UUID.get_db_prep_value(value, db)
    return db.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
