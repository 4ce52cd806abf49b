"""A conversation's headline, growth, targets and heat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.graph.talk import NOW, at, piece

from transom.engine.graph.conversations import Target, describe, growth, per_day
from transom.engine.graph.heat import heat
from transom.engine.graph.items import Piece

DOCUMENT = "https://board.example/documents/7"


def test_members_come_in_the_order_of_time() -> None:
    found = describe(5, [piece(3, day=2), piece(1, day=4), piece(2, day=0)], now=NOW)
    assert (found.id, found.members) == (5, (2, 3, 1))
    assert (found.first, found.latest) == (at(0), at(4))
    assert found.people == 3
    assert found.voices[0] == "writer 2 at site2.example"


def test_the_headline_is_the_earliest_where_nobody_is_pointed_at() -> None:
    found = describe(1, [piece(1, day=1, title="Later"), piece(2, title="First")], now=NOW)
    assert (found.headline, found.original) == ("First", 2)


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Re: RE: Felt", "Felt"),
        ("Re:", "Re:"),
        ("Recent felt", "Recent felt"),
        ("On re: felt", "On re: felt"),
    ],
)
def test_a_thread_whose_beginning_is_not_here_goes_by_what_it_answers(title: str, headline: str) -> None:
    assert describe(1, [piece(1, title=title)], now=NOW).headline == headline


def test_the_headline_is_the_item_most_pointed_at() -> None:
    answered = piece(2, day=1, title="The post that all answer")
    answers = [piece(n, day=2, links=(answered.address,)) for n in (3, 4)]
    found = describe(1, [piece(1, title="Earlier"), answered, *answers], now=NOW)
    assert (found.headline, found.original) == ("The post that all answer", 2)
    assert found.targets == (Target(answered.address, 2),)


def test_roundups_count_for_the_headline_where_the_caller_knows_them() -> None:
    one, other = piece(1, title="Earlier"), piece(2, day=1, title="Picked by three roundups")
    found = describe(1, [one, other], now=NOW, pointing={other.address: 3})
    assert found.headline == "Picked by three roundups"


def test_an_untitled_original_leaves_the_headline_to_the_next() -> None:
    assert describe(1, [piece(1, title=""), piece(2, day=1, title="Named")], now=NOW).headline == "Named"
    assert describe(1, [piece(1, title=""), piece(2, day=1, title="Named")], now=NOW).original == 1


def test_targets_are_what_two_point_at_most_first() -> None:
    members = [
        piece(1, links=(DOCUMENT, "https://b.example/one", "https://c.example/x")),
        piece(2, links=(DOCUMENT, "https://c.example/x")),
        piece(3, links=("https://c.example/x",)),
    ]
    expected = (Target("https://c.example/x", 3), Target(DOCUMENT, 2))
    assert describe(1, members, now=NOW).targets == expected
    more = describe(1, members, now=NOW, pointing={DOCUMENT: 9}).targets
    assert more == (Target(DOCUMENT, 9), Target("https://c.example/x", 3))


def test_a_conversation_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no items"):
        describe(1, [], now=NOW)


def test_each_day_is_counted_quiet_ones_too() -> None:
    days = [piece(n, day=day) for n, day in enumerate((0.1, 0.9, 3.5))]
    assert per_day(days).tolist() == [2, 0, 0, 1]
    assert per_day([]).tolist() == []


def test_growth_tells_rising_from_ebbing() -> None:
    rising = [piece(1, day=1), *(piece(n, day=9) for n in range(2, 9))]
    ebbing = [piece(9, day=9), *(piece(n, day=1) for n in range(1, 8))]
    assert growth(rising, now=NOW) > 1
    assert growth(ebbing, now=NOW) < 0
    assert growth([piece(1, day=9), piece(2, day=9.5)], now=NOW) == 0
    assert growth([], now=NOW) == 0


def test_five_people_today_are_one_half() -> None:
    assert heat([piece(n, day=10) for n in range(5)], now=NOW) == pytest.approx(0.5)
    assert heat([piece(n, day=10) for n in range(10)], now=NOW) == pytest.approx(0.75)


def test_heat_fades_by_its_half_life() -> None:
    people = [piece(n, day=10) for n in range(10)]
    assert heat(people, now=NOW + timedelta(days=3)) == pytest.approx(0.5)
    assert heat(people, now=NOW + timedelta(days=6), half_life_days=6) == pytest.approx(0.5)


def test_one_persons_many_items_heat_nothing() -> None:
    assert heat([piece(n, by="Ann", day=10) for n in range(9)], now=NOW) == 0
    assert heat([], now=NOW) == 0


def test_another_item_by_the_same_person_adds_no_heat() -> None:
    two = [piece(1, day=10), piece(2, day=10)]
    again = piece(3, day=10, by="Writer 1", home="site1.example")
    assert heat([*two, again], now=NOW) == heat(two, now=NOW)


DAYS = st.lists(st.floats(0, 10), min_size=2, max_size=12)


@given(DAYS, st.floats(0, 60))
def test_heat_lies_on_its_scale_and_only_falls_without_news(days: list[float], wait: float) -> None:
    members = [piece(n, day=day) for n, day in enumerate(days)]
    now = heat(members, now=NOW)
    assert 0 < now < 1
    assert heat(members, now=NOW + timedelta(days=wait)) <= now


@given(DAYS)
def test_one_more_person_never_cools(days: list[float]) -> None:
    members = [piece(n, day=day) for n, day in enumerate(days)]
    assert heat(members, now=NOW) >= heat(members[:-1], now=NOW)


@given(DAYS, st.randoms(use_true_random=False))
def test_a_description_does_not_depend_on_order(days: list[float], random: object) -> None:
    members: list[Piece] = [piece(n, day=day) for n, day in enumerate(days)]
    shuffled = list(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = describe(1, members, now=NOW), describe(1, shuffled, now=NOW)
    assert one.members == other.members
    assert one.per_day.tolist() == other.per_day.tolist()
    assert sum(one.per_day) == len(members)
    assert (one.headline, one.heat, one.growth) == (other.headline, other.heat, other.growth)
