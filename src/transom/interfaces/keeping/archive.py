"""What a backup looks like: one ZIP with the database, keys, media and options, and a manifest of it all."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from transom.interfaces.keeping.errors import KeepingError

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_NAME = "database.sqlite3"
POSTGRES_NAME = "database.pgdump"
FOLDERS = ("keys", "media")
FILES = ("transom.toml", "demo.json")
PIECE = 1024 * 1024

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of the archive: SHA-256 in hex, size in bytes."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds, and which version and database it came from; times in ISO 8601."""

    version: str
    made_at: str
    database: str
    migrations: dict[str, list[str]]
    files: dict[str, Stored] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> Manifest:
        """Raises KeepingError for anything that is no manifest of a format this version reads."""
        try:
            data: dict[str, Any] = json.loads(raw)
            files = {str(name): Stored(**facts) for name, facts in data.pop("files").items()}
            manifest = cls(files=files, **data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise KeepingError(
                "Its manifest cannot be read, so this is no backup made by Transom."
            ) from error
        if manifest.format > FORMAT:
            raise KeepingError(
                f"This backup was made by Transom {manifest.version}, in a format this version does not know. "
                "Install that version or a newer one, and restore with it."
            )
        return manifest


def add_file(archive: zipfile.ZipFile, name: str, path: Path, progress: Progress | None = None) -> Stored:
    """Puts a file into the archive, piece by piece; its checksum and size."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo.from_file(path, name)
    info.compress_type = archive.compression
    with open(path, "rb") as source, archive.open(info, "w", force_zip64=True) as target:
        for piece in _pieces(source):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
            if progress:
                progress(len(piece))
    return Stored(digest.hexdigest(), size)


def take_out(
    archive: zipfile.ZipFile, name: str, path: Path, expected: Stored, progress: Progress | None = None
) -> None:
    """Writes a file of the archive to `path`. Raises KeepingError when it is not what the manifest says."""
    digest, size = hashlib.sha256(), 0
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with archive.open(name) as source, open(path, "wb") as target:
        for piece in _pieces(source):
            digest.update(piece)
            size += len(piece)
            if size > expected.bytes:
                break
            target.write(piece)
            if progress:
                progress(len(piece))
    if (digest.hexdigest(), size) != (expected.sha256, expected.bytes):
        raise KeepingError(f"{name} in this backup is damaged: its checksum differs. Use an earlier backup.")


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(PIECE):
        yield piece


def extra_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Name in the archive and path of everything beside the database that belongs into a backup."""
    for name in FILES:
        if (home / name).is_file():
            yield name, home / name
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home).as_posix(), path
