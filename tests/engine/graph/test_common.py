"""What is common ties nothing: terms and addresses, around a time and at others."""

from __future__ import annotations

import zlib

import pytest
from tests.engine.graph.talk import at, chatter, piece

from transom.engine.graph.common import Common

STORY = "https://board.example/documents/7"
WINDOW = 10.0


def term(word: str) -> int:
    return zlib.crc32(word.encode())


def common(*batches: list) -> Common:
    found = Common(WINDOW)
    found.add(chatter(90))
    for batch in batches:
        found.add(batch)
    return found


@pytest.mark.parametrize(("count", "uncommon"), [(1, True), (5, True), (12, True), (13, False)])
def test_a_term_is_uncommon_while_few_have_it_now(count: int, uncommon: bool) -> None:
    having = [piece(n, day=0.1 * n, words="schema") for n in range(1, count + 1)]
    assert common(having).uncommon_terms(having[0]) == ([term("schema")] if uncommon else [])


def test_a_term_that_was_there_before_is_common() -> None:
    now = piece(1, words="schema")
    assert common([now]).uncommon_terms(now) == [term("schema")]
    assert common([now, piece(2, day=-40, words="schema")]).uncommon_terms(now) == []


def test_a_term_that_comes_later_counts_as_much_as_one_that_was_before() -> None:
    now = piece(1, words="schema")
    assert common([now, piece(2, day=40, words="schema")]).uncommon_terms(now) == []


def test_what_everybody_says_is_common() -> None:
    now = piece(1, words="field work schema")
    assert common([now]).uncommon_terms(now) == [term("schema")]


def test_a_new_library_knows_little_and_says_so() -> None:
    """Of eight items a quarter, two, may have a term that still counts as uncommon."""
    found = Common(WINDOW)
    having = [piece(n, words="schema" if n <= 3 else f"w{n}") for n in range(1, 9)]
    found.add(having)
    assert found.uncommon_terms(having[0]) == []
    assert found.uncommon_terms(having[7]) == [term("w8")]


@pytest.mark.parametrize(
    ("near", "far", "uncommon"), [(1, 0, True), (25, 2, True), (26, 0, False), (1, 3, False)]
)
def test_an_address_is_a_story_while_pointed_at_for_a_while(near: int, far: int, uncommon: bool) -> None:
    around = [piece(n, links=(STORY,)) for n in range(1, near + 1)]
    elsewhere = [piece(500 + n, day=-30 - n, links=(STORY,)) for n in range(far)]
    assert common(around, elsewhere).is_uncommon(STORY, at(0)) is uncommon


def test_an_address_nobody_points_at_is_uncommon() -> None:
    assert common().is_uncommon(STORY, at(0))
    assert common().pointing_at(STORY) == {}


def test_a_roundup_counts_for_what_it_points_at_and_not_for_its_words() -> None:
    links = (STORY, *(f"https://site{n}.example/story" for n in range(20, 30)))
    roundup = piece(1, words="schema", links=links)
    found = common([roundup])
    assert set(found.pointing_at(STORY)) == {1}
    assert list(found.with_term(term("schema"))) == []


def test_the_rarest_terms_come_first() -> None:
    now = piece(1, words="field own3 schema")
    assert common([now]).rarest_terms(now, 2) == [term("schema"), term("own3")]


def test_what_is_long_past_is_forgotten_and_the_rest_is_not() -> None:
    old, new = piece(1, day=-300, words="schema", links=(STORY,)), piece(2, words="schema", links=(STORY,))
    found = common([old, new])
    found.forget(at(-20))
    assert set(found.with_term(term("schema"))) == {2}
    assert set(found.pointing_at(STORY)) == {2}
    assert found.uncommon_terms(new) == [term("schema")]
