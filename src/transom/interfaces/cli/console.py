"""Talking to whoever typed the command: words on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from transom.engine.core.errors import TransomError

EVERY_TENTH = 10
COUNTED_BY = 100


def tell(words: str) -> None:
    """Says something on standard error, so that results can be piped on."""
    print(words, file=sys.stderr, flush=True)


def print_json(value: Any) -> None:
    """Prints a result as JSON in UTF-8."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _is_watched() -> bool:
    """Whether somebody sees standard error as it is now."""
    return sys.stderr.isatty()


@dataclass(slots=True)
class Progress:
    """How far long work is. Call `at(done, total)`, or `add(amount)` where only parts are known.

    Without a total it counts.
    """

    what: str
    total: int = 0
    done: int = 0
    live: bool = field(default_factory=_is_watched)
    _said: int = -1

    def add(self, amount: int) -> None:
        self.at(self.done + amount, self.total)

    def at(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        share = 100 * done // total if total else done // COUNTED_BY
        step = share if self.live else share // EVERY_TENTH
        if step == self._said:
            return
        self._said = step
        words = f"{self.what} {share} %" if total else f"{self.what} {done}"
        if self.live:
            print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)
        else:
            tell(words)

    def clear(self) -> None:
        """Takes the line away again; what came of the work is said elsewhere."""
        if self.live and self._said >= 0:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Progress of long work; its line goes when the work ends."""
    shown = Progress(what)
    try:
        yield shown
    finally:
        shown.clear()


def ask(question: str) -> bool:
    """Yes or no; no where nobody can answer."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}


def count(number: int, one: str, many: str = "") -> str:
    """``1 source``, ``2 sources``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def read_input(name: str) -> bytes:
    """The bytes of a file, or of standard input for "-". Raises TransomError."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).expanduser().read_bytes()
    except FileNotFoundError as error:
        raise TransomError(f"There is no file {name}. Check the name, or give its whole path.") from error
    except OSError as error:
        raise TransomError(f"{name} cannot be read: {error.strerror or error}.") from error
