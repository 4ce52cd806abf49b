"""One story: what a brief reads about once, whoever told it.

Two things to read tell one story where they are in one conversation, or say nearly the same: the cosine of their
weighted terms is high and several terms are shared (the same notice on two lists, a text and its copy). The limits
were chosen on the articles of the demo: of those that are not in one conversation hardly any two pass.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.rank.candidates import READ, Candidates

ALIKE: Final = 0.5
"""From this cosine on two texts say nearly the same."""
FEWEST_SHARED: Final = 4
"""So many terms must be shared at least: two short texts are close by chance."""
_LEAST: Final = np.float32(1e-9)


def same_story(candidates: Candidates, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the candidates at these indices tell one story: n x n, symmetric, things to read alone."""
    reads = candidates.section[at] == READ
    talk = candidates.conversation[at]
    same = (talk[:, None] == talk[None, :]) & (talk >= 0)[:, None]
    same |= nearly_the_same(candidates.terms[at], candidates.term_weights[at])
    same &= reads[:, None] & reads[None, :]
    found: NDArray[np.bool_] = same
    return found


def told_before(
    candidates: Candidates, terms: NDArray[np.uint32], weights: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """Which of n candidates say nearly the same as one of m texts; their terms and weights are m x width."""
    found = np.zeros(len(candidates), dtype=np.bool_)
    size = _size(candidates.term_weights)
    for own, heavy in zip(terms, weights, strict=True):
        order = np.argsort(own[heavy > 0])
        known, worth = own[heavy > 0][order], heavy[heavy > 0][order]
        if len(known) < FEWEST_SHARED:
            continue
        place = np.minimum(np.searchsorted(known, candidates.terms), len(known) - 1)
        shared = (known[place] == candidates.terms) & (candidates.term_weights > 0)
        product = np.where(shared, worth[place] * candidates.term_weights, 0).sum(axis=1)
        cosine = product / np.maximum(size * np.linalg.norm(worth), _LEAST)
        found |= (cosine >= ALIKE) & (shared.sum(axis=1) >= FEWEST_SHARED)
    return found


def nearly_the_same(terms: NDArray[np.uint32], weights: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of n texts, each with its weighted terms (n x width, weight 0 for none), say nearly the same: n x n."""
    n = len(terms)
    size = _size(weights)
    present = weights > 0
    _terms, columns, often = np.unique(terms[present], return_inverse=True, return_counts=True)
    # A term of one text alone is shared with none: without those the product is small.
    kept = np.cumsum(often > 1) - 1
    shared = often[columns] > 1
    rows = np.repeat(np.arange(n), present.sum(axis=1))[shared]
    places = kept[columns[shared]]
    table = np.zeros((n, int((often > 1).sum())), dtype=np.float32)
    table[rows, places] = weights[present][shared]
    cosine = (table @ table.T) / np.maximum(np.outer(size, size), _LEAST)
    has = (table > 0).astype(np.float32)
    result: NDArray[np.bool_] = (cosine >= ALIKE) & (has @ has.T >= FEWEST_SHARED)
    return result


def _size(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = np.sqrt((weights.astype(np.float32) ** 2).sum(axis=1))
    return found
