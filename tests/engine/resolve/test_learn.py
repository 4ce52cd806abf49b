"""Weights without labels: distributions stay distributions, and clear cases are learnt."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.engine.resolve.learn import FIELDS, at_random, learn, unmatched
from transom.engine.resolve.model import Evidence
from transom.engine.resolve.weights import ACTIVITY, HANDLE, NAME, Level, Weights

WEIGHTS = Weights()
CODES = st.tuples(*(st.sampled_from(sorted(field)) for field in FIELDS))


def finding(code: str, rarity: float = 12.0) -> Evidence:
    return Evidence(code, WEIGHTS.bits(code, rarity))


@given(st.lists(CODES, max_size=40))
@settings(max_examples=30)
def test_what_is_learnt_of_a_field_adds_up_to_one(rows: list[tuple[str, ...]]) -> None:
    learnt = learn([[finding(code) for code in row] for row in rows], WEIGHTS, -5.0)
    for field in FIELDS:
        assert sum(learnt.weights.levels[code].m for code in field) == pytest.approx(1.0)
    assert 0 <= learnt.matches <= len(rows)


def test_without_pairs_the_weights_stay() -> None:
    learnt = learn([], WEIGHTS, -10.0)
    for field in FIELDS:
        total = sum(level.m for level in field.values())
        for code, level in field.items():
            assert learnt.weights.levels[code].m == pytest.approx(level.m / total)


def test_levels_of_sure_matches_gain_and_u_stays() -> None:
    sure = [[Evidence("mail-equal", 30.0), finding("name-near"), finding("handle-different")]] * 300
    learnt = learn(sure, WEIGHTS, -10.0).weights
    assert learnt.levels["name-near"].m > 0.9
    assert learnt.levels["name-equal"].m < NAME["name-equal"].m
    assert learnt.levels["handle-different"].u == HANDLE["handle-different"].u


def test_levels_of_sure_others_teach_nothing_about_matches() -> None:
    never = [[Evidence("account-other", -40.0), finding("name-part")]] * 300
    learnt = learn(never, WEIGHTS, -10.0)
    assert learnt.matches < 1
    assert learnt.weights.levels["name-part"].m == pytest.approx(
        NAME["name-part"].m / sum(level.m for level in NAME.values()), rel=0.05
    )


def test_strong_findings_are_not_learnt_from() -> None:
    strong = [[Evidence("orcid-equal", 1000.0, strong=True), finding("name-unknown")]]
    assert learn(strong, WEIGHTS, -10.0).matches < 0.5


def test_u_is_counted_within_its_field() -> None:
    shares = unmatched([[finding("name-different"), finding("active-apart")]] * 99 + [[finding("name-part")]])
    assert shares["name-different"] > 0.9
    assert sum(shares[code] for code in NAME) == pytest.approx(1.0)
    assert sum(shares[code] for code in ACTIVITY) == pytest.approx(1.0)
    assert not HANDLE.keys() & shares.keys()


def test_random_pairs_are_the_same_for_the_same_seed() -> None:
    assert at_random(range(50), 20) == at_random(range(50), 20)
    assert all(a != b for a, b in at_random(range(3), 50))
    assert at_random([1], 5) == []


def test_a_level_weighs_log2_of_m_over_u() -> None:
    assert Level(0.5, 0.125).bits() == 2.0
    assert Level(0.5).bits(rarity=10.0) == 9.0
    assert Weights().with_levels({"name-part": Level(0.25, 0.5)}).bits("name-part") == log2(0.5)


def test_what_is_shipped_speaks_the_right_way() -> None:
    for code, level in WEIGHTS.levels.items():
        assert 0 < level.m < 1
        if level.u is not None and code not in {"active-together", "coauthor-shared"}:
            assert level.bits() < 0
