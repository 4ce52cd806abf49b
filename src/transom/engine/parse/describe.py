"""What was understood of a document, as values that JSON can carry."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from transom.engine.parse.model import (
    FeedLink,
    Outline,
    ParsedEntry,
    ParsedFeed,
    ParsedMail,
    ParsedPage,
    ParsedPdf,
)

_KINDS: dict[type, str] = {
    ParsedFeed: "feed",
    ParsedPage: "page",
    ParsedMail: "mail",
    ParsedPdf: "pdf",
    ParsedEntry: "entry",
}


def describe(parsed: object) -> dict[str, Any]:
    """`parsed` as a dictionary of strings, numbers, booleans, None, lists and dictionaries.

    Takes a ParsedFeed, ParsedPage, ParsedMail, ParsedPdf, or a sequence of Outline or FeedLink; `kind` says
    which. Field names are those of the dataclasses, times are ISO 8601 in UTC; what a feed says beyond our
    model (`extra`) is left out. Raises TypeError for anything else.
    """
    if kind := _KINDS.get(type(parsed)):
        return {"kind": kind, **_plain(parsed)}
    if isinstance(parsed, (list, tuple)):
        if all(isinstance(one, Outline) for one in parsed):
            return {"kind": "opml", "outlines": [_plain(one) for one in parsed]}
        if all(isinstance(one, FeedLink) for one in parsed):
            return {"kind": "feeds", "feeds": [_plain(one) for one in parsed]}
    raise TypeError(f"describe() takes what this package parsed, not {type(parsed).__name__}")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        said = {
            field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name != "extra"
        }
        return said | {"links": _plain(value.links)} if isinstance(value, ParsedEntry) else said
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
