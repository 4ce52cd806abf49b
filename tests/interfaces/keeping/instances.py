"""A small instance on disk: a data folder with a database, a key, a picture and options."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from transom.config.options import Options, secret_key

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KNOWN = {"library": ["0001_initial", "0002_more"], "sources": ["0001_initial"]}


def make_instance(home: Path, notes: int = 3) -> Options:
    """A data folder with a library of so many notes."""
    home.mkdir(mode=0o700)
    options = Options(home=home)
    secret_key(options)
    (home / "media" / "pictures").mkdir(parents=True)
    (home / "media" / "pictures" / "a.png").write_bytes(b"\x89PNG picture")
    (home / "transom.toml").write_text('log_level = "INFO"\n')
    (home / "transom.toml").chmod(0o600)
    with closing(connect(options)) as connection:
        connection.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT)")
        connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
        for app, names in KNOWN.items():
            for name in names:
                connection.execute("INSERT INTO django_migrations (app, name) VALUES (?, ?)", (app, name))
        connection.commit()
    write_notes(options, notes)
    return options


def connect(options: Options) -> sqlite3.Connection:
    connection = sqlite3.connect(options.database_file, timeout=10)
    connection.execute("PRAGMA journal_mode=WAL")
    return connection


def write_notes(options: Options, count: int) -> None:
    with closing(connect(options)) as connection:
        connection.executemany("INSERT INTO note (text) VALUES (?)", [(f"note {n}",) for n in range(count)])
        connection.commit()


def notes_in(options: Options) -> int:
    with closing(connect(options)) as connection:
        return int(connection.execute("SELECT count(*) FROM note").fetchone()[0])


def apply_migration(options: Options, app: str, name: str) -> None:
    with closing(connect(options)) as connection:
        connection.execute("INSERT INTO django_migrations (app, name) VALUES (?, ?)", (app, name))
        connection.commit()
