"""Writing and changing many rows with one prepared statement, some hundred a transaction.

Django's bulk_update builds one statement with a case for every row; for hundreds of rows it takes longer than the
database. PostgreSQL is given whole columns, since each row of its own takes a message there and back. Whoever writes
here computes the difference before, so that a transaction holds nothing but the writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model

AT_ONCE: Final = 1000
FEW: Final = 500

_added: Counter[str] = Counter()
_looked_at: dict[str, int] = {}


def add(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows, given the values of `columns`; those that are there already, written meanwhile, stay."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(map(quote, columns))
    if connection.vendor == "postgresql":
        statement = f"INSERT INTO {table} ({names}) SELECT * FROM {{}} ON CONFLICT DO NOTHING"  # noqa: S608
        _note_growth(table, _in_columns(statement, model, columns, rows))
        return
    places = ", ".join(["%s"] * len(columns))
    _run(f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", rows)  # noqa: S608


def change(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Gives rows new values of `columns`; the key stands last in each row. Rows that are gone stay gone."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), str(model._meta.pk.column)
    if connection.vendor == "postgresql":
        sets = ", ".join(f"{quote(name)} = given.{quote(name)}" for name in columns)
        named = ", ".join(map(quote, (*columns, "given_key")))
        statement = (
            f"UPDATE {table} SET {sets} FROM {{}} AS given ({named}) WHERE {table}.{quote(key)} = given_key"  # noqa: S608
        )
        _in_columns(statement, model, (*columns, key), rows)
        return
    sets = ", ".join(f"{quote(name)} = %s" for name in columns)
    _run(f"UPDATE {table} SET {sets} WHERE {quote(key)} = %s", rows)  # noqa: S608


def remove(model: type[Model], keys: Iterable[int]) -> None:
    """Deletes rows that nothing else refers to."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    if connection.vendor == "postgresql":
        statement = f"DELETE FROM {table} USING {{}} AS given (given_key) WHERE {table}.{key} = given_key"  # noqa: S608
        _in_columns(statement, model, (str(model._meta.pk.column),), ((one,) for one in keys))
        return
    _run(f"DELETE FROM {table} WHERE {key} = %s", ((one,) for one in keys))  # noqa: S608


def _in_columns(
    statement: str, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Runs a statement whose `{}` stands for the rows of these columns; how many there were."""
    types = {
        one.column: (one.db_type(connection) or "text").partition("(")[0]
        for one in model._meta.concrete_fields
    }
    given = ", ".join(f"%s::{types[name]}[]" for name in columns)
    remaining, many = iter(rows), 0
    while some := list(islice(remaining, AT_ONCE)):
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(
                statement.format(f"unnest({given})"),
                [_as_array(column) for column in zip(*some, strict=True)],
            )
        many += len(some)
    return many


def _as_array(column: Sequence[Any]) -> str | list[Any]:
    """A column as PostgreSQL writes an array where it holds whole numbers or texts, for which psycopg takes several
    times as long; any other as it is.
    """
    kinds = set(map(type, column))
    if kinds == {int}:
        return "{" + ",".join(map(str, column)) + "}"
    if kinds == {str}:
        return "{" + ",".join([f'"{one}"' for one in map(_escaped, column)]) + "}"
    return list(column)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _note_growth(table: str, rows: int) -> None:
    """Has PostgreSQL look at a table again whenever as much was added as it knew of.

    Its checks of foreign keys keep the plan they were first made with: of a table that was empty then, that is to
    read all of it for every row.
    """
    _added[table] += rows
    # Within a larger transaction its lock would be held to the end.
    if _added[table] >= 2 * _looked_at.get(table, FEW) and not connection.in_atomic_block:
        _looked_at[table] = _added[table]
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")


def _run(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    remaining = iter(rows)
    while some := list(islice(remaining, AT_ONCE)):
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(statement, _adapted(some))


def _adapted(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Rows with their moments as the database takes them. A column holds moments in all rows, or in none."""
    if not any(value is None or isinstance(value, datetime) for value in rows[0]):
        return rows
    adapt = connection.ops.adapt_datetimefield_value
    return [[adapt(value) if isinstance(value, datetime) else value for value in row] for row in rows]
