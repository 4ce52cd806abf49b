"""From any number of eligible candidates to the few hundred that a search can be spent on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import DO, Candidates
from transom.engine.rank.problem import LEAST_MINUTES
from transom.engine.rank.shape import Shape

MOST: Final = 240
"""So many candidates are searched without leaving any out."""
_POOL: Final = 3000
_BY_VALUE: Final = 70
_BY_DENSITY: Final = 90
_DO: Final = 24
_GROUPS: Final = 10
_SOURCE_SPARE: Final = 3


def preselect(
    candidates: Candidates,
    value: NDArray[np.float32],
    at: NDArray[np.int64],
    must: NDArray[np.bool_],
    shape: Shape,
) -> NDArray[np.int64]:
    """The positions in `at` worth searching: the best by value, by value per minute and of each group.

    Linear in the candidates: partial selection first, sorting only what is left. No source, author
    or conversation may crowd out the rest, because a brief takes few from each.
    """
    if len(at) <= MOST:
        return np.arange(len(at))
    worth = value[at]
    density = (worth / np.maximum(candidates.cost_minutes[at], LEAST_MINUTES)).astype(np.float32)
    pool = _spread(candidates, at, worth, density, shape)
    is_do = candidates.section[at[pool]] == DO
    keep = [
        *_leaders(pool[~is_do], worth, density, _BY_VALUE, _BY_DENSITY),
        *_leaders(pool[is_do], worth, density, _DO, _DO),
        *_leaders(pool[must[pool]], worth, density, _DO // 2, _DO // 2),
        *_best_of_groups(candidates, at, pool, density),
    ]
    return np.unique(np.concatenate(keep))


def _spread(
    candidates: Candidates,
    at: NDArray[np.int64],
    worth: NDArray[np.float32],
    density: NDArray[np.float32],
    shape: Shape,
) -> NDArray[np.int64]:
    """The best by value and by density, of each section and each source only as many as could matter."""
    for size in (_POOL, len(at)):
        pool = np.unique(
            np.concatenate([_top(part, by, size) for part, by in _cuts(candidates, at, worth, density)])
        )
        spread = pool
        for codes, limit in (
            (candidates.source, shape.per_source),
            (candidates.author, shape.per_author),
            (candidates.conversation, 1),
        ):
            spread = _few_of_each(codes[at[spread]], worth, density, spread, limit + _SOURCE_SPARE)
        if len(spread) >= MOST // 2:
            break
    return spread


def _cuts(
    candidates: Candidates, at: NDArray[np.int64], worth: NDArray[np.float32], density: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    is_do = candidates.section[at] == DO
    for part in (np.flatnonzero(~is_do), np.flatnonzero(is_do)):
        yield part, worth
        yield part, density


def _top(part: NDArray[np.int64], by: NDArray[np.float32], size: int) -> NDArray[np.int64]:
    if len(part) <= size:
        return part
    return part[np.argpartition(-by[part], size)[:size]]


def _few_of_each(
    codes: NDArray[np.int32] | NDArray[np.int64],
    worth: NDArray[np.float32],
    density: NDArray[np.float32],
    pool: NDArray[np.int64],
    limit: int,
) -> NDArray[np.int64]:
    """Of each known code the `limit` best by value and the `limit` best by density."""
    keep = codes < 0
    for by in (worth[pool], density[pool]):
        order = np.lexsort((-by, codes))
        sorted_codes = codes[order]
        starts = np.flatnonzero(np.r_[True, sorted_codes[1:] != sorted_codes[:-1]])
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
        keep[order[rank < limit]] = True
    return pool[keep]


def _leaders(
    pool: NDArray[np.int64],
    worth: NDArray[np.float32],
    density: NDArray[np.float32],
    by_worth: int,
    by_density: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return _top(pool, worth, by_worth), _top(pool, density, by_density)


def _best_of_groups(
    candidates: Candidates, at: NDArray[np.int64], pool: NDArray[np.int64], density: NDArray[np.float32]
) -> Iterator[NDArray[np.int64]]:
    """The densest member of the groups whose densest members are best, for each dimension of breadth."""
    order = pool[np.argsort(-density[pool], kind="stable")]
    for codes in (candidates.topic, candidates.channel, candidates.kind):
        of_order = codes[at[order]]
        _, first = np.unique(of_order, return_index=True)
        yield order[np.sort(first)[:_GROUPS]]
