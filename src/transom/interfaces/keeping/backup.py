"""Making a backup: everything one needs to go on elsewhere, in one file."""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from transom import __version__
from transom.config.options import Options
from transom.interfaces.keeping import database
from transom.interfaces.keeping.archive import (
    MANIFEST,
    POSTGRES_NAME,
    SQLITE_NAME,
    Manifest,
    Progress,
    Stored,
    add_file,
    extra_files,
)
from transom.interfaces.keeping.errors import KeepingError, plain_words

FOLDER = "backups"
LABEL = "transom"
KEPT = 10


def backup_folder(options: Options) -> Path:
    """Where backups go when no place is named."""
    return options.home / FOLDER


def make_backup(
    options: Options,
    *,
    now: datetime,
    target: Path | None = None,
    label: str = LABEL,
    begin: Callable[[int], Progress] | None = None,
) -> Path:
    """Writes a backup and returns its path, while Transom may be running.

    `target` is a file or a folder; without one it goes to the backup folder, where the newest ten made by hand
    stay (see `prune`). `begin` is told the bytes to write and gives a counter of bytes written.
    Raises KeepingError; nothing half-written stays.
    """
    path = _path_for(options, target, label, now)
    with plain_words("The backup", path.parent):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(path.name + ".part")
        try:
            with tempfile.TemporaryDirectory(prefix=".transom-backup-", dir=path.parent) as workplace:
                _write(options, part, Path(workplace), now, begin)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    if target is None and label == LABEL:
        prune(options, LABEL, KEPT)
    return path


def _path_for(options: Options, target: Path | None, label: str, now: datetime) -> Path:
    name = f"{label}-{now:%Y-%m-%d-%H%M%S}.zip"
    if target is None:
        return _free(backup_folder(options) / name)
    if target.is_dir():
        return _free(target / name)
    if target.exists():
        raise KeepingError(f"{target} exists already and was left as it is. Name another file.")
    return target.absolute()


def _free(path: Path) -> Path:
    candidates = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000))
    return path if not path.exists() else next(one for one in candidates if not one.exists())


def _write(
    options: Options,
    part: Path,
    workplace: Path,
    now: datetime,
    begin: Callable[[int], Progress] | None,
) -> None:
    name, copy, migrations = _copy_database(options, workplace)
    contents = [(name, copy), *extra_files(options.home)]
    progress = begin(sum(path.stat().st_size for _name, path in contents)) if begin else None
    kind = "sqlite" if name == SQLITE_NAME else "postgresql"
    with (
        open(part, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        files: dict[str, Stored] = {
            inner: add_file(archive, inner, path, progress) for inner, path in contents
        }
        manifest = Manifest(__version__, now.isoformat(), kind, migrations, files)
        archive.writestr(MANIFEST, manifest.to_json())
    with open(part, "rb") as written:
        os.fsync(written.fileno())


def _copy_database(options: Options, workplace: Path) -> tuple[str, Path, dict[str, list[str]]]:
    if not database.is_sqlite(options):
        copy = workplace / POSTGRES_NAME
        database.dump_postgres(options, copy)
        return POSTGRES_NAME, copy, database.postgres_migrations(options)
    source = database.sqlite_file(options)
    if not source.exists():
        raise KeepingError(f"There is nothing to back up: {source} does not exist. Has Transom run before?")
    _require_room(workplace, source)
    copy = workplace / SQLITE_NAME
    database.copy_sqlite(source, copy)
    return SQLITE_NAME, copy, database.sqlite_migrations(copy)


def _require_room(folder: Path, source: Path) -> None:
    """The copy has the size of the original; its compressed form seldom more than half."""
    needed = source.stat().st_size * 3 // 2 + 1024 * 1024
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise KeepingError(
            f"A backup needs about {needed / 1e6:.0f} MB, and the disk that holds {folder.parent} has "
            f"{free / 1e6:.0f} MB left. Make room there, or choose another place: transom backup FOLDER"
        )


def prune(options: Options, label: str, keep: int) -> None:
    """Removes all but the newest backups of this label from the backup folder."""
    made = sorted(backup_folder(options).glob(f"{label}-*.zip"), key=lambda path: path.stat().st_mtime)
    for path in made[: max(len(made) - keep, 0)]:
        path.unlink(missing_ok=True)
