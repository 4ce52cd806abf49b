"""Pairs become people: the surest first, never across a contradiction, never by a chain of weak links alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from transom.engine.resolve.model import Decision, Pair, Thresholds

LIFT: Final = 4.0
"""Bits that the rest of their groups may add to a pair."""
SILENCE: Final = 3.2
"""Bits against a pair whose names and handles share nothing without contradicting each other."""
MOST_ROUNDS: Final = 5
MOST_CROSS: Final = 150
"""Cross pairs of two groups that are looked at for contradictions."""

Score = Callable[[int, int], Pair]


class Groups:
    """Disjoint groups of identities, with pairs that may never share one. `members` is sorted."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._root = {one: one for one in ids}
        self._members = {one: [one] for one in self._root}
        self._apart: dict[int, set[int]] = {}

    def __contains__(self, one: int) -> bool:
        return one in self._root

    def root(self, one: int) -> int:
        """The group an identity is in, by its smallest member."""
        while self._root[one] != one:
            self._root[one] = self._root[self._root[one]]
            one = self._root[one]
        return one

    def members(self, one: int) -> Sequence[int]:
        """Everybody in an identity's group."""
        return self._members[self.root(one)]

    def part(self, a: int, b: int) -> None:
        """From now on no group holds both (where one already does, it stays as it is)."""
        a, b = self.root(a), self.root(b)
        if a != b:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def may_join(self, a: int, b: int) -> bool:
        """Whether nothing said parts the groups of a and b."""
        return self.root(b) not in self._apart.get(self.root(a), ())

    def join(self, a: int, b: int) -> None:
        """One group of two."""
        keep, gone = sorted((self.root(a), self.root(b)))
        if keep == gone:
            return
        self._root[gone] = keep
        self._members[keep] = sorted(self._members[keep] + self._members.pop(gone))
        for other in self._apart.pop(gone, set()):
            self._apart[other].discard(gone)
            self._apart[other].add(keep)
            self._apart.setdefault(keep, set()).add(other)

    def all(self) -> tuple[tuple[int, ...], ...]:
        """All groups, in the order of their smallest members."""
        return tuple(tuple(self._members[key]) for key in sorted(self._members))


def group(
    ids: Iterable[int],
    pairs: Iterable[Pair],
    score: Score,
    *,
    prior: float,
    decisions: Sequence[Decision] = (),
    thresholds: Thresholds | None = None,
) -> Groups:
    """Groups of one person each; the same for any order of ids and pairs.

    `score` weighs a pair that was not among the candidates, `prior` is in bits. A user's "different" is never
    overruled, "same" only by a "different"; of two answers about one pair the later counts.
    """
    least = (thresholds or Thresholds()).merge_bits
    groups = Groups(ids)
    known = in_order(pairs)
    settle(groups, decisions, known)
    for pair in (pair for pair in known if pair.joined):
        if groups.may_join(pair.a, pair.b):
            groups.join(pair.a, pair.b)
    weak = [
        pair for pair in known if not pair.joined and not pair.parted and pair.bits + prior >= least - LIFT
    ]
    weak.sort(key=lambda pair: (-pair.bits, pair.a, pair.b))
    for _ in range(MOST_ROUNDS):
        if not _grow(groups, weak, score, least - prior):
            break
    return groups


def in_order(pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs by their ids, each once."""
    found = {(pair.a, pair.b): pair for pair in pairs}
    return [found[key] for key in sorted(found)]


def _grow(groups: Groups, pairs: Iterable[Pair], score: Score, least: float) -> bool:
    """One round of joining, the surest pairs first; whether any were joined."""
    grown = False
    for pair in pairs:
        apart = groups.root(pair.a) != groups.root(pair.b)
        if apart and groups.may_join(pair.a, pair.b) and combined(groups, pair, score) >= least:
            groups.join(pair.a, pair.b)
            grown = True
    return grown


def settle(groups: Groups, decisions: Sequence[Decision], pairs: Iterable[Pair]) -> None:
    """What users said, before anything else; two different ORCIDs part where no user said "same"."""
    answers = {(min(one.a, one.b), max(one.a, one.b)): one.same for one in decisions if one.a != one.b}
    asked = {(a, b): same for (a, b), same in answers.items() if a in groups and b in groups}
    for a, b in sorted(key for key, same in asked.items() if not same):
        groups.part(a, b)
    for a, b in sorted(key for key, same in asked.items() if same):
        if groups.may_join(a, b):
            groups.join(a, b)
    for pair in pairs:
        if pair.parted:
            groups.part(pair.a, pair.b)


def combined(groups: Groups, pair: Pair, score: Score) -> float:
    """Bits for joining the groups of a pair, each taken as one person.

    The best of what names and addresses say, less the strongest contradiction: single linkage joins by the
    best link and complete linkage refuses by the worst; this weighs one against the other, so that two weak
    links through a third identity never outweigh two names that differ. Of times, employers and co-authors a
    group has the union, so the best agreement counts. Minus infinity where a cross pair decides against.
    """
    cross = [score(a, b) for a, b in islice(_cross(groups, pair), MOST_CROSS)]
    if any(one.parted for one in cross):
        return float("-inf")
    best = max(one.who for one in cross) + min(0.0, min(one.who for one in cross) + SILENCE)
    for values in zip(*((one.activity, one.organization, one.company) for one in cross), strict=True):
        best += max((value for value in values if value), default=0.0)
    return best


def _cross(groups: Groups, pair: Pair) -> Iterator[tuple[int, int]]:
    yield pair.a, pair.b
    for a in groups.members(pair.a):
        for b in groups.members(pair.b):
            if (a, b) != (pair.a, pair.b):
                yield a, b
