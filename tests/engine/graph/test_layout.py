"""The map: on the page, the same each time, near who is near, and calm when little changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.graph.circles import Edges, circles, edges

from transom.engine.graph.communities import communities
from transom.engine.graph.layout import MOST_NODES, layout

COUNT, SIZE = 4, 12
NODES = COUNT * SIZE


def apart(places: np.ndarray) -> np.ndarray:
    distances: np.ndarray = np.linalg.norm(places[:, np.newaxis] - places, axis=2)
    return distances


@pytest.mark.parametrize("seed", range(3))
def test_circles_stand_together_and_apart_from_others(seed: int) -> None:
    given_edges = circles(COUNT, SIZE, seed=seed)
    places = layout(*given_edges, NODES, community=communities(*given_edges, NODES))
    circle = np.arange(NODES) // SIZE
    same = circle[:, np.newaxis] == circle
    distances = apart(places)
    assert distances[same].mean() < 0.6 * distances[~same].mean()


def test_nobody_stands_on_another() -> None:
    places = layout(*circles(COUNT, SIZE), NODES)
    distances = apart(places) + np.eye(NODES)
    assert distances.min() > 0.01
    assert np.ptp(places, axis=0).min() > 0.4


def test_a_few_new_ties_move_the_map_a_little() -> None:
    given_edges = circles(COUNT, SIZE)
    before = layout(*given_edges, NODES)
    more = tuple(
        np.concatenate(pair) for pair in zip(given_edges, edges((0, 20, 1.0), (5, 40, 1.0)), strict=True)
    )
    after = layout(*more, NODES, before=before)  # type: ignore[misc]
    moved = np.linalg.norm(after - before, axis=1)
    assert moved.mean() < 0.01
    assert moved.max() < 0.1


def test_the_same_map_again_hardly_moves() -> None:
    given_edges = circles(COUNT, SIZE)
    before = layout(*given_edges, NODES)
    assert np.abs(layout(*given_edges, NODES, before=before) - before).max() < 0.05


def test_a_newcomer_starts_amid_their_neighbours() -> None:
    given_edges = circles(COUNT, SIZE)
    before = np.vstack([layout(*given_edges, NODES), [np.nan, np.nan]])
    ties = edges(*((NODES, other, 1.0) for other in range(6)))
    more = tuple(np.concatenate(pair) for pair in zip(given_edges, ties, strict=True))
    after = layout(*more, NODES + 1, before=before)  # type: ignore[misc]
    own, others = after[:SIZE].mean(axis=0), after[SIZE:NODES].mean(axis=0)
    assert np.linalg.norm(after[NODES] - own) < np.linalg.norm(after[NODES] - others)


def test_the_seed_decides() -> None:
    given_edges = circles(COUNT, SIZE)
    one = layout(*given_edges, NODES, seed=1)
    assert one.tolist() == layout(*given_edges, NODES, seed=1).tolist()
    assert one.tolist() != layout(*given_edges, NODES, seed=2).tolist()


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.floats(0, 1e6)), max_size=20),
    st.booleans(),
)
def test_everybody_is_on_the_page(rows: list[tuple[int, int, float]], again: bool) -> None:
    given_edges: Edges = edges(*rows)
    places = layout(*given_edges, 8)
    if again:
        places = layout(*given_edges, 8, before=places)
    assert np.isfinite(places).all()
    assert ((places >= 0) & (places <= 1)).all()


def test_small_maps() -> None:
    assert layout(*edges(), 0).shape == (0, 2)
    assert layout(*edges(), 1).shape == (1, 2)
    nowhere = np.full((2, 2), np.nan)
    assert np.isfinite(layout(*edges((0, 1, 1.0)), 2, before=nowhere)).all()


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="unreadable"):
        layout(*edges(), MOST_NODES + 1)
    with pytest.raises(ValueError, match="shape"):
        layout(*edges(), 3, before=np.zeros((2, 2)))
