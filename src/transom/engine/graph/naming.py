"""What to call a theme: the phrase that several people use for it, or two of its words.

A theme is a group of terms. Its name is the run of two or three words that occurs in the titles (else the texts) of
most of those who wrote of it, with one of its terms in it; where three independent people share no such run, one of
its terms with another, or with the word that most of them write near it and in titles. A construction of our own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

FEWEST_WHO: Final = 3
"""So many independent people must use a phrase."""
FEWEST_NEAR: Final = 2
"""So many must write a word near another for it to stand beside that."""
LONGER_FROM: Final = 0.7
"""A run of three stands for a run of two inside it where so large a share of those who use that use it."""
NEAR: Final = 3
SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A title or text: who wrote it, its words as written, and the term of each, "" for words that say little."""

    who: Hashable
    words: Sequence[str]
    terms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Name:
    """The words of a theme's name as they are mostly written; a phrase where they stand together like that."""

    words: tuple[str, ...] = ()
    is_phrase: bool = False


def name_of(
    telling: Sequence[str],
    titles: Iterable[Told],
    texts: Iterable[Told],
    *,
    usable: Callable[[str], bool] = lambda word: True,
) -> Name:
    """What to call a theme; without words where its terms are written nowhere.

    ``telling`` are its terms, the strongest first; ``usable`` says of a written word whether it may name anything.
    """
    heads, bodies = list(titles), list(texts)
    for told in (heads, bodies):
        if phrase := _phrase(told, frozenset(telling), usable):
            return Name(phrase, is_phrase=True)
    everything = [*heads, *bodies]
    known = written(everything)
    said = [word for term in telling if (word := known.get(term, "")) and _names(word, usable)]
    if len(said) == 1 and (beside := _beside(heads, bodies, telling, usable)):
        said.append(known[beside])
    return Name(tuple(said[:2]))


def _phrase(told: Sequence[Told], telling: frozenset[str], usable: Callable[[str], bool]) -> tuple[str, ...]:
    who: dict[tuple[str, ...], set[Hashable]] = defaultdict(set)
    forms: dict[tuple[str, ...], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for one in told:
        for key, form in _runs(one, telling, usable):
            who[key].add(one.who)
            forms[key][form] += 1
    used = {key: len(some) for key, some in who.items() if len(some) >= FEWEST_WHO}
    if not used:
        return ()

    def worth(key: tuple[str, ...]) -> tuple[float, int, tuple[str, ...]]:
        return sum(term in telling for term in key) * used[key], used[key], tuple(key)

    best = max((key for key in used if len(key) == 2), key=worth, default=None) or max(used, key=worth)
    longer = [key for key in used if len(key) == 3 and best in (key[:2], key[1:])]
    most = max(longer, key=worth, default=best)
    if used[most] >= LONGER_FROM * used[best]:
        best = most
    return _aswritten(forms[best])


def _runs(
    one: Told, telling: frozenset[str], usable: Callable[[str], bool]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Runs of two and three words that begin and end with a telling or another full word, by their terms."""
    for length in (2, 3):
        for start in range(len(one.words) - length + 1):
            terms = tuple(one.terms[start : start + length])
            form = tuple(one.words[start : start + length])
            if not terms[0] or not terms[-1] or terms[0] == terms[-1] or telling.isdisjoint(terms):
                continue
            ends = form[0], form[-1]
            if all(_names(word, usable) for word in ends):
                # A word between that says little has no term: it is told by its letters.
                yield tuple(term or word.casefold() for term, word in zip(terms, form, strict=True)), form


def _beside(
    titles: Sequence[Told], texts: Sequence[Told], telling: Sequence[str], usable: Callable[[str], bool]
) -> str:
    """The term that most write within a few words of one of the telling, of several that which stands in the titles
    of most; "" where not even two people agree on any."""
    wanted = frozenset(telling)
    near: dict[str, set[Hashable]] = defaultdict(set)
    for one in (*titles, *texts):
        for at, term in enumerate(one.terms):
            if term in wanted:
                around = slice(max(at - NEAR, 0), at + NEAR + 1)
                for other, word in zip(one.terms[around], one.words[around], strict=True):
                    if other and other not in wanted and _names(word, usable):
                        near[other].add(one.who)
    titled: dict[str, set[Hashable]] = defaultdict(set)
    for one in titles:
        for term in one.terms:
            titled[term].add(one.who)
    best = max(near, key=lambda term: (len(near[term]), len(titled[term]), term), default="")
    agreed = max(len(near[best]), len(titled[best])) if best else 0
    return best if agreed >= FEWEST_NEAR else ""


def written(told: Iterable[Told]) -> dict[str, str]:
    """Each term as it is mostly written."""
    forms: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for one in told:
        for term, word in zip(one.terms, one.words, strict=True):
            if term:
                forms[term][(word,)] += 1
    return {term: _aswritten(counts)[0] for term, counts in forms.items()}


def _aswritten(forms: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """The form in small letters where it is ever written so: titles and beginnings of sentences are not."""
    plain = {form: many for form, many in forms.items() if all(word == word.lower() for word in form)}
    counts = plain or dict(forms)
    return max(counts, key=lambda form: (counts[form], form))


def _names(word: str, usable: Callable[[str], bool]) -> bool:
    return len(word) >= SHORTEST and word.replace("-", "").isalpha() and usable(word)
