"""The search behind the choice: greedy from many seeds side by side, then exchanges.

A seed is a set of at most two of the best candidates. Greedy adds what gains most per minute, to all seeds
at once, in blocks of rows that stay in the processor's cache. The best of what comes out is improved by
one-for-one exchanges. Greedy from all small seeds is the scheme with a guarantee for submodular gains
under a knapsack (Sviridenko, Operations Research Letters 32, 2004); the exchanges mend what the further
limits spoil.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.problem import Problem
from transom.engine.rank.states import Rows, States

_SEEDS: Final = 50
_MUST_SEEDS: Final = 4
_NARROW: Final = 96
_BLOCK: Final = 96
_FINALISTS: Final = 12
_LEAST_GAIN: Final = 1e-5
_MOST_ROUNDS: Final = 40


def search(problem: Problem) -> NDArray[np.int64]:
    """Positions of the best set found: feasible, and no single addition or exchange improves it."""
    if not len(problem):
        return np.zeros(0, dtype=np.int64)
    near = _narrow(problem)
    states = _seeded(problem.part(near))
    _greedy(states)
    finalists = _widened(problem, near, _finalists(states))
    _exchange(finalists)
    best = int(np.argmax(np.where(finalists.complete(), finalists.worth, -1.0)))
    return np.flatnonzero(finalists.picked[best])


def _narrow(problem: Problem) -> Rows:
    """Where greedy looks: what gains most per minute, some of the most valuable and what is a must.

    Gains only fall as a solution grows, so what gains little from the start is not added early; the
    exchanges look at everything again.
    """
    if len(problem) <= _NARROW:
        return np.arange(len(problem))
    gain = States.empty(problem).gains()[0]
    by_density = np.argsort(-gain / problem.cost, kind="stable")
    by_value = np.argsort(-problem.value, kind="stable")
    musts = by_density[problem.must[by_density]][:_MUST_SEEDS]
    turns = np.concatenate([musts, by_value[: _NARROW // 4], by_density])
    return np.array(sorted(list(dict.fromkeys(turns.tolist()))[:_NARROW]))


def _widened(problem: Problem, near: Rows, states: States) -> States:
    """The same solutions over the whole problem."""
    nothing = States.empty(problem)
    wide = nothing.take(np.zeros(len(states), dtype=np.int64))
    picked = [near[row] for row in states.picked]
    for turn in range(max(map(len, picked), default=0)):
        rows = np.array([row for row, items in enumerate(picked) if len(items) > turn], dtype=np.int64)
        items = np.array([picked[row][turn] for row in rows.tolist()], dtype=np.int64)
        wide.put(rows, items, wide.gains()[rows, items])
    return wide


def _seeded(problem: Problem) -> States:
    """Solutions to start from: nothing, each of the best, each pair of the best that is allowed."""
    best = _best(problem)
    nothing = States.empty(problem)
    first = best[nothing.allowed()[0, best]]
    singles = nothing.take(np.zeros(len(first), dtype=np.int64))
    singles.put(np.arange(len(first)), first, nothing.gains()[0, first])
    one, other = np.triu_indices(len(first), 1)
    fit = singles.allowed()[one, first[other]]
    pairs = singles.take(one[fit])
    gain = singles.gains()[one[fit], first[other[fit]]]
    pairs.put(np.arange(len(pairs)), first[other[fit]], gain)
    return States.joined([nothing, singles, pairs])


def _best(problem: Problem) -> Rows:
    """By turns the next by value and the next by value per minute; first some of what is a must."""
    by_value = np.argsort(-problem.value, kind="stable")
    by_density = np.argsort(-problem.value / problem.cost, kind="stable")
    musts = [order[problem.must[order]][:_MUST_SEEDS] for order in (by_value, by_density)]
    turns = np.stack([by_value, by_density], axis=1).ravel()
    return np.array(list(dict.fromkeys(np.concatenate([*musts, turns]).tolist()))[:_SEEDS])


def _greedy(states: States) -> None:
    for block in _blocks(len(states)):
        while _step(states, block):
            pass


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, rows)) for start in range(0, rows, _BLOCK))


def _step(states: States, block: slice) -> bool:
    """Add to each solution of a block what gains most per minute; False when nothing fits any more."""
    allowed = states.allowed(block)
    rows = np.flatnonzero(allowed.any(axis=1))
    if not len(rows):
        return False
    gain = states.gains(block)
    density = np.where(allowed, gain / states.problem.cost.astype(np.float32), np.float32(-1))
    items = density.argmax(axis=1)[rows]
    states.put(rows + block.start, items, gain[rows, items])
    return True


def _finalists(states: States) -> States:
    """The best distinct solutions, those that hold what is a must first."""
    order = np.argsort(-np.where(states.complete(), states.worth, -1.0), kind="stable")
    seen: dict[bytes, int] = {}
    for row in order.tolist():
        seen.setdefault(np.packbits(states.picked[row]).tobytes(), row)
        if len(seen) == _FINALISTS:
            break
    return states.take(np.array(list(seen.values()), dtype=np.int64))


def _exchange(states: States) -> None:
    """Add one, or swap one for one, in every solution, until none of them gains."""
    going = np.arange(len(states))
    for _ in range(_MOST_ROUNDS):
        going = going[[_improve(states, row) for row in going.tolist()]]
        if not len(going):
            return


def _improve(states: States, row: int) -> bool:
    """Make the best addition or swap in one solution; False when none gains."""
    members = np.flatnonzero(states.picked[row])
    trial = states.take(np.full(len(members) + 1, row))
    rows = np.arange(len(members))
    trial.put(rows, members, np.zeros(len(members)), sign=-1)
    gain = trial.gains()
    trial.worth[rows] -= gain[rows, members]
    allowed = trial.allowed()
    if states.complete()[row]:
        allowed &= states.problem.must | (trial.musts > 0)[:, None] | ~states.problem.must.any()
    better = np.where(allowed, trial.worth[:, None] + gain, -1.0)
    at, item = np.unravel_index(int(better.argmax()), better.shape)
    if better[at, item] <= states.worth[row] + _LEAST_GAIN:
        return False
    where = np.array([row])
    if at < len(members):
        states.put(where, members[at : at + 1], gain[at, members[at : at + 1]], sign=-1)
    states.put(where, np.array([item]), gain[at : at + 1, item])
    return True
