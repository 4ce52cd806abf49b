"""Counting independent people, known or not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.talk import piece

from transom.engine.graph.items import Piece
from transom.engine.graph.people import independent, voice, voices

by = st.sampled_from(["Ann", "Bo", "Cy", "Di"])
home = st.sampled_from(["a.example", "b.example", "c.example"])
unresolved = st.lists(st.builds(lambda b, h: piece(1, by=b, home=h), by, home), max_size=7)


def by_trying(pieces: list[Piece]) -> int:
    """The most items of which every two differ in author and in domain, by trying all choices."""
    for size in range(len(pieces), 0, -1):
        for chosen in itertools.combinations(pieces, size):
            if all(a.author != b.author and a.home != b.home for a, b in itertools.combinations(chosen, 2)):
                return size
    return 0


@given(unresolved)
def test_the_count_is_the_most_that_are_independent_in_pairs(pieces: list[Piece]) -> None:
    assert independent(pieces) == by_trying(pieces)


@given(unresolved, st.builds(lambda b, h: piece(2, by=b, home=h), by, home))
def test_one_more_item_never_lowers_the_count(pieces: list[Piece], more: Piece) -> None:
    assert independent(pieces) <= independent([*pieces, more]) <= independent(pieces) + 1


@given(unresolved, st.randoms(use_true_random=False))
def test_the_count_does_not_depend_on_order(pieces: list[Piece], random: object) -> None:
    shuffled = list(pieces)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert independent(shuffled) == independent(pieces)


@pytest.mark.parametrize(
    ("pieces", "people"),
    [
        ([], 0),
        ([piece(1)], 1),
        ([piece(1), piece(2)], 2),
        ([piece(1, by="Ann"), piece(2, by="ann ")], 1),
        ([piece(1, home="a.example"), piece(2, home="a.example")], 1),
        # Two bylines of one site count once known to be two people.
        ([piece(1, home="a.example", person="7"), piece(2, home="a.example", person="8")], 2),
        # One person writing on two sites under two names is one.
        ([piece(1, person="7"), piece(2, person="7")], 1),
        # An unknown byline at a known person's site may be theirs.
        ([piece(1, home="a.example", person="7"), piece(2, home="a.example")], 1),
        ([piece(1, by="Ann", person="7"), piece(2, by="Ann")], 1),
        ([piece(1, person="7"), piece(2)], 2),
        # A byline that everybody has names nobody: the site stands for its author.
        ([piece(1, by="admin", home="a.example"), piece(2, by="admin", home="b.example")], 2),
    ],
)
def test_who_counts(pieces: list[Piece], people: int) -> None:
    assert independent(pieces) == people


def test_an_item_by_nobody_known_counts_for_nobody() -> None:
    nobody = Piece(1, 0.0)
    assert independent([nobody]) == 0
    assert voice(nobody) == ""
    assert voices([nobody, piece(2, by="Ann", home="a.example")]) == ("ann at a.example",)


def test_a_person_wins_over_byline_and_domain() -> None:
    assert voice(piece(1, by="Ann", home="a.example", person="7")) == "person 7"


def test_voices_come_in_the_order_of_their_first_word() -> None:
    told = [piece(1, day=3, by="Cy", home="c.example"), piece(2, day=1, by="Bo", home="b.example")]
    again = piece(3, day=4, by="Bo", home="b.example")
    assert voices([*told, again]) == ("bo at b.example", "cy at c.example")


def test_the_domain_comes_from_the_address_where_none_is_given() -> None:
    assert Piece(1, 0.0, address="https://ann.github.io/post").home == "ann.github.io"
    assert Piece(1, 0.0, address="https://blog.example.co.uk/post").home == "example.co.uk"
