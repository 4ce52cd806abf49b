"""A library of every earlier release is brought up to date, and nothing in it is lost."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.schemas import tidy

from transom import __version__

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RELEASES = sorted((HERE / "releases").glob("*.sqlite3.gz"))
STORE_AGAIN = "store this version's library again: python -m tests.upgrade.store_release"
# What every start writes anew, and the search index's own tables.
NOT_THE_USERS = ("django_", "auth_", "sqlite_", "base_periodictask", "library_search_", "library_search")


def bring_up_to_date(home: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRANSOM_")}
    environ |= {"TRANSOM_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    code = "from transom.interfaces.cli.setting_up import open_library; open_library()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


def stored(release: Path, home: Path) -> Path:
    home.mkdir(mode=0o700)
    path = home / "transom.sqlite3"
    path.write_bytes(gzip.decompress(release.read_bytes()))
    return path


def schema_of(path: Path) -> dict[str, tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
    return {name: tidy(kind, made) for name, kind, made in rows}


def rows_of(path: Path, columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """All rows of these columns, by table."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: sorted(
                connection.execute(
                    f'SELECT {", ".join(f"{name!r}" for name in names)} FROM "{table}"'.replace("'", '"')
                ),
                key=repr,
            )
            for table, names in columns.items()
        }


def columns_of(path: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for table in tables
            if table != "library_search" and not table.startswith(NOT_THE_USERS)
        }


def test_this_version_is_stored() -> None:
    assert HERE / "releases" / f"{__version__}.sqlite3.gz" in RELEASES, STORE_AGAIN


def test_the_stored_library_of_this_version_is_as_this_version_makes_it(tmp_path: Path) -> None:
    """A released version's tables never change: later changes are migrations of a later version."""
    release = HERE / "releases" / f"{__version__}.sqlite3.gz"
    (tmp_path / "new").mkdir(mode=0o700)
    bring_up_to_date(tmp_path / "new")
    then, now = schema_of(stored(release, tmp_path / "old")), schema_of(tmp_path / "new" / "transom.sqlite3")
    differing = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
    assert not differing, (
        f"{', '.join(differing)} changed after {__version__} was stored. Is {__version__} not released yet: "
        f"{STORE_AGAIN}. Else make the change a new migration and raise the version"
    )


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".sqlite3.gz"))
def test_it_is_brought_up_to_date_and_every_row_survives(release: Path, tmp_path: Path) -> None:
    path = stored(release, tmp_path / "home")
    before = columns_of(path)
    old = rows_of(path, before)
    assert sum(len(rows) for rows in old.values()) > 80
    bring_up_to_date(path.parent)
    after = columns_of(path)
    kept = {
        table: [name for name in names if name in after[table]]
        for table, names in before.items()
        if table in after
    }
    assert set(kept) == set(before), "a table went: say here what became of its rows"
    assert rows_of(path, kept) == (
        old if kept == before else rows_of(stored(release, tmp_path / "again"), kept)
    )


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".sqlite3.gz"))
def test_the_search_still_finds_what_was_stored(release: Path, tmp_path: Path) -> None:
    path = stored(release, tmp_path / "home")
    bring_up_to_date(path.parent)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM library_search WHERE library_search MATCH 'zwetschge'"
        ).fetchone()
        assert found[0] >= 2
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
