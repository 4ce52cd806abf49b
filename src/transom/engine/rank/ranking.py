"""One call from candidates to a chosen, explained brief."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.choice import Choice, choose
from transom.engine.rank.explain import Reason, reasons_for
from transom.engine.rank.features import NAMES, matrix
from transom.engine.rank.model import Model
from transom.engine.rank.shape import Shape

ENOUGH_FOR_A_MEDIAN: Final = 5000


@dataclass(frozen=True, slots=True)
class Ranking:
    """The value (0..1) and features of every candidate, and what was chosen of them.

    Ask for reasons while the candidates it was made from are still what they were.
    """

    value: NDArray[np.float32]
    features: NDArray[np.float32]
    choice: Choice
    model: Model = field(repr=False)
    candidates: Candidates = field(repr=False)
    medians: NDArray[np.float32] = field(repr=False)

    def features_of(self, index: int) -> dict[str, float]:
        """One candidate's features by name, to be kept with the line and later with the feedback."""
        return {
            name: round(float(x), 4) for name, x in zip(NAMES, self.features[index], strict=True) if x != 0
        }

    def contributions(self, index: int) -> NDArray[np.float64]:
        """What each feature adds to this candidate beyond the day's median, in log-odds."""
        result: NDArray[np.float64] = self.model.weights * (self.features[index] - self.medians)
        return result

    def reasons(self, index: int) -> list[Reason]:
        """Why this: at most two reasons for and one against."""
        return reasons_for(
            self.contributions(index),
            self.candidates.terms[index],
            self.candidates.term_weights[index],
            self.model,
        )


def rank(
    candidates: Candidates, model: Model, shape: Shape, budget_minutes: float, *, now: datetime
) -> Ranking:
    """Value all candidates and choose the brief."""
    features = matrix(candidates, model, now=now)
    value = value_of(features, model)
    choice = choose(candidates, value, shape, budget_minutes, now=now)
    return Ranking(value, features, choice, model, candidates, _medians(features))


def value_of(features: NDArray[np.float32], model: Model) -> NDArray[np.float32]:
    """The expected worth of having finished each: the logistic function of the weighted sum."""
    odds = features @ model.weights.astype(np.float32) + np.float32(model.bias)
    result: NDArray[np.float32] = (0.5 * (1.0 + np.tanh(0.5 * odds))).astype(np.float32)
    return result


def _medians(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """The day's median of each feature; of very many candidates, of an even sample."""
    if not len(features):
        return np.zeros(features.shape[1], dtype=np.float32)
    result: NDArray[np.float32] = np.median(features[:: len(features) // ENOUGH_FOR_A_MEDIAN + 1], axis=0)
    return result
