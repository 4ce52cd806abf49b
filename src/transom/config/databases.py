"""Django's DATABASES from one address: SQLite in the data folder by default, else PostgreSQL."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from transom.config.options import OptionError, Options

# WAL lets the web process read while the worker writes; NORMAL is safe with WAL (a power cut may lose
# the last commits but never corrupts); the cache and the memory map keep searches of large libraries fast, and the log
# is taken over every 16 MB, which costs a first refresh less than every four.
SQLITE_START = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
PRAGMA temp_store=MEMORY;
PRAGMA mmap_size=1073741824;
PRAGMA cache_size=-32000;
PRAGMA journal_size_limit=67108864;
PRAGMA wal_autocheckpoint=4000;
"""


def databases(options: Options) -> dict[str, dict[str, Any]]:
    """The ``default`` database of these options. Raises OptionError for an address it cannot read."""
    if not options.database_url:
        return {"default": _sqlite(str(options.database_file))}
    parts = urlsplit(options.database_url)
    if parts.scheme == "sqlite":
        return {"default": _sqlite(unquote(parts.path) or str(options.database_file))}
    if parts.scheme in {"postgres", "postgresql"}:
        return {"default": _postgres(options.database_url)}
    raise OptionError(
        f"database_url starts with {parts.scheme!r}; it can be postgresql://user:password@host/name or sqlite:///path."
    )


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        # Tests use a file too: a database in memory locks whole tables between threads.
        "TEST": {"NAME": f"{path}.test"},
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    # For the many queries that last milliseconds, compiling them first takes longer than they do.
    query.setdefault("options", "-c jit=off")
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "transom",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
