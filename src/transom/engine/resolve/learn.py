"""Weights from pairs nobody labelled: expectation maximisation (Dempster, Laird, Rubin, JRSS B 39, 1977).

What is seen of a pair (a level of each field) came from a match or from no match. E: with the weights so far,
how probable a match is each pair? M: the share of each level among the matches so weighed. u is not learnt
with m: it is counted over pairs taken at random, nearly all of which are no matches, and by rarity where it
depends on the value shared. Pairs under comparison are those that share a key, so levels that never share one
are seen too seldom; `SMOOTHING` and the defaults stand in for them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.resolve.model import Evidence
from transom.engine.resolve.weights import ACTIVITY, HANDLE, NAME, Level, Weights

FIELDS: Final[tuple[Mapping[str, Level], ...]] = (NAME, HANDLE, ACTIVITY)
"""The fields whose levels exclude each other: what is learnt of one is a distribution."""
SMOOTHING: Final = 2.0
"""Pairs' worth of the earlier weights mixed into what was counted."""
ROUNDS: Final = 100
STILL: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Learnt:
    """The new weights, the number of matches expected among the pairs, and the rounds it took."""

    weights: Weights
    matches: float
    rounds: int


def learn(found: Sequence[Sequence[Evidence]], weights: Weights, prior: float) -> Learnt:
    """Weights under which what was found of the pairs is likeliest.

    `prior` is log2 of the odds of a match between any two identities, and is held: pairs were chosen for
    sharing something, and left free it would explain the choice away as matches.
    """
    levels = [code for field in FIELDS for code in field]
    seen, rest = _tables(found, weights, levels)
    m = np.array([weights.levels[code].m for code in levels])
    before, rounds, still, chance = m.copy(), 0, False, np.zeros(len(found))
    while not still and rounds < ROUNDS:
        rounds += 1
        chance = _chances(seen, rest + prior, m)
        fresh = _shares(seen, chance, before)
        still = float(np.abs(fresh - m).max()) < STILL
        m = fresh
    changed = {code: Level(float(m[at]), weights.levels[code].u) for at, code in enumerate(levels)}
    return Learnt(weights.with_levels(changed), float(chance.sum()), rounds)


def _tables(
    found: Sequence[Sequence[Evidence]], weights: Weights, levels: Sequence[str]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The level of each pair in each field (−1: none), and the bits of a pair that m does not move."""
    at = {code: number for number, code in enumerate(levels)}
    field_of = {code: number for number, field in enumerate(FIELDS) for code in field}
    seen = np.full((len(found), len(FIELDS)), -1, dtype=np.intp)
    rest = np.zeros(len(found))
    for row, evidence in enumerate(found):
        for one in evidence:
            if one.strong:
                continue
            rest[row] += one.bits
            if one.code in at and one.bits:
                seen[row, field_of[one.code]] = at[one.code]
                rest[row] -= log2(weights.levels[one.code].m)
    return seen, rest


def _chances(
    seen: NDArray[np.intp], rest: NDArray[np.float64], m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """E: the probability of a match for each pair."""
    moved = np.where(seen >= 0, np.log2(m)[np.maximum(seen, 0)], 0.0).sum(axis=1)
    bits = np.clip(rest + moved, -60.0, 60.0)
    chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp2(-bits))
    return chances


def _shares(
    seen: NDArray[np.intp], chance: NDArray[np.float64], earlier: NDArray[np.float64]
) -> NDArray[np.float64]:
    """M: the share of each level among the matches, field by field."""
    fresh = np.empty_like(earlier)
    start = 0
    for column, field in enumerate(FIELDS):
        end = start + len(field)
        there = seen[:, column] >= 0
        mass = np.bincount(seen[there, column] - start, weights=chance[there], minlength=len(field))
        before = earlier[start:end] / earlier[start:end].sum()
        fresh[start:end] = (mass + SMOOTHING * before) / (mass.sum() + SMOOTHING)
        start = end
    return fresh


def unmatched(found: Iterable[Sequence[Evidence]]) -> dict[str, float]:
    """u by counting: the share of each level, within its field, among pairs taken at random."""
    counted: Counter[str] = Counter(one.code for evidence in found for one in evidence)
    shares: dict[str, float] = {}
    for field in FIELDS:
        total = sum(counted[code] for code in field)
        shares |= {code: (counted[code] + 0.5) / (total + 0.5 * len(field)) for code in field if total}
    return shares


def at_random(ids: Sequence[int], count: int, seed: int = 1) -> list[tuple[int, int]]:
    """Pairs of different ids taken at random, with a seed: the same for the same ids."""
    if len(ids) < 2:
        return []
    draw = random.Random(seed)
    return [(a, b) for a, b in (draw.sample(list(ids), 2) for _ in range(count))]
