"""How common each name, handle, address and domain is: the rarer what two share, the more it says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import log2
from typing import Final

from transom.engine.resolve.facts import COMMON
from transom.engine.resolve.names import Agreement, Name, compare
from transom.engine.resolve.traits import Traits
from transom.engine.resolve.weights import ACTIVITY

WORLD: Final = 2000
"""Names of the world at large that stand beside those seen, so that a small library is not surprised."""
SELDOM: Final = 2.0**-14
"""The share of people who bear a name that is not on the list of common ones, before any is seen."""
BITS_A_CHARACTER: Final = 3.0
"""What each character of a handle tells: English spends 1 to 2 bits on a letter (Shannon, Prediction and
Entropy of Printed English, 1951); a handle is chosen to differ."""
OWN_HANDLE: Final = 1.0
"""A word of a name is rarer as a handle than as a name."""
MOST_BITS: Final = 22.0
"""What one finding about a name or a handle says at most: one in four million."""
CLOSE_DAYS: Final = 366
APART_DAYS: Final = 3 * 366
LEAST_SPANS: Final = 200
SAMPLES: Final = 20_000
FEW_NAMES: Final = 5
"""Up to so many names with a word may be forms of one person's name; they are counted by initials."""
FEW_HANDLES: Final = 3
"""Up to so many handles that differ by a number may be one person's."""
MANY_NAMES: Final = 3
"""From so many unrelated full names on, a mailbox or account writes for everybody."""

_NOBODY: Final = tuple(Name((word, word)) for word in ("a", "b", "c"))
"""Names that agree with none: what a role writes behind is a crowd's, whoever else does."""
Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Census:
    """Counts over all identities. `words` counts distinct full names that hold a word, `stems`
    distinct handles that begin alike and end in digits, `domains`,
    `links` and `organizations` identities; `names` is the number of distinct names, `crowds` holds mailboxes
    and accounts that write for everybody; `activity` the shares of levels of activity among any two.
    """

    identities: int
    names: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    stems: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[str, int] = field(default_factory=dict)
    links: Mapping[str, int] = field(default_factory=dict)
    organizations: Mapping[str, int] = field(default_factory=dict)
    crowds: frozenset[str] = frozenset()
    activity: Mapping[str, float] = field(default_factory=dict)

    @property
    def size_bits(self) -> float:
        """log2 of the number of identities, at least of a thousand: a small library is a small sample."""
        return log2(max(self.identities, 1000))

    def word_bits(self, word: str) -> float:
        """How rare a word of a name is: −log2 of the share of people who bear it."""
        seen = max(0, self.words.get(word, 0) - 1)
        return -log2((seen + WORLD * COMMON.get(word, SELDOM)) / (self.names + WORLD))

    def handle_bits(self, text: str) -> float:
        """How rare a handle is; short ones and those that are part of somebody's name say less."""
        length = BITS_A_CHARACTER * len(text)
        known = text in COMMON or text in self.words
        return min(length, self.word_bits(text) + OWN_HANDLE if known else MOST_BITS)

    def stem_bits(self, text: str) -> float:
        """How rare what two handles begin with is; where many begin so ("account" and a number), as counted."""
        bits = self.handle_bits(text)
        if self.stems.get(text, 0) > FEW_HANDLES:
            return min(bits, self.share_bits(self.stems, text))
        return bits

    def activity_share(self, code: str) -> float | None:
        """The share of a level of activity among any two identities; None where it was not counted."""
        return self.activity.get(code)

    def share_bits(self, counts: Mapping[str, int], value: str) -> float:
        """−log2 of the share of identities that have the value, counting the pair as one."""
        return log2(max(self.identities, 1000) / max(1, counts.get(value, 0) - 1))


def take(traits: Iterable[Traits]) -> Census:
    """One pass over all identities, in any order."""
    tally = _Tally()
    for one in traits:
        tally.add(one)
    return tally.census()


class _Tally:
    """What is counted on the way."""

    def __init__(self) -> None:
        self._total = 0
        self._words = Counter[str]()
        self._names = set[tuple[str, ...]]()
        self._beside = set[tuple[str, str]]()
        self._shared = {kind: Counter[str]() for kind in ("domains", "links", "organizations")}
        self._holders: dict[str, set[Name]] = {}
        self._spans: list[Span] = []
        self._handles = set[str]()

    def add(self, one: Traits) -> None:
        """Count one identity."""
        self._total += 1
        for name in one.full:
            self._add_name(name)
        self._shared["domains"].update(one.domains)
        self._shared["links"].update(one.links)
        self._shared["organizations"].update([one.organization] * bool(one.organization))
        self._handles |= one.handles
        for key in held(one):
            self._holders.setdefault(key, set()).update(_NOBODY if one.role else one.full)
        if one.first and one.last:
            self._spans.append((one.first, one.last))

    def _add_name(self, name: Name) -> None:
        if name.words not in self._names:
            self._names.add(name.words)
            self._words.update(set(name.words))
            self._beside |= _beside(name)

    def census(self) -> Census:
        """The counts."""
        few = Counter(word for word, _ in self._beside)
        words = {
            word: min(count, few[word]) if count <= FEW_NAMES else count
            for word, count in self._words.items()
        }
        return Census(
            self._total,
            len(self._names),
            words,
            dict(Counter(map(stem, self._handles))),
            **{kind: dict(counts) for kind, counts in self._shared.items()},
            crowds=frozenset(key for key, names in self._holders.items() if unrelated(names) >= MANY_NAMES),
            activity=of_activity(self._spans),
        )


def _beside(name: Name) -> set[tuple[str, str]]:
    """Each word of a name with the first letter of its other end: forms of one name (Jim and James) share it."""
    ends = (name.words[0], name.words[-1])
    return {(word, ends[word == ends[0]][0]) for word in name.words}


def stem(handle: str) -> str:
    """A handle without the digits at its end."""
    return handle.rstrip("0123456789")


def held(traits: Traits) -> list[str]:
    """Mailboxes and accounts of an identity, as `Census.crowds` names them."""
    return [*traits.mails, *(f"{service}:{number}" for service, number in traits.accounts)]


def unrelated(names: Iterable[Name]) -> int:
    """How many of the names agree with none of those before; four are enough to know."""
    apart: list[Name] = []
    for name in sorted(names, key=lambda name: name.words):
        if all(compare(name, other)[0] in (Agreement.DIFFERENT, Agreement.INCOMPARABLE) for other in apart):
            apart.append(name)
            if len(apart) > MANY_NAMES:
                break
    return len(apart)


def of_activity(spans: list[Span]) -> dict[str, float]:
    """How often two spans taken at random lie together, close or apart; empty for too few to tell."""
    if len(spans) < LEAST_SPANS:
        return {}
    spans, draw = sorted(spans), random.Random(1)
    seen = Counter(activity_code(gap_of(draw.choice(spans), draw.choice(spans))) for _ in range(SAMPLES))
    return {code: (seen[code] + 0.05 * SAMPLES) / (1.15 * SAMPLES) for code in ACTIVITY}


def gap_of(one: Span, other: Span) -> int:
    """Days between two spans of activity; 0 where they overlap."""
    return max(0, (max(one[0], other[0]) - min(one[1], other[1])).days)


def activity_code(days: int) -> str:
    """The level of a gap."""
    if days <= CLOSE_DAYS:
        return "active-together"
    return "active-close" if days <= APART_DAYS else "active-apart"
