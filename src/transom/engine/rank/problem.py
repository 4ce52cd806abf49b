"""The choice as plain arrays: a few hundred candidates, what each is worth, and the limits to keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import DO, Candidates
from transom.engine.rank.shape import Coverage, Shape
from transom.engine.rank.stories import same_story

DIMENSIONS: Final = ("topic", "author", "channel", "kind")
LEAST_MINUTES: Final = 0.05
"""Costs below this count as this much, so that value per minute stays finite."""


@dataclass(frozen=True, slots=True)
class Problem:
    """n candidates to choose among. `same` arrays are n x n and say who shares a group or a limit."""

    at: NDArray[np.int64]
    value: NDArray[np.float64]
    cost: NDArray[np.float64]
    is_do: NDArray[np.bool_]
    vendor: NDArray[np.bool_]
    must: NDArray[np.bool_]
    same_group: NDArray[np.bool_]
    same_source: NDArray[np.bool_]
    same_author: NDArray[np.bool_]
    same_story: NDArray[np.bool_]
    coverage: tuple[Coverage, ...]
    shape: Shape
    minutes: float
    read_minutes: float

    def __len__(self) -> int:
        return len(self.at)

    def part(self, positions: NDArray[np.int64]) -> Problem:
        """The same problem over some of its candidates."""
        square = np.ix_(positions, positions)
        return replace(
            self,
            at=self.at[positions],
            value=self.value[positions],
            cost=self.cost[positions],
            is_do=self.is_do[positions],
            vendor=self.vendor[positions],
            must=self.must[positions],
            same_group=self.same_group[:, square[0], square[1]],
            same_source=self.same_source[square],
            same_author=self.same_author[square],
            same_story=self.same_story[square],
        )


@dataclass(frozen=True, slots=True)
class Eligible:
    """What may be chosen at all: above the floor, still open, and short enough to finish."""

    at: NDArray[np.int64]
    must: NDArray[np.bool_]
    read_minutes: float


def above_floor(
    candidates: Candidates, value: NDArray[np.float32], shape: Shape, now: datetime
) -> NDArray[np.bool_]:
    """Which candidates count on this day at all: worth the floor, a sound cost, no deadline gone by."""
    late = candidates.deadline < now.timestamp()
    sound = np.isfinite(value) & np.isfinite(candidates.cost_minutes) & (candidates.cost_minutes >= 0)
    return (value >= shape.floor) & (value > 0) & sound & ~late


def eligible(
    candidates: Candidates, worthy: NDArray[np.bool_], shape: Shape, budget: float, now: datetime
) -> Eligible:
    """Of the worthy, those that fit; of the things to do, which ones the brief must hold one of.

    While anything to do fits, reading gets `shape.read_share` of the minutes. One thing to do is then
    a must: one with a deadline in the next `shape.deadline_days`, where such a one fits.
    """
    is_do = candidates.section == DO
    allowed = (
        worthy & (~candidates.vendor | (shape.vendors > 0)) & (shape.per_source > 0) & (shape.per_author > 0)
    )
    fits = allowed & (candidates.cost_minutes <= budget)
    fits_do = fits & is_do & (shape.most_do > 0)
    read_minutes = budget * shape.read_share if fits_do.any() else budget
    fits_read = fits & ~is_do & (candidates.cost_minutes <= read_minutes) & (shape.most_read > 0)
    soon = fits_do & (candidates.deadline <= (now + timedelta(days=shape.deadline_days)).timestamp())
    must = soon if soon.any() else fits_do
    at = np.flatnonzero(fits_do | fits_read)
    return Eligible(at, must[at], read_minutes)


def problem(
    candidates: Candidates,
    value: NDArray[np.float32],
    chosen: NDArray[np.int64],
    must: NDArray[np.bool_],
    *,
    shape: Shape,
    minutes: float,
    read_minutes: float,
) -> Problem:
    """The problem over the candidates at `chosen`."""
    groups = np.stack([_same(getattr(candidates, name)[chosen]) for name in DIMENSIONS])
    return Problem(
        at=chosen,
        value=value[chosen].astype(np.float64),
        cost=np.maximum(candidates.cost_minutes[chosen].astype(np.float64), LEAST_MINUTES),
        is_do=candidates.section[chosen] == DO,
        vendor=candidates.vendor[chosen],
        must=must,
        same_group=groups,
        same_source=_same(candidates.source[chosen]),
        same_author=_same(candidates.author[chosen]),
        same_story=same_story(candidates, chosen),
        coverage=(shape.topic, shape.author, shape.channel, shape.kind),
        shape=shape,
        minutes=minutes,
        read_minutes=read_minutes,
    )


def _same(codes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Who shares a code with whom; an unknown code is shared with nobody, not even itself."""
    known = codes >= 0
    same: NDArray[np.bool_] = (codes[:, None] == codes[None, :]) & known[:, None]
    return same


def covered(mass: NDArray[np.float64], coverage: Coverage) -> NDArray[np.float64]:
    """What mass in one group adds (see `Coverage`), as the lower envelope of its lines."""
    total = np.zeros_like(mass)
    start = 0.0
    for slope, knee in zip(coverage.slopes, coverage.knees, strict=True):
        total += slope * np.clip(mass - start, 0.0, knee - start)
        start = knee
    return total


def objective(problem: Problem, picked: NDArray[np.int64]) -> float:
    """Value plus coverage of a set of positions in the problem."""
    total = float(problem.value[picked].sum())
    for same, coverage in zip(problem.same_group, problem.coverage, strict=True):
        mass = same[np.ix_(picked, picked)] @ problem.value[picked]
        members = same[np.ix_(picked, picked)].sum(axis=1)
        known = members > 0
        total += float((covered(mass[known], coverage) / members[known]).sum())
    return total
