"""Who the community listens to: personalised PageRank over endorsements, restarted at who the user chose.

Brin and Page, *The anatomy of a large-scale hypertextual web search engine* (1998); restarts at chosen nodes:
Haveliwala, *Topic-sensitive PageRank* (2002); ranks as sums over restarts: Jeh and Widom, *Scaling
personalized web search* (2003).

With S the shares of `Shares`, r the restart (adds up to 1) and a the chance of restarting, the *reach* of r is

    y = a · (I − (1 − a) Sᵀ)⁻¹ r = a · Σₖ ((1 − a) Sᵀ)ᵏ r

It is linear in r, and adds up to less than 1 by what was lost to age, discounts and nodes that point at
nobody. Ranks are p = y / Σy: the only p with

    p = (1 − a) Sᵀp + (1 − (1 − a) ΣSᵀp) · r

that is, what is lost returns to the restart. So reaches are what packs share and users add to; ranks are
made of their sum, last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.shares import Shares

RESTART: Final = 0.15
TOLERANCE: Final = 1e-8
MOST_STEPS: Final = 1000
TOP: Final = 1000.0

Vector = NDArray[np.float64]


def restart_at(
    nodes: int, chosen: Sequence[int] | NDArray[np.integer], weights: Vector | None = None
) -> Vector:
    """The restart (shape (n,), adds up to 1) at the chosen nodes, by their weights or evenly; 0 where none is.

    Raises ValueError for a node that is not there and for weights below 0.
    """
    at = np.asarray(chosen, dtype=np.int64)
    given = np.ones(len(at)) if weights is None else np.asarray(weights, dtype=np.float64)
    if len(at) and (at.min() < 0 or at.max() >= nodes):
        raise ValueError(f"the restart names a node outside 0..{nodes - 1}")
    if (given < 0).any():
        raise ValueError("a restart has a weight below 0; leave out what was not chosen")
    found = np.bincount(at, weights=given, minlength=nodes).astype(np.float64)
    total = found.sum()
    return found / total if total else found


def reach(
    shares: Shares,
    restart: Vector,
    *,
    start: Vector | None = None,
    chance: float = RESTART,
    tolerance: float = TOLERANCE,
) -> Vector:
    """The reach of a restart (both of shape (n,)), by power iteration.

    `start` is the reach before the graph changed a little: fewer steps then lead to the new one. Σ|error| is
    at most `tolerance`. Raises ValueError for a restart of another length.
    """
    if len(restart) != shares.nodes:
        raise ValueError(f"a restart over {len(restart)} nodes does not fit a graph of {shares.nodes}")
    found = np.zeros(shares.nodes) if start is None else _lengthened(start, shares.nodes)
    change = chance * restart
    if start is not None:
        change += (1 - chance) * shares.forward(found) - found
    for _ in range(MOST_STEPS):
        found = found + change
        # Each further step moves at most (1 − a) of what this one moved: a geometric series bounds the rest.
        if np.abs(change).sum() * (1 - chance) <= tolerance * chance:
            break
        change = (1 - chance) * shares.forward(change)
    return np.maximum(found, 0.0)


def _lengthened(vector: Vector, nodes: int) -> Vector:
    return np.concatenate([vector[:nodes], np.zeros(max(nodes - len(vector), 0))])


def combine(reaches: Sequence[Vector], weights: Sequence[float]) -> Vector:
    """The reach of the restarts' mean by weight: packs' shared vectors and a user's own push, say.

    Raises ValueError where there are none, where weights are missing or below 0, or where all are 0.
    """
    if not reaches or len(reaches) != len(weights):
        raise ValueError(f"{len(reaches)} reaches need as many weights, not {len(weights)}")
    total = float(sum(weights))
    if min(weights) < 0 or not total > 0:
        raise ValueError("weights of reaches must not be below 0, and one must be above it")
    mixed = np.zeros(len(reaches[0]))
    for one, weight in zip(reaches, weights, strict=True):
        mixed += one * (weight / total)
    return mixed


def ranks(reached: Vector) -> Vector:
    """The ranks (shape (n,), 0..1, adding up to 1) of a reach; all 0 where nothing was chosen."""
    total = reached.sum()
    return reached / total if total > 0 else np.zeros(len(reached))


def standing(rank: Vector, *, community: int | None = None) -> Vector:
    """Ranks on a fixed scale of 0..1 for the ranker: log(1 + rank / mean) / log(1 + 1000), at most 1.

    0 is never pointed to; 0.1 the mean of the `community` (how many are endorsed at all; by default those
    with a rank above 0); 0.35 ten, 0.67 a hundred, 1 a thousand times the mean. Ranks fall off like a power
    of their place, so that equal steps on this scale are equally many places apart; and as the mean is the
    measure, a community that doubles leaves everybody where they were.
    """
    size = int(np.count_nonzero(rank)) if community is None else community
    scaled: Vector = np.minimum(np.log1p(rank * max(size, 1)) / np.log1p(TOP), 1.0)
    return scaled
