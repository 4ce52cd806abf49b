"""Groups: the same for any order, never across what parts, never by weak chains alone."""

from __future__ import annotations

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.resolve.made import PAIRS, PRIOR, Known, pairs_from

from transom.engine.resolve.cluster import Groups, combined, group
from transom.engine.resolve.model import Decision, Pair


def groups_of(pairs: list[Pair], decisions: list[Decision] | None = None) -> tuple[tuple[int, ...], ...]:
    return group(range(10), pairs, Known(pairs), prior=PRIOR, decisions=decisions or []).all()


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_makes_no_difference(
    rows: list[tuple[int, int, float, str]], order: random.Random
) -> None:
    pairs = pairs_from(rows)
    before = groups_of(pairs)
    order.shuffle(pairs)
    assert groups_of(pairs) == before


@given(PAIRS)
def test_pairs_twice_are_pairs_once(rows: list[tuple[int, int, float, str]]) -> None:
    pairs = pairs_from(rows)
    assert groups_of([*pairs, *pairs]) == groups_of(pairs)


@given(PAIRS)
def test_what_was_joined_stays_joined_when_said_to_be_the_same(
    rows: list[tuple[int, int, float, str]],
) -> None:
    pairs = [pair for pair in pairs_from(rows) if not pair.parted]
    before = groups_of(pairs)
    said = [Decision(one[0], other, same=True) for one in before for other in one[1:]]
    assert all(any(set(one) <= set(other) for other in groups_of(pairs, said)) for one in before)


@given(PAIRS)
def test_no_group_holds_a_parted_pair(rows: list[tuple[int, int, float, str]]) -> None:
    pairs = pairs_from(rows)
    for members in groups_of(pairs):
        assert not any(pair.parted for pair in pairs if {pair.a, pair.b} <= set(members))


@given(PAIRS, st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=8))
def test_answers_win(rows: list[tuple[int, int, float, str]], said: list[tuple[int, int, bool]]) -> None:
    answers = [Decision(a, b, same) for a, b, same in said if a != b]
    found = groups_of(pairs_from(rows), answers)
    person = {one: members for members in found for one in members}
    last = {(min(one.a, one.b), max(one.a, one.b)): one.same for one in answers}
    for (a, b), same in last.items():
        if not same:
            assert person[a] != person[b]
    if all(last.values()):
        assert all(person[a] == person[b] for a, b in last)


@given(st.permutations(range(6)), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10))
def test_groups_are_disjoint_and_complete(ids: list[int], joins: list[tuple[int, int]]) -> None:
    groups = Groups(ids)
    for a, b in joins:
        groups.join(a, b)
    assert sorted(itertools.chain(*groups.all())) == list(range(6))
    assert all(groups.root(one) == members[0] for members in groups.all() for one in members)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=20))
@settings(max_examples=60)
def test_what_is_apart_stays_apart_however_groups_grow(steps: list[tuple[int, int, bool]]) -> None:
    groups, parted = Groups(range(8)), set()
    for a, b, join in steps:
        if join and groups.may_join(a, b):
            groups.join(a, b)
        elif not join and groups.root(a) != groups.root(b):
            groups.part(a, b)
            parted.add((a, b))
    assert all(groups.root(a) != groups.root(b) for a, b in parted)


def test_two_weak_links_do_not_outweigh_a_contradiction() -> None:
    chain = [Pair(0, 1, 16.0), Pair(1, 2, 16.0), Pair(0, 2, -8.0)]
    assert (0, 1) in groups_of(chain)
    assert (2,) in groups_of(chain)


def test_strong_links_outweigh_a_name_that_differs() -> None:
    married = [Pair(0, 1, 30.0), Pair(1, 2, 30.0), Pair(0, 2, -8.0)]
    assert (0, 1, 2) in groups_of(married)


def test_silence_is_no_contradiction() -> None:
    assert (0, 1, 2) in groups_of([Pair(0, 1, 16.0), Pair(1, 2, 16.0), Pair(0, 2, -2.5)])


def test_groups_pool_their_times_and_employers() -> None:
    pairs = [Pair(0, 1, 20.0), Pair(1, 2, 13.0, activity=1.0), Pair(0, 2, 13.0, organization=1.0)]
    groups = Groups(range(3))
    alone = combined(groups, pairs[1], Known(pairs))
    groups.join(0, 1)
    assert combined(groups, pairs[1], Known(pairs)) == alone + 1.0


def test_a_long_list_of_rows_under_one_account_is_one_group() -> None:
    pairs = [Pair(n, n + 1, 0.0, joined=True) for n in range(5000)]
    found = group(range(5001), pairs, Known(pairs), prior=PRIOR).all()
    assert found == (tuple(range(5001)),)


def test_same_does_not_lead_around_different() -> None:
    answers = [Decision(0, 1, same=True), Decision(1, 2, same=True), Decision(0, 2, same=False)]
    found = groups_of([], answers)
    assert (0, 1) in found
    assert (2,) in found
