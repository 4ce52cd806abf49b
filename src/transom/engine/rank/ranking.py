"""One call from candidates to a chosen, explained brief."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.choice import Choice
from transom.engine.rank.explain import Reason
from transom.engine.rank.model import Model
from transom.engine.rank.shape import Shape


@dataclass(frozen=True, slots=True)
class Ranking:
    """The value (0..1) and features of every candidate, and what was chosen of them."""

    value: NDArray[np.float32]
    features: NDArray[np.float32]
    choice: Choice

    def features_of(self, index: int) -> dict[str, float]:
        """One candidate's features by name, to be kept with the line and later with the feedback."""
        raise NotImplementedError

    def reasons(self, index: int) -> list[Reason]:
        """Why this: at most two reasons for and one against."""
        raise NotImplementedError


def rank(
    candidates: Candidates, model: Model, shape: Shape, budget_minutes: float, *, now: datetime
) -> Ranking:
    """Value all candidates and choose the brief."""
    raise NotImplementedError
