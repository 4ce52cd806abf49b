"""What rose and what faded, month by month."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.graph.months import Monthly
from transom.engine.graph.themes import change, themes

Drawn = list[tuple[float, np.ndarray]]
ALWAYS, NEW, BESIDE, OLD = 1, 2, 3, 4


def when(month: int) -> float:
    """The middle of a month, counted from January 2025."""
    return datetime(2025 + month // 12, month % 12 + 1, 15, tzinfo=UTC).timestamp()


def item(month: int, *terms: int) -> tuple[float, np.ndarray]:
    return when(month), np.array(terms, dtype=np.uint32)


def field() -> Drawn:
    """Thirteen months of forty items: one thing always there, one that ends, two that come up together."""
    made = []
    for month in range(13):
        for n in range(40):
            terms = [1000 + month * 40 + n]
            terms += [ALWAYS] if n % 2 else []
            terms += [OLD] if month < 12 and n < 12 else []
            terms += [NEW, BESIDE] if month == 12 and n < 12 else []
            made.append(item(month, *terms))
    return made


def test_counts_are_of_items_and_months_without_any_are_there() -> None:
    found = Monthly.of([item(0, 7, 7, 9), item(0, 7), item(3, 9)], fewest=1)
    assert found.labels() == ("2025-01", "2025-02", "2025-03", "2025-04")
    assert found.items.tolist() == [2, 0, 0, 1]
    assert found.terms.tolist() == [7, 9]
    assert found.counts.tolist() == [[2, 1], [0, 0], [0, 0], [0, 1]]


def test_rare_terms_are_left_out() -> None:
    found = Monthly.of([item(0, 7, 9), item(1, 7)], fewest=2)
    assert found.terms.tolist() == [7]
    assert [row.tolist() for row in found.rows] == [[0], [0]]


def test_a_year_turns_after_december() -> None:
    assert Monthly.of([item(11, 7), item(12, 7)], fewest=1).labels() == ("2025-12", "2026-01")


def test_nothing_has_no_months_and_no_themes() -> None:
    found = Monthly.of([])
    assert (found.labels(), found.counts.shape) == ((), (0, 0))
    assert themes(found) == ()


def test_what_came_up_together_is_one_theme_and_rose() -> None:
    risen = [theme for theme in themes(Monthly.of(field())) if theme.z > 0]
    assert [set(theme.terms) for theme in risen] == [{NEW, BESIDE}]
    assert risen[0].share.tolist() == pytest.approx([0.0] * 12 + [0.3])
    assert risen[0].items.tolist() == [0] * 12 + [12]
    assert risen[0].odds > 0


def test_what_ended_faded() -> None:
    faded = [theme for theme in themes(Monthly.of(field())) if theme.z < 0]
    assert [theme.terms for theme in faded] == [(OLD,)]
    assert faded[0].share[-1] == 0


def test_what_is_always_there_neither_rose_nor_faded() -> None:
    assert all(ALWAYS not in theme.terms for theme in themes(Monthly.of(field())))


def test_an_earlier_month_is_compared_with_its_own_year() -> None:
    monthly = Monthly.of(field())
    assert themes(monthly, 6) == ()
    assert len(themes(monthly, 12)) == len(themes(monthly, -1)) == 2
    with pytest.raises(IndexError):
        themes(monthly, 13)


def test_the_first_month_has_nothing_to_compare_with() -> None:
    monthly = Monthly.of(field())
    assert change(monthly.counts, monthly.items, 0).z.tolist() == [0.0] * len(monthly.terms)


def test_no_more_themes_than_asked() -> None:
    many = [
        item(month, *([50 + n] if month == 12 else []), 9)
        for n in range(10)
        for month in (0, 5, 12)
        for _ in range(9)
    ]
    found = themes(Monthly.of(many), most=6)
    assert len([theme for theme in found if theme.z > 0]) == 3


def test_more_evidence_makes_the_same_change_surer() -> None:
    few = change(np.array([[10], [20]]), np.array([100, 100]), 1)
    many = change(np.array([[100], [200]]), np.array([1000, 1000]), 1)
    assert many.z[0] > few.z[0] > 0
    assert few.odds[0] > 0


def test_the_formula_without_much_of_a_prior_is_the_plain_log_odds_ratio() -> None:
    found = change(np.array([[100], [200]]), np.array([1000, 1000]), 1, prior=1e-6)
    plain = np.log(200 / 800) - np.log(100 / 900)
    assert found.odds[0] == pytest.approx(plain, rel=1e-4)
    assert found.z[0] == pytest.approx(plain / np.sqrt(1 / 200 + 1 / 100), rel=1e-4)


COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6)


@given(COUNTS)
def test_swapping_the_months_turns_the_sign(drawn: list[tuple[int, int]]) -> None:
    counts, items = np.array(drawn).T, np.array([30, 30])
    there, back = change(counts, items, 1), change(counts[::-1], items, 1)
    np.testing.assert_allclose(there.z, -back.z, atol=1e-9)
    assert np.isfinite(there.z).all()
    assert (np.sign(there.odds) == np.sign(counts[1] - counts[0])).all()


ITEMS = st.lists(
    st.tuples(st.integers(0, 14), st.lists(st.integers(0, 6), max_size=4)).map(lambda d: item(d[0], *d[1])),
    max_size=60,
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_themes_are_sound_and_do_not_depend_on_order(drawn: Drawn, random: object) -> None:
    found = themes(Monthly.of(drawn, fewest=1), telling=0.5)
    for theme in found:
        assert ((theme.share >= 0) & (theme.share <= 1)).all()
        assert abs(theme.z) >= 0.5
        assert theme.terms
    shuffled = list(drawn)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = themes(Monthly.of(shuffled, fewest=1), telling=0.5)
    assert [(theme.terms, theme.z) for theme in again] == [(theme.terms, theme.z) for theme in found]
