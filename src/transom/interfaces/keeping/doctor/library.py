"""The database: sound, of this version, and copied lately."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from transom.config.options import Options
from transom.engine.core.errors import TransomError
from transom.interfaces.keeping import database
from transom.interfaces.keeping.backup import backup_folder
from transom.interfaces.keeping.doctor.finding import Finding, error, fine, warning

Migrations = dict[str, list[str]]
BACKUP_DAYS = 30
BACK_UP = "Make one: transom backup"
PATIENCE = 20.0


def examine_library(options: Options, known: Migrations, now: datetime) -> Iterator[Finding]:
    """All findings about the database; `known` are the migrations this code has."""
    try:
        if database.is_sqlite(options):
            path = database.sqlite_file(options)
            if not path.exists():
                yield fine("There is no library yet; the first start makes it.")
                return
            yield _soundness(path)
            applied = database.sqlite_migrations(path)
        else:
            applied = database.postgres_migrations(options)
            yield fine("The database server answers.")
        yield _version(applied, known)
    except (TransomError, sqlite3.Error, OSError) as problem:
        yield error(f"The library cannot be read: {problem}.", "Go back to a backup: transom restore FILE")
    yield _last_backup(options, now)


def _soundness(path: Path) -> Finding:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        if found == ["ok"]:
            found = [
                f"a row of {row[0]} refers to nothing"
                for row in connection.execute("PRAGMA foreign_key_check")
            ]
    if found and found != ["ok"]:
        return error(
            f"The library {path} is damaged: {'; '.join(found[:3])}.",
            "Stop Transom, keep a copy of the file, and go back to a backup: transom restore FILE",
        )
    return fine(f"The library {path} is sound.")


def _version(applied: Migrations, known: Migrations) -> Finding:
    newer = [
        f"{app} {name}" for app in applied if app in known for name in applied[app] if name not in known[app]
    ]
    if newer:
        return error(
            f"The library was used by a newer Transom (it knows {min(newer)}).",
            "Install that version again, or go back to a backup made before: transom restore FILE",
        )
    waiting = sum(name not in applied.get(app, []) for app in known for name in known[app])
    if applied and waiting:
        return warning(
            f"The library is of an earlier version: {waiting} steps are missing.",
            "Start Transom; it makes a copy first, then takes them: transom run",
        )
    return fine("The library is of this version.")


def _last_backup(options: Options, now: datetime) -> Finding:
    folder = backup_folder(options)
    made = [path.stat().st_mtime for path in folder.glob("*.zip")] if folder.is_dir() else []
    if not made:
        return warning(f"There is no backup in {folder}.", BACK_UP)
    last = datetime.fromtimestamp(max(made), UTC)
    if now - last > timedelta(days=BACKUP_DAYS):
        return warning(f"The last backup in {folder} is of {last:%Y-%m-%d}.", BACK_UP)
    return fine(f"The last backup is of {last:%Y-%m-%d}.")
