"""Where a test process keeps its data, and which tests it runs: loaded by pytest before Django's settings.

The data folder is thrown away at the end, the database SQLite unless ``TRANSOM_TEST_DATABASE_URL`` names a
server. Where `tests.everything` shares the work out, ``TRANSOM_TEST_ON`` and ``TRANSOM_TEST_PART`` say what
is whose.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable

import pytest

USING_A_DATABASE = frozenset(
    ("db", "transactional_db", "django_db_reset_sequences", "live_server", "database", "library", "held")
)


def database_url() -> str:
    """The server to test on; "" for SQLite."""
    if os.environ.get("TRANSOM_TEST_ON") == "sqlite":
        return ""
    return os.environ.get("TRANSOM_TEST_DATABASE_URL", "")


def _settle() -> None:
    """Nothing of whoever runs the tests may reach them, and nothing of them may stay."""
    for name in [name for name in os.environ if _is_an_option(name)]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="transom-test-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["TRANSOM_HOME"] = home
    os.environ["TRANSOM_DATABASE_URL"] = database_url()


def _is_an_option(name: str) -> bool:
    return name.startswith("TRANSOM_") and not name.startswith("TRANSOM_TEST_")


_settle()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to the other processes of `tests.everything` what is theirs."""
    kept = [item for item in items if is_mine(item)]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def is_mine(item: pytest.Item) -> bool:
    """Whether this process runs the test."""
    part, _, parts = os.environ.get("TRANSOM_TEST_PART", "0of1").partition("of")
    if zlib.crc32(item.nodeid.partition("::")[0].encode()) % int(parts) != int(part):
        return False
    # What uses no database runs beside the tests on PostgreSQL, so that the two take about as long.
    return os.environ.get("TRANSOM_TEST_ON") != "sqlite" or uses_database(item)


def uses_database(item: pytest.Item) -> bool:
    """Whether the test is about something a database keeps."""
    names: Iterable[str] = getattr(item, "fixturenames", ())
    return bool(USING_A_DATABASE & set(names)) or item.get_closest_marker("django_db") is not None
