"""Tables from keys to values and the numbers of nodes: whether the keys lie close together or far apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.people.standing.tables import NONE, Nodes, Table, distinct

close, far = st.integers(0, 40), st.integers(0, 2**62)
keys = st.one_of(st.lists(close), st.lists(far), st.lists(st.one_of(close, far)))


def array(some: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(some, dtype=np.int64)


@given(keys)
def test_each_key_once_in_order(some: list[int]) -> None:
    assert distinct(array(some)).tolist() == sorted(set(some))


@given(keys, keys)
def test_a_table_answers_as_a_dictionary_does(known: list[int], asked: list[int]) -> None:
    values = [7 * at for at in range(len(known))]
    table, wanted = Table.of(array(known), array(values)), dict(zip(known, values, strict=True))
    assert table(array(asked), NONE).tolist() == [wanted.get(one, NONE) for one in asked]
    assert table(array(asked), array(asked)).tolist() == [wanted.get(one, one) for one in asked]
    assert [table.get(one) for one in known] == [wanted[one] for one in known]


def test_what_cannot_be_a_key_leads_nowhere() -> None:
    assert Table.of(array([0, 1, 5]), array([3, 4, 6]))(array([-1, 2, 6, 2**40, 5]), NONE).tolist() == [
        NONE,
        NONE,
        NONE,
        NONE,
        6,
    ]


@given(st.lists(keys))
def test_a_node_keeps_its_number_and_new_ones_come_after(calls: list[list[int]]) -> None:
    nodes = Nodes()
    numbers: dict[int, int] = {}
    for some in calls:
        for key in sorted(set(some) - set(numbers)):
            numbers[key] = len(numbers)
        assert nodes.numbers(array(some)).tolist() == [numbers[key] for key in some]
        assert nodes.keys.tolist() == list(numbers)
    assert nodes.find(array([2**62 + 1])).tolist() == [NONE]


@given(keys, keys)
def test_a_copy_grows_alone(some: list[int], more: list[int]) -> None:
    nodes = Nodes()
    nodes.numbers(array(some))
    before = nodes.keys.tolist()
    other = nodes.copy()
    other.numbers(array(more))
    assert nodes.keys.tolist() == before
    assert other.keys[: len(before)].tolist() == before


@given(keys)
def test_nodes_as_they_are_met(some: list[int]) -> None:
    assert Nodes.met(array(some)).keys.tolist() == list(dict.fromkeys(some))
