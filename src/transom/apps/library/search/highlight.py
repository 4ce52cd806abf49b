"""Marking what matched, in the text as it was written (the index holds a folded one)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from transom.engine.text.tokens import Query, index_text

AROUND = 90
LONGEST = 240
_WORD = re.compile(r"\w+")


def highlighted(text: str, query: Query) -> str:
    """The whole text, escaped, with <mark> around words that match."""
    return _marked(text, _stems(query))


def snippet(text: str, query: Query) -> str:
    """The passage around the first match, escaped and marked; the beginning where none is found."""
    stems = _stems(query)
    first = next((word.start() for word in _words(text, stems) if _matches(word.group(), stems)), 0)
    start = max(0, first - AROUND)
    start = text.find(" ", start) + 1 if start else 0
    piece = text[start : start + LONGEST]
    cut = piece.rfind(" ") if len(text) > start + LONGEST else -1
    piece = piece[:cut] if cut > 0 else piece
    return ("… " if start else "") + _marked(piece, stems) + (" …" if start + len(piece) < len(text) else "")


def _words(text: str, stems: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """The words that may match: in plain Latin text those that begin with a stem, else all of them."""
    if not stems or not text.isascii():
        return _WORD.finditer(text)
    return re.finditer(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*", text, re.IGNORECASE)


def _stems(query: Query) -> tuple[str, ...]:
    words = [word for part in (*query.words, *query.phrases) for word in part.split()]
    return tuple({_stem(word) for word in words})


def _stem(word: str) -> str:
    """A rough stem: enough to mark "archives" for "archive", and never a shorter word than four letters."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _matches(word: str, stems: tuple[str, ...]) -> bool:
    folded, stem = _folded(word)
    return stem in stems or (not folded.isascii() and any(one in folded for one in stems))


@lru_cache(maxsize=1 << 16)
def _folded(word: str) -> tuple[str, str]:
    folded = index_text(word).replace(" ", "")
    return folded, _stem(folded)


def _marked(text: str, stems: tuple[str, ...]) -> str:
    pieces, at = [], 0
    for word in _words(text, stems):
        if _matches(word.group(), stems):
            pieces += [escape(text[at : word.start()]), "<mark>", escape(word.group()), "</mark>"]
            at = word.end()
    return "".join([*pieces, escape(text[at:])])
