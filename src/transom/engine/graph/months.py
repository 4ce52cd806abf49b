"""How many items had which term in each month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

FEWEST_ITEMS: Final = 5


@dataclass(frozen=True, slots=True)
class Monthly:
    """m months in a row and t terms.

    `first` is the first month as months since year 0 (year · 12 + month − 1); `items` how many items each month
    had, shape (m,); `terms` the hashed ids, ascending, shape (t,); `counts` how many items of a month had a term,
    shape (m, t); `rows` the columns of `counts` that each item has, and `month` its row, shape (n,).
    """

    first: int
    items: NDArray[np.int64]
    terms: NDArray[np.uint32]
    counts: NDArray[np.int64]
    rows: tuple[NDArray[np.int64], ...]
    month: NDArray[np.int64]

    @classmethod
    def of(cls, items: Iterable[tuple[float, NDArray[np.uint32]]], *, fewest: int = FEWEST_ITEMS) -> Self:
        """The counts of some items, each given by its epoch seconds and its distinct terms.

        Months are UTC's. Terms of fewer than `fewest` items are left out: they say nothing about a month.
        """
        given = list(items)
        months = np.array([_month(at) for at, _ in given], dtype=np.int64)
        first = int(months.min()) if len(given) else 0
        terms, often = np.unique(np.concatenate([ids for _, ids in given] or [_NONE]), return_counts=True)
        terms = terms[often >= fewest]
        rows = tuple(_columns(terms, ids) for _, ids in given)
        counts = np.zeros((int(months.max()) - first + 1 if len(given) else 0, len(terms)), dtype=np.int64)
        for month, columns in zip(months - first, rows, strict=True):
            counts[month, columns] += 1
        items_a_month = np.bincount(months - first, minlength=len(counts))[: len(counts)].astype(np.int64)
        return cls(first, items_a_month, terms, counts, rows, months - first)

    def labels(self) -> tuple[str, ...]:
        """The months as 2026-03, for the axis of a plot."""
        numbers = range(self.first, self.first + len(self.items))
        return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers)


_NONE: Final[NDArray[np.uint32]] = np.zeros(0, dtype=np.uint32)


def _month(at: float) -> int:
    day = datetime.fromtimestamp(at, UTC)
    return day.year * 12 + day.month - 1


def _columns(terms: NDArray[np.uint32], ids: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where an item's distinct terms stand among those that are kept."""
    wanted = np.unique(ids)
    if not len(terms):
        return np.zeros(0, dtype=np.int64)
    at = np.searchsorted(terms, wanted)
    known = terms[np.minimum(at, len(terms) - 1)] == wanted
    columns: NDArray[np.int64] = at[known].astype(np.int64)
    return columns
