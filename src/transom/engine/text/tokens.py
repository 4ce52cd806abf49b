"""Words, terms and the folded text that search works on."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from transom.engine.text.scripts import BY_CHARACTER, INDIC_SIGNS, SPACELESS, by_character
from transom.engine.text.stems import arabic, stem
from transom.engine.text.stopwords import STOPWORDS

_WORD = re.compile(rf"[{SPACELESS}]|(?:(?![{SPACELESS}])[^\W_])+(?:['’\-·](?:(?![{SPACELESS}])[^\W_])+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Python counts the vowel signs of Indian scripts as no part of a word.
_FOLDED_WORD = re.compile(rf"[{BY_CHARACTER}]+|(?:(?![{BY_CHARACTER}])(?:[^\W_]|[{INDIC_SIGNS}]))+")
_MARKED_LETTER = re.compile("[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1fff]")
_MARKS = re.compile("[\u0300-\u036f]")
_NON_WORD = re.compile(r"[^\w\s]+|_+")
_ASCII_NON_WORDS = {code: " " for code in range(128) if not chr(code).isalnum()}
_QUERY_PART = re.compile('(?<!\\S)(-?)["“”„«](.*?)(?:["“”»]|$)|(?<!\\S)(-?)(\\S+)')
# Short vowels, tatweel and the spellings of alef, ya and ta marbuta that writers mix freely.
_ARABIC = str.maketrans(
    {
        **{chr(code): None for code in (*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, 0x640)},
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیئ", "ي"),
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
    }
)
_HAS_ARABIC = re.compile("[\u0600-\u06ff]")
_ARABIC_WORD = re.compile("[\u0620-\u064a]{4,}")
_LONGEST_TERM = 40


@dataclass(frozen=True, slots=True)
class Query:
    """A search as understood: every word and phrase must occur, none of the exclusions may. All folded."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def words(text: str, language: str = "") -> list[str]:
    """The words of `text` as written; each character of a script without spaces counts as one."""
    return _WORD.findall(text)


def terms(text: str, language: str = "") -> list[str]:
    """Folded words without stopwords, lightly stemmed, for ranking and comparison; CJK as pairs."""
    code = language[:2].lower() or "en"
    stopwords = STOPWORDS.get(code, frozenset())
    folded = fold(text)
    if folded.isascii():
        found = [w for w in ascii_words(folded) if len(w) > 1 and w not in stopwords]
        return [stem(word, code) for word in found if len(word) <= _LONGEST_TERM]
    result: list[str] = []
    for word in _FOLDED_WORD.findall(folded):
        if by_character.match(word):
            result += [word[at : at + 2] for at in range(len(word) - 1)] or [word]
        elif 1 < len(word) <= _LONGEST_TERM and word not in stopwords:
            result.append(stem(word, code))
    return result


def ascii_words(folded: str) -> list[str]:
    """The words of a folded text without any letter beyond ASCII, as `terms` sees them."""
    return _ASCII_WORD.findall(folded)


def fold(text: str) -> str:
    """`text` without what a reader who searches would not type: case, accents, ligatures, Arabic vowels."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    if _HAS_ARABIC.search(text):
        text = text.translate(_ARABIC)
    if _MARKED_LETTER.search(text):
        text = _MARKED_LETTER.sub(_without_marks, text)
    return _MARKS.sub("", text)


def _without_marks(found: re.Match[str]) -> str:
    return _bare(found.group())


@lru_cache(maxsize=2048)
def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))


def index_text(text: str) -> str:
    """`text` as it goes into full-text search, in SQLite and in PostgreSQL alike.

    Folded, without punctuation, and with spaces around every character of Chinese, Japanese, Korean and Thai,
    so that any run of them is found as a phrase. Arabic words lose their articles and endings: neither
    database's stemmer knows them.
    """
    folded = fold(text)
    if folded.isascii():
        return " ".join(folded.translate(_ASCII_NON_WORDS).split())
    folded = by_character.sub(r" \g<0> ", folded)
    if _HAS_ARABIC.search(folded):
        folded = _ARABIC_WORD.sub(_stem_arabic, folded)
    return " ".join(_NON_WORD.sub(" ", folded).split())


def _stem_arabic(found: re.Match[str]) -> str:
    return arabic(found.group())


def query_terms(q: str) -> Query:
    """Read what a user typed: words, "quoted phrases" and -exclusions, folded as `index_text` folds."""
    wanted: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for minus_phrase, phrase, minus_word, word in _QUERY_PART.findall(q[:1000]):
        folded = index_text(phrase or word)
        if not folded:
            continue
        if minus_phrase or minus_word:
            excluded.append(folded)
        elif " " in folded:
            # A quoted phrase, or a word of several characters or parts, such as 東京 or e-mail.
            phrases.append(folded)
        else:
            wanted.append(folded)
    return Query(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(phrases)), tuple(dict.fromkeys(excluded)))
