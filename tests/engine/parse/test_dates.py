"""Times as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transom.engine.parse.dates import parse_date

WHEN = datetime(2026, 2, 3, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 03 Feb 2026 08:30:00 GMT",
        "Tue, 3 Feb 2026 09:30:00 +0100",
        "Tue, 3 Feb 26 08:30 UT",
        "3 February 2026 03:30:00 EST",
        "Di, 03 Feb 2026 09:30:00 MEZ",
        "mar., 03 févr. 2026 09:30:00 +0100",
        "2026-02-03T08:30:00Z",
        "2026-02-03T09:30:00.123456+01:00",
        "2026-02-03t08:30:00z",
        "2026-02-03 08:30:00",
        "2026-02-03T08:30Z",
        "20260203T083000Z",
        "2026/02/03 08:30:00",
        "2026-02-03T09:30:00+0100",
        "Tue Feb  3 08:30:00 2026",
        "  Tue, 03 Feb 2026 08:30:00 +0000 \n",
        "Tue, 03 Feb 2026 08:30:00 -0000 (UTC)",
    ],
)
def test_every_usual_spelling_names_the_same_instant(text: str) -> None:
    assert parse_date(text) == WHEN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-02", datetime(2026, 2, 1, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026/2/3", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-02-03T24:00:00Z", datetime(2026, 2, 4, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_partial_times_and_odd_hours_are_read(text: str, expected: datetime) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", None, "yesterday", "31 Feb 2026", "2026-13-01", "x" * 500, "99/99/9999", "Tue,", "0000-00-00"],
)
def test_what_names_no_time_is_no_time(text: str | None) -> None:
    assert parse_date(text) is None


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_iso_times_of_any_zone_come_back_in_utc(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment.astimezone(UTC).replace(microsecond=0)


@given(st.text(alphabet="0123456789-:/+TZ ,.FebTueGMT", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    moment = parse_date(text)
    assert moment is None or moment.tzinfo is UTC
