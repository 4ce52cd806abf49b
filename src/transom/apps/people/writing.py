"""Writing and changing many rows with one prepared statement, a few hundred a transaction.

Django's bulk_update builds one statement with a case for every row; for hundreds of rows it takes longer than the
database. Whoever writes here computes the difference before, so that a transaction holds nothing but the writing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model

AT_ONCE: Final = 1000


def add(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows, given the values of `columns`; those that are there already, written meanwhile, stay."""
    quote = connection.ops.quote_name
    names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
    table = quote(model._meta.db_table)
    _run(f"INSERT INTO {table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", rows)  # noqa: S608


def change(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Gives rows new values of `columns`; the key stands last in each row. Rows that are gone stay gone."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(name)} = %s" for name in columns)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    _run(f"UPDATE {table} SET {sets} WHERE {key} = %s", rows)  # noqa: S608


def remove(model: type[Model], keys: Iterable[int]) -> None:
    """Deletes rows that nothing else refers to."""
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    _run(f"DELETE FROM {table} WHERE {key} = %s", ((one,) for one in keys))  # noqa: S608


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
