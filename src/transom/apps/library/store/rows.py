"""Writing many rows of one table with one prepared statement.

Django's bulk_create adapts every field of every row by itself and writes a few hundred at a time; for the rows
of a refresh that took longer than the database. Values here are what the column holds, datetimes aware.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, key: str = ""
) -> None:
    """Adds rows, given the values of `columns`. Where `key` names a unique column, a row with it is overwritten."""
    written = [_adapted(row) for row in rows]
    if written:
        with connection.cursor() as cursor:
            cursor.executemany(_statement(model, columns, key), written)


def insert_objects(objects: Sequence[Model], *, key: str = "") -> None:
    """Adds model instances of one table; those of a table that gives its own ids do not learn theirs."""
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]
    names, columns = [field.attname for field in fields], [str(field.column) for field in fields]
    insert(model, columns, (_values(one, names) for one in objects), key=key)


def _values(one: Model, names: Sequence[str]) -> list[Any]:
    held = one.__dict__
    return [held[name] for name in names]


def _statement(model: type[Model], columns: Sequence[str], key: str) -> str:
    quote: Callable[[str], str] = connection.ops.quote_name
    places = ", ".join(["%s"] * len(columns))
    names = ", ".join(map(quote, columns))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608
    if not key:
        return statement
    taken = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns if name != key)
    return f"{statement} ON CONFLICT ({quote(key)}) DO UPDATE SET {taken}"


def _adapted(row: Sequence[Any]) -> list[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return [adapt(value) if isinstance(value, datetime) else value for value in row]
