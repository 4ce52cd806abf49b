"""One story: what a brief reads about once, whoever told it.

Two things to read tell one story where

- they are in one conversation;
- they say nearly the same (the same notice on two lists, a text and its copy): the cosine of their weighted terms is
  high, and several terms are shared;
- they are about the same thing within days: of the few heaviest terms of each, two are the same, and few others have
  those among theirs.

What tells the story of one item of a conversation tells that of all of it. Something to do and something to read tell
one where they are about one item.

Limits and shares were chosen on the articles of the demo, where of those that no conversation joins the third rule
joins five in a thousand of what it looks at, and nearly all of them rightly. A construction of our own.
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
HEAVIEST: Final = 4
SHARED_HEAVY: Final = 2
LARGEST_SHARE: Final = 0.05
SMALLEST: Final = 4
"""A heavy term counts where at most this share of the texts has it among its heaviest, or so many texts."""
WITHIN_SECONDS: Final = 10 * 86_400.0
_LEAST: Final = np.float32(1e-9)
_BITS: Final = 16
_MASK: Final = np.uint32((1 << _BITS) - 1)

Terms = NDArray[np.uint32]
Weights = NDArray[np.float32]
Flags = NDArray[np.bool_]


def same_story(candidates: Candidates, at: NDArray[np.int64]) -> Flags:
    """Which of the candidates at these indices tell one story: n x n, symmetric."""
    reads = candidates.section[at] == READ
    talk = candidates.conversation[at]
    terms, weights, published = candidates.terms[at], candidates.term_weights[at], candidates.published[at]
    talking = (talk[:, None] == talk[None, :]) & (talk >= 0)[:, None]
    np.fill_diagonal(talking, True)
    alike = nearly_the_same(terms, weights) | about_the_same(terms, weights, published)
    np.fill_diagonal(alike, False)
    same = talking | _through(talking, alike)
    item = candidates.item[at]
    about = (item[:, None] == item[None, :]) & (item >= 0)[:, None]
    found: Flags = (same & reads[:, None] & reads[None, :]) | about
    return found


def _through(talking: Flags, alike: Flags) -> Flags:
    """Who is alike to somebody of a conversation is so to all of it, and two conversations to each other."""
    bridged = np.flatnonzero(alike.any(axis=1))
    if not len(bridged):
        return alike
    there = talking[:, bridged].astype(np.float32)
    result: Flags = there @ alike[np.ix_(bridged, bridged)].astype(np.float32) @ there.T > 0
    return result


def nearly_the_same(terms: Terms, weights: Weights) -> Flags:
    """Which of n texts, each with its weighted terms (n x width, weight 0 for none), say nearly the same: n x n."""
    table = _table(terms, weights, len(terms))
    size = _size(weights)
    cosine = (table @ table.T) / np.maximum(np.outer(size, size), _LEAST)
    result: Flags = cosine >= ALIKE
    one, other = np.nonzero(result)
    result[one, other] = ((table[one] > 0) & (table[other] > 0)).sum(axis=1) >= FEWEST_SHARED
    return result


def about_the_same(terms: Terms, weights: Weights, published: NDArray[np.float64]) -> Flags:
    """Which of n texts are about the same thing within days: n x n. Terms stand heaviest first."""
    heads = _table(terms[:, :HEAVIEST], weights[:, :HEAVIEST], _most(len(terms)))
    has = (heads > 0).astype(np.float32)
    near = np.abs(published[:, None] - published[None, :]) <= WITHIN_SECONDS
    result: Flags = (has @ has.T >= SHARED_HEAVY) & near
    return result


def told_before(
    candidates: Candidates, terms: Terms, weights: Weights, published: NDArray[np.float64]
) -> Flags:
    """Which of n candidates say nearly the same as one of m texts, or are about the same within days.

    Terms and weights of the texts are m x width, `published` in epoch seconds.
    """
    found = np.zeros(len(candidates), dtype=np.bool_)
    union = np.unique(terms[weights > 0])
    if not len(union):
        return found
    rows, columns = np.nonzero(_holding(candidates.terms, union) & (candidates.term_weights > 0))
    held, worth = candidates.terms[rows, columns], candidates.term_weights[rows, columns]
    place = np.minimum(np.searchsorted(union, held), len(union) - 1)
    exact = union[place] == held
    rows, columns, place, worth = rows[exact], columns[exact], place[exact], worth[exact]
    heavy = columns < HEAVIEST
    common = np.bincount(place[heavy], minlength=len(union)) > _most(len(candidates))
    size = _size(candidates.term_weights)
    for own, of_own, at in zip(terms, weights, published, strict=True):
        table = np.zeros(len(union), dtype=np.float32)
        table[np.searchsorted(union, own[of_own > 0])] = of_own[of_own > 0]
        product = np.bincount(rows, worth * table[place], len(candidates))
        shared = np.bincount(rows, table[place] > 0, len(candidates))
        cosine = product / np.maximum(size * np.linalg.norm(of_own), _LEAST)
        found |= (cosine >= ALIKE) & (shared >= FEWEST_SHARED)
        telling = np.zeros(len(union), dtype=np.bool_)
        telling[np.searchsorted(union, own[:HEAVIEST][of_own[:HEAVIEST] > 0])] = True
        heads = np.bincount(rows, heavy & (telling & ~common)[place], len(candidates))
        found |= (heads >= SHARED_HEAVY) & (np.abs(candidates.published - at) <= WITHIN_SECONDS)
    return found


def _most(texts: int) -> int:
    return max(int(texts * LARGEST_SHARE), SMALLEST)


def _holding(terms: Terms, wanted: Terms) -> Flags:
    """Which of very many terms are probably among the wanted: none is missed, a few are too many."""
    table = np.zeros(1 << _BITS, dtype=np.bool_)
    table[wanted.ravel() & _MASK] = True
    found: Flags = table[terms & _MASK]
    return found


def _table(terms: Terms, weights: Weights, most: int) -> Weights:
    """The weights, n x t, of those terms that at least two texts have and at most so many."""
    present = weights > 0
    _terms, columns, often = np.unique(terms[present], return_inverse=True, return_counts=True)
    # A term of one text alone is shared with none: without those the table is small.
    wanted = (often > 1) & (often <= most)
    kept = np.cumsum(wanted) - 1
    used = wanted[columns]
    table = np.zeros((len(terms), int(wanted.sum())), dtype=np.float32)
    table[np.repeat(np.arange(len(terms)), present.sum(axis=1))[used], kept[columns[used]]] = weights[
        present
    ][used]
    return table


def _size(weights: Weights) -> Weights:
    found: Weights = np.sqrt((weights.astype(np.float32) ** 2).sum(axis=1))
    return found
