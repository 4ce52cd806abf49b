"""The weighted, hashed terms of a text, and the names and frequencies behind them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import WIDTH
from transom.engine.text.tokens import ascii_words, fold, terms

VERSION: Final = 2
BUCKETS: Final = 1 << 18
TITLE_COUNTS: Final = 3
# A few texts say little about which terms are common: until more are known, all count nearly alike.
KNOWN_FROM_START: Final = 50
MOST_WORDS: Final = 1 << 16
_NO_TERM: Final = 0
# No term has an id from here on: in stored terms such a one holds the bits of the manner.
_MANNER: Final = 0xFF00_0000
_MANNER_BITS: Final = 0x00FF_FFFF
_ID, _WEIGHT = np.dtype("<u4"), np.dtype("<f2")
_EACH: Final = _ID.itemsize + _WEIGHT.itemsize


@dataclass(frozen=True, slots=True)
class Terms:
    """At most WIDTH hashed terms of one text, heaviest first; the weights' squares add up to 1.

    `manner` holds the bits of engine.text.manner of its title.
    """

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]
    manner: int = 0


class Counted(NamedTuple):
    """The distinct terms of one text and how often each occurs, a word of the title as several of the body.

    `manner` holds the bits of its title (see engine.text.manner).
    """

    ids: NDArray[np.uint32]
    counts: NDArray[np.float64]
    manner: int = 0


@lru_cache(maxsize=1 << 16)
def term_id(term: str) -> int:
    """The 32-bit hash of a term, the same in every process."""
    found = zlib.crc32(term.encode("utf-8", "surrogatepass"))
    return found if found < _MANNER else found & _MANNER_BITS


class Frequencies:
    """In how many texts each term occurred: compact, grows by one text at a time.

    Counts share 2**18 buckets (1 MB), so a rare term may seem a little commoner than it is.
    """

    def __init__(self) -> None:
        self.texts = 0
        self._counts = np.zeros(BUCKETS, dtype=np.uint32)

    def add(self, ids: Iterable[int]) -> None:
        """Count one text, given the distinct ids of its terms."""
        given = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, dtype=np.int64)
        at = given.astype(np.int64) & (BUCKETS - 1)
        self._counts[at] += 1
        self.texts += 1

    def rarity(self, ids: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Inverse document frequency, ln((N + k) / (n + k')), smoothed (Spärck Jones 1972)."""
        seen = self._counts[ids.astype(np.int64) & (BUCKETS - 1)]
        rarity: NDArray[np.float64] = np.log((self.texts + KNOWN_FROM_START) / (seen + 1.0))
        return rarity


def ids_of(text: str, language: str = "") -> NDArray[np.uint32]:
    """The ids of the terms of `text` (see engine.text.tokens.terms), one for every time they occur."""
    folded = fold(text)
    if not folded.isascii():
        return _ids(terms(text, language))
    known = _known_words(language[:2].lower() or "en")
    found = np.array([known[word] for word in ascii_words(folded)], dtype=np.uint32)
    known_ones: NDArray[np.uint32] = found[found != _NO_TERM]
    return known_ones


class _KnownWords(dict[str, int]):
    """From a folded word of one language to the id of its term, or _NO_TERM. Forgets all when it grew too large."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def __missing__(self, word: str) -> int:
        found = terms(word, self._code)
        if len(self) >= MOST_WORDS:
            self.clear()
        self[word] = term_id(found[0]) if found else _NO_TERM
        return self[word]


@lru_cache(maxsize=8)
def _known_words(code: str) -> _KnownWords:
    return _KnownWords(code)


def weigh(title: Iterable[str], body: Iterable[str], frequencies: Frequencies) -> Terms:
    """The heaviest terms of a text, given the terms (see engine.text.tokens) of its title and its body.

    Weight (1 + ln count) * rarity; a word of the title counts as several of the body.
    """
    return _heaviest(counted(_ids(title), _ids(body)), frequencies)


def weigh_and_count(text: Counted, frequencies: Frequencies) -> Terms:
    """As `weigh`, given what `counted` found; its terms then count in `frequencies` for the texts that come after."""
    found = _heaviest(text, frequencies)
    frequencies.add(text.ids)
    return found


def _ids(found: Iterable[str]) -> NDArray[np.uint32]:
    return np.array([term_id(term) for term in found], dtype=np.uint32)


def counted(title: NDArray[np.uint32], body: NDArray[np.uint32], manner: int = 0) -> Counted:
    """The terms of a text and how often each occurs, given ids from `ids_of` of its title and its body."""
    ids, counts = np.unique(np.concatenate([body, *[title] * TITLE_COUNTS]), return_counts=True)
    return Counted(ids, counts.astype(np.float64), manner)


def _heaviest(text: Counted, frequencies: Frequencies) -> Terms:
    ids, often, manner = text
    if not len(ids):
        return Terms(ids, np.zeros(0, np.float32), manner)
    weights = (1.0 + np.log(often)) * np.maximum(frequencies.rarity(ids), 0.0)
    heaviest = np.lexsort((ids, -weights))[:WIDTH]
    heaviest = heaviest[weights[heaviest] > 0]
    length = float(np.linalg.norm(weights[heaviest]))
    kept = weights[heaviest] / length if length else weights[heaviest]
    return Terms(ids[heaviest], kept.astype(np.float32), manner)


def pack(terms: Terms) -> bytes:
    """As stored with an item: the ids, then the weights at half precision, six bytes a term.

    A manner stands before the terms as one more, whose id says what it is.
    """
    ids, weights = terms.ids.astype(_ID), terms.weights.astype(_WEIGHT)
    if terms.manner:
        ids = np.concatenate([np.array([_MANNER | terms.manner], dtype=_ID), ids])
        weights = np.concatenate([np.zeros(1, dtype=_WEIGHT), weights])
    return ids.tobytes() + weights.tobytes()


def unpack(data: bytes) -> Terms:
    """What `pack` stored; anything damaged reads as no terms."""
    count, rest = divmod(len(data), _EACH)
    if rest:
        return Terms(np.zeros(0, np.uint32), np.zeros(0, np.float32))
    ids = np.frombuffer(data, _ID, count).astype(np.uint32)
    weights = np.frombuffer(data, _WEIGHT, count, count * _ID.itemsize).astype(np.float32)
    if not np.isfinite(weights).all():
        return Terms(np.zeros(0, np.uint32), np.zeros(0, np.float32))
    if count and ids[0] >= _MANNER:
        return Terms(ids[1:], weights[1:], int(ids[0]) & _MANNER_BITS)
    return Terms(ids, weights)
