"""Topics over months: what rose and what faded, each month against the year before it.

Log-odds of shares with an informative Dirichlet prior: Monroe, Colaresi and Quinn, *Fightin' Words: Lexical
Feature Selection and Evaluation for Identifying the Content of Political Conflict*, Political Analysis 16, 2008
(equations 16, 19, 20 and 22). Groups are our own: around each telling term those that occur in the same items.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.months import Monthly

TRAILING_MONTHS: Final = 12
PRIOR_ITEMS: Final = 50.0
TELLING: Final = 1.96
"""A z-score beyond which a change is hardly chance: 95 % of a normal distribution lie within."""
ALIKE: Final = 0.35
MOST_TERMS: Final = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """How a share changed: `odds` as the difference of log-odds, `z` in standard deviations; both arrays alike.

    0 where there is nothing to compare with.
    """

    odds: Floats
    z: Floats


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of terms, the strongest first, and what became of it.

    `share` is the share of each month's items that have one of the terms, 0..1, and `items` their number, both of
    shape (months,), ready for a plot (labels: `Monthly.labels`). `odds` and `z` compare the month that was asked
    about with the year before it: above 0 it rose, below 0 it faded.
    """

    terms: tuple[int, ...]
    items: NDArray[np.int64]
    share: Floats
    odds: float
    z: float


def change(
    counts: NDArray[np.int64], items: NDArray[np.int64], month: int, *, prior: float = PRIOR_ITEMS
) -> Change:
    """The change of each term in a month against the trailing year; counts of shape (m, t), items of shape (m,).

    The prior is worth `prior` items that have each term as often as all items up to then do.
    """
    before = slice(max(month - TRAILING_MONTHS, 0), month)
    now, then = counts[month].astype(float), counts[before].sum(axis=0).astype(float)
    n_now, n_then = float(items[month]), float(items[before].sum())
    if not n_now or not n_then:
        return Change(np.zeros(counts.shape[1]), np.zeros(counts.shape[1]))
    # One occurrence more and one miss more keep a term that all or no items have finite.
    expected = prior * (now + then + 0.5) / (n_now + n_then + 1.0)
    odds = _log_odds(now + expected, n_now + prior) - _log_odds(then + expected, n_then + prior)
    return Change(odds, odds / np.sqrt(1.0 / (now + expected) + 1.0 / (then + expected)))


def _log_odds(with_term: Floats, items: float) -> Floats:
    odds: Floats = np.log(with_term / (items - with_term))
    return odds


def themes(
    monthly: Monthly, month: int = -1, *, most: int = 10, telling: float = TELLING
) -> tuple[Theme, ...]:
    """The themes that rose or faded most in a month (by default the last), strongest first.

    Half of `most` at most are those that rose, and half those that faded. Raises IndexError for a month that is
    not there.
    """
    at = range(len(monthly.items))[month] if len(monthly.items) else 0
    if not monthly.counts.size:
        return ()
    z = change(monthly.counts, monthly.items, at).z
    found: list[Theme] = []
    for sign in (1, -1):
        signed = (_theme(monthly, group, at) for group in _groups(monthly, sign * z, telling, at))
        kept = [theme for theme in signed if sign * theme.z >= telling]
        found += sorted(kept, key=lambda theme: (-abs(theme.z), theme.terms))[: max(most // 2, 1)]
    return tuple(sorted(found, key=lambda theme: (-abs(theme.z), theme.terms)))


def _groups(monthly: Monthly, z: Floats, telling: float, month: int) -> list[list[int]]:
    """Columns in groups: each telling one, strongest first, with those not yet taken that occur beside it."""
    strong = [int(at) for at in np.lexsort((monthly.terms, -z)) if z[at] >= telling]
    having = _incidence(monthly, strong, month)
    groups: list[list[int]] = []
    taken: set[int] = set()
    for at in strong:
        if at not in taken:
            alike = [
                other
                for other in strong
                if other not in taken and _overlap(having[at], having[other]) >= ALIKE
            ]
            groups.append(alike[:MOST_TERMS])
            taken.update(groups[-1])
    return groups


def _incidence(monthly: Monthly, columns: list[int], month: int) -> dict[int, frozenset[int]]:
    """Which items of the month and of the year before it have each column."""
    wanted: dict[int, set[int]] = {at: set() for at in columns}
    near = np.flatnonzero((monthly.month <= month) & (monthly.month >= month - TRAILING_MONTHS))
    for item in near.tolist():
        for at in monthly.rows[item].tolist():
            if at in wanted:
                wanted[at].add(item)
    return {at: frozenset(items) for at, items in wanted.items()}


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    """The cosine of two sets, |A∩B| / √(|A|·|B|) (Ochiai 1957); 0 where one is empty."""
    return float(len(one & other) / np.sqrt(len(one) * len(other))) if one and other else 0.0


def _theme(monthly: Monthly, group: list[int], month: int) -> Theme:
    columns = set(group)
    having = [at for at, row in enumerate(monthly.rows) if not columns.isdisjoint(row.tolist())]
    items = np.bincount(monthly.month[having], minlength=len(monthly.items)).astype(np.int64)
    found = change(items[:, np.newaxis], monthly.items, month)
    share = items / np.maximum(monthly.items, 1)
    terms = tuple(int(monthly.terms[at]) for at in group)
    return Theme(terms, items, share, float(found.odds[0]), float(found.z[0]))
