"""Where a marked passage stands: in the text it was marked on, and in what that text has become.

Pure. White space never counts: edits and browsers change it freely, and some scripts have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NEAR = 2000
"""Characters by which an offset may be off: browsers count some signs twice, and texts are edited."""
LONGEST_QUOTE = 20_000
CONTEXT = 80
MOST_PLACES = 1000


@dataclass(frozen=True, slots=True)
class Passage:
    """A highlight's words in the text as it is now: offsets in characters, and how many times the same
    words stand before them (``occurrence``, 0 for the first)."""

    id: int
    quote: str
    start: int
    end: int
    occurrence: int


def locate(text: str, quote: str, *, start: int, end: int) -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``: at ``start`` to ``end``, else the nearest place within ``NEAR``
    characters, white space aside. None where it does not."""
    if 0 <= start < end <= len(text) and text[start:end] == quote and quote.strip():
        return start, end
    if len(quote) > LONGEST_QUOTE:
        return None
    low = max(start - NEAR, 0)
    window = text[low : max(start, 0) + len(quote) + NEAR]
    wanted, solid = squeeze(quote), _solid(window)
    spans = [_span(solid, at, len(wanted)) for at in _places(squeeze(window), wanted)]
    nearest = min(spans, key=lambda span: abs(low + span[0] - start), default=None)
    return (low + nearest[0], low + nearest[1]) if nearest else None


def place(quote: str, kept: str, start: int, end: int, text: str) -> tuple[int, int] | None:
    """Where a passage of ``kept`` (from ``start`` to ``end``) stands in the later ``text``.

    Of several places the one whose surroundings agree most with those it was marked in, then the one nearest
    to where it was. None where its words no longer stand there.
    """
    if kept == text and kept[start:end] == quote and quote.strip():
        return start, end
    wanted, squeezed = squeeze(quote), squeeze(text)
    before, after = squeeze(kept[:start]), squeeze(kept[end : end + 4 * CONTEXT])[:CONTEXT]

    def likeness(at: int) -> tuple[int, int]:
        ahead = _agreement(before[-CONTEXT:][::-1], squeezed[max(at - CONTEXT, 0) : at][::-1])
        behind = _agreement(after, squeezed[at + len(wanted) : at + len(wanted) + CONTEXT])
        return ahead + behind, -abs(at - len(before))

    found = max(_places(squeezed, wanted), key=likeness, default=None)
    return None if found is None else _span(_solid(text), found, len(wanted))


def occurrence(text: str, start: int, quote: str) -> int:
    """How many times the words of ``quote`` stand in ``text`` before ``start``."""
    first = len(squeeze(text[:start]))
    return sum(at < first for at in _places(squeeze(text), squeeze(quote)))


def squeeze(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def _solid(text: str) -> Sequence[int]:
    """Where the characters of the squeezed text stand in the text itself."""
    return [at for at, sign in enumerate(text) if not sign.isspace()]


def _span(solid: Sequence[int], at: int, length: int) -> tuple[int, int]:
    return solid[at], solid[at + length - 1] + 1


def _places(squeezed: str, wanted: str) -> list[int]:
    """Where ``wanted`` begins, overlapping places too; of very many only the first."""
    if not wanted:
        return []
    found: list[int] = []
    at = squeezed.find(wanted)
    while at >= 0 and len(found) < MOST_PLACES:
        found.append(at)
        at = squeezed.find(wanted, at + 1)
    return found


def _agreement(one: str, other: str) -> int:
    """How many characters the two begin with in common."""
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length
