"""What a look at the instance found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["fine", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do next where that is not well."""

    level: Level
    what: str
    do_next: str = ""

    @property
    def bad(self) -> bool:
        """Whether somebody should do something about it."""
        return self.level != "fine"

    @property
    def says(self) -> str:
        return f"{self.what} {self.do_next}".strip()


def fine(what: str) -> Finding:
    return Finding("fine", what)


def warning(what: str, do_next: str) -> Finding:
    return Finding("warning", what, do_next)


def error(what: str, do_next: str) -> Finding:
    return Finding("error", what, do_next)
