"""What is known of a running instance: a small file in its data folder beside the lock."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from transom.interfaces.running import lease

FILE = "run.json"


@dataclass(frozen=True, slots=True)
class Running:
    """A running instance: its supervisor's process number and its address without a slash at the end."""

    pid: int
    address: str
    version: str


def announce(home: Path, running: Running) -> None:
    """Writes the file; only this user of the computer may read it."""
    path = home / FILE
    part = path.with_suffix(".part")
    with open(part, "w", encoding="utf-8", opener=_private) as file:
        json.dump(asdict(running), file)
    os.replace(part, path)


def withdraw(home: Path) -> None:
    """Removes the file."""
    (home / FILE).unlink(missing_ok=True)


def find_running(home: Path) -> Running | None:
    """The instance that runs on this data folder now; None where none does, or it is still starting."""
    if not lease.is_held(home / lease.SUPERVISOR):
        return None
    try:
        return Running(**json.loads((home / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
