"""A reach from a few nodes without touching the whole graph: what a user adds to the packs' shared vectors.

Forward push: Andersen, Chung and Lang, *Local graph partitioning using PageRank vectors* (FOCS 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.shares import Shares
from transom.engine.graph.standing import RESTART, Vector

EPSILON: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Push:
    """What a push found: `nodes` (ascending) and their part of the reach, both of shape (m,).

    It is never above the true reach and, over all nodes together, at most `missing` (0..1) below it.
    """

    nodes: NDArray[np.int64]
    reached: Vector
    missing: float

    def dense(self, nodes: int) -> Vector:
        """The same over all n nodes, as `combine` takes it."""
        found = np.zeros(nodes)
        found[self.nodes] = self.reached
        return found


def push(shares: Shares, restart: Vector, *, chance: float = RESTART, epsilon: float = EPSILON) -> Push:
    """The reach of a restart (shape (n,)) as far as it matters.

    A node whose waiting mass is above `epsilon` times its number of arcs keeps the restart's chance of it
    and passes the rest on, until no node is left. Arcs touched are at most 1 / (chance · epsilon), however
    large the graph. Raises ValueError for a restart of another length.
    """
    if len(restart) != shares.nodes:
        raise ValueError(f"a restart over {len(restart)} nodes does not fit a graph of {shares.nodes}")
    kept, waiting = np.zeros(shares.nodes), restart.astype(np.float64)
    least = epsilon * np.maximum(np.diff(shares.out_starts), 1)
    touched = front = np.flatnonzero(waiting > 0)
    while len(front := front[waiting[front] > least[front]]):
        mass = waiting[front]
        kept[front] += chance * mass
        waiting[front] = 0.0
        front = _pass_on(shares, front, (1 - chance) * mass, waiting)
        touched = np.union1d(touched, front)
    touched = touched[kept[touched] > 0]
    return Push(touched, kept[touched], float(waiting.sum()))


def _pass_on(shares: Shares, front: NDArray[np.int64], mass: Vector, waiting: Vector) -> NDArray[np.int64]:
    """Add each node's mass to those it points at, by its shares; returns whom, ascending."""
    starts, counts = shares.out_starts[front], np.diff(shares.out_starts)[front]
    total = int(counts.sum())
    if not total:
        return front[:0]
    offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    at = np.repeat(starts, counts) + offsets
    moved = np.repeat(mass, counts) * shares.out_share[at]
    reached, of = np.unique(shares.out_target[at], return_inverse=True)
    waiting[reached] += np.bincount(of, weights=moved)
    return reached.astype(np.int64)
