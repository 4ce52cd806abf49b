"""Markdown with a head of `key: value` lines between two lines of three hyphens."""

from __future__ import annotations

from transom.demo.model import StoryError

KEYS = frozenset(
    [
        "title",
        "by",
        "ago",
        "at",
        "kind",
        "tags",
        "lang",
        "reply",
        "canonical",
        "summary",
        "access",
        "form",
        "duration",
        "pdf",
        "edited",
        "starts",
        "ends",
        "closes",
        "place",
    ]
)
EARLIER = "\n%%% first published as\n"


def parse(text: str, name: str) -> tuple[dict[str, str], str, str]:
    """Head, body, and the body as it read before its edit (empty where there was none).

    Raises StoryError, naming the file, for a missing head or an unknown key.
    """
    opening, separator, rest = text.partition("---\n")
    head_text, closing, body = rest.partition("\n---\n")
    if opening.strip() or not separator or not closing:
        raise StoryError(f"{name}: begins without a head between two lines of ---; add one")
    head = dict(_pair(line, name) for line in head_text.splitlines() if line.strip())
    current, _, earlier = body.partition(EARLIER)
    return head, current.strip(), earlier.strip()


def _pair(line: str, name: str) -> tuple[str, str]:
    key, colon, value = line.partition(":")
    if not colon or key.strip() not in KEYS:
        raise StoryError(f"{name}: {line!r} is no known head line; use one of {', '.join(sorted(KEYS))}")
    return key.strip(), value.strip()


def words(value: str) -> tuple[str, ...]:
    """The parts of a comma-separated value."""
    return tuple(part.strip() for part in value.split(",") if part.strip())
