"""Numbers and times as a person would say them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import NOW

from transom.interfaces.web import words


def test_a_day_of_this_year_is_said_without_it() -> None:
    assert words.day(date(2026, 11, 24), today=date(2026, 1, 1)) == "Tuesday 24 November"
    assert words.day(date(2025, 11, 24), today=date(2026, 1, 1)) == "Monday 24 November 2025"


@pytest.mark.parametrize(
    ("gap", "ago"),
    [
        (timedelta(seconds=30), "just now"),
        (timedelta(minutes=20), "20 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=100), "16 August 2026"),
    ],
)
def test_the_past_is_said_roughly(gap: timedelta, ago: str) -> None:
    assert words.how_long_ago(NOW - gap, NOW) == ago


def test_what_never_happened_is_said_so() -> None:
    assert words.how_long_ago(None, NOW) == "not yet"
    assert words.how_soon(None, NOW) == "not planned"


def test_the_future_is_said_roughly() -> None:
    assert words.how_soon(NOW + timedelta(minutes=5), NOW) == "in 5 minutes"
    assert words.how_soon(NOW - timedelta(minutes=5), NOW) == "now"


@given(st.text(max_size=60))
def test_any_address_has_something_to_show(address: str) -> None:
    assert words.host("https://www.example.org/x") == "example.org"
    assert isinstance(words.host(address), str)


@pytest.mark.parametrize(
    ("written", "said"),
    [("2026-11-24", "24 November 2026"), ("2026-11", "November 2026"), ("last year", "last year")],
)
def test_days_in_data_files_are_said_in_words(written: str, said: str) -> None:
    assert words.written_day(written) == said
