"""Reading an export's ZIP with care: it may be damaged, or made to harm. Nothing is unpacked to a disk."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from transom.apps.base.export.errors import ExportError
from transom.apps.base.export.registry import FILES
from transom.apps.base.export.writing import FORMAT, MANIFEST

PIECE = 256 * 1024
MOST_FILES = 1000
MOST_BYTES = 4 * 1024**3
MOST_TIMES = 200
SMALL = 16 * 1024**2
LONGEST_LINE = 64 * 1024**2
LONGEST_MANIFEST = 1024**2
UNKNOWN = "This is no export made by Transom"


class Archive:
    """An export to read from; counts what it unpacks and stops at the limit. Raises ExportError throughout."""

    def __init__(self, file: Path | IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except FileNotFoundError as error:
            raise ExportError(f"There is no file {file}.") from error
        except (zipfile.BadZipFile, ValueError, EOFError) as error:
            raise ExportError(
                f"{UNKNOWN}, or it was cut short on its way: it is no whole ZIP file."
            ) from error
        except OSError as error:
            raise ExportError(f"The export cannot be read: {error.strerror or error}.") from error
        infos = self._zip.infolist()
        if sum(not info.filename.startswith(FILES) for info in infos) > MOST_FILES:
            raise ExportError(f"{UNKNOWN}: it holds {len(infos)} files.")
        packed = sum(info.compress_size for info in infos)
        self._left = min(MOST_BYTES, max(SMALL, packed * MOST_TIMES))
        self.names = {info.filename for info in infos}

    def manifest(self) -> dict[str, Any]:
        """What the export says of itself; of a format this version reads."""
        if MANIFEST not in self.names:
            raise ExportError(f"{UNKNOWN}: it holds no {MANIFEST}.")
        raw = b"".join(self._pieces(MANIFEST, LONGEST_MANIFEST))
        facts = _json(raw, MANIFEST, 1)
        made_with = facts.get("format")
        if not isinstance(made_with, int) or "rows" not in facts:
            raise ExportError(f"{UNKNOWN}: its {MANIFEST} is of another kind.")
        if made_with > FORMAT:
            raise ExportError(
                f"This export was made by a newer Transom ({facts.get('version', 'unknown')!s:.40}). "
                "Install that version here, then import it."
            )
        return facts

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line number and row of every line of a file; none where the file is not there."""
        if name in self.names:
            for number, line in enumerate(self._lines(name), start=1):
                if line.strip():
                    yield number, _json(line, name, number)

    def whole(self, name: str, limit: int) -> bytes:
        """A file's bytes, at most so many."""
        return b"".join(self._pieces(name, limit))

    def _lines(self, name: str) -> Iterator[bytes]:
        begun: list[bytes] = []
        length = 0
        for piece in self._pieces(name, MOST_BYTES):
            head, *ended = piece.split(b"\n")
            begun.append(head)
            length += len(head)
            for line in ended:
                yield b"".join(begun)
                begun, length = [line], len(line)
            if length > LONGEST_LINE:
                raise ExportError(f"{name} in this export holds a row that is far too long.")
        yield b"".join(begun)

    def _pieces(self, name: str, limit: int) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as file:
                while piece := file.read(PIECE):
                    limit -= len(piece)
                    self._left -= len(piece)
                    if min(limit, self._left) < 0:
                        raise ExportError(
                            f"{UNKNOWN}: unpacked, {name} is far larger than an export of its size can be."
                        )
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            OSError,
        ) as error:
            raise ExportError(
                f"{name} in this export is damaged ({error}). Copy the file again from where it was made."
            ) from error


def _json(raw: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ExportError(f"{name} in this export is damaged: line {number} is no JSON.") from error
    if not isinstance(value, dict):
        raise ExportError(f"{name} in this export is damaged: line {number} is no row.")
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")
