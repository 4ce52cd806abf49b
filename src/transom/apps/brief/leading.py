"""Where a line to know leads: "person:7", "conversation:9", or "question:3:8", which asks whether these two
identities are one person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

PERSON, CONVERSATION, QUESTION = "person", "conversation", "question"
PEOPLE: Final = "people.person"
IDENTITIES: Final = "library.identity"
TABLES: Final = {PERSON: (PEOPLE,), QUESTION: (IDENTITIES, IDENTITIES)}
"""Whose keys stand in it, where they are keys of rows; a conversation is numbered anew wherever it is found."""
LONGEST_KEY: Final = 18


def keys_of(leads_to: str) -> tuple[str, tuple[int, ...]]:
    """What sort of place a line leads to, and the keys; ("", ()) for none, and for what makes no sense."""
    what, *keys = leads_to.split(":")
    many = 2 if what == QUESTION else 1
    if what not in (PERSON, CONVERSATION, QUESTION) or len(keys) != many:
        return "", ()
    if not all(key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY for key in keys):
        return "", ()
    return what, tuple(map(int, keys))


def pair_of(leads_to: str) -> tuple[int, int] | None:
    """The two identities that a line asks about, the smaller key first; None for any other line."""
    what, keys = keys_of(leads_to)
    return (min(keys), max(keys)) if what == QUESTION else None


def rows_within(leads_to: str) -> Iterator[tuple[str, int]]:
    """The rows whose keys stand in it, each with the label of its table."""
    what, keys = keys_of(leads_to)
    yield from zip(TABLES.get(what, ()), keys, strict=False)


def moved(leads_to: str, here: Callable[[str, Any], Any]) -> str:
    """The same place by the keys it has here; "" where it has none."""
    if leads_to == QUESTION:
        # Lines of before named no pair.
        return leads_to
    what, keys = keys_of(leads_to)
    found = [here(label, key) for label, key in zip(TABLES.get(what, ()), keys, strict=False)]
    return ":".join([what, *map(str, found)]) if found and None not in found else ""
