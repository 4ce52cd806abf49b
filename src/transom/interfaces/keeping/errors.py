"""What can go wrong with backups, in words for whoever has to mend it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from transom.engine.core.errors import TransomError

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class KeepingError(TransomError):
    """A backup that could not be made or used."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


@contextmanager
def plain_words(what: str, place: Path) -> Iterator[None]:
    """Turns the errors of disks and databases into a KeepingError; `what` is "The backup" or the like."""
    try:
        yield
    except OSError as error:
        raise KeepingError(f"{what} failed: {_of_disk(error, place)}") from error
    except sqlite3.Error as error:
        raise KeepingError(f"{what} failed: {_of_database(error, place)}") from error


def _of_disk(error: OSError, place: Path) -> str:
    if error.errno in FULL:
        return f"the disk that holds {place} is full. Make room there, or choose another place."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{error.filename or place} may not be written or read by you. Correct its permissions."
    return f"{error.strerror or error} ({error.filename or place}). Run: transom doctor"


def _of_database(error: sqlite3.Error, place: Path) -> str:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return f"the disk that holds {place} is full or failing. Make room there, or choose another place."
    if "locked" in text:
        return "another program keeps the database locked. Close it (a database viewer, a copy tool) and try again."
    if "malformed" in text or "not a database" in text:
        return f"the database in {place} is damaged. Go back to a backup: transom restore FILE"
    return f"{text}. Run: transom doctor"
