"""Going back to a backup: never while running, never onto older code, never half."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.interfaces.keeping.instances import (
    KNOWN,
    NOW,
    apply_migration,
    make_instance,
    notes_in,
    write_notes,
)

from transom.config.options import Options
from transom.interfaces.keeping import restore
from transom.interfaces.keeping.backup import make_backup
from transom.interfaces.keeping.errors import KeepingError
from transom.interfaces.keeping.restore import restore_backup
from transom.interfaces.running import lease


@pytest.fixture
def options(tmp_path: Path) -> Options:
    return make_instance(tmp_path / "home", notes=3)


@pytest.fixture
def saved(options: Options, tmp_path: Path) -> Path:
    return make_backup(options, now=NOW, target=tmp_path / "saved.zip")


def go_back(options: Options, path: Path, known: dict[str, list[str]] = KNOWN) -> Path:
    return restore_backup(options, path, known=known, now=NOW)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with its files changed."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return other


def left_as_it_was(options: Options, notes: int = 5) -> None:
    assert notes_in(options) == notes
    assert not [path for path in options.home.iterdir() if path.name.startswith((".restore-", "before-"))]


def test_all_is_as_it_was_when_the_backup_was_made(options: Options, saved: Path) -> None:
    key = (options.home / "keys" / "secret").read_text()
    write_notes(options, 2)
    (options.home / "keys" / "secret").write_text("another")
    (options.home / "media" / "pictures" / "a.png").unlink()
    go_back(options, saved)
    assert notes_in(options) == 3
    assert (options.home / "keys" / "secret").read_text() == key
    assert (options.home / "media" / "pictures" / "a.png").exists()


def test_what_was_there_before_is_kept_aside(options: Options, saved: Path) -> None:
    write_notes(options, 2)
    before = go_back(options, saved)
    assert notes_in(Options(home=before)) == 5
    assert (before / "keys" / "secret").exists()


def test_an_empty_folder_becomes_the_instance(options: Options, saved: Path, tmp_path: Path) -> None:
    elsewhere = Options(home=tmp_path / "elsewhere")
    go_back(elsewhere, saved)
    assert notes_in(elsewhere) == 3
    assert (elsewhere.home / "keys" / "secret").read_bytes() == (
        options.home / "keys" / "secret"
    ).read_bytes()


@pytest.mark.parametrize("name", [lease.SUPERVISOR, lease.WORKER])
def test_not_while_transom_runs(options: Options, saved: Path, name: str) -> None:
    write_notes(options, 2)
    with lease.Lease(options.home / name), pytest.raises(KeepingError, match=r"is running.*Stop it"):
        go_back(options, saved)
    left_as_it_was(options)


def test_nothing_starts_while_it_goes_on(
    options: Options, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool] = []
    real = restore.swap_in
    monkeypatch.setattr(
        restore,
        "swap_in",
        lambda *a, **k: (taken.append(lease.is_held(options.home / lease.SUPERVISOR)), real(*a, **k))[1],
    )
    go_back(options, saved)
    assert taken == [True]


def test_not_onto_older_code(options: Options, tmp_path: Path) -> None:
    apply_migration(options, "library", "0003_newer")
    newer = make_backup(options, now=NOW, target=tmp_path / "newer.zip")
    write_notes(options, 2)
    with pytest.raises(KeepingError, match=r"newer than this one.*library 0003_newer.*Install that version"):
        go_back(options, newer)
    left_as_it_was(options)


def test_a_damaged_file_in_it_changes_nothing(options: Options, saved: Path) -> None:
    write_notes(options, 2)

    def damage(files: dict[str, bytes]) -> None:
        files["keys/secret"] = b"x" * len(files["keys/secret"])

    with pytest.raises(KeepingError, match="damaged: its checksum differs"):
        go_back(options, rewritten(saved, damage))
    left_as_it_was(options)


def test_a_cut_file_changes_nothing(options: Options, saved: Path) -> None:
    write_notes(options, 2)
    cut = saved.with_name("cut.zip")
    cut.write_bytes(saved.read_bytes()[:-2000])
    with pytest.raises(KeepingError, match="no backup made by Transom, or it is damaged"):
        go_back(options, cut)
    left_as_it_was(options)


def test_a_damaged_database_in_it_changes_nothing(options: Options, saved: Path) -> None:
    write_notes(options, 2)

    def damage(files: dict[str, bytes]) -> None:
        import hashlib

        raw = files["database.sqlite3"][:4096] + b"\xff" * 8192
        files["database.sqlite3"] = raw
        manifest = json.loads(files["manifest.json"])
        manifest["files"]["database.sqlite3"] = {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
        files["manifest.json"] = json.dumps(manifest).encode()

    with pytest.raises(KeepingError, match="database in this backup"):
        go_back(options, rewritten(saved, damage))
    left_as_it_was(options)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "keys/../../outside", "C:\\x", "run.lock", "keys"]
)
def test_odd_names_write_nothing_outside(options: Options, saved: Path, name: str) -> None:
    write_notes(options, 2)

    def add(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name] = manifest["files"]["keys/secret"]
        files["manifest.json"] = json.dumps(manifest).encode()
        files[name] = files["keys/secret"]

    with pytest.raises(KeepingError, match="odd name"):
        go_back(options, rewritten(saved, add))
    assert not (options.home.parent / "outside").exists()
    left_as_it_was(options)


def test_a_zip_of_something_else_and_a_missing_file(options: Options, tmp_path: Path) -> None:
    other = tmp_path / "holiday.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.jpg", b"")
    with pytest.raises(KeepingError, match="no backup made by Transom"):
        go_back(options, other)
    with pytest.raises(KeepingError, match="There is no file"):
        go_back(options, tmp_path / "nowhere.zip")


def test_not_into_another_kind_of_database(options: Options, saved: Path) -> None:
    server = Options(home=options.home, database_url="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(KeepingError, match="holds a sqlite database and this instance uses postgresql"):
        go_back(server, saved)


class KilledError(Exception):
    """Stands for kill -9."""


@pytest.mark.parametrize("step", range(1, 9))
def test_killed_at_any_step_it_is_finished_by_the_next_start_or_was_never_begun(
    options: Options, saved: Path, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_notes(options, 2)
    real, steps = restore.os.replace, iter(range(1, 100))

    def replace(source: object, target: object) -> None:
        if next(steps) == step:
            raise KilledError
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(restore.os, "replace", replace)
    monkeypatch.setattr(restore.shutil, "rmtree", lambda *_a, **_k: None)
    finished = False
    try:
        go_back(options, saved)
        finished = True
    except KilledError:
        pass
    monkeypatch.undo()
    decided = restore.finish_interrupted(options)
    assert notes_in(options) == (3 if finished or decided else 5)
    assert (options.home / "keys" / "secret").exists()
    assert not restore.finish_interrupted(options)


def test_what_a_killed_attempt_left_behind_goes_with_the_next(options: Options, saved: Path) -> None:
    (options.home / ".restore-old").mkdir()
    (options.home / ".restore-old" / "database.sqlite3").write_text("half")
    go_back(options, saved)
    assert not list(options.home.glob(".restore-*"))
