"""Endorsements summed up by pair, so that a day's new ones join all earlier ones without reading those again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.endorsements import Endorsements
from transom.engine.graph.ordering import order_of_pairs

DAY: Final = 86_400.0
HALF_LIFE_DAYS: Final = 365.0
LN2: Final = float(np.log(2.0))


@dataclass(frozen=True, slots=True)
class Arcs:
    """k distinct pairs, sorted by source and then target; each array has shape (k,).

    `full` is what a pair's endorsements weigh together, whatever their age; `aged` is what of it is left at
    `at` (epoch seconds) when an endorsement halves every `half_life_days`. Every part of `aged` shrinks by
    the same factor as time passes, so that a pair needs no memory of single endorsements.
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    full: NDArray[np.float64]
    aged: NDArray[np.float64]
    at: float
    half_life_days: float = HALF_LIFE_DAYS

    def __len__(self) -> int:
        return len(self.source)

    @classmethod
    def of(cls, endorsements: Endorsements, *, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> Self:
        """The pairs of some endorsements, aged to `now`; what is dated ahead counts as new.

        Raises ValueError for a half-life that is not above 0.
        """
        if not half_life_days > 0:
            raise ValueError(f"a half-life of {half_life_days} days ages nothing; give one above 0")
        full = endorsements.weights()
        age = np.maximum(now.timestamp() - endorsements.at, 0.0) / DAY
        aged = full * np.exp(age * (-LN2 / half_life_days))
        source, target, full, aged = _summed(endorsements.source, endorsements.target, full, aged)
        return cls(source, target, full, aged, now.timestamp(), half_life_days)

    def later(self, now: datetime) -> Self:
        """The same pairs at another time; a time before `at` leaves them as they are."""
        days = max(now.timestamp() - self.at, 0.0) / DAY
        aged = self.aged * 2.0 ** (-days / self.half_life_days)
        at = max(now.timestamp(), self.at)
        return type(self)(self.source, self.target, self.full, aged, at, self.half_life_days)

    def plus(self, endorsements: Endorsements, *, now: datetime) -> Self:
        """These pairs and new endorsements, aged to `now`: what `of` would make of all together."""
        new = type(self).of(endorsements, now=now, half_life_days=self.half_life_days)
        old = self.later(now)
        columns = [
            np.concatenate([getattr(old, name), getattr(new, name)])
            for name in ("source", "target", "full", "aged")
        ]
        return type(self)(*_summed(*columns), now.timestamp(), self.half_life_days)

    def nodes(self) -> int:
        """One more than the largest node named."""
        return int(max(self.source.max(), self.target.max())) + 1 if len(self) else 0


def _summed(
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    full: NDArray[np.float64],
    aged: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """One row a pair, in order."""
    if not len(source):
        return source, target, full, aged
    order = order_of_pairs(source, target)
    if order is not None:
        source, target, full, aged = source[order], target[order], full[order], aged[order]
    first = np.flatnonzero(
        np.concatenate([[True], (source[1:] != source[:-1]) | (target[1:] != target[:-1])])
    )
    if len(first) == len(source):
        return source, target, full, aged
    return source[first], target[first], np.add.reduceat(full, first), np.add.reduceat(aged, first)
