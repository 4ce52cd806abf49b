"""Forward push: never above the truth, and no further below it than it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.graphs import NODES, Row, restarts, row, rows, shares

from transom.engine.graph.push import push
from transom.engine.graph.standing import combine, ranks, reach, restart_at


@given(rows(), restarts(), st.sampled_from([1e-2, 1e-4, 1e-7]))
def test_a_push_is_a_lower_bound_with_a_known_gap(
    given_rows: list[Row], restart: np.ndarray, epsilon: float
) -> None:
    graph = shares(given_rows)
    found, truth = push(graph, restart, epsilon=epsilon), reach(graph, restart, tolerance=1e-12)
    gap = truth - found.dense(NODES)
    assert (gap >= -1e-9).all()
    assert gap.sum() <= found.missing + 1e-9


@given(rows(), restarts())
def test_a_fine_push_is_the_power_iteration(given_rows: list[Row], restart: np.ndarray) -> None:
    graph = shares(given_rows)
    np.testing.assert_allclose(
        push(graph, restart, epsilon=1e-11).dense(NODES), reach(graph, restart), atol=1e-7
    )


@given(rows(), restarts(), restarts())
def test_a_pack_and_a_push_make_the_users_ranks(
    given_rows: list[Row], pack: np.ndarray, own: np.ndarray
) -> None:
    graph = shares(given_rows)
    mixed = combine([reach(graph, pack), push(graph, own, epsilon=1e-11).dense(NODES)], [0.7, 0.3])
    np.testing.assert_allclose(ranks(mixed), ranks(reach(graph, 0.7 * pack + 0.3 * own)), atol=1e-6)


def test_a_push_stays_near_its_start() -> None:
    chain = [row(node, node + 1) for node in range(2000)]
    graph = shares(chain, nodes=2001)
    found = push(graph, restart_at(2001, [0]), epsilon=1e-4)
    assert found.nodes.tolist() == list(range(len(found.nodes)))
    assert len(found.nodes) < 80


def test_waiting_mass_is_compared_with_the_number_of_arcs() -> None:
    """Andersen, Chung and Lang's bound: what is left waiting is below epsilon times a node's arcs."""
    star = [row(0, node) for node in range(1, 100)]
    graph = shares(star, nodes=100)
    assert len(push(graph, restart_at(100, [0]), epsilon=0.02).nodes) == 0
    assert push(graph, restart_at(100, [0]), epsilon=0.02).missing == 1.0
    assert len(push(graph, restart_at(100, [0]), epsilon=0.005).nodes) == 100


def test_an_empty_push() -> None:
    found = push(shares([]), restart_at(NODES, []))
    assert (len(found.nodes), found.missing) == (0, 0.0)
    assert found.dense(NODES).tolist() == [0.0] * NODES


def test_a_restart_of_another_graph_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        push(shares([]), restart_at(3, [0]))
