"""Whether two texts are the same story."""

from transom.engine.text.stopwords import HEADLINE_WORDS
from transom.engine.text.tokens import fold, index_text, terms

SHINGLE = 3
MOST_WORDS = 4000


def body_similarity(a: str, b: str) -> float:
    """Overlap of the two plain texts' word shingles, from 0 (nothing) to 1 (the same).

    Dice's coefficient, 2|A∩B| / (|A|+|B|), over the sets of three words in a row (Dice 1945).
    """
    left, right = _shingles(a), _shingles(b)
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


def title_key(title: str) -> str:
    """The title folded so that the same headline compares equal whatever its case, accents and punctuation."""
    return index_text(title)


def uncommon_words(title: str, language: str = "") -> frozenset[str]:
    """The telling words of a title, as terms: no stopwords, no words that half of all headlines share."""
    plain = " ".join(
        word for word in fold(title).split() if word.strip(".,:;!?()[]\"'“”‘’–—") not in HEADLINE_WORDS
    )
    return frozenset(term for term in terms(plain, language) if not term.isdigit())


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = index_text(text).split()[:MOST_WORDS]
    if len(found) < SHINGLE:
        return {tuple(found)} if found else set()
    return set(zip(found, found[1:], found[2:], strict=False))
