"""One measured figure, as the table of ``make bench`` shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``holds`` is None for a figure that is only reported, beside one that must hold."""

    name: str
    value: str
    must: str = ""
    holds: bool | None = None
    how: str = ""
