"""Words, terms and the folded text that search works on."""

from dataclasses import dataclass


def words(text: str, language: str = "") -> list[str]:
    """The words of `text` as written; each character of a script without spaces counts as one."""
    raise NotImplementedError


def terms(text: str, language: str = "") -> list[str]:
    """Folded words without stopwords, lightly stemmed, for ranking and comparison; CJK as pairs."""
    raise NotImplementedError


def index_text(text: str) -> str:
    """`text` as it goes into full-text search, in SQLite and in PostgreSQL alike."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Query:
    """A search as understood: every word and phrase must occur, none of the exclusions may. All folded."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def query_terms(q: str) -> Query:
    """Read what a user typed: words, "quoted phrases" and -exclusions, folded as `index_text` folds."""
    raise NotImplementedError
