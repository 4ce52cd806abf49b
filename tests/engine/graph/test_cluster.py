"""Centroids, and what they ask of those who would join."""

from __future__ import annotations

import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.talk import piece

from transom.engine.graph.cluster import Cluster, Fit
from transom.engine.graph.growing import Rules
from transom.engine.graph.items import DAY, Piece

WORDS = "ledger schema notice archive vault index".split()
PIECES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=6).map(
    lambda drawn: [piece(n, words=" ".join(words)) for n, words in enumerate(drawn, 1)]
)


def ids(*words: str) -> list[int]:
    return [zlib.crc32(word.encode()) for word in words]


def plain(pieces: list[Piece]) -> np.ndarray:
    """The sum of some items' vectors over WORDS."""
    found = np.zeros(len(WORDS))
    for one in pieces:
        weights = dict(zip(one.terms.tolist(), one.weights.tolist(), strict=True))
        found += [weights.get(key, 0.0) for key in ids(*WORDS)]
    return found


@given(PIECES, PIECES)
def test_similarity_is_the_cosine_of_the_sums(one: list[Piece], other: list[Piece]) -> None:
    a, b = plain(one), plain(other)
    fit = Cluster.of(1, one).fits(Cluster.of(2, other), [], 0)
    assert fit.similarity == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)


@given(PIECES, PIECES)
def test_the_telling_part_never_exceeds_the_whole(one: list[Piece], other: list[Piece]) -> None:
    left, right = Cluster.of(1, one), Cluster.of(2, other)
    some = left.fits(right, ids(*WORDS[:3]), 0)
    assert 0 <= some.telling <= some.similarity + 1e-9
    every = left.fits(right, ids(*WORDS), 0)
    assert every.telling == pytest.approx(every.similarity)


def test_shared_counts_what_is_usual_in_both() -> None:
    members = [piece(n, words="ledger schema") for n in range(1, 6)] + [piece(6, words="ledger vault")]
    fit = Cluster.of(1, members).fits(
        Cluster.of(9, [piece(9, words="schema vault")]), ids("schema", "vault"), 3
    )
    assert fit.shared == 1
    assert fit.linked == pytest.approx(3 / 6)
    assert fit.sizes == (6, 1)


def test_an_item_joins_once() -> None:
    found = Cluster.of(1, [piece(1, words="ledger"), piece(1, words="ledger")])
    assert list(found.members) == [1]


def test_gaps_are_between_the_nearest_ends() -> None:
    early, late = (
        Cluster.of(1, [piece(1), piece(2, day=2)]),
        Cluster.of(3, [piece(3, day=5), piece(4, day=9)]),
    )
    assert early.gap(late) == late.gap(early) == pytest.approx(3 * DAY)
    assert early.gap(Cluster.of(5, [piece(5, day=1)])) == 0


def test_items_without_words_are_like_nothing() -> None:
    fit = Cluster.of(1, [piece(1)]).fits(Cluster.of(2, [piece(2, words="ledger")]), ids("ledger"), 0)
    assert (fit.similarity, fit.telling, fit.shared) == (0.0, 0.0, 0)


def test_more_is_asked_of_a_centroid_and_no_more_after_three() -> None:
    asked = [Fit(0, 0, 0, 0, (size, 1)).asked(0.12) for size in (1, 2, 3, 9)]
    assert asked == pytest.approx([0.12, 0.12 * math.sqrt(2 / 1.12), 0.12 * math.sqrt(3 / 1.24), asked[2]])


@pytest.mark.parametrize(
    ("fit", "others", "joined"),
    [
        (Fit(0.3, 0.03, 0.5, 1), True, True),
        (Fit(0.3, 0.02, 0.5, 1), True, False),
        (Fit(0.3, 0.04, 0.1, 1), True, True),
        (Fit(0.3, 0.03, 0.1, 1), True, False),
        (Fit(0.3, 0.12, 0.0, 4), True, True),
        (Fit(0.3, 0.12, 0.0, 4), False, False),
        (Fit(0.3, 0.12, 0.0, 3), True, False),
        (Fit(0.3, 0.12, 0.0, 4, (3, 1)), True, False),
        (Fit(0.6, 0.5, 0.0, 2), True, True),
        (Fit(0.6, 0.5, 0.0, 1), True, False),
        (Fit(0.7, 0.0, 0.0, 0), False, True),
    ],
)
def test_what_the_rules_take_for_one_thing(fit: Fit, others: bool, joined: bool) -> None:
    assert Rules().together(fit, others=others) is joined


def test_a_telling_title_is_enough() -> None:
    assert Rules().together(Fit(0, 0, 0, 0), same_title=True)
