"""A lock that the database server holds for us while we live: for workers on several machines.

PostgreSQL's advisory locks belong to a connection and go with it, however the process ends, so nothing is
ever stale.
"""

from __future__ import annotations

import hashlib
from types import TracebackType
from typing import Any, Self

from django.db import DatabaseError, connection

# A machine that loses its power says no goodbye: the server asks for it after a minute.
ASK_WHETHER_ALIVE = (
    "SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 20; SET tcp_keepalives_count = 3"
)


def is_available() -> bool:
    """Whether the database in use can hold such locks."""
    return connection.vendor == "postgresql"


class ServerLock:
    """Taken with `try_take`, on a connection of its own; given back by `give_back` or the end of a `with`."""

    def __init__(self, name: str) -> None:
        digest = hashlib.sha256(f"transom {name}".encode()).digest()
        self._key = int.from_bytes(digest[:8], "big", signed=True)
        self._connection: Any = None

    def try_take(self) -> bool:
        """Takes the lock, at once or not at all. Raises DatabaseError."""
        own = connection.copy()
        with own.cursor() as cursor:
            cursor.execute(ASK_WHETHER_ALIVE)
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self._key])
            taken = bool(cursor.fetchone()[0])
        if taken:
            self._connection = own
        else:
            own.close()
        return taken

    def is_held(self) -> bool:
        """Whether it is still ours: a connection that broke has given it back."""
        if self._connection is None:
            return False
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            self.give_back()
            return False
        return True

    def give_back(self) -> None:
        """Gives the lock back; nothing happens where it is not held."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()
