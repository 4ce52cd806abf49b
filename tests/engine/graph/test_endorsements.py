"""Endorsements as arrays, and their sums by pair."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.graphs import NOW, Row, row, rows

from transom.engine.graph.arcs import Arcs
from transom.engine.graph.endorsements import WEIGHTS, Endorsements, Kind

HALF_YEAR = 182.5


def test_every_kind_has_a_weight_and_a_pick_counts_most() -> None:
    assert len(WEIGHTS) == len(Kind)
    assert WEIGHTS.argmax() == Kind.PICK
    assert (WEIGHTS > 0).all()


def test_weights_follow_kinds() -> None:
    found = Endorsements.of([row(0, 1, Kind.PICK), row(1, 0, Kind.BOOST)])
    assert found.weights().tolist() == [2.0, 0.5]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("given_row", "said"),
    [
        ((-1, 0, 0, 0.0), "below 0"),
        ((0, -1, 0, 0.0), "below 0"),
        ((0, 1, 9, 0.0), "no known kind"),
        ((0, 1, -1, 0.0), "no known kind"),
        ((0, 1, 0, float("nan")), "no time"),
        ((0, 1, 0, float("inf")), "no time"),
    ],
)
def test_what_cannot_be_is_refused_in_words(given_row: Row, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Endorsements.of([given_row])


def test_arrays_of_unlike_length_are_refused() -> None:
    good = Endorsements.of([row(0, 1)])
    with pytest.raises(ValueError, match="as many sources"):
        Endorsements(good.source, good.target[:0], good.kind, good.at)


def test_a_pair_is_one_arc_with_the_sum_of_its_weights() -> None:
    arcs = Arcs.of(Endorsements.of([row(2, 1, Kind.PICK), row(0, 3), row(2, 1, Kind.REPLY)]), now=NOW)
    assert arcs.source.tolist() == [0, 2]
    assert arcs.target.tolist() == [3, 1]
    assert arcs.full.tolist() == arcs.aged.tolist() == [1.0, 2.5]
    assert arcs.nodes() == 4


def test_age_halves_and_leaves_the_full_weight() -> None:
    arcs = Arcs.of(Endorsements.of([row(0, 1, days_ago=365)]), now=NOW, half_life_days=HALF_YEAR)
    assert arcs.full.tolist() == [1.0]
    assert arcs.aged == pytest.approx([0.25])


def test_what_is_dated_ahead_counts_as_new() -> None:
    assert Arcs.of(Endorsements.of([row(0, 1, days_ago=-30)]), now=NOW).aged.tolist() == [1.0]


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan")])
def test_a_half_life_must_be_above_nothing(days: float) -> None:
    with pytest.raises(ValueError, match="half-life"):
        Arcs.of(Endorsements.of([]), now=NOW, half_life_days=days)


def test_nothing_is_no_arcs() -> None:
    arcs = Arcs.of(Endorsements.of([]), now=NOW)
    assert (len(arcs), arcs.nodes()) == (0, 0)
    assert len(arcs.plus(Endorsements.of([row(0, 1)]), now=NOW)) == 1


def test_time_does_not_run_backwards() -> None:
    arcs = Arcs.of(Endorsements.of([row(0, 1, days_ago=10)]), now=NOW)
    assert arcs.later(NOW - timedelta(days=3)).aged.tolist() == arcs.aged.tolist()


@given(rows(), rows(), st.floats(0, 400))
def test_adding_later_is_the_same_as_all_at_once(old: list[Row], new: list[Row], days: float) -> None:
    later = NOW + timedelta(days=days)
    grown = Arcs.of(Endorsements.of(old), now=NOW).plus(Endorsements.of(new), now=later)
    whole = Arcs.of(Endorsements.of(old + new), now=later)
    assert grown.source.tolist() == whole.source.tolist()
    assert grown.target.tolist() == whole.target.tolist()
    np.testing.assert_allclose(grown.full, whole.full)
    np.testing.assert_allclose(grown.aged, whole.aged, rtol=1e-9)


@given(rows(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(given_rows: list[Row], random: object) -> None:
    shuffled = list(given_rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (Arcs.of(Endorsements.of(found), now=NOW) for found in (given_rows, shuffled))
    assert one.source.tolist() == other.source.tolist()
    np.testing.assert_allclose(one.aged, other.aged, rtol=1e-12)
