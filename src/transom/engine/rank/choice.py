"""Choosing the brief: the most value and breadth that fit into the minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import Candidates
from transom.engine.rank.shape import Shape


@dataclass(frozen=True, slots=True)
class Choice:
    """What was picked, as indices into the candidates.

    `read` is in falling value, `do` by deadline and then by value; `left_out` holds the best of the rest,
    `left_out_count` and `left_out_minutes` count all that lay above the floor and did not get in.
    """

    read: tuple[int, ...]
    do: tuple[int, ...]
    left_out: tuple[int, ...]
    left_out_count: int
    left_out_minutes: float
    read_minutes: float
    do_minutes: float
    objective: float


def choose(
    candidates: Candidates,
    value: NDArray[np.float32],
    shape: Shape,
    budget_minutes: float,
    *,
    now: datetime,
) -> Choice:
    """The best set within `budget_minutes` and the limits of `shape`; `value` >= 0, one a candidate."""
    raise NotImplementedError
