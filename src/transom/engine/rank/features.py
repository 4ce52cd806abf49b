"""The few named features on fixed scales that value is a linear model over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.model import Model


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its name in code, what its scale means, and the prior of its weight."""

    name: str
    scale: str
    prior_mean: float
    prior_sd: float


FEATURES: tuple[Feature, ...] = (
    Feature("interest", "-1..1: log-odds of its terms by what was finished, squashed", 2.0, 1.0),
    Feature("source", "-1..1: how often this user finishes what this source publishes", 1.5, 1.0),
    Feature("author", "-1..1: how often this user finishes what this author writes", 1.0, 1.0),
    Feature("kind", "-1..1: how often this user finishes this kind of thing", 0.5, 0.7),
    Feature("tie", "0..1: how close its author is to the user", 1.0, 0.7),
    Feature("standing", "0..1: how much the field points to its author", 0.8, 0.7),
    Feature("heat", "0..1: how many independent people talk about it now", 0.8, 0.7),
    Feature("novelty", "0..1: how little of it is in what was read lately", 0.5, 0.7),
    Feature("rarity", "0..1: how seldom its source publishes", 0.5, 0.7),
    Feature("freshness", "0..1: halves with each half-life of its channel", 0.8, 0.7),
    Feature("attention", "0..1: how much its kind of context needs attention", 0.5, 0.5),
    Feature("vendor", "0 or 1: written by a supplier", -0.7, 0.7),
    Feature("closed", "0 or 1: the user cannot open it", -0.7, 0.7),
)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)


def matrix(candidates: Candidates, model: Model, *, now: datetime) -> NDArray[np.float32]:
    """The features of all candidates: n x len(FEATURES)."""
    raise NotImplementedError
