"""One story takes one line to read, and the choice under that limit stays close to the exact optimum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from benchmarks.choice import NOW, Instance, instance, optimum
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.engine.rank import (
    DO,
    READ,
    Candidate,
    Candidates,
    Shape,
    choose,
    same_story,
    told_before,
)
from transom.engine.rank.stories import nearly_the_same
from transom.engine.rank.terms import Frequencies, weigh

WIDE = Shape(per_source=9, per_author=9, most_read=9, floor=0.0)


def text(key: int, words: str, **changes: object) -> Candidate:
    found = weigh(words.split()[:3], words.split(), Frequencies())
    plain: dict[str, object] = {
        "id": key,
        "cost_minutes": 2.0,
        "published": NOW.timestamp(),
        "source": key,
        "author": key,
        "terms": found.ids,
        "term_weights": found.weights,
    }
    return Candidate(**(plain | changes))  # type: ignore[arg-type]


def chosen(rows: Sequence[Candidate], minutes: float = 60.0) -> set[int]:
    candidates = Candidates.of(rows)
    value = np.linspace(0.9, 0.5, len(rows)).astype(np.float32)
    choice = choose(candidates, value, WIDE, minutes, now=NOW)
    return {int(candidates.ids[at]) for at in (*choice.read, *choice.do)}


def test_of_one_conversation_only_the_best_is_read() -> None:
    talk = [text(key, f"wool{key} felt{key} plinth{key}", conversation=77) for key in range(4)]
    other = text(9, "loggers drift badly")
    assert chosen([*talk, other]) == {0, 9}


def test_the_same_text_on_two_lists_is_read_once() -> None:
    notice = "consultation closes friday answer table humidity limits stores"
    assert chosen([text(1, notice), text(2, notice + " please"), text(3, "two freezers failed")]) == {1, 3}


def test_two_heavy_words_in_common_within_days_are_one_story() -> None:
    one, other = text(1, "felt plinths found under ours today"), text(2, "felt plinths who else has looked")
    later = text(3, "felt plinths again asked", published=NOW.timestamp() + 11 * 86_400)
    assert chosen([one, other, text(4, "felt hammers of old pianos")]) == {1, 4}
    assert chosen([one, later]) == {1, 3}


def test_what_is_about_one_of_a_conversation_is_about_all_of_it() -> None:
    talk = [
        text(1, "costs of turning sixtyone", conversation=7),
        text(2, "felt plinths ours", conversation=7),
    ]
    reply = text(3, "felt plinths who else")
    assert chosen([*talk, reply]) == {1}
    other = [
        text(4, "quiet words about money", conversation=8),
        text(5, "plinths felt again", conversation=8),
    ]
    assert chosen([*talk, *other]) == {1}
    assert chosen([talk[0], reply]) == {1, 3}


def test_what_many_write_about_joins_nothing() -> None:
    rows = [text(key, f"records retention case{key} town{key} office{key} year{key}") for key in range(6)]
    assert chosen(rows) == set(range(6))
    assert chosen(rows[:3]) == {0}


def test_something_to_do_may_be_about_a_story_that_is_read() -> None:
    do = text(5, "consultation closes friday answer", section=DO, conversation=7)
    assert chosen([do, text(1, "consultation closes friday answer", conversation=7)]) == {1, 5}


def test_what_is_to_be_done_about_an_item_stands_instead_of_reading_it() -> None:
    do = text(5, "consultation closes friday answer", section=DO, item=1)
    assert chosen([do, text(1, "consultation closes friday answer", item=1), text(2, "other", item=2)]) == {
        5,
        2,
    }


def test_what_is_in_no_conversation_shares_none() -> None:
    assert chosen([text(key, f"one{key} two{key} three{key}") for key in range(4)]) == {0, 1, 2, 3}


def test_what_lines_that_stand_already_told_is_known_again() -> None:
    counts = "moth felt museum counts traps"
    rows = Candidates.of(
        [text(1, counts), text(2, "freezer alarm failed at night"), text(3, counts + " again")]
    )
    told = told_before(rows, rows.terms[:1], rows.term_weights[:1], rows.published[:1])
    assert told.tolist() == [True, False, True]
    assert np.array_equal(nearly_the_same(rows.terms, rows.term_weights)[0, 1:], told[1:])


words = st.lists(st.sampled_from([f"w{n}" for n in range(9)]), min_size=1, max_size=9).map(" ".join)
rows = st.lists(
    st.builds(
        lambda said, talk, section: text(0, said, conversation=talk, section=section),
        words,
        st.integers(-1, 3),
        st.sampled_from([READ, READ, DO]),
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(rows)
def test_no_two_lines_to_read_ever_tell_one_story(given_rows: list[Candidate]) -> None:
    candidates = Candidates.of([replace(one, id=at) for at, one in enumerate(given_rows)])
    value = np.linspace(0.1, 0.9, len(candidates)).astype(np.float32)
    read = np.array(choose(candidates, value, WIDE, 60.0, now=NOW).read, dtype=np.int64)
    same = same_story(candidates, np.arange(len(candidates)))[np.ix_(read, read)]
    assert np.array_equal(same, same.T)
    assert not same[~np.eye(len(read), dtype=np.bool_)].any()


@pytest.mark.parametrize("seed", range(24))
def test_the_choice_comes_close_to_the_exact_optimum_with_conversations(seed: int) -> None:
    day = instance(seed)
    exact, bound = optimum(day)
    assert bound == pytest.approx(exact, rel=1e-3)
    choice = choose(day.candidates, day.value, day.shape, day.minutes, now=NOW)
    talks = Counter(int(one) for one in day.candidates.conversation[list(choice.read)] if one >= 0)
    assert max(talks.values(), default=0) <= 1
    assert 0.93 * exact - 1e-4 <= choice.objective <= exact + 1e-3


def test_the_limit_costs_something_so_that_it_is_tested_at_all() -> None:
    without = [
        Instance(
            replace(day.candidates, conversation=np.full(len(day.candidates), -1)),
            day.value,
            day.shape,
            day.minutes,
        )
        for day in map(instance, range(12))
    ]
    lost = [optimum(free)[0] - optimum(instance(seed))[0] for seed, free in enumerate(without)]
    assert min(lost) >= -1e-3
    assert sum(one > 1e-2 for one in lost) >= 3
