"""Subscribed calendars: zones, series, what is broken in them, and what they take back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, refreshed

from transom.apps.conversations.models import Event, EventSighting
from transom.apps.sources.connectors.ical.client import Calendars
from transom.apps.sources.connectors.ical.mapping import MOST, MOST_OF_ONE, understood
from transom.apps.sources.connectors.ical.server import calendar, committee, service
from transom.apps.sources.connectors.ical.zones import repaired
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.models import Source

READER = Calendars()


def one(*lines: str, zone: str = "") -> list[tuple[str, datetime]]:
    found = understood(calendar([["UID:a", "SUMMARY:A", *lines]], zone=zone), NOW).events
    return [(event.title, event.starts) for event in found]


def test_a_weekly_call_keeps_its_clock_time_when_the_clocks_change() -> None:
    found = [event for event in understood(committee(NOW), NOW).events if "editing call" in event.title]
    hours = {event.starts.astimezone(UTC).hour for event in found}
    assert hours == {13, 14}
    assert {event.time_zone for event in found} == {"Europe/Berlin"}


def test_kinds_closing_dates_and_credits_are_read() -> None:
    by_title = {event.title: event for event in understood(committee(NOW), NOW).events}
    summit, call = by_title["Stores and Stewards Summit"], by_title["Abstracts due: Stores and Stewards"]
    assert (summit.kind, summit.credits, (summit.ends or NOW).day - summit.starts.day) == (
        "conference",
        "12 CPD points",
        2,
    )
    assert (call.kind, call.closes_at) == ("call", call.starts)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Europe/London", "Europe/London"),
        ("US/Eastern", "US/Eastern"),
        ("EST", "America/New_York"),
        ("(UTC+02:00) Somewhere", "Etc/GMT-2"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Custom Time 7", ""),
    ],
)
def test_wrong_time_zones_are_repaired(name: str, meant: str) -> None:
    assert repaired(name) == meant


def test_a_time_without_zone_is_the_calendars_own() -> None:
    assert one("DTSTART:20261201T100000", zone="America/New_York") == [
        ("A", datetime(2026, 12, 1, 15, tzinfo=UTC))
    ]
    found = understood(calendar([["UID:a", "SUMMARY:A", "DTSTART:20261201T100000"]]), NOW)
    assert found.problems == ("A: it names no time zone; UTC is assumed.",)


def test_dates_that_do_not_exist_are_left_out_and_said() -> None:
    raw = calendar(
        [
            ["UID:a", "SUMMARY:Never", "DTSTART:20260231T100000Z"],
            ["UID:b", "SUMMARY:B", "DTSTART:20261201T100000Z"],
        ]
    )
    found = understood(raw, NOW)
    assert [event.title for event in found.events] == ["B"]
    assert found.problems == ("Never: it names no date that exists, and was left out.",)


def test_ten_thousand_recurrences_are_bounded_and_quick() -> None:
    events = [[f"UID:{n}", f"SUMMARY:{n}", "DTSTART:20150101T100000Z", "RRULE:FREQ=DAILY"] for n in range(40)]
    events += [["UID:s", "SUMMARY:s", "DTSTART:20150101T100000Z", "RRULE:FREQ=SECONDLY"]]
    events += [
        [f"UID:x{n}", "SUMMARY:x", f"DTSTART:2027{n % 12 + 1:02}{n % 28 + 1:02}T100000Z"]
        for n in range(10_000)
    ]
    began = monotonic()
    found = understood(calendar(events), NOW)
    assert len(found.events) == MOST
    assert not found.whole
    assert monotonic() - began < 30
    # What repeats is not crowded out by the many that stand alone.
    assert {"0", "39"} < {event.title for event in found.events}
    daily = understood(calendar(events[:1]), NOW)
    assert len(daily.events) == MOST_OF_ONE


def test_half_a_calendar_gives_its_whole_entries_and_takes_nothing_back() -> None:
    raw = committee(NOW)
    found = understood(raw[: raw.index(b"Abstracts due")], NOW)
    assert {"CP 14 editing call", "Stores and Stewards Summit"} == {event.title for event in found.events}
    assert not found.whole


def test_an_entry_inside_another_counts_once_and_only_with_a_date() -> None:
    inside = ["BEGIN:VEVENT", "UID:in", "SUMMARY:in", "END:VEVENT"]
    dated = ["BEGIN:VEVENT", "UID:dated", "SUMMARY:dated", "DTSTART:20270105T100000Z", "END:VEVENT"]
    outer = ["UID:out", "SUMMARY:out", "DTSTART:20270104T100000Z", *inside, *dated]
    found = understood(calendar([outer]), NOW).events
    assert sorted(event.title for event in found) == ["dated", "out"]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_bytes_come_nothing_raises(data: st.DataObject) -> None:
    raw = bytearray(committee(NOW))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=6))
        raw = raw or bytearray(b"x")
    found = understood(bytes(raw), NOW)
    assert all(event.starts.tzinfo is not None and event.title for event in found.events)


def test_it_asks_conditionally_and_works_out_series_again_after_a_week() -> None:
    with serving(service({"/c.ics": committee(NOW)})) as server:
        first = page(READER, {"address": "/c.ics"}, server)
        again = page(READER, {"address": "/c.ics"}, server, first.cursor)
        later = page(READER, {"address": "/c.ics"}, server, first.cursor, NOW + timedelta(days=8))
    assert again.unchanged
    assert server.asked[1].headers["if-none-match"]
    assert "if-none-match" not in server.asked[2].headers
    assert len(later.events) >= len(first.events)


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("webcal://keepers.example/committee.ics", False),
        ("https://calendar.google.com/calendar/ical/x%40y/private-0a1b2c3d4e5f/basic.ics", True),
        (
            "https://outlook.office365.com/owa/calendar/0123456789abcdef0123456789abcdef@x.y/a/calendar.ics?key=1",
            True,
        ),
    ],
)
def test_a_calendar_with_a_secret_in_its_address_is_one_persons(address: str, private: bool) -> None:
    query = READER.checked({"address": address})
    assert query["address"].startswith("https://")
    assert READER.is_private(query) is private


@pytest.mark.django_db
def test_followed_it_fills_the_calendar_and_what_it_takes_back_goes() -> None:
    events = [
        ["UID:a", "SUMMARY:Forum A", "DTSTART:20261201T100000Z"],
        ["UID:b", "SUMMARY:B", "DTSTART:20261202T100000Z"],
    ]
    with serving(service({"/c.ics": calendar(events, "Committee")})) as server:
        source = followed(READER, {"address": "/c.ics"}, server)
        refreshed(server, source)
        assert list(Event.objects.order_by("starts").values_list("title", flat=True)) == ["Forum A", "B"]
        server.service = service({"/c.ics": calendar(events[:1], "Committee")})
        refreshed(server, source, now=NOW + timedelta(hours=7))
    assert list(Event.objects.filter(gone_at=None).values_list("title", flat=True)) == ["Forum A"]
    assert EventSighting.objects.count() == 2
    assert Source.objects.get().title == "Committee"
