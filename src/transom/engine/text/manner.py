"""How a title speaks, whatever it speaks of: asks, tells a story, announces a version, numbers its parts.

The features are facts of form, few enough to be shown to a reader in words; the words that give a person or a
question away are listed for the languages that Transom stems.
"""

from __future__ import annotations

import re
from typing import Final

_QUESTION_WORDS: Final = frozenset(
    """how why what when where who which wie warum was wann wo wer welche comment pourquoi quand quel quelle
    cómo por-qué qué cuándo come perché cosa quando hoe waarom wat wanneer hvordan hvorfor hur varför""".split()
)
_FIRST_PERSON: Final = frozenset(
    """i i'm i've my me we we're we've our us ich mein meine wir unser unsere je mon ma mes nous notre nos
    yo mi mis nosotros nuestro nuestra io mio mia noi nostro ik mijn wij onze jeg vi min vår 私 我""".split()
)
_SECOND_PERSON: Final = frozenset(
    "you your you're yours sie ihr ihre du dein deine vous votre vos tu tus usted tuo tua u jij jouw din".split()
)
_ARTICLES: Final = frozenset(
    "a an the der die das ein eine le la les un une el los las una il lo gli de het een".split()
)
_NEWNESS: Final = frozenset(
    """new introducing announcing release released releases launch update updated neu neue nouveau nouvelle
    nuevo nueva nuovo nieuw version available""".split()
)
_TEACHING: Final = frozenset(
    """guide tutorial introduction intro basics learn learning beginner beginners tips steps cheatsheet lesson
    course workshop anleitung einführung guía guida""".split()
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_VERSION: Final = re.compile(r"(?<![\w.])v?\d+\.\d+(?:[.\-]\d+)*\b", re.I)
_PART: Final = re.compile(
    r"\b(?:part|teil|partie|parte|episode|vol|no|nr|week|issue)\W{0,2}\d|#\s?\d|\(\d+/\d+\)", re.I
)
_QUOTE: Final = re.compile('["“”„«»「」]')
_LENGTHS: Final = (1, 2, 4, 7, 11)

FLAGS: Final = (
    "question",
    "asks-how",
    "exclaims",
    "two-parts",
    "first-person",
    "second-person",
    "version",
    "part",
    "number",
    "quotes",
    "bracketed",
    "article",
    "announces",
    "teaches",
    "gerund",
    "code",
    "capitals",
    *(f"words-{most}" for most in _LENGTHS),
    "words-more",
)
"""The names of the bits that `manner` sets, from the lowest."""


def manner(title: str) -> int:
    """How a title speaks, as bits in the order of FLAGS; 0 for no title."""
    words = _WORD.findall(title)
    if not words:
        return 0
    lower = [word.lower().replace("’", "'") for word in words]
    known = {
        "question": "?" in title or "？" in title,
        "asks-how": lower[0] in _QUESTION_WORDS,
        "exclaims": "!" in title or "！" in title,
        "two-parts": bool(re.search(r"[:：]\s|\s[–—|-]\s", title)),
        "first-person": not _FIRST_PERSON.isdisjoint(lower),
        "second-person": not _SECOND_PERSON.isdisjoint(lower),
        "version": bool(_VERSION.search(title)),
        "part": bool(_PART.search(title)),
        "number": any(word.isdigit() for word in words),
        "quotes": bool(_QUOTE.search(title)),
        "bracketed": title.lstrip()[:1] in "{[(<",
        "article": not _ARTICLES.isdisjoint(lower),
        "announces": not _NEWNESS.isdisjoint(lower),
        "teaches": not _TEACHING.isdisjoint(lower),
        "gerund": len(lower[0]) > 4 and lower[0].endswith("ing"),
        "code": bool(re.search(r"\w\(\)|`|::|\w_\w|\{\w", title)),
        "capitals": _in_capitals(words),
        _length(len(words)): True,
    }
    return sum(1 << at for at, name in enumerate(FLAGS) if known.get(name))


def _in_capitals(words: list[str]) -> bool:
    """Whether nearly every longer word begins with a capital, as in a headline."""
    long = [word for word in words if len(word) > 3]
    return len(long) > 2 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def _length(words: int) -> str:
    return next((f"words-{most}" for most in _LENGTHS if words <= most), "words-more")
