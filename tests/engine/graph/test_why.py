"""Who points at somebody, strongest first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from tests.engine.graph.graphs import NODES, Row, restarts, row, rows, shares

from transom.engine.graph.endorsements import Kind
from transom.engine.graph.standing import combine, reach, restart_at
from transom.engine.graph.why import pointed_to_by

CHANCE = 0.15


@given(rows(), restarts())
def test_endorsers_and_the_restart_make_up_the_whole_rank(given_rows: list[Row], restart: np.ndarray) -> None:
    graph = shares(given_rows)
    reached = reach(graph, restart, tolerance=1e-12)
    for node in np.flatnonzero(reached > 1e-6):
        found = sum(one.share for one in pointed_to_by(graph, reached, int(node), most=NODES))
        assert found + CHANCE * restart[node] / reached[node] == pytest.approx(1, abs=1e-4)


@given(rows(), restarts())
def test_strongest_first_and_never_more_than_asked(given_rows: list[Row], restart: np.ndarray) -> None:
    graph = shares(given_rows)
    reached = reach(graph, restart)
    for node in range(NODES):
        found = [one.share for one in pointed_to_by(graph, reached, node, most=2)]
        assert len(found) <= 2
        assert found == sorted(found, reverse=True)
        assert all(share > 0 for share in found)


def test_a_pick_by_one_who_is_listened_to_comes_first() -> None:
    graph = shares([row(0, 1), row(1, 3, Kind.PICK), row(0, 2, Kind.BOOST), row(2, 3)])
    reached = reach(graph, restart_at(NODES, [0]))
    assert [one.node for one in pointed_to_by(graph, reached, 3)] == [1, 2]


def test_equals_come_in_the_order_of_their_numbers() -> None:
    graph = shares([row(0, 2), row(0, 1), row(2, 3), row(1, 3)])
    reached = reach(graph, restart_at(NODES, [0]))
    assert [one.node for one in pointed_to_by(graph, reached, 3)] == [1, 2]


def test_who_never_got_any_attention_gives_none() -> None:
    graph = shares([row(0, 1), row(5, 1)])
    reached = reach(graph, restart_at(NODES, [0]))
    assert [one.node for one in pointed_to_by(graph, reached, 1)] == [0]


def test_nobody_points_at_the_unknown() -> None:
    graph = shares([row(0, 1)])
    assert pointed_to_by(graph, reach(graph, restart_at(NODES, [0])), 7) == ()
    assert pointed_to_by(shares([]), np.zeros(NODES), 0) == ()


def test_reasons_follow_the_combined_reach() -> None:
    graph = shares([row(0, 2), row(1, 2)])
    one, other = reach(graph, restart_at(NODES, [0])), reach(graph, restart_at(NODES, [1]))
    assert pointed_to_by(graph, combine([one, other], [1, 3]), 2)[0].node == 1
    assert pointed_to_by(graph, combine([one, other], [3, 1]), 2)[0].node == 0
