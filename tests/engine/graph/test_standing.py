"""Ranks: against networkx where nothing is discounted, linear in the restart, and lossy where it is meant."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.engine.graph.graphs import NODES, NOW, Row, restarts, row, rows, shares

from transom.engine.graph.arcs import Arcs
from transom.engine.graph.endorsements import Endorsements
from transom.engine.graph.shares import Shares
from transom.engine.graph.standing import combine, ranks, reach, restart_at, standing

CHANCE = 0.15


def ranked(graph: Shares, restart: np.ndarray) -> np.ndarray:
    return ranks(reach(graph, restart))


def with_returns(graph: Shares, restart: np.ndarray) -> np.ndarray:
    """The ranks by the textbook's loop, which hands back what was lost at every step."""
    found = restart
    for _ in range(600):
        moved = (1 - CHANCE) * graph.forward(found)
        found = moved + (1 - moved.sum()) * restart
    return found


@given(rows(fresh=True, loops=False), restarts())
def test_networkx_agrees_where_nothing_is_discounted(given_rows: list[Row], restart: np.ndarray) -> None:
    arcs = Arcs.of(Endorsements.of(given_rows), now=NOW)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(NODES))
    oracle.add_weighted_edges_from(
        zip(arcs.source.tolist(), arcs.target.tolist(), arcs.full.tolist(), strict=True)
    )
    expected = _networkx_ranks(oracle, dict(enumerate(restart.tolist())))
    np.testing.assert_allclose(ranked(shares(given_rows), restart), expected, atol=1e-7)


def _networkx_ranks(oracle: nx.DiGraph, restart: dict[int, float]) -> list[float]:
    """By networkx's own pure loop: its public entry needs scipy."""
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

    found = _pagerank_python(oracle, alpha=1 - CHANCE, personalization=restart, tol=1e-10, max_iter=1000)
    return [found[node] for node in range(NODES)]


@given(rows(), restarts())
def test_what_is_missing_returns_to_the_restart(given_rows: list[Row], restart: np.ndarray) -> None:
    graph = shares(given_rows, organisation=np.arange(NODES) // 3)
    np.testing.assert_allclose(ranked(graph, restart), with_returns(graph, restart), atol=1e-7)


@given(rows(), restarts(), restarts(), st.floats(0.1, 5), st.floats(0.1, 5))
def test_reach_is_linear_in_the_restart(
    given_rows: list[Row], one: np.ndarray, other: np.ndarray, a: float, b: float
) -> None:
    graph = shares(given_rows)
    together = reach(graph, (a * one + b * other) / (a + b))
    np.testing.assert_allclose(combine([reach(graph, one), reach(graph, other)], [a, b]), together, atol=1e-7)


@given(rows(), restarts(), st.permutations(range(NODES)))
def test_numbering_the_nodes_otherwise_changes_nothing(
    given_rows: list[Row], restart: np.ndarray, names: list[int]
) -> None:
    renamed = [(names[s], names[t], kind, at) for s, t, kind, at in given_rows]
    moved = np.zeros(NODES)
    moved[names] = restart
    np.testing.assert_allclose(
        ranked(shares(renamed), moved)[names], ranked(shares(given_rows), restart), atol=1e-7
    )


@given(rows(), restarts())
def test_ranks_add_up_to_one(given_rows: list[Row], restart: np.ndarray) -> None:
    found = ranked(shares(given_rows), restart)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


@given(rows(), rows(), restarts())
def test_starting_from_yesterday_leads_to_the_same(
    old: list[Row], new: list[Row], restart: np.ndarray
) -> None:
    before = reach(shares(old), restart)
    today = shares(old + new)
    np.testing.assert_allclose(reach(today, restart, start=before), reach(today, restart), atol=2e-7)


def test_starting_from_fewer_nodes_fills_up_with_nothing() -> None:
    before = reach(shares([row(0, 1)], nodes=2), restart_at(2, [0]))
    today = shares([row(0, 1), row(1, 2)], nodes=3)
    np.testing.assert_allclose(
        reach(today, restart_at(3, [0]), start=before), reach(today, restart_at(3, [0])), atol=1e-7
    )


def test_old_endorsements_lose_mass_to_the_restart() -> None:
    fresh = ranked(shares([row(0, 1)]), restart_at(NODES, [0]))
    old = ranked(shares([row(0, 1, days_ago=365)]), restart_at(NODES, [0]))
    assert old[1] < fresh[1]
    assert old[0] > fresh[0]
    # y0 = a and y1 = (1 − a) / 2 · a, since one half-life has passed.
    assert old[1] / old[0] == pytest.approx(0.85 / 2)


def test_pointing_at_oneself_gains_nothing_and_costs_attention() -> None:
    plain = reach(shares([row(0, 1)]), restart_at(NODES, [0]))
    vain = reach(shares([row(0, 1), row(0, 0)]), restart_at(NODES, [0]))
    assert vain[0] == pytest.approx(plain[0])
    assert vain[1] == pytest.approx(plain[1] / 2)


def test_a_colleagues_endorsement_counts_a_quarter() -> None:
    colleagues = np.array([4, 4, 7, -1, -1, -1, -1, -1])
    found = reach(shares([row(0, 1), row(0, 2)], organisation=colleagues), restart_at(NODES, [0]))
    assert found[1] == pytest.approx(found[2] / 4)


def test_people_of_unknown_organisations_are_no_colleagues() -> None:
    unknown = np.full(NODES, -1)
    found = reach(shares([row(0, 1), row(0, 2)], organisation=unknown), restart_at(NODES, [0]))
    assert found[1] == found[2] > 0


@given(rows(), restarts())
def test_a_row_adds_up_to_one_at_most(given_rows: list[Row], restart: np.ndarray) -> None:
    graph = shares(given_rows)
    sums = np.bincount(np.repeat(np.arange(NODES), np.diff(graph.out_starts)), graph.out_share, NODES)
    assert (sums <= 1 + 1e-12).all()
    assert reach(graph, restart).sum() <= 1 + 1e-9


def test_who_points_at_nobody_keeps_what_they_got() -> None:
    found = ranked(shares([row(0, 1)], nodes=2), restart_at(2, [0]))
    assert found == pytest.approx([1 / 1.85, 0.85 / 1.85])


def test_an_empty_graph_leaves_the_restart() -> None:
    assert ranked(shares([]), restart_at(NODES, [3])).tolist() == np.eye(NODES)[3].tolist()
    assert len(ranked(shares([], nodes=0), restart_at(0, []))) == 0
    assert shares([]).endorsed() == 0


def test_nobody_chosen_is_nobody_ranked() -> None:
    assert ranked(shares([row(0, 1)]), restart_at(NODES, [])).tolist() == [0.0] * NODES


def test_the_restart_follows_weights() -> None:
    assert restart_at(4, [1, 3], np.array([3.0, 1.0])).tolist() == [0, 0.75, 0, 0.25]
    assert restart_at(4, [1, 1, 3]).tolist() == pytest.approx([0, 2 / 3, 0, 1 / 3])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: restart_at(3, [3]),
        lambda: restart_at(3, [-1]),
        lambda: restart_at(3, [0], np.array([-1.0])),
        lambda: reach(shares([]), restart_at(3, [0])),
        lambda: combine([], []),
        lambda: combine([np.ones(1)], [0.0]),
        lambda: combine([np.ones(1)], [1.0, 2.0]),
        lambda: combine([np.ones(1), np.ones(1)], [1.0, -0.5]),
        lambda: shares([row(0, 5)], nodes=3),
        lambda: shares([row(0, 1)], organisation=np.zeros(2, dtype=int)),
    ],
)
def test_what_cannot_be_is_refused(ask: object) -> None:
    with pytest.raises(ValueError):
        ask()  # type: ignore[operator]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_standing_keeps_the_order_and_its_scale(values: list[float]) -> None:
    rank = np.array(values)
    found = standing(rank)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found[np.argsort(rank)]) >= 0).all()
    assert (found[rank == 0] == 0).all()


@pytest.mark.parametrize(("times", "expected"), [(0, 0.0), (1, 0.1), (10, 0.35), (100, 0.67), (1000, 1.0)])
def test_standing_reads_as_documented(times: float, expected: float) -> None:
    assert standing(np.array([times / 5000]), community=5000)[0] == pytest.approx(expected, abs=0.005)


@given(rows(fresh=True, loops=False), restarts())
def test_a_community_that_doubles_leaves_everybody_where_they_were(
    given_rows: list[Row], restart: np.ndarray
) -> None:
    assume(given_rows)
    twin = [(s + NODES, t + NODES, kind, at) for s, t, kind, at in given_rows]
    alone = standing(ranked(shares(given_rows), restart))
    both = standing(
        ranked(shares(given_rows + twin, nodes=2 * NODES), np.concatenate([restart, restart]) / 2)
    )
    np.testing.assert_allclose(both[:NODES], alone, atol=1e-6)
