"""Whether two texts are the same story."""


def body_similarity(a: str, b: str) -> float:
    """Overlap of the two plain texts' word shingles, from 0 (nothing) to 1 (the same)."""
    raise NotImplementedError


def title_key(title: str) -> str:
    """The title folded so that the same headline compares equal."""
    raise NotImplementedError


def uncommon_words(title: str, language: str = "") -> frozenset[str]:
    """The telling words of a title: no stopwords, no words that half of all headlines share."""
    raise NotImplementedError
