"""One question at a time: the one whose answer settles most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import PAIRS, PRIOR, Known, pairs_from

from transom.engine.resolve.cluster import group
from transom.engine.resolve.model import Decision, Pair, Question, Thresholds
from transom.engine.resolve.questions import entropy, probability, questions


def asked(pairs: list[Pair], decisions: list[Decision] | None = None) -> tuple[Question, ...]:
    known, said = Known(pairs), decisions or []
    groups = group(range(10), pairs, known, prior=PRIOR, decisions=said)
    return questions(groups, pairs, known, prior=PRIOR, decisions=said)


@given(st.floats(-200, 200))
def test_probabilities_are_probabilities(bits: float) -> None:
    assert 0 <= probability(bits) <= 1
    assert 0 <= entropy(probability(bits)) <= 1


def test_even_odds_are_a_half_and_a_whole_bit() -> None:
    assert probability(0) == 0.5
    assert entropy(0.5) == 1.0
    assert entropy(0.0) == entropy(1.0) == 0.0


def test_only_what_lies_between_is_asked() -> None:
    assert asked([Pair(0, 1, 30.0), Pair(2, 3, -5.0)]) == ()
    assert [(one.a, one.b) for one in asked([Pair(0, 1, 11.0)])] == [(0, 1)]


def test_two_groups_are_asked_about_once_by_their_best_pair() -> None:
    pairs = [Pair(0, 1, 30.0), Pair(2, 3, 30.0), Pair(0, 2, 10.0), Pair(1, 3, 11.0), Pair(0, 3, 9.0)]
    (one,) = asked(pairs)
    assert (one.a, one.b) == (1, 3)
    assert one.settles == 4


def test_what_settles_more_is_asked_first() -> None:
    pairs = [Pair(0, 1, 30.0), Pair(1, 2, 30.0), Pair(0, 2, 30.0), Pair(2, 3, 10.0), Pair(4, 5, 10.0)]
    first, second = asked(pairs)
    assert (first.a, first.b, first.settles) == (2, 3, 3)
    assert (second.a, second.b, second.settles) == (4, 5, 1)
    assert first.worth > second.worth


def test_the_unsure_are_asked_before_the_nearly_sure() -> None:
    first, second = asked([Pair(0, 1, 10.0), Pair(2, 3, 13.5)])
    assert (first.a, second.a) == (0, 2)


def test_what_was_answered_is_not_asked_again() -> None:
    pairs = [Pair(0, 1, 11.0)]
    assert asked(pairs, [Decision(0, 1, same=False)]) == ()
    assert asked(pairs, [Decision(0, 1, same=True)]) == ()


@given(PAIRS)
def test_questions_are_about_two_people_and_sorted_by_worth(rows: list[tuple[int, int, float, str]]) -> None:
    pairs = pairs_from(rows)
    groups = group(range(10), pairs, Known(pairs), prior=PRIOR)
    found = asked(pairs)
    assert all(groups.root(one.a) != groups.root(one.b) for one in found)
    assert [one.worth for one in found] == sorted((one.worth for one in found), reverse=True)
    assert len({frozenset((groups.root(one.a), groups.root(one.b))) for one in found}) == len(found)


def test_thresholds_are_log_odds() -> None:
    assert Thresholds(merge=0.5, ask=0.5).merge_bits == 0.0
    assert Thresholds(merge=0.8).merge_bits == pytest.approx(2.0)
