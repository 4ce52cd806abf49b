"""The order of nodes and of pairs of nodes: the same that numpy finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.graph.ordering import order_of, order_of_pairs

LARGEST = 2**31 - 1
nodes = st.one_of(st.integers(0, 5), st.integers(0, LARGEST))


@given(st.lists(nodes))
def test_nodes_come_in_their_stable_order(given_nodes: list[int]) -> None:
    some = np.array(given_nodes, dtype=np.int32)
    assert order_of(some).tolist() == np.argsort(some, kind="stable").tolist()


@given(st.lists(st.tuples(nodes, nodes)))
def test_pairs_come_in_their_stable_order(pairs: list[tuple[int, int]]) -> None:
    source, target = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    order = order_of_pairs(source, target)
    wanted = np.lexsort((target, source))
    assert (np.arange(len(pairs)) if order is None else order).tolist() == wanted.tolist()


@given(st.lists(st.tuples(nodes, nodes)))
def test_pairs_in_order_are_left_alone(pairs: list[tuple[int, int]]) -> None:
    source, target = np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2).T
    assert order_of_pairs(source, target) is None


@given(st.lists(st.tuples(nodes, nodes), max_size=4), st.integers(0, 2**32 - 1))
def test_a_few_new_pairs_find_their_places_among_many(new: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    known = np.sort(random.integers(0, 50, 1000) << 32 | random.integers(0, LARGEST, 1000))
    source, target = np.concatenate(
        [np.stack([known >> 32, known & LARGEST], axis=1), np.array(new, dtype=np.int64).reshape(-1, 2)]
    ).T.astype(np.int32)
    order = order_of_pairs(source, target)
    wanted = np.lexsort((target, source))
    assert (np.arange(len(source)) if order is None else order).tolist() == wanted.tolist()
