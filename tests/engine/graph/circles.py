"""Planted circles of people who mostly point at one another."""

from __future__ import annotations

import numpy as np

Edges = tuple[np.ndarray, np.ndarray, np.ndarray]


def circles(count: int, size: int, *, seed: int = 0, inside: float = 0.5, across: float = 0.02) -> Edges:
    """Endorsements among `count` circles of `size`: node n is of circle n // size."""
    random = np.random.default_rng(seed)
    nodes = count * size
    circle = np.arange(nodes) // size
    likely = np.where(circle[:, np.newaxis] == circle, inside, across)
    np.fill_diagonal(likely, 0.0)
    source, target = np.nonzero(random.random((nodes, nodes)) < likely)
    return source, target, np.ones(len(source))


def edges(*rows: tuple[int, int, float]) -> Edges:
    source, target, weight = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(source, dtype=np.int64), np.array(target, dtype=np.int64), np.array(weight, dtype=float)
