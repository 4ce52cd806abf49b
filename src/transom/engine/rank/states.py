"""Partial solutions of a choice, many side by side: a row a solution, a column a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.problem import Problem
from transom.engine.rank.shape import Coverage

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class _Table:
    """What every solution shares, in the forms the steps need."""

    value: Floats
    reading: NDArray[np.float64]
    group_mass: Floats
    group_value: Floats
    source: NDArray[np.int8]
    author: NDArray[np.int8]
    story: NDArray[np.int8]
    cheapest_must: float

    @classmethod
    def of(cls, problem: Problem) -> Self:
        value = problem.value.astype(np.float32)
        same = problem.same_group
        known = np.diagonal(same, axis1=1, axis2=2)
        return cls(
            value=value,
            reading=np.where(problem.is_do, 0.0, problem.cost),
            group_mass=np.where(same, value[None, :, None], np.float32(0)),
            group_value=np.where(known, value[None, :], np.float32(0)),
            source=problem.same_source.astype(np.int8),
            author=problem.same_author.astype(np.int8),
            story=problem.same_story.astype(np.int8),
            cheapest_must=float(problem.cost[problem.must].min()) if problem.must.any() else 0.0,
        )


@dataclass(slots=True)
class States:
    """S partial solutions over n candidates.

    `picked` is S x n; `mass`, dimensions x S x n, is the value mass already in each candidate's group;
    `sources`, `authors` and `stories`, S x n, count the picked that share the candidate's source, author or
    story; the rest are one number a solution. `worth` is the objective.
    """

    problem: Problem
    table: _Table
    picked: Flags
    mass: Floats
    sources: NDArray[np.int8]
    authors: NDArray[np.int8]
    stories: NDArray[np.int8]
    minutes: NDArray[np.float64]
    reading: NDArray[np.float64]
    reads: NDArray[np.int16]
    dos: NDArray[np.int16]
    vendors: NDArray[np.int16]
    musts: NDArray[np.int16]
    worth: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.worth)

    @classmethod
    def empty(cls, problem: Problem) -> Self:
        """One solution in which nothing is picked yet."""
        n = len(problem)
        return cls(
            problem,
            _Table.of(problem),
            picked=np.zeros((1, n), dtype=np.bool_),
            mass=np.zeros((len(problem.coverage), 1, n), dtype=np.float32),
            sources=np.zeros((1, n), dtype=np.int8),
            authors=np.zeros((1, n), dtype=np.int8),
            stories=np.zeros((1, n), dtype=np.int8),
            minutes=np.zeros(1),
            reading=np.zeros(1),
            reads=np.zeros(1, dtype=np.int16),
            dos=np.zeros(1, dtype=np.int16),
            vendors=np.zeros(1, dtype=np.int16),
            musts=np.zeros(1, dtype=np.int16),
            worth=np.zeros(1),
        )

    def take(self, rows: Rows) -> States:
        """Copies of some solutions, in this order; a row may be taken more than once."""
        return States(self.problem, self.table, **{name: self._part(name, rows) for name in _PARTS})

    def _part(self, name: str, rows: Rows) -> NDArray[Any]:
        part: NDArray[Any] = getattr(self, name)
        return part[:, rows] if name == "mass" else part[rows]

    @staticmethod
    def joined(several: Sequence[States]) -> States:
        """Several sets of solutions of one problem as one."""
        parts = {
            name: np.concatenate([getattr(one, name) for one in several], axis=1 if name == "mass" else 0)
            for name in _PARTS
        }
        return States(several[0].problem, several[0].table, **parts)

    def put(self, rows: Rows, items: Rows, gain: NDArray[np.floating], sign: int = 1) -> None:
        """Add one item to each of some rows; with `sign` -1 take it out. `gain` is what it is worth there."""
        problem, table = self.problem, self.table
        self.picked[rows, items] = sign > 0
        # Rows side by side, as nearly always, are changed in place instead of copied out and back.
        at = slice(int(rows[0]), int(rows[-1]) + 1) if _side_by_side(rows) else rows
        change = np.add if sign > 0 else np.subtract
        for dimension in range(len(self.mass)):
            self.mass[dimension, at] = change(self.mass[dimension, at], table.group_mass[dimension, items])
        self.sources[at] = change(self.sources[at], table.source[items])
        self.authors[at] = change(self.authors[at], table.author[items])
        self.stories[at] = change(self.stories[at], table.story[items])
        self.minutes[at] += sign * problem.cost[items]
        self.reading[at] += sign * table.reading[items]
        self.dos[at] += sign * problem.is_do[items]
        self.reads[at] += sign * ~problem.is_do[items]
        self.vendors[at] += sign * problem.vendor[items]
        self.musts[at] += sign * problem.must[items]
        self.worth[at] += sign * gain

    def gains(self, block: slice = slice(None)) -> Floats:
        """What each candidate would add to each solution of a block: its value and its coverage."""
        gain = np.repeat(self.table.value[None, :], len(self.worth[block]), axis=0)
        for at, coverage in enumerate(self.problem.coverage):
            before = self.mass[at, block]
            gain += envelope(before + self.table.group_value[at], coverage)
            gain -= envelope(before, coverage)
        return gain

    def allowed(self, block: slice = slice(None)) -> Flags:
        """Which candidate each solution of a block could take without breaking a limit."""
        problem, table, shape = self.problem, self.table, self.problem.shape
        left = (problem.minutes + _SLACK - self.minutes[block])[:, None]
        allowed = (problem.cost <= left) & ~self.picked[block]
        allowed &= table.reading <= (problem.read_minutes + _SLACK - self.reading[block])[:, None]
        allowed &= self.sources[block] < shape.per_source
        allowed &= self.authors[block] < shape.per_author
        allowed &= self.stories[block] < 1
        allowed &= ~problem.is_do | (self.dos[block] < shape.most_do)[:, None]
        allowed &= problem.is_do | (self.reads[block] < shape.most_read)[:, None]
        allowed &= ~problem.vendor | (self.vendors[block] < shape.vendors)[:, None]
        if problem.must.any():
            spare = problem.cost + table.cheapest_must <= left
            allowed &= spare | problem.must | (self.musts[block] > 0)[:, None]
        return allowed

    def complete(self) -> Flags:
        """Which solutions hold one of what is a must."""
        if not self.problem.must.any():
            return np.ones(len(self), dtype=np.bool_)
        complete: Flags = self.musts > 0
        return complete


def _side_by_side(rows: Rows) -> bool:
    return len(rows) > 0 and bool((np.diff(rows) == 1).all())


_PARTS: Final = (
    "picked",
    "mass",
    "sources",
    "authors",
    "stories",
    "minutes",
    "reading",
    "reads",
    "dos",
    "vendors",
    "musts",
    "worth",
)


def envelope(mass: Floats, coverage: Coverage) -> Floats:
    """What mass in one group adds: `problem.covered` as the lowest of its lines, with few passes."""
    low = mass * np.float32(coverage.slopes[0])
    height, start = 0.0, 0.0
    for slope, knee, following in zip(
        coverage.slopes, coverage.knees, (*coverage.slopes[1:], 0.0), strict=True
    ):
        height += slope * (knee - start)
        start = knee
        if following:
            line = mass * np.float32(following)
            line += np.float32(height - following * knee)
            np.minimum(low, line, out=low)
        else:
            np.minimum(low, np.float32(height), out=low)
    return low
