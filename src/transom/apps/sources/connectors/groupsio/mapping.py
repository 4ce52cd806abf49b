"""Addresses of groups at groups.io. Never raises, whatever stands in one."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from transom.engine.core import addresses
from transom.engine.parse.model import ParsedEntry

SERVICE = "groups.io"
_GROUP = re.compile(r"/g/([A-Za-z0-9][\w.-]{0,63}(?:\+[\w.-]{1,63})?)(?:/([a-z]+)(?:/.*)?)?/?")
PAGES = frozenset(
    {"topics", "topic", "messages", "message", "rss", "calendar", "files", "join", "wiki", "info"}
)


def group_of(text: str) -> tuple[str, str, bool]:
    """The server, the group's name, and whether it is surely one of groups.io; ("", "", False) where it is none.

    Some groups live under a domain of their own.
    """
    parts = urlsplit(text)
    found = _GROUP.fullmatch(parts.path)
    if not addresses.is_http(text) or not found:
        return "", "", False
    host = (parts.hostname or "").removeprefix("www.")
    sure = host == "groups.io" or host.endswith(".groups.io")
    if not sure and found[2] not in PAGES:
        return "", "", False
    return f"{parts.scheme}://{parts.netloc}", found[1], sure


def letters_of(entries: tuple[ParsedEntry, ...]) -> tuple[ParsedEntry, ...]:
    """The entries without hashtags behind their subjects, which the group's members add and take away."""
    return tuple(
        replace(one, title=re.sub(r"(?:\s+#[\w-]+)+\s*$", "", one.title) or one.title) for one in entries
    )
