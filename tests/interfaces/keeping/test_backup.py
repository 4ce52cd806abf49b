"""A backup is whole, also while others write, and holds all one needs to go on elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.interfaces.keeping.instances import KNOWN, NOW, connect, make_instance

from transom import __version__
from transom.config.options import Options
from transom.interfaces.keeping import backup
from transom.interfaces.keeping.backup import make_backup
from transom.interfaces.keeping.errors import KeepingError


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return make_instance(tmp_path / "home")


def test_it_holds_library_keys_media_and_options(options: Options) -> None:
    with zipfile.ZipFile(make_backup(options, now=NOW)) as archive:
        names = set(archive.namelist())
        key = archive.read("keys/secret")
    assert names == {
        "database.sqlite3",
        "keys/secret",
        "media/pictures/a.png",
        "transom.toml",
        "manifest.json",
    }
    assert key == (options.home / "keys" / "secret").read_bytes()


def test_its_manifest_says_version_migrations_and_checksums(options: Options) -> None:
    with zipfile.ZipFile(make_backup(options, now=NOW)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for name, facts in manifest["files"].items():
            raw = archive.read(name)
            assert facts == {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    assert manifest["version"] == __version__
    assert manifest["migrations"] == KNOWN
    assert manifest["database"] == "sqlite"


def test_only_you_can_read_it(options: Options) -> None:
    assert stat.S_IMODE(make_backup(options, now=NOW).stat().st_mode) == 0o600


def test_it_is_consistent_while_others_write(options: Options, tmp_path: Path) -> None:
    stop = threading.Event()

    def write_pairs() -> None:
        with closing(connect(options)) as connection:
            while not stop.is_set():
                connection.execute("INSERT INTO note (text) VALUES ('left')")
                connection.execute("INSERT INTO note (text) VALUES ('right')")
                connection.commit()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        made = [make_backup(options, now=NOW, target=tmp_path / f"{number}.zip") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    for path in made:
        with zipfile.ZipFile(path) as archive:
            archive.extract("database.sqlite3", tmp_path)
        with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            counts = dict(copy.execute("SELECT text, count(*) FROM note GROUP BY 1"))
        assert counts.get("left", 0) == counts.get("right", 0)


def test_the_newest_ten_made_by_hand_stay(options: Options) -> None:
    for number in range(12):
        path = make_backup(options, now=NOW + timedelta(minutes=number))
        os.utime(path, (number, number))
    make_backup(options, now=NOW + timedelta(hours=1))
    kept = sorted(path.name for path in backup.backup_folder(options).iterdir())
    assert len(kept) == backup.KEPT
    assert kept[-1] == "transom-2026-11-24-100000.zip"
    assert kept[0] == "transom-2026-11-24-090300.zip"


def test_backups_written_elsewhere_are_never_removed(options: Options, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for number in range(backup.KEPT + 2):
        make_backup(options, now=NOW + timedelta(minutes=number), target=elsewhere)
    assert len(list(elsewhere.iterdir())) == backup.KEPT + 2


def test_an_existing_file_is_left_alone(options: Options, tmp_path: Path) -> None:
    target = tmp_path / "precious.zip"
    target.write_text("precious")
    with pytest.raises(KeepingError, match="exists already"):
        make_backup(options, now=NOW, target=target)
    assert target.read_text() == "precious"


def test_without_a_library_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(KeepingError, match="nothing to back up"):
        make_backup(Options(home=tmp_path), now=NOW)


def test_too_little_room_is_noticed_before_writing(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
    with pytest.raises(KeepingError, match="Make room there"):
        make_backup(options, now=NOW)
    assert list(backup.backup_folder(options).iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing_half_written(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "add_file", full)
    with pytest.raises(KeepingError, match="is full"):
        make_backup(options, now=NOW)
    assert list(backup.backup_folder(options).iterdir()) == []


def test_a_damaged_library_is_named_as_such(options: Options) -> None:
    for suffix in ("-wal", "-shm"):
        options.database_file.with_name(options.database_file.name + suffix).unlink(missing_ok=True)
    options.database_file.write_bytes(b"this was a database once, and is one no more" * 200)
    with pytest.raises(KeepingError, match="damaged"):
        make_backup(options, now=NOW)
