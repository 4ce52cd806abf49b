"""Parts of addresses."""

from __future__ import annotations

from datetime import date


class DayConverter:
    """A day as ``2026-11-24``; a date that does not exist does not match."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
