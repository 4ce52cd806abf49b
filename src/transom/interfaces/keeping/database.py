"""Copies of the database that are whole while others write: SQLite's online backup, or pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from transom.config.databases import databases
from transom.config.options import Options
from transom.interfaces.keeping.errors import KeepingError

MIGRATIONS = "SELECT app, name FROM django_migrations ORDER BY id"
LOCK_PATIENCE = 20.0


def is_sqlite(options: Options) -> bool:
    return str(_facts(options)["ENGINE"]).endswith("sqlite3")


def sqlite_file(options: Options) -> Path:
    """Where SQLite keeps the data."""
    return Path(_facts(options)["NAME"])


def _facts(options: Options) -> dict[str, Any]:
    return databases(options)["default"]


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy while others read and write. Raises sqlite3.Error, OSError."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=LOCK_PATIENCE)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        # The copy is made anew on failure, so it needs no journal of its own.
        other.execute("PRAGMA journal_mode=OFF")
        other.execute("PRAGMA synchronous=OFF")
        one.backup(other)
    # The header says WAL, as the original does; whoever opens the copy makes the log again.
    for suffix in ("-wal", "-shm", "-journal"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)


def sqlite_migrations(path: Path) -> dict[str, list[str]]:
    """The migrations applied to a database file, by app; none where the table is missing."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=LOCK_PATIENCE)) as connection:
        try:
            return _by_app(connection.execute(MIGRATIONS).fetchall())
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return {}
            raise


def check_sqlite(path: Path) -> None:
    """Raises KeepingError when the file is no sound database."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
    except sqlite3.Error as error:
        raise KeepingError(f"The database in this backup cannot be opened: {error}.") from error
    if found != ["ok"]:
        raise KeepingError(f"The database in this backup is damaged: {'; '.join(found)}.")


def postgres_migrations(options: Options) -> dict[str, list[str]]:
    """The migrations applied on the server, by app. Raises KeepingError."""
    import psycopg

    try:
        with psycopg.connect(**_for_psycopg(options)) as connection:
            found = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
            if not found or found[0] is None:
                return {}
            return _by_app(connection.execute(MIGRATIONS).fetchall())
    except psycopg.Error as error:
        raise KeepingError(
            f"The database server did not answer: {error}. Check database_url, and whether it runs."
        ) from error


def _for_psycopg(options: Options) -> dict[str, Any]:
    facts = _facts(options)
    given = {"dbname": facts["NAME"], "user": facts["USER"], "password": facts["PASSWORD"]}
    given |= {"host": facts["HOST"], "port": facts["PORT"], **facts["OPTIONS"]}
    return {name: value for name, value in given.items() if value}


def _by_app(rows: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    applied: dict[str, list[str]] = {}
    for app, name in rows:
        applied.setdefault(app, []).append(name)
    return applied


def dump_postgres(options: Options, target: Path) -> None:
    """Writes pg_dump's custom format. Raises KeepingError."""
    _tool(options, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def load_postgres(options: Options, source: Path) -> None:
    """Replaces what the server has by a dump, all or nothing. Raises KeepingError."""
    name = str(_facts(options)["NAME"])
    _tool(
        options,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        f"--dbname={name}",
        str(source),
    )


def _tool(options: Options, name: str, *arguments: str) -> None:
    program = shutil.which(name)
    if program is None:
        raise KeepingError(
            f"{name} is missing. It comes with PostgreSQL's client programs (Debian: apt install postgresql-client)."
        )
    done = subprocess.run(  # noqa: S603
        [program, "--no-password", *arguments],
        env={**os.environ, **_for_tools(options)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise KeepingError(f"{name} failed: {said[0]}")


def _for_tools(options: Options) -> Mapping[str, str]:
    """The connection as environment variables, so that no password stands on a command line."""
    facts = _facts(options)
    named = {
        "PGDATABASE": "NAME",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGHOST": "HOST",
        "PGPORT": "PORT",
    }
    return {variable: str(facts[key]) for variable, key in named.items() if facts[key]}
