"""Backup and restore where PostgreSQL keeps the data."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.interfaces.keeping.instances import KNOWN, NOW
from tests.servers import postgres

from transom.config.options import Options, secret_key
from transom.interfaces.keeping.backup import make_backup
from transom.interfaces.keeping.doctor import examine
from transom.interfaces.keeping.errors import KeepingError
from transom.interfaces.keeping.restore import restore_backup

psycopg = pytest.importorskip("psycopg")

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(bool(postgres.why_not()), reason=postgres.why_not() or "none"),
    pytest.mark.skipif(
        shutil.which("pg_dump") is None, reason="pg_dump is missing (apt install postgresql-client)"
    ),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.Cluster() as cluster:
        yield cluster


@pytest.fixture
def options(cluster: postgres.Cluster, tmp_path: Path) -> Iterator[Options]:
    tmp_path.chmod(0o700)
    options = Options(home=tmp_path, database_url=cluster.url)
    secret_key(options)
    run(options, "CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text)")
    run(options, "CREATE TABLE note (id serial PRIMARY KEY, text text)")
    for app, names in KNOWN.items():
        for name in names:
            run(options, f"INSERT INTO django_migrations (app, name) VALUES ('{app}', '{name}')")
    run(options, "INSERT INTO note (text) VALUES ('one'), ('two')")
    yield options
    run(options, "DROP TABLE IF EXISTS note, django_migrations, later")


def run(options: Options, statement: str) -> None:
    with psycopg.connect(options.database_url, autocommit=True) as connection:
        connection.execute(statement)


def texts(options: Options) -> list[str]:
    with psycopg.connect(options.database_url) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note ORDER BY id")]


def test_there_and_back(options: Options) -> None:
    saved = make_backup(options, now=NOW)
    with zipfile.ZipFile(saved) as archive:
        assert {"database.pgdump", "keys/secret"} <= set(archive.namelist())
    run(options, "INSERT INTO note (text) VALUES ('three')")
    before = restore_backup(options, saved, known=KNOWN, now=NOW)
    assert texts(options) == ["one", "two"]
    [kept] = [path for path in before.iterdir() if path.suffix == ".zip"]
    restore_backup(options, kept, known=KNOWN, now=NOW.replace(hour=10))
    assert texts(options) == ["one", "two", "three"]


def test_not_onto_older_code(options: Options) -> None:
    run(options, "INSERT INTO django_migrations (app, name) VALUES ('library', '0009_newer')")
    saved = make_backup(options, now=NOW)
    with pytest.raises(KeepingError, match="newer than this one"):
        restore_backup(options, saved, known=KNOWN, now=NOW)
    assert texts(options) == ["one", "two"]


def test_a_dump_that_cannot_be_loaded_changes_nothing(options: Options) -> None:
    saved = make_backup(options, now=NOW)
    run(options, "INSERT INTO note (text) VALUES ('three')")
    # Something that refers to the table stands in its way.
    run(options, "CREATE TABLE later (note integer REFERENCES note)")
    with pytest.raises(KeepingError, match="pg_restore failed"):
        restore_backup(options, saved, known=KNOWN, now=NOW)
    assert texts(options) == ["one", "two", "three"]


def test_the_doctor_asks_the_server(options: Options) -> None:
    says = "\n".join(finding.says for finding in examine(options, now=NOW, known=KNOWN))
    assert "The database server answers." in says


def test_a_server_that_is_away_is_named(options: Options, tmp_path: Path) -> None:
    away = Options(home=tmp_path, database_url="postgresql://transom@127.0.0.1:1/none")
    with pytest.raises(KeepingError, match=r"pg_dump failed|did not answer"):
        make_backup(away, now=NOW)
    assert any("did not answer" in finding.what for finding in examine(away, now=NOW, known=KNOWN))
