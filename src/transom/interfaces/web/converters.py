"""Parts of addresses."""

from __future__ import annotations

from datetime import date

from django.urls import register_converter

from transom.apps.library.paging import LARGEST as LARGEST_ID


def key_of(text: str) -> int | None:
    """The key of a row that was written down; None for what no database counts up to."""
    if not text.isdecimal() or len(text) > len(str(LARGEST_ID)):
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


class IdConverter:
    """A row's key; a number that no database counts up to is nobody's and does not match."""

    regex = r"[0-9]+"

    def to_python(self, value: str) -> int:
        key = key_of(value)
        if key is None:
            raise ValueError(f"{value[:30]} is no key of any row")
        return key

    def to_url(self, value: int) -> str:
        return str(value)


class DayConverter:
    """A day as ``2026-11-24``; a date that does not exist does not match."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")
register_converter(IdConverter, "id")
