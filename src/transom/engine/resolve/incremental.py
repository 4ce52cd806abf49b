"""A day's new identities, and a user's answers, without a full run: only the people they touch are made anew.

Groups never reach across pairs that were not kept, so what hangs together by kept pairs and answers is a world
of its own. New identities are compared with those that share a key, the worlds they reach are loaded, and each
is grouped as a full run would: with the same census, the answer is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations, pairwise
from typing import Final, Protocol

from transom.engine.resolve.block import keys_of, looked_up, pairs_of
from transom.engine.resolve.census import Census
from transom.engine.resolve.model import Decision, Identity, Pair, Resolution, Thresholds
from transom.engine.resolve.people import Scorer, floor_bits, resolution
from transom.engine.resolve.traits import Traits, traits_of
from transom.engine.resolve.weigh import pair_of
from transom.engine.resolve.weights import Weights

FEW: Final = 12
"""So many whom a chain leaves behind are compared all with all; more of them one after the other."""


class Library(Protocol):
    """What was stored of earlier runs; each call is one question to a database."""

    def sharing(self, keys: Collection[str]) -> Iterable[tuple[str, int]]:
        """(key, identity) of all stored identities that have one of the keys; of a key that more have than
        `block.largest` at least one more than that, since it is then compared with none.
        """

    def identities(self, ids: Collection[int]) -> Iterable[Identity]:
        """The identities themselves."""

    def pairs(self, ids: Collection[int]) -> Iterable[Pair]:
        """Kept pairs of which at least one side is among the ids."""


def absorb(
    new: Iterable[Identity],
    library: Library,
    census: Census,
    *,
    decisions: Sequence[Decision] = (),
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
) -> Resolution:
    """The people the new identities touch, made anew; its pairs hold those kept before and the new ones."""
    fresh = {one.id: traits_of(one) for one in new}
    keys = [(key, one.id) for one in fresh.values() for key in keys_of(one)]
    stored = [row for row in library.sharing(looked_up(key for key, _ in keys)) if row[1] not in fresh]
    weak, chained = pairs_of([*keys, *stored])
    candidates = sorted(pair for pair in weak | set(chained) if fresh.keys() & set(pair))
    near = {one for pair in candidates for one in pair} - fresh.keys()
    traits = fresh | {one.id: traits_of(one) for one in library.identities(near)}
    floor, given = floor_bits(census, thresholds), weights or Weights()
    scored = (
        pair_of(traits[a], traits[b], census, given) for a, b in candidates if a in traits and b in traits
    )
    found = {pair for pair in scored if pair.joined or pair.parted or pair.bits >= floor}
    return _anew(fresh, found, library, census, decisions, weights, thresholds, compared=fresh.keys())


def reconsider(
    ids: Collection[int],
    library: Library,
    census: Census,
    *,
    decisions: Sequence[Decision] = (),
    weights: Weights | None = None,
    thresholds: Thresholds | None = None,
) -> Resolution:
    """The people around some identities, made anew: after an answer, or after one was taken back."""
    start = {one.id: traits_of(one) for one in library.identities(ids)}
    return _anew(start, set(), library, census, decisions, weights, thresholds)


def _anew(
    start: dict[int, Traits],
    found: set[Pair],
    library: Library,
    census: Census,
    decisions: Sequence[Decision],
    weights: Weights | None,
    thresholds: Thresholds | None,
    compared: Collection[int] = (),
) -> Resolution:
    reached = _reached(start.keys() | _ends(found), library, decisions)
    # What was kept of those that say something else by now is out of date; their people are made anew all the same.
    kept = {pair for pair in reached if pair.a not in compared and pair.b not in compared}
    pairs = found | kept
    alone = _ends(reached) - _ends(pairs) - start.keys()
    told = {one for answer in decisions for one in (answer.a, answer.b)}
    missing = (_ends(pairs) | told | alone) - start.keys()
    traits = start | {one.id: traits_of(one) for one in library.identities(missing)}
    # Who was forgotten since is in no table but that of the pairs.
    there = [pair for pair in pairs if pair.a in traits and pair.b in traits]
    there += [
        pair_of(traits[a], traits[b], census, weights or Weights())
        for a, b in _left_behind(reached - kept, compared) - {(pair.a, pair.b) for pair in there}
        if a in traits and b in traits
    ]
    scorer = Scorer(traits, census, weights)
    return resolution(traits, there, scorer, decisions=decisions, thresholds=thresholds)


def _left_behind(dropped: Iterable[Pair], compared: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of those who hung together by somebody who was compared anew.

    Exact identifiers are kept as a chain; whoever leaves one from its middle leaves a gap.
    """
    near: dict[int, set[int]] = {}
    for pair in dropped:
        if pair.joined:
            near.setdefault(pair.a, set()).add(pair.b)
            near.setdefault(pair.b, set()).add(pair.a)
    found: set[tuple[int, int]] = set()
    seen: set[int] = set()
    for one in near:
        edge, chain = {one} - seen, set[int]()
        while edge:
            chain |= edge
            edge = {other for end in edge for other in near[end]} - chain
        seen |= chain
        left = sorted(chain.difference(compared))
        found |= set(combinations(left, 2) if len(left) <= FEW else pairwise(left))
    return found


def _reached(ids: Iterable[int], library: Library, decisions: Iterable[Decision]) -> set[Pair]:
    """All kept pairs of the worlds that some identities, and the answers about them, lie in."""
    answered = {one for answer in decisions for one in (answer.a, answer.b)}
    edge, seen, pairs = set(ids) | answered, set[int](), set[Pair]()
    while edge:
        seen |= edge
        pairs |= set(library.pairs(edge))
        edge = _ends(pairs) - seen
    return pairs


def _ends(pairs: Iterable[Pair]) -> set[int]:
    return {one for pair in pairs for one in (pair.a, pair.b)}
