"""Reading other people's JSON: whatever stands there, the answer is of the wanted type, and nothing raises."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from transom.engine.core import addresses

LONGEST_TEXT = 2000
LONGEST_BODY = 400_000
FIRST_YEAR, LAST_YEAR = 1900, 2200
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def get(value: object, *path: str | int) -> Any:
    """What stands at a path of keys and places; None where something on the way is missing or of another type."""
    for step in path:
        if isinstance(step, str) and isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def rows(value: object, *path: str | int) -> Iterator[Mapping[str, Any]]:
    """The objects of a list at a path; whatever is no object is left out."""
    found = get(value, *path)
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, Mapping))


def text(value: object, *path: str | int, most: int = LONGEST_TEXT) -> str:
    """One tidy line of text; numbers count as text, anything else is ""."""
    return " ".join(body(value, *path, most=most).split())


def body(value: object, *path: str | int, most: int = LONGEST_BODY) -> str:
    """Text with its lines as they are, without characters that a database or a page chokes on."""
    found = get(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return _CONTROL.sub("", str(found)[:most]).strip()


def texts(value: object, *path: str | int, most: int = 50) -> tuple[str, ...]:
    """The texts of a list."""
    found = get(value, *path)
    if not isinstance(found, list):
        return ()
    return tuple(one for one in (text(each) for each in found[:most]) if one)


def address(value: object, *path: str | int) -> str:
    """A web address; "" where it is none, so that it can be shown as a link."""
    found = text(value, *path)
    return found if addresses.is_http(found) else ""


def whole(value: object, *path: str | int) -> int | None:
    """A whole number."""
    found = get(value, *path)
    if isinstance(found, bool):
        return None
    if isinstance(found, int):
        return found if abs(found) < 2**63 else None
    if isinstance(found, str) and re.fullmatch(r"-?\d{1,18}", found.strip()):
        return int(found)
    return None


def moment(value: object, *path: str | int) -> datetime | None:
    """An ISO 8601 time in UTC; one without zone is taken for UTC, a bare date for its midnight."""
    found = text(value, *path)
    if not found or not found[:4].isdigit():
        return None
    with suppress(ValueError, OverflowError):
        when = datetime.fromisoformat(found)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        if FIRST_YEAR <= when.year <= LAST_YEAR:
            return when
    return None


def day(value: object, *path: str | int) -> date | None:
    """A date; of a time, its date as written. Year or month alone count from their first day."""
    found = text(value, *path)[:10]
    if re.fullmatch(r"\d{4}(-\d\d)?", found):
        found = (found + "-01-01")[:10] if len(found) == 4 else found + "-01"
    with suppress(ValueError):
        when = date.fromisoformat(found)
        if FIRST_YEAR <= when.year <= LAST_YEAR:
            return when
    return None


def midnight(when: date) -> datetime:
    """A bare date as it is kept: midnight in UTC."""
    return datetime(when.year, when.month, when.day, tzinfo=UTC)


def last_minute(when: date) -> datetime:
    """The end of a closing date, in UTC."""
    return datetime(when.year, when.month, when.day, 23, 59, tzinfo=UTC)


def paragraphs(plain: str) -> str:
    """Plain text as a fragment of HTML."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", plain) if part.strip()]
    return "".join(f"<p>{escape(part)}</p>" for part in parts)


def linked(where: str, words: str) -> str:
    """A link as a fragment of HTML."""
    return f'<a href="{escape(where)}">{escape(words)}</a>'
