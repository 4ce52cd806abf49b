"""Where people stand on the map: those who point at one another near, and nobody far from where they stood.

Forces after Fruchterman and Reingold, *Graph drawing by force-directed placement*, Software: Practice and
Experience 21 (1991): neighbours attract with d²/k, all repel with k²/d, steps are limited by a temperature that
falls. Ours: a pull to the middle, so that parts without a tie stay on the map, and a pull to where a node stood
before.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

ROUNDS: Final = 150
MOST_NODES: Final = 1500
HOT: Final = 0.1
WARM: Final = 0.02
GRAVITY: Final = 1.0
SPREAD: Final = 0.7
HOLD: Final = 20.0
MARGIN: Final = 0.02
NEAREST: Final = 1e-3

Places = NDArray[np.float64]


def layout(
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    weight: NDArray[np.float64],
    nodes: int,
    *,
    community: NDArray[np.int64] | None = None,
    before: Places | None = None,
    seed: int = 0,
) -> Places:
    """Positions in 0..1, shape (nodes, 2), always the same for the same arguments.

    `community` (shape (nodes,)) gives the start its rough order. `before` (shape (nodes, 2)) holds where nodes
    stood, nan for new ones: those start amid their neighbours, and all others stay nearly where they were. Work
    grows with the square of the nodes; raises ValueError for more than 1500 and for arrays of other shapes.
    """
    if nodes > MOST_NODES:
        raise ValueError(
            f"a map of {nodes} people is unreadable and slow; choose the {MOST_NODES} that matter most"
        )
    if before is not None and before.shape != (nodes, 2):
        raise ValueError(f"earlier positions have shape {before.shape}; give ({nodes}, 2), nan where unknown")
    pull = _pull(source, target, weight, nodes)
    random = np.random.default_rng(seed)
    fresh = _start(nodes, community, random)
    if before is None or not np.isfinite(before).any():
        return _settled(fresh, pull, np.zeros(nodes), HOT)
    known: NDArray[np.bool_] = np.asarray(np.isfinite(before).all(axis=1))
    start = _amid(np.where(known[:, np.newaxis], before, fresh), known, pull, random)
    return _settled(start, pull, np.where(known, HOLD, 0.0), WARM)


def _pull(
    source: NDArray[np.integer], target: NDArray[np.integer], weight: NDArray[np.float64], nodes: int
) -> Places:
    """How strongly each two attract, 0..1, shape (nodes, nodes): the same both ways, evened out by a square root."""
    found = np.zeros((nodes, nodes))
    np.add.at(found, (source, target), weight)
    found = np.sqrt(found + found.T)
    np.fill_diagonal(found, 0.0)
    most = found.max(initial=0.0)
    scaled: Places = found / most if most else found
    return scaled


def _start(nodes: int, community: NDArray[np.int64] | None, random: np.random.Generator) -> Places:
    """Communities around a circle, each one's nodes about its place; without them all about the middle."""
    spread = random.uniform(-0.5, 0.5, (nodes, 2))
    if community is None or not nodes:
        return 0.5 + 0.8 * spread
    angle = 2 * np.pi * community / (int(community.max()) + 1)
    return 0.5 + 0.3 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.2 * spread


def _amid(start: Places, known: NDArray[np.bool_], pull: Places, random: np.random.Generator) -> Places:
    """New nodes in the middle of those neighbours who have a place."""
    weights = np.where(known, pull, 0.0)
    sums = weights.sum(axis=1)
    placed = ~known & (sums > 0)
    middle = weights @ np.where(known[:, np.newaxis], start, 0.0)
    start = start.copy()
    start[placed] = middle[placed] / sums[placed, np.newaxis]
    start[placed] += random.normal(0, 0.01, (int(placed.sum()), 2))
    return start


def _settled(start: Places, pull: Places, hold: NDArray[np.float64], heat: float) -> Places:
    places = np.clip(start, MARGIN, 1 - MARGIN)
    home = places.copy()
    for step in range(ROUNDS if len(places) > 1 else 0):
        force = _forces(places, pull) + hold[:, np.newaxis] * (home - places)
        length = np.maximum(np.linalg.norm(force, axis=1, keepdims=True), NEAREST)
        # No step is longer than the force asks for: near its place of rest a node must not swing.
        limit = heat * (1 - step / ROUNDS)
        places = np.clip(places + force / length * np.minimum(length, limit), MARGIN, 1 - MARGIN)
    return places


def _forces(places: Places, pull: Places) -> Places:
    """The sum over all others of repulsion less attraction, and the pull to the middle."""
    ideal = SPREAD / np.sqrt(len(places))
    squares = (places**2).sum(axis=1)
    # |a − b|² = |a|² + |b|² − 2ab: one product of matrices instead of an array of all differences.
    square = np.maximum(squares[:, np.newaxis] + squares - 2 * places @ places.T, NEAREST**2)
    apart = ideal**2 / square - pull * np.sqrt(square) / ideal
    np.fill_diagonal(apart, 0.0)
    moved = apart.sum(axis=1)[:, np.newaxis] * places - apart @ places
    force: Places = moved + GRAVITY * ideal * (0.5 - places)
    return force
