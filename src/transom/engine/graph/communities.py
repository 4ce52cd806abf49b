"""Who belongs together on the map, by who points at whom.

The method of Blondel, Guillaume, Lambiotte and Lefebvre, *Fast unfolding of communities in large networks*, J.
Stat. Mech. P10008 (2008), on modularity: Newman, *Analysis of weighted networks*, Phys. Rev. E 70 (2004).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_ROUNDS: Final = 100
LEAST_GAIN: Final = 1e-12

Neighbours = list[dict[int, float]]


def communities(
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    weight: NDArray[np.float64],
    nodes: int,
    *,
    seed: int = 0,
) -> NDArray[np.int64]:
    """The community of each node, shape (nodes,), numbered from 0, the largest first (equals: lowest node first).

    Endorsements (three arrays alike) count the same in both directions. Nobody's neighbour is alone. The seed
    decides the order of visits and with it the result, always the same one. Raises ValueError for nodes that are
    not there and weights below 0.
    """
    if len(source) and (min(source.min(), target.min()) < 0 or max(source.max(), target.max()) >= nodes):
        raise ValueError(f"an endorsement names a node outside 0..{nodes - 1}")
    if len(weight) and weight.min() < 0:
        raise ValueError("an endorsement weighs less than 0")
    neighbours = _both_ways(source, target, weight, nodes)
    random = np.random.default_rng(seed)
    belongs = np.arange(nodes)
    while True:
        found = _moved(neighbours, random)
        _, found = np.unique(found, return_inverse=True)
        belongs = found[belongs] if nodes else belongs
        if len(found) == (int(found.max()) + 1 if len(found) else 0):
            return _by_size(belongs)
        neighbours = _folded(neighbours, found)


def modularity(
    source: NDArray[np.integer],
    target: NDArray[np.integer],
    weight: NDArray[np.float64],
    belongs: NDArray[np.int64],
) -> float:
    """How much more weight lies within communities than chance would put there; at most 1, 0 without weight."""
    total = float(weight.sum())
    if not total:
        return 0.0
    within = float(weight[belongs[source] == belongs[target]].sum()) / total
    sums = np.bincount(belongs[source], weight, int(belongs.max()) + 1)
    sums += np.bincount(belongs[target], weight, int(belongs.max()) + 1)
    return within - float(((sums / (2 * total)) ** 2).sum())


def _both_ways(
    source: NDArray[np.integer], target: NDArray[np.integer], weight: NDArray[np.float64], nodes: int
) -> Neighbours:
    """Of each node its neighbours and the weight between them; what points at itself is kept twice."""
    found: Neighbours = [{} for _ in range(nodes)]
    # Summed in one order, whatever the order of the rows.
    order = np.lexsort((weight, target, source))
    for a, b, w in zip(source[order].tolist(), target[order].tolist(), weight[order].tolist(), strict=True):
        if w > 0:
            found[a][b] = found[a].get(b, 0.0) + w
            found[b][a] = found[b].get(a, 0.0) + w
    return found


def _moved(neighbours: Neighbours, random: np.random.Generator) -> NDArray[np.int64]:
    """Each node moved, again and again, to the neighbouring community where modularity gains most."""
    degree = [sum(near.values()) for near in neighbours]
    total = sum(degree)
    belongs, inside = list(range(len(neighbours))), list(degree)
    order = random.permutation(len(neighbours)).tolist()
    for _ in range(MOST_ROUNDS):
        moves = 0
        for node in order:
            old = belongs[node]
            inside[old] -= degree[node]
            new = _best(node, neighbours, belongs, inside, degree[node] / total if total else 0.0)
            inside[new] += degree[node]
            belongs[node] = new
            moves += new != old
        if not moves:
            break
    return np.array(belongs, dtype=np.int64)


def _best(node: int, neighbours: Neighbours, belongs: list[int], inside: list[float], share: float) -> int:
    old = belongs[node]
    weights = {old: 0.0}
    for other, weight in neighbours[node].items():
        if other != node:
            weights[belongs[other]] = weights.get(belongs[other], 0.0) + weight
    best, most = old, weights[old] - inside[old] * share
    for key in sorted(weights):
        gain = weights[key] - inside[key] * share
        # Strictly better, so that the walk ends.
        if gain > most + LEAST_GAIN:
            best, most = key, gain
    return best


def _folded(neighbours: Neighbours, belongs: NDArray[np.int64]) -> Neighbours:
    """The graph whose nodes are the communities."""
    found: Neighbours = [{} for _ in range(int(belongs.max()) + 1)]
    for node, near in enumerate(neighbours):
        mine = found[int(belongs[node])]
        for other, weight in near.items():
            key = int(belongs[other])
            mine[key] = mine.get(key, 0.0) + weight
    return found


def _by_size(belongs: NDArray[np.int64]) -> NDArray[np.int64]:
    names, first, sizes = np.unique(belongs, return_index=True, return_counts=True)
    place = np.empty(len(names), dtype=np.int64)
    place[np.lexsort((first, -sizes))] = np.arange(len(names))
    renamed: NDArray[np.int64] = place[belongs]
    return renamed
