"""Logistic regression over many sparse columns: the most probable weights under a normal prior.

Newton's method on the log posterior, each step solved by conjugate gradients with the diagonal as
preconditioner (Lin, Weng, Keerthi, *Trust region Newton method for large-scale logistic regression*, JMLR 9,
2008). The posterior has one peak, so that a warm start changes the time and not the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_NEWTON_STEPS: Final = 20
MOST_INNER_STEPS: Final = 60
CLOSE_ENOUGH: Final = 1e-3
"""The largest slope, in log-odds, at which the weights count as found."""
INNER_SHARE: Final = 0.1
_HALVINGS: Final = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """n rows as m entries: entry e puts `values[e]` into column `keys[e]` of row `rows[e]`.

    `label` (n) lies in 0..1, `weight` (n) is how much a row counts.
    """

    rows: NDArray[np.int32]
    keys: NDArray[np.int32]
    values: NDArray[np.float32]
    label: Floats
    weight: Floats


def fit(evidence: Evidence, prior: Floats, start: Floats | None = None) -> Floats:
    """The weights of all columns, where each has a normal prior with mean `prior` and deviation 1."""
    if not len(evidence.label):
        return prior.copy()
    # Only the columns that occur are looked for: the others stay at their prior.
    columns, keys = np.unique(evidence.keys, return_inverse=True)
    found = prior.copy()
    found[columns] = _Problem(evidence, keys, prior[columns]).solved(
        (prior if start is None else start)[columns]
    )
    return found


class _Problem:
    """The log posterior over the columns that occur; `keys` counts them from 0."""

    def __init__(self, evidence: Evidence, keys: NDArray[np.intp], prior: Floats) -> None:
        self._rows, self._keys = evidence.rows, keys
        self._values = evidence.values.astype(np.float64)
        self._label, self._weight, self._prior = evidence.label, evidence.weight, prior

    def solved(self, current: Floats) -> Floats:
        height = self._height(current)
        for _ in range(MOST_NEWTON_STEPS):
            chance = _sigmoid(self._odds(current))
            slope = self._gathered(self._weight * (self._label - chance)) - (current - self._prior)
            if float(np.abs(slope).max()) < CLOSE_ENOUGH:
                break
            step = self._newton_step(slope, self._weight * chance * (1.0 - chance))
            current, height, moved = self._climbed(current, step, height)
            if not moved:
                break
        return current

    def _climbed(self, current: Floats, step: Floats, height: float) -> tuple[Floats, float, bool]:
        for _ in range(_HALVINGS):
            reached = self._height(current + step)
            if reached >= height:
                return current + step, reached, reached > height
            step = step / 2
        return current, height, False

    def _newton_step(self, slope: Floats, bend: Floats) -> Floats:
        """Solves (X' diag(bend) X + I) step = slope."""
        scale = 1.0 / (1.0 + self._gathered(bend, squared=True))
        step, rest = np.zeros_like(slope), slope.copy()
        towards = scaled = scale * rest
        size = float(rest @ scaled)
        enough = size * INNER_SHARE**2 * min(1.0, size)
        for _ in range(MOST_INNER_STEPS):
            curved = self._gathered(bend * self._odds(towards)) + towards
            length = size / float(towards @ curved)
            step = step + length * towards
            rest = rest - length * curved
            scaled = scale * rest
            following = float(rest @ scaled)
            if following <= enough:
                break
            towards, size = scaled + (following / size) * towards, following
        return step

    def _odds(self, weights: Floats) -> Floats:
        """X weights."""
        found = np.bincount(self._rows, self._values * weights[self._keys], len(self._label))
        return found.astype(np.float64, copy=False)

    def _gathered(self, rows: Floats, *, squared: bool = False) -> Floats:
        """X' rows, or with every value squared."""
        values = self._values * self._values if squared else self._values
        found = np.bincount(self._keys, values * rows[self._rows], len(self._prior))
        return found.astype(np.float64, copy=False)

    def _height(self, at: Floats) -> float:
        odds, away = self._odds(at), at - self._prior
        return float(self._weight @ (self._label * odds - np.logaddexp(0.0, odds)) - 0.5 * (away @ away))


def _sigmoid(odds: Floats) -> Floats:
    chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(odds, -35.0, 35.0)))
    return chance
