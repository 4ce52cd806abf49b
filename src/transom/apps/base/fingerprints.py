"""Texts as whole numbers, to be compared in great numbers without being read.

Apart from `numbers`, since each new connection asks for this, and most of what Transom starts for needs no numpy.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.db.models import BigIntegerField, Func

NAME: Final = "transom_fingerprint"
SECRET: Final = secrets.randbits(63)


class Fingerprint(Func):
    """A text as a whole number: equal texts have equal ones, to each other and to nobody outside this process, so
    that none can be made up to collide. Two different texts of a thousand million have the same once in forty times.
    """

    output_field = BigIntegerField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, template=f"{NAME}(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"hashtextextended(%(expressions)s, {SECRET})"
        return super().as_sql(compiler, connection, template=template, **context)


def teach(connection: Any, **_: Any) -> None:
    """Gives a new connection to SQLite what `Fingerprint` asks of it; PostgreSQL has it."""
    if connection.vendor == "sqlite":
        # Python's own, which is keyed anew in each process.
        connection.connection.create_function(NAME, 1, hash, deterministic=True)
