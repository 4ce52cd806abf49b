"""Choosing the brief: the most value and breadth that fit into the minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import DO, Candidates
from transom.engine.rank.preselect import preselect
from transom.engine.rank.problem import above_floor, eligible, objective, problem
from transom.engine.rank.search import search
from transom.engine.rank.shape import Shape

_LEFT_OUT_SHOWN: Final = 20


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
    """The best set within `budget_minutes` and the limits of `shape`; `value` >= 0, one a candidate.

    A candidate with a value or cost that is no number, or with a deadline gone by, is left aside.
    Raises ValueError where the values do not match the candidates.
    """
    if len(value) != len(candidates):
        raise ValueError(f"{len(candidates)} candidates came with {len(value)} values: give one each")
    worthy = above_floor(candidates, value, shape, now)
    open_to = eligible(candidates, worthy, shape, max(0.0, budget_minutes), now)
    kept = preselect(candidates, value, open_to.at, open_to.must, shape)
    task = problem(
        candidates,
        value,
        open_to.at[kept],
        open_to.must[kept],
        shape=shape,
        minutes=max(0.0, budget_minutes),
        read_minutes=open_to.read_minutes,
    )
    found = search(task)
    return _choice(candidates, value, worthy, task.at[found], objective(task, found))


def _choice(
    candidates: Candidates,
    value: NDArray[np.float32],
    worthy: NDArray[np.bool_],
    picked: NDArray[np.int64],
    worth: float,
) -> Choice:
    is_do = candidates.section[picked] == DO
    read, do = picked[~is_do], picked[is_do]
    left = worthy.copy()
    left[picked] = False
    cost = candidates.cost_minutes
    return Choice(
        read=tuple(read[np.argsort(-value[read], kind="stable")].tolist()),
        do=tuple(do[_by_deadline(candidates.deadline[do], value[do])].tolist()),
        left_out=_best(np.flatnonzero(left), value),
        left_out_count=int(left.sum()),
        left_out_minutes=float(cost[left].sum(dtype=np.float64)),
        read_minutes=float(cost[read].sum(dtype=np.float64)),
        do_minutes=float(cost[do].sum(dtype=np.float64)),
        objective=worth,
    )


def _by_deadline(deadline: NDArray[np.float64], value: NDArray[np.float32]) -> NDArray[np.int64]:
    order: NDArray[np.int64] = np.lexsort((-value, np.nan_to_num(deadline, nan=np.inf)))
    return order


def _best(left: NDArray[np.int64], value: NDArray[np.float32]) -> tuple[int, ...]:
    if len(left) > _LEFT_OUT_SHOWN:
        left = left[np.argpartition(-value[left], _LEFT_OUT_SHOWN)[:_LEFT_OUT_SHOWN]]
    return tuple(left[np.argsort(-value[left], kind="stable")].tolist())
