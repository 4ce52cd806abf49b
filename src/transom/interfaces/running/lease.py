"""A lock on a file in the data folder that one process holds while it lives.

The operating system gives it back when the process ends, however it ends, so nothing is ever stale.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from transom.engine.core.errors import TransomError

WORKER = "worker.lock"
SUPERVISOR = "run.lock"
# Windows locks forbid reading the locked bytes, so the lock stands far behind the text.
WINDOWS_OFFSET = 1 << 30


class LeaseTakenError(TransomError):
    """Another process holds the lease; `pid` is its number, 0 where unknown."""

    def __init__(self, path: Path, pid: int) -> None:
        what = "worker" if path.name == WORKER else "Transom"
        super().__init__(
            f"A {what} is at work on {path.parent} already (process {pid or 'unknown'}). Stop it first.",
            permanent=True,
        )
        self.pid = pid


class Lease:
    """Taken with `with Lease(path):`; raises LeaseTakenError at once where it is held elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = -1

    def take(self) -> Self:
        """Takes the lease; nothing happens where this object holds it. Raises LeaseTakenError."""
        if self._fd >= 0:
            return self
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(fd)
        except OSError as error:
            os.close(fd)
            raise LeaseTakenError(self.path, holder(self.path)) from error
        os.ftruncate(fd, 0)
        os.write(fd, json.dumps({"pid": os.getpid()}).encode())
        self._fd = fd
        return self

    def give_back(self) -> None:
        """Gives the lease back; nothing happens where it is not held."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()


def is_held(path: Path) -> bool:
    """Whether a living process holds the lease."""
    if not path.exists():
        return False
    try:
        Lease(path).take().give_back()
    except LeaseTakenError:
        return True
    return False


def holder(path: Path) -> int:
    """The process that wrote itself into the lease last; 0 where unknown."""
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        os.lseek(fd, WINDOWS_OFFSET, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        os.lseek(fd, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
