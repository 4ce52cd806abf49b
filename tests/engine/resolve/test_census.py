"""How common things are, counted once over everybody."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import crowd, day, who

from transom.engine.resolve import Account, take, traits_of
from transom.engine.resolve.census import gap_of, of_activity, stem, unrelated
from transom.engine.resolve.names import Name, read


def names(*texts: str) -> list[Name]:
    return [one for text in texts for one in read(text)]


@given(st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(order: random.Random) -> None:
    traits = [traits_of(one) for one in crowd(30)]
    before = take(traits)
    order.shuffle(traits)
    assert take(traits) == before


def test_a_name_written_often_counts_once() -> None:
    rows = [who(n, "Annika Ottersbach") for n in range(50)]
    census = take(map(traits_of, rows))
    assert census.identities == 50
    assert census.words["ottersbach"] == 1


def test_forms_of_one_name_count_once_and_many_bearers_each() -> None:
    forms = [who(1, "Niko Matsakis"), who(2, "Nicholas Matsakis"), who(3, "Nicholas D. Matsakis")]
    assert take(map(traits_of, forms)).words["matsakis"] == 1
    given_names = "Ada Ben Cem Dan Eva Fay Gus Hal".split()
    bearers = [who(n, f"{name} Kumarasamy") for n, name in enumerate(given_names)]
    assert take(map(traits_of, bearers)).words["kumarasamy"] == len(given_names)


def test_a_common_name_is_common_before_any_is_seen() -> None:
    census = take([])
    assert census.word_bits("smith") < census.word_bits("featherstonehaugh") - 4
    assert census.word_bits("王") < 9


def test_seeing_a_name_more_makes_it_less_rare() -> None:
    few, many = (
        take(traits_of(who(n, f"{chr(97 + n % 26)}name{n} Ottersbach")) for n in range(count))
        for count in (2, 200)
    )
    assert many.word_bits("ottersbach") < few.word_bits("ottersbach") - 3


def test_short_handles_say_less() -> None:
    census = take([])
    assert census.handle_bits("zzq") < census.handle_bits("kestrel77")
    assert census.handle_bits("david") < census.handle_bits("zvqkd")


def test_a_mailbox_behind_three_unrelated_names_is_a_crowds() -> None:
    rows = [who(n, name, "desk@lee.net") for n, name in enumerate(["Ann Lee", "Zoe Quist", "Imre Nagy"])]
    assert "desk@lee.net" in take(map(traits_of, rows)).crowds
    assert not take(map(traits_of, rows[:2])).crowds


def test_many_forms_of_one_name_are_no_crowd() -> None:
    forms = ["Björn Dahlgren", "Björn Ingvar Dahlgren", "Bjorn Dahlgren", "B. Dahlgren", "Dahlgren, Björn"]
    rows = [who(n, name, "bjodah@lee.net") for n, name in enumerate(forms)]
    assert not take(map(traits_of, rows)).crowds
    assert unrelated(names(*forms)) == 1


def test_what_a_role_writes_behind_is_a_crowds() -> None:
    row = who(1, "The Core Team", "core.people@lee.net", accounts=(Account("forge", "7"),))
    assert take([traits_of(row)]).crowds == {"core.people@lee.net", "forge:7"}


def test_few_times_of_activity_are_not_counted() -> None:
    assert of_activity([(day(0), day(1))] * 20) == {}
    shares = of_activity([(day(n), day(n)) for n in range(0, 4000, 10)])
    assert 0.9 < sum(shares.values()) < 1.1
    assert shares["active-apart"] > shares["active-close"]


def test_gaps_are_days_between_and_none_where_they_overlap() -> None:
    assert gap_of((day(0), day(9)), (day(5), day(20))) == 0
    assert gap_of((day(0), day(9)), (day(19), day(20))) == 10
    assert gap_of((day(19), day(20)), (day(0), day(9))) == 10


def test_the_stem_of_a_handle_has_no_number() -> None:
    assert stem("kestrel77") == "kestrel"
    assert stem("77") == ""
