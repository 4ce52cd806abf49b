"""Names: folding within a script, words, and how well two names agree. Nothing is transliterated."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from transom.engine.resolve.facts import NICKNAMES, PLACEHOLDER_NAMES, ROLE_WORDS, TITLES
from transom.engine.text.scripts import HAN, HANGUL, INDIC_SIGNS

LONGEST: Final = 120
"""Characters of a name that are read; what is longer is no name."""
MOST_WORDS: Final = 8

_SPECIAL: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "‘": "'"}
)
_MARKS: Final = re.compile("[\u0300-\u036f]")
_ASIDE: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|（([^（）]*)）")
_NICK: Final = re.compile("[\"“”«»](.+?)[\"“”«»]|(?<!\\w)'(.+?)'(?!\\w)")
_SIGNS: Final = INDIC_SIGNS + "\u0591-\u05bd\u05bf-\u05c2\u064b-\u065f\u0670\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_SIGNS_EAST: Final = "\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
_LETTER: Final = f"(?:[^\\W_]|[{_SIGNS}{_SIGNS_EAST}])"
_LETTERS: Final = re.compile(_LETTER)
_WORD: Final = re.compile(f"{_LETTER}+(?:'{_LETTER}+)*")
_JOINT: Final = re.compile(r"\s+(?:and|und|et|y|e|＆|&|with|\+)\s+|\s*[;/、]\s*")
_MAILISH: Final = re.compile(r"\S+@\S+\.\S+")
_EAST: Final = re.compile(f"[{HAN}{HANGUL}]{{2,4}}")
_COMPOUND: Final = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 令狐 夏侯 남궁 황보 제갈 선우 佐藤 鈴木 高橋 田中".split()
)


class Agreement(IntEnum):
    """How two names agree, the better the larger."""

    INCOMPARABLE = 0
    DIFFERENT = 1
    PART = 2
    ONE_WORD = 3
    INITIALS = 4
    NEAR = 5
    COMPATIBLE = 6
    EQUAL = 7


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in folded words, in the order written."""

    words: tuple[str, ...]

    @property
    def full(self) -> bool:
        """Whether it has two words at least, one of them spelled out."""
        return len(self.words) > 1 and any(map(spelled_out, self.words))

    @property
    def key(self) -> str:
        """The same for the same words in any order."""
        return " ".join(sorted(self.words))

    @property
    def joined(self) -> str:
        """All words run together."""
        return "".join(self.words)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, compatibility forms and accents gone; letters of other scripts stay. Idempotent."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SPECIAL)
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", bare)


def squeezed(text: str) -> str:
    """Only the letters (with their vowel signs) and digits of a folded text: how handles are compared."""
    return "".join(character for character in fold(text) if _LETTERS.match(character))


@lru_cache(maxsize=65536)
def read(text: str) -> tuple[Name, ...]:
    """The names a byline gives for one person: the name, and what stands beside it in brackets or quotes.

    Empty for placeholders, offices, programs, several people at once, and what is no name at all.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > LONGEST or is_joint(text) or "[bot]" in text.casefold():
        return ()
    asides = ["".join(found) for pattern in (_ASIDE, _NICK) for found in pattern.findall(text)]
    plain = _NICK.sub(" ", _ASIDE.sub(" ", text))
    found = [_name(part) for part in (plain, *asides) if not _MAILISH.search(part)]
    return tuple(dict.fromkeys(name for name in found if name is not None))


@lru_cache(maxsize=65536)
def is_joint(text: str) -> bool:
    """Whether a byline names several people."""
    text = _ASIDE.sub(" ", text)
    return bool(_JOINT.search(text)) or text.count(",") > 1 or bool(re.search(r"\w+ \w+, \w+ \w+", text))


@lru_cache(maxsize=65536)
def is_role(text: str) -> bool:
    """Whether a byline names a body, an office or a program."""
    words = _WORD.findall(fold(text))
    return "[bot]" in text.casefold() or (len(words) > 1 and any(word in ROLE_WORDS for word in words))


def _name(text: str) -> Name | None:
    if is_role(text):
        return None
    words = [_bare(word) for word in _WORD.findall(fold(text))]
    kept = tuple(word for word in words if word and word not in TITLES) or tuple(words)
    if not kept or len(kept) > MOST_WORDS or all(word in PLACEHOLDER_NAMES for word in kept):
        return None
    if not any(character.isalpha() for word in kept for character in word):
        return None
    if " " not in text.strip() and len(kept) > 1:
        kept = ("".join(kept),)
    return Name(_eastern(kept[0]) if len(kept) == 1 else kept)


def _bare(word: str) -> str:
    return word.replace("'", "")


def _eastern(word: str) -> tuple[str, ...]:
    """A Chinese or Korean name written without a space: family name, given name."""
    if not _EAST.fullmatch(word):
        return (word,)
    cut = 2 if word[:2] in _COMPOUND and len(word) > 2 else 1
    return (word[:cut], word[cut:])


def script(text: str) -> str:
    """The script of a word's first letter, as Unicode names it: LATIN, CYRILLIC, CJK, HANGUL ..."""
    for character in text:
        if character.isalpha():
            return unicodedata.name(character, "?").split(" ")[0]
    return ""


@lru_cache(maxsize=262144)
def compare(a: Name, b: Name) -> tuple[Agreement, tuple[tuple[str, float], ...]]:
    """How two names agree, and the words that do, each with the bits its rarity is to lose.

    A word that merely begins alike or is a form of the other tells less than the word itself.
    """
    if a.words == b.words or (a.key == b.key) or (a.joined == b.joined and a.full and b.full):
        return Agreement.EQUAL, tuple((word, 0.0) for word in min(a.words, b.words, key=len))
    if script(a.words[0]) != script(b.words[0]):
        return Agreement.INCOMPARABLE, ()
    if not (a.full and b.full):
        return _with_one_word(a, b)
    return _of_two_full(*sorted((a, b), key=lambda name: (len(name.words), name.words)))


def _with_one_word(a: Name, b: Name) -> tuple[Agreement, tuple[tuple[str, float], ...]]:
    shared = [word for word in a.words if word in b.words and len(word) > 2]
    if shared:
        return Agreement.ONE_WORD, ((max(shared, key=len), 0.0),)
    return Agreement.INCOMPARABLE, ()


def _of_two_full(short: Name, long: Name) -> tuple[Agreement, tuple[tuple[str, float], ...]]:
    free = list(long.words)
    matched: list[tuple[str, float]] = []
    worst = Agreement.EQUAL
    for word in sorted(short.words, key=lambda word: (word not in free, -len(word), word)):
        found = max(((kind(word, other), other) for other in free), default=(Agreement.DIFFERENT, ""))
        if found[0] > Agreement.DIFFERENT:
            free.remove(found[1])
            matched.append((max(word, found[1], key=len), _LOST[found[0]]))
        worst = min(worst, found[0])
    exact = [word for word, lost in matched if not lost and spelled_out(word)]
    if worst > Agreement.DIFFERENT and exact:
        return min(worst, Agreement.COMPATIBLE), tuple(matched)
    if exact:
        return Agreement.PART, tuple((word, 0.0) for word in exact)
    return Agreement.DIFFERENT, ()


_LOST: Final = {
    Agreement.EQUAL: 0.0,
    Agreement.COMPATIBLE: 2.0,
    Agreement.NEAR: 3.0,
    Agreement.INITIALS: -1.0,
}
"""Bits of a word's rarity that its weaker forms lose; an initial (negative) has a rarity of its own."""


@lru_cache(maxsize=262144)
def kind(word: str, other: str) -> Agreement:
    """How two words of a name agree: equal, forms of one name, a slip of the pen, an initial, or not."""
    if word == other:
        return Agreement.EQUAL
    if not (spelled_out(word) and spelled_out(other)):
        return Agreement.INITIALS if word[0] == other[0] else Agreement.DIFFERENT
    if not NICKNAMES.get(word, frozenset()).isdisjoint(NICKNAMES.get(other, frozenset())):
        return Agreement.COMPATIBLE
    return Agreement.NEAR if slips(word, other) else Agreement.DIFFERENT


def spelled_out(word: str) -> bool:
    """Whether a word is more than an initial; in scripts without capitals a letter may be a whole name."""
    return len(word) > 1 or word.upper() == word.lower()


def slips(a: str, b: str) -> bool:
    """Whether one word is the other with a slip of the pen: one in five letters, two in nine."""
    least = min(len(a), len(b))
    allowed = 0 if least < 5 else 1 if least < 9 else 2
    return bool(allowed) and DamerauLevenshtein.distance(a, b, score_cutoff=allowed) <= allowed


@lru_cache(maxsize=65536)
def spellings(name: Name) -> tuple[frozenset[str], frozenset[str]]:
    """The handles a full name makes: spelled out, and with one part shortened to its initial."""
    if not name.full:
        return frozenset(), frozenset()
    first, last = name.words[0], name.words[-1]
    whole = {name.joined, first + last, last + first, "".join(reversed(name.words))}
    short = {first[0] + last, first + last[0], last + first[0], last[0] + first}
    short |= {"".join(word[0] for word in name.words[:-1]) + last} if len(name.words) > 2 else set()
    return (
        frozenset(one for one in whole if len(one) > 4),
        frozenset(one for one in short - whole if len(one) > 4),
    )
