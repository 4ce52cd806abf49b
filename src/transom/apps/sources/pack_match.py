"""Which starter pack fits a job told in a sentence."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transom.apps.sources.packs import Pack

_SIGN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def match(job: str, packs: Iterable[Pack]) -> list[tuple[Pack, float]]:
    """The packs that fit a job told in a sentence, best first; empty where none does.

    Each word or phrase of a pack counts once, by its weight, where it stands in the sentence; a phrase inside
    a longer one of the same pack that also stands there does not count again. The score is
    1 - 2 ** -(points / 4), above 0 and below 1; a construction of our own. Spelling slips are
    forgiven only where nothing matches as written.
    """
    packs = tuple(packs)
    words = _words_of(job)
    scored = _scored(words, packs)
    return scored or _scored(_respelt(words, packs), packs)


def _scored(words: Sequence[str], packs: Sequence[Pack]) -> list[tuple[Pack, float]]:
    scored = [(pack, 1 - 2 ** (-max(0.0, _points(words, pack.words)) / 4)) for pack in packs]
    return sorted(
        ((pack, score) for pack, score in scored if score > 0), key=lambda one: (-one[1], one[0].id)
    )


def _points(words: Sequence[str], weights: Mapping[str, float]) -> float:
    text = " ".join(words)
    free = [True] * len(text)
    points = 0.0
    for phrase in sorted(weights, key=len, reverse=True):
        found = _pattern(phrase).finditer(text)
        spans = [one.span() for one in found if all(free[one.start() : one.end()])]
        for start, end in spans:
            free[start:end] = [False] * (end - start)
        points += weights[phrase] if spans else 0.0
    return points


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    """A phrase matches whole words; a ``*`` before or after a word lets that word go on there."""
    words = " ".join(_words_of(phrase, keep="*"))
    return re.compile(rf"(?<!\S){re.escape(words).replace(re.escape('*'), '[^ ]*')}(?!\S)")


def _words_of(text: str, keep: str = "") -> list[str]:
    """Words without case, accents and punctuation; each Chinese or Japanese sign is a word of its own."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    spaced = _SIGN.sub(r" \g<0> ", bare)
    return re.findall(rf"[\w{re.escape(keep)}]+", spaced)


def _respelt(words: Sequence[str], packs: Iterable[Pack]) -> list[str]:
    """The words, each longer one not known to any pack put right where one known word is very close."""
    known = {word for pack in packs for phrase in pack.words for word in _words_of(phrase)}
    return [_nearest(word, known) for word in words]


def _nearest(word: str, known: Iterable[str]) -> str:
    if len(word) < 5:
        return word
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.84)), word)
