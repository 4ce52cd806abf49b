"""One call from candidates to a chosen, explained brief."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import READ, Candidates
from transom.engine.rank.choice import Choice, choose
from transom.engine.rank.explain import Reason, reasons
from transom.engine.rank.features import MINUTES_OF_DEPTH, NAMES, matrix
from transom.engine.rank.model import Model
from transom.engine.rank.shape import Shape

ENOUGH_FOR_A_MEDIAN: Final = 5000
SWITCH: Final = 0.5
"""Minutes of a cost that go into turning to something, and give nothing."""
USUAL_GIVES: Final = 1 - 2 ** (-2.5 / MINUTES_OF_DEPTH)
"""What a text of three minutes gives, switch included."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The value (0..1) and features of every candidate, and what was chosen of them.

    `median` holds the day's median of each feature. The log-odds of a value are `ordinary`, those of a
    candidate with the day's medians, plus the sum of `contributions`.
    """

    value: NDArray[np.float32]
    features: NDArray[np.float32]
    choice: Choice
    candidates: Candidates
    model: Model
    median: NDArray[np.float32]

    @property
    def ordinary(self) -> float:
        """The log-odds of a candidate that is the day's median in everything."""
        return self.model.weights.base + float(
            self.median.astype(np.float64) @ self.model.weights.of_features
        )

    def features_of(self, index: int) -> dict[str, float]:
        """One candidate's features by name, to be kept with the line and later with the feedback."""
        row = self.features[index].tolist()
        return {name: round(float(x), 5) for name, x in zip(NAMES, row, strict=True)}

    def contributions(self, index: int) -> NDArray[np.float64]:
        """w * (x - the day's median) for each feature, in log-odds, in the order of NAMES."""
        away = self.features[index].astype(np.float64) - self.median.astype(np.float64)
        result: NDArray[np.float64] = away * self.model.weights.of_features
        return result

    def reasons(self, index: int) -> list[Reason]:
        """Why this: at most two reasons for and one against."""
        return reasons(self.candidates, index, self.contributions(index), self.features[index], self.model)


def value_of(features: NDArray[np.float32], model: Model) -> NDArray[np.float32]:
    """The chance, 0..1, that something with these features (n x len(NAMES)) is worth having finished."""
    odds = features @ model.weights.of_features.astype(np.float32) + np.float32(model.weights.base)
    value: NDArray[np.float32] = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    return value.astype(np.float32)


def worth_of(candidates: Candidates, value: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The expected worth of each: the chance that it is worth having finished, times how much it then gives.

    A text of n minutes besides the half minute that turning to it takes gives 1 - 2^(-n / 4), counted in texts of
    three minutes: so ten remarks do not stand before an article, nor one long read before all else. A thing to
    do gives 1. A construction of our own.
    """
    minutes = np.maximum(candidates.cost_minutes - np.float32(SWITCH), 0)
    gives = (1 - np.exp2(-minutes / np.float32(MINUTES_OF_DEPTH))) / np.float32(USUAL_GIVES)
    worth: NDArray[np.float32] = value * np.where(candidates.section == READ, gives, np.float32(1))
    return worth.astype(np.float32)


def rank(
    candidates: Candidates,
    model: Model,
    shape: Shape,
    budget_minutes: float,
    *,
    now: datetime,
) -> Ranking:
    """Value all candidates and choose the brief.

    The answer keeps the candidates; of a pool's view, ask for reasons before the pool changes.
    """
    features = matrix(candidates, model, now=now)
    value = value_of(features, model)
    worth = worth_of(candidates, np.where(value >= shape.floor, value, 0.0))
    choice = choose(candidates, worth, replace(shape, floor=0.0), budget_minutes, now=now)
    return Ranking(value, features, choice, candidates, model, _medians(features))


def _medians(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """The day's median of each feature; of very many candidates, of an even sample."""
    if not len(features):
        return np.zeros(features.shape[1], dtype=np.float32)
    result: NDArray[np.float32] = np.median(features[:: len(features) // ENOUGH_FOR_A_MEDIAN + 1], axis=0)
    return result.astype(np.float32)
