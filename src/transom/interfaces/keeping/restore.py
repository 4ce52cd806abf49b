"""Going back to a backup: checked first, then swapped in; what was there before is kept."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath

from transom import __version__
from transom.config.options import Options
from transom.interfaces.keeping import database
from transom.interfaces.keeping.archive import (
    FILES,
    FOLDERS,
    MANIFEST,
    POSTGRES_NAME,
    SQLITE_NAME,
    Manifest,
    Progress,
    take_out,
)
from transom.interfaces.keeping.backup import make_backup
from transom.interfaces.keeping.errors import KeepingError, plain_words
from transom.interfaces.running import lease

JOURNAL = "restore.json"
STAGE = ".restore-"
LARGEST_MANIFEST = 16 * 1024 * 1024
Migrations = dict[str, list[str]]


def read_manifest(path: Path) -> Manifest:
    """What a backup holds. Raises KeepingError for anything that is no sound backup."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
                raise KeepingError(f"{path} is no backup made by Transom: its manifest is far too large.")
            return Manifest.from_json(archive.read(MANIFEST))
    except FileNotFoundError as error:
        raise KeepingError(f"There is no file {path}.") from error
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise KeepingError(f"{path} is no backup made by Transom, or it is damaged ({error}).") from error
    except OSError as error:
        raise KeepingError(f"{path} cannot be read: {error.strerror or error}.") from error


def restore_backup(
    options: Options,
    path: Path,
    *,
    known: Migrations,
    now: datetime,
    begin: Callable[[int], Progress] | None = None,
) -> Path:
    """Puts a backup in the place of what is there; the folder that now holds what was there before.

    `known` are the migrations this code has. Raises KeepingError while Transom runs on this data folder, for
    a damaged backup, and for one made by newer code; then nothing was changed.
    """
    with held_still(options.home):
        return swap_in(options, path, known=known, now=now, begin=begin)


def held_still(home: Path) -> lease.Lease:
    """The supervisor's lease, so that nothing starts meanwhile. Raises KeepingError while Transom runs."""
    if lease.is_held(home / lease.SUPERVISOR) or lease.is_held(home / lease.WORKER):
        raise KeepingError(f"Transom is running on {home}. Stop it (Ctrl-C where it runs), then restore.")
    return lease.Lease(home / lease.SUPERVISOR)


def swap_in(
    options: Options,
    path: Path,
    *,
    known: Migrations,
    now: datetime,
    begin: Callable[[int], Progress] | None = None,
) -> Path:
    """`restore_backup` for whoever holds the lease already."""
    manifest = read_manifest(path)
    refuse_newer(manifest, known)
    _refuse_other_database(options, manifest)
    home = options.home
    with plain_words("Restoring", home):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        finish_interrupted(options)
        for left_behind in home.glob(f"{STAGE}*"):
            shutil.rmtree(left_behind, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=home))
        try:
            progress = begin(sum(stored.bytes for stored in manifest.files.values())) if begin else None
            _stage(path, manifest, stage, progress)
            return _swap(options, manifest, stage, now)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def refuse_newer(manifest: Manifest, known: Migrations) -> None:
    """Raises KeepingError when the backup was made by code that knows more than this."""
    for app, names in manifest.migrations.items():
        unknown = set(names) - set(known.get(app, []))
        if app in known and unknown:
            raise KeepingError(
                f"This backup was made by Transom {manifest.version}, which is newer than this one "
                f"({__version__}): it knows {app} {min(unknown)}. Install that version, then restore."
            )


def _refuse_other_database(options: Options, manifest: Manifest) -> None:
    here = "sqlite" if database.is_sqlite(options) else "postgresql"
    if manifest.database != here:
        raise KeepingError(
            f"This backup holds a {manifest.database} database and this instance uses {here}. "
            "Set database_url as it was when the backup was made."
        )


def _stage(path: Path, manifest: Manifest, stage: Path, progress: Progress | None) -> None:
    """Takes everything out beside the data and checks it, so that nothing is touched before all is sound."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name, stored in manifest.files.items():
                take_out(archive, name, _inside(stage, name), stored, progress)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise KeepingError(f"{path} is damaged: {error}. Use an earlier backup.") from error
    expected = SQLITE_NAME if manifest.database == "sqlite" else POSTGRES_NAME
    if not (stage / expected).exists():
        raise KeepingError(f"{path} holds no database. Use another backup.")
    if expected == SQLITE_NAME:
        database.check_sqlite(stage / SQLITE_NAME)


def _inside(stage: Path, name: str) -> Path:
    """The place of an archive's file. Raises KeepingError for a name that no backup of ours has."""
    parts = PurePosixPath(name).parts
    expected = name in (SQLITE_NAME, POSTGRES_NAME, *FILES) or (len(parts) > 1 and parts[0] in FOLDERS)
    if not expected or ".." in parts or "\\" in name or ":" in name:
        raise KeepingError(
            f"This backup holds a file with an odd name ({name!r}); it was not made by Transom."
        )
    return stage.joinpath(*parts)


def _swap(options: Options, manifest: Manifest, stage: Path, now: datetime) -> Path:
    before = options.home / f"before-restore-{now:%Y-%m-%d-%H%M%S}"
    before.mkdir(mode=0o700)
    if manifest.database == "postgresql":
        make_backup(options, now=now, target=before)
        database.load_postgres(options, stage / POSTGRES_NAME)
        (stage / POSTGRES_NAME).unlink()
    else:
        os.replace(stage / SQLITE_NAME, stage / database.sqlite_file(options).name)
    _write_journal(options.home, stage, before)
    finish_interrupted(options)
    return before


def _write_journal(home: Path, stage: Path, before: Path) -> None:
    """From here on the restore is decided: were we killed now, the next start would finish it."""
    part = home / (JOURNAL + ".part")
    with open(part, "w", encoding="utf-8") as file:
        json.dump({"stage": stage.name, "before": before.name}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, home / JOURNAL)


def finish_interrupted(options: Options) -> bool:
    """Finishes a restore that was decided; whether there was one. Every step may be repeated."""
    home = options.home
    journal = home / JOURNAL
    try:
        names = json.loads(journal.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    stage, before = home / Path(names["stage"]).name, home / Path(names["before"]).name
    for name in _places(options):
        new, now, old = _sides(options, name, stage, before)
        if not new.exists():
            continue
        if now.exists() and not old.exists():
            os.replace(now, old)
        if name == _database_name(options):
            _move_logs(now, old)
        os.replace(new, now)
    journal.unlink()
    shutil.rmtree(stage, ignore_errors=True)
    return True


def _places(options: Options) -> list[str]:
    first = [_database_name(options)] if database.is_sqlite(options) else []
    return [*first, *FOLDERS, *FILES]


def _database_name(options: Options) -> str:
    return database.sqlite_file(options).name if database.is_sqlite(options) else ""


def _sides(options: Options, name: str, stage: Path, before: Path) -> tuple[Path, Path, Path]:
    is_database = name == _database_name(options)
    now = database.sqlite_file(options) if is_database else options.home / name
    return stage / name, now, before / name


def _move_logs(now: Path, old: Path) -> None:
    """The log of the old database must never meet the new one."""
    for suffix in ("-wal", "-shm", "-journal"):
        log = now.with_name(now.name + suffix)
        if log.exists():
            os.replace(log, old.with_name(old.name + suffix))
