"""A site's own page is read once a month at most, and ever more rarely while it says the same or does not answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from transom.engine.fetch.own_pages import after_answer, after_failure

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_month_after_news_and_longer_while_nothing_changes() -> None:
    waits = [(after_answer(unchanged, NOW, 0) - NOW) / DAY for unchanged in range(6)]
    assert waits == [30, 45, 67.5, 101.25, 120, 120]


def test_trouble_is_tried_again_after_two_days_and_ever_more_rarely() -> None:
    waits = [(after_failure(failures, NOW, 0) - NOW) / DAY for failures in range(1, 9)]
    assert waits == [2, 4, 8, 16, 32, 64, 120, 120]


def test_where_there_is_no_page_the_wait_is_longest_at_once() -> None:
    assert after_failure(1, NOW, 0, status=404) - NOW == 120 * DAY
    assert after_failure(1, NOW, 0, status=503) - NOW == 2 * DAY


@given(st.integers(), st.floats(0, 1))
def test_no_answer_brings_a_page_back_too_early_or_never(count: int, jitter: float) -> None:
    assert 30 * DAY <= after_answer(count, NOW, jitter) - NOW <= 132 * DAY
    assert 2 * DAY <= after_failure(count, NOW, jitter) - NOW <= 132 * DAY
