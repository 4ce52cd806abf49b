"""Names of employers: whether two of them may mean one place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from transom.engine.resolve.names import LONGEST, fold, squeezed
from transom.engine.text.scripts import HAN, HANGUL

_FORMS: Final = frozenset(
    "the inc incorporated ltd limited llc llp plc corp corporation co company gmbh ag kg se sa sas sarl srl spa bv nv"
    " ab as oy aps".split()
)
"""Articles and legal forms, which are written or left out."""
_WORD: Final = re.compile(r"[^\W_]+")
_UNSPACED: Final = re.compile(f"[{HAN}{HANGUL}\u3040-\u30ff]")


def same_place(one: str, other: str) -> bool:
    """Whether one name is the other, or stands in it whole: ``Dry Rooms`` and ``Dry Rooms Ltd, Tarnholt``.

    Prefers a move that is not seen to one that never was: a hospital of a university counts as the university.
    """
    one, other = one[:LONGEST], other[:LONGEST]
    if squeezed(one) == squeezed(other):
        return True
    short, long = sorted((_words(one), _words(other)), key=len)
    if not short.strip():
        return False
    return short in long or bool(_UNSPACED.search(short) and short.strip() in long)


@lru_cache(maxsize=65536)
def _words(name: str) -> str:
    """The words that tell a place from others, each between blanks."""
    found = [word for word in _WORD.findall(fold(name)) if word not in _FORMS]
    return f" {' '.join(found)} "
