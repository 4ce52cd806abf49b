"""Communities: planted ones are found, networkx agrees on their worth, nothing is left to chance."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.circles import Edges, circles, edges

from transom.engine.graph.communities import communities, modularity

NODES = 9
EDGES = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(1, 4).map(float)), max_size=30
).map(lambda rows: edges(*rows))


def groups(belongs: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(belongs == key).tolist()) for key in set(belongs.tolist())}


def both_ways(given_edges: Edges) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(NODES))
    for a, b, w in zip(*(column.tolist() for column in given_edges), strict=True):
        graph.add_edge(a, b, weight=graph.get_edge_data(a, b, {"weight": 0.0})["weight"] + w)
    return graph


@pytest.mark.parametrize("seed", range(4))
def test_planted_circles_are_found(seed: int) -> None:
    found = communities(*circles(4, 12, seed=seed), 48)
    assert groups(found) == {frozenset(range(n, n + 12)) for n in (0, 12, 24, 36)}


@given(EDGES, st.lists(st.integers(0, 3), min_size=NODES, max_size=NODES))
def test_modularity_is_networkxs(given_edges: Edges, belongs: list[int]) -> None:
    graph = both_ways(given_edges)
    if graph.size():
        expected = nx.community.modularity(graph, groups(np.array(belongs)), weight="weight")
        assert modularity(*given_edges, np.array(belongs)) == pytest.approx(expected)


@given(EDGES)
def test_communities_are_worth_no_less_than_everybody_alone(given_edges: Edges) -> None:
    found = communities(*given_edges, NODES)
    alone = modularity(*given_edges, np.arange(NODES))
    assert modularity(*given_edges, found) >= alone - 1e-9


@given(EDGES)
def test_nobody_belongs_with_somebody_out_of_reach(given_edges: Edges) -> None:
    found = communities(*given_edges, NODES)
    parts = list(nx.connected_components(both_ways(given_edges)))
    for group in groups(found):
        assert any(group <= part for part in parts)


@given(EDGES, st.randoms(use_true_random=False))
def test_the_same_whatever_the_order_of_the_rows(given_edges: Edges, random: object) -> None:
    order = list(range(len(given_edges[0])))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = tuple(column[order] for column in given_edges)
    assert communities(*given_edges, NODES).tolist() == communities(*shuffled, NODES).tolist()  # type: ignore[call-arg]


def test_nearly_as_good_as_networkxs_louvain() -> None:
    given_edges = circles(6, 15, seed=5, inside=0.25, across=0.04)
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(*(column.tolist() for column in given_edges), strict=True))
    theirs = np.zeros(90, dtype=np.int64)
    for key, group in enumerate(nx.community.louvain_communities(graph, seed=1)):
        theirs[list(group)] = key
    ours = communities(*given_edges, 90)
    assert modularity(*given_edges, ours) > 0.97 * modularity(*given_edges, theirs)


def test_the_largest_comes_first() -> None:
    found = communities(*edges((0, 1, 1.0), (2, 3, 1.0), (3, 4, 1.0), (2, 4, 1.0)), 6)
    assert found.tolist() == [1, 1, 0, 0, 0, 2]


def test_nobody_and_nothing() -> None:
    assert communities(*edges(), 0).tolist() == []
    assert communities(*edges(), 3).tolist() == [0, 1, 2]
    assert modularity(*edges(), np.arange(3)) == 0.0


@pytest.mark.parametrize("row", [(0, 3, 1.0), (-1, 0, 1.0), (0, 1, -1.0)])
def test_what_cannot_be_is_refused(row: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError):
        communities(*edges(row), 3)
