"""The search index beside ``SearchDocument``: made by a migration, checked and mended after every one.

Django rebuilds SQLite tables to alter them and drops their triggers with the old table, so the triggers
that keep the index in step are made again whenever they are found missing.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "library_searchdocument"
INDEX = "library_search"
COLUMNS = "title, author, body"

_SQLITE_INDEX = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5(
  {COLUMNS}, content='{TABLE}', content_rowid='item_id',
  tokenize='porter unicode61 remove_diacritics 2'
)"""

_OLD = "old.item_id, old.title, old.author, old.body"
_NEW = "new.item_id, new.title, new.author, new.body"
_TRIGGERS = {
    f"{INDEX}_insert": f"""AFTER INSERT ON {TABLE} BEGIN
      INSERT INTO {INDEX}(rowid, {COLUMNS}) VALUES ({_NEW}); END""",
    f"{INDEX}_delete": f"""AFTER DELETE ON {TABLE} BEGIN
      INSERT INTO {INDEX}({INDEX}, rowid, {COLUMNS}) VALUES ('delete', {_OLD}); END""",
    f"{INDEX}_update": f"""AFTER UPDATE ON {TABLE} BEGIN
      INSERT INTO {INDEX}({INDEX}, rowid, {COLUMNS}) VALUES ('delete', {_OLD});
      INSERT INTO {INDEX}(rowid, {COLUMNS}) VALUES ({_NEW}); END""",
}

# Words are folded by index_text already; the English stemmer is what SQLite's porter tokenizer does too.
_POSTGRES = f"""
ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS (
  setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('simple', author), 'B')
  || to_tsvector('english', left(body, 300000))
) STORED;
CREATE INDEX IF NOT EXISTS {INDEX}_gin ON {TABLE} USING gin(vector);
"""


def make_index(connection: BaseDatabaseWrapper) -> None:
    """Makes the index, its triggers and, where it was new, its content. Does nothing where all is there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
            return
        fresh = not _names(cursor, "table", INDEX)
        cursor.execute(_SQLITE_INDEX)
        missing = [name for name in _TRIGGERS if not _names(cursor, "trigger", name)]
        for name in missing:
            cursor.execute(f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
        if fresh or missing:
            # Rows written while a trigger was missing would be lost to search: build it anew.
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")


def index_is_sound(connection: BaseDatabaseWrapper) -> bool:
    """Whether the index and its triggers are there and agree with the documents."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass(%s)", [f"{INDEX}_gin"])
            return cursor.fetchone()[0] is not None
        if not all(_names(cursor, "trigger", name) for name in _TRIGGERS):
            return False
        try:
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('integrity-check', 1)")
        except DatabaseError:
            return False
    return True


def after_migrate(sender: Any, using: str, **_: Any) -> None:
    """Signal receiver: the index is whole again after every migration."""
    from django.db import connections

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        make_index(connection)


def _names(cursor: Any, kind: str, name: str) -> bool:
    cursor.execute("SELECT 1 FROM sqlite_master WHERE type = %s AND name = %s", [kind, name])
    return cursor.fetchone() is not None
