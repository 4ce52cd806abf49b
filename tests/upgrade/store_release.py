"""Stores a small library as this version makes it, for the upgrade tests of every later one.

python -m tests.upgrade.store_release    (writes tests/upgrade/releases/VERSION.sqlite3.gz)
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

RELEASES = Path(__file__).parent / "releases"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="transom-release-") as folder:
        _set_up(Path(folder))
        _fill()
        path = _store(Path(folder) / "transom.sqlite3")
    print(f"{path} ({path.stat().st_size // 1024} kB)")
    return 0


def _set_up(home: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TRANSOM_")]:
        del os.environ[name]
    os.environ["TRANSOM_HOME"] = str(home)
    sys.path.insert(0, str(Path(__file__).parents[2] / "src"))
    from transom.interfaces.cli.setting_up import open_library

    open_library()


def _fill() -> None:
    from tests.privacy.people import a_full_person, a_public_item

    shared = a_public_item()
    a_full_person("ada", "zwetschge", shared)
    a_full_person("ben", "quitte", shared)


def _store(database: Path) -> Path:
    from django.db import connections

    from transom import __version__

    connections.close_all()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    RELEASES.mkdir(exist_ok=True)
    path = RELEASES / f"{__version__}.sqlite3.gz"
    path.write_bytes(gzip.compress(database.read_bytes(), 9, mtime=0))
    return path


if __name__ == "__main__":
    sys.exit(main())
