"""The weights of the named features: Bayesian logistic regression with a prior that works on day one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.features import FEATURES, NAMES
from transom.engine.rank.signals import EVIDENCE, FeedbackRow, Signal
from transom.engine.rank.tastes import DAY

PRIOR_BASE: Final = -1.5
PRIOR_BASE_SD: Final = 1.5
LEFT_AFTER_WRONG: Final = 0.6
"""What a wrong reason leaves of the named feature's weight."""
_MOST_STEPS: Final = 12
_ENOUGH: Final = 1e-9
_HALVINGS: Final = 8

Floats = NDArray[np.float64]
_PRIOR: Final = np.array([PRIOR_BASE, *(feature.prior_mean for feature in FEATURES)])
_PRECISION: Final = np.array([PRIOR_BASE_SD, *(feature.prior_sd for feature in FEATURES)]) ** -2.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows that say something about the weights: features as shown (a column of ones first), and the
    label, weight and time (in days) of each. `wrong` are feature and time of each wrong reason."""

    features: NDArray[np.float32]
    label: NDArray[np.float32]
    weight: NDArray[np.float32]
    day: Floats
    wrong: tuple[tuple[int, float], ...] = ()

    @classmethod
    def of(cls, rows: Sequence[FeedbackRow]) -> Self:
        """Of some rows of the log, those that count."""
        wrong = tuple(
            (NAMES.index(row.feature), row.at / DAY)
            for row in rows
            if row.signal is Signal.WRONG_REASON and row.feature in NAMES
        )
        rows = [row for row in rows if row.features and row.signal in EVIDENCE]
        features = np.zeros((len(rows), len(NAMES) + 1), dtype=np.float32)
        for at, row in enumerate(rows):
            features[at] = [1.0, *(row.features.get(name, 0.0) for name in NAMES)]
        evidence = [EVIDENCE[row.signal] for row in rows]
        return cls(
            np.clip(np.nan_to_num(features), -1, 1),
            np.array([one.label for one in evidence], dtype=np.float32),
            np.array([one.weight for one in evidence], dtype=np.float32),
            np.array([row.at / DAY for row in rows], dtype=np.float64),
            wrong,
        )

    def joined(self, other: Shown) -> Shown:
        """These rows and then those."""
        return Shown(
            np.concatenate([self.features, other.features]),
            np.concatenate([self.label, other.label]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.day, other.day]),
            self.wrong + other.wrong,
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """The base and the weight of each feature, in log-odds; `fitted` is before wrong reasons."""

    base: float
    of_features: Floats
    fitted: Floats


def fit(shown: Shown, day: float, half_life_days: float, start: Floats | None = None) -> Weights:
    """The most probable weights (Laplace: Newton's method on the log posterior) at a time, in days.

    Each row counts less the older it is. A wrong reason then shrinks the named feature and nothing else.
    """
    weight = shown.weight * 0.5 ** (np.maximum(day - shown.day, 0.0) / half_life_days)
    fitted = _newton(shown.features.astype(np.float64), shown.label.astype(np.float64), weight, start)
    of_features = fitted[1:].copy()
    for feature, since in shown.wrong:
        left = 0.5 ** (max(day - since, 0.0) / half_life_days)
        of_features[feature] *= 1.0 - (1.0 - LEFT_AFTER_WRONG) * left
    return Weights(float(fitted[0]), of_features, fitted)


def _newton(features: Floats, label: Floats, weight: Floats, start: Floats | None) -> Floats:
    current = _PRIOR.copy() if start is None else start.copy()
    height = _log_posterior(features, label, weight, current)
    for _ in range(_MOST_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(features @ current, -35, 35)))
        slope = features.T @ (weight * (label - chance)) - _PRECISION * (current - _PRIOR)
        bend = (features.T * (weight * chance * (1.0 - chance))) @ features + np.diag(_PRECISION)
        step = np.linalg.solve(bend, slope)
        if float(slope @ step) < _ENOUGH:
            break
        for _ in range(_HALVINGS):
            reached = _log_posterior(features, label, weight, current + step)
            if reached >= height:
                break
            step = step / 2
        current, height = current + step, reached
    return current


def _log_posterior(features: Floats, label: Floats, weight: Floats, at: Floats) -> float:
    odds = features @ at
    likelihood = weight @ (label * odds - np.logaddexp(0.0, odds))
    away = at - _PRIOR
    return float(likelihood - 0.5 * (_PRECISION * away) @ away)
