"""A day is the user's own: in their zone, across clock changes, whatever the zone is called."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.apps.brief.days import at_hour, local_day, start_of, week_of, zone_of

ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "\0", "x" * 300])
def test_a_zone_that_is_none_is_utc(name: str) -> None:
    assert zone_of(SimpleNamespace(time_zone=name)) == UTC


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert local_day(moment, ZoneInfo("Pacific/Kiritimati")) == date(2026, 11, 25)
    assert local_day(moment, ZoneInfo("America/New_York")) == date(2026, 11, 24)


@given(moment=MOMENTS, zone=ZONES)
def test_every_moment_lies_in_its_day(moment: datetime, zone: ZoneInfo) -> None:
    day = local_day(moment, zone)
    assert start_of(day, zone) <= moment
    # A whole day may be skipped where a country crossed the date line; none is in these years.
    assert moment < start_of(day + timedelta(days=1), zone) + timedelta(hours=1)


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)), zone=ZONES)
def test_the_hours_of_a_day_come_in_order_and_within_it(day: date, zone: ZoneInfo) -> None:
    hours = [at_hour(day, hour, zone) for hour in range(24)]
    assert hours == sorted(hours)
    assert timedelta(hours=21) <= hours[-1] - hours[0] <= timedelta(hours=25)


@given(day=st.dates(date(2020, 1, 1), date(2035, 1, 1)), first=st.none() | st.integers(0, 6))
def test_a_week_begins_on_its_day_at_most_six_days_ago(day: date, first: int | None) -> None:
    begins = week_of(day, first)
    assert begins.weekday() == (first or 0)
    assert timedelta(0) <= day - begins < timedelta(days=7)
