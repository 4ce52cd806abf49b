"""Whole numbers of very many rows as one array: keys, kinds and times, without an object for each row."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Case, F, Func, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from numpy.typing import NDArray

AT_ONCE: Final = 20_000
# PostgreSQL's binary form of an array of one dimension: a header of 20 bytes, then each number with its length.
HEADER: Final = 20
ELEMENT: Final = np.dtype([("size", ">i4"), ("value", ">i8")])

Numbers = NDArray[np.int64]
Column = Func | Case


class Epoch(Func):
    """A moment as whole seconds since 1970."""

    output_field = BigIntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Not EXTRACT, which reckons in decimal digits.
        template = "FLOOR(DATE_PART('epoch', %(expressions)s))::bigint"
        return super().as_sql(compiler, connection, template=template, **context)


class Millionths(Func):
    """A fraction as whole millionths."""

    output_field = BigIntegerField()
    arity = 1
    template = "CAST(ROUND(%(expressions)s * 1000000) AS BIGINT)"


def as_number(truth: str) -> Case:
    """A column that is true or false as 1 or 0."""
    return Case(When(**{truth: True}, then=Value(1)), default=Value(0))


def numbers(rows: QuerySet[Any, Any], *columns: str | Column, most: int | None = None) -> Numbers:
    """Some columns of some rows: shape (rows, columns). What is empty is 0."""
    wanted = {f"number_{at}": _number(rows, one) for at, one in enumerate(columns)}
    asked = rows.annotate(**wanted).values_list(*wanted)
    try:
        statement, parameters = asked[:most].query.sql_with_params()
    except EmptyResultSet:
        return np.zeros((0, len(columns)), dtype=np.int64)
    read = _gathered if connection.vendor == "postgresql" else _fetched
    return read(str(statement), parameters, len(columns))


def _number(rows: QuerySet[Any, Any], column: str | Column) -> Any:
    """The column as a whole number that is never empty; what is one already is left alone, since each step counts."""
    named = rows.model._meta
    empty = not isinstance(column, str) or (column != "pk" and named.get_field(column).null)
    given: Any = F(column) if isinstance(column, str) else column
    filled = Coalesce(given, Value(0)) if empty else given
    # PostgreSQL writes each number in its own width.
    return Cast(filled, output_field=BigIntegerField()) if connection.vendor == "postgresql" else filled


def _fetched(statement: str, parameters: Any, width: int) -> Numbers:
    pieces = [np.zeros((0, width), dtype=np.int64)]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(AT_ONCE):
            flat = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=width * len(rows))
            pieces.append(flat.reshape(-1, width))
    return np.asfortranarray(np.concatenate(pieces))


def _gathered(statement: str, parameters: Any, width: int) -> Numbers:
    """Asks PostgreSQL for each column as one array, in its binary form: a message for each row keeps this process
    busy several times as long.
    """
    import psycopg  # noqa: PLC0415  only where it is the database

    arrays = ", ".join(f"array_agg(c{at})" for at in range(width))
    names = ", ".join(f"c{at}" for at in range(width))
    asked = f"SELECT {arrays} FROM ({statement}) AS given ({names})"  # noqa: S608
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(asked, parameters, binary=True)
        answer = cursor.pgresult
        assert answer is not None
        columns = [answer.get_value(0, at) or b"" for at in range(width)]
    if not columns[0]:
        return np.zeros((0, width), dtype=np.int64)
    # A column's numbers stand together, since columns are what is worked with.
    found = np.empty((width, (len(columns[0]) - HEADER) // ELEMENT.itemsize), dtype=np.int64)
    for at, one in enumerate(columns):
        found[at] = np.frombuffer(one, ELEMENT, offset=HEADER)["value"]
    return found.T
