"""The user's own days and weeks: in their time zone, across clock changes. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MONDAY = 0
WEEK = timedelta(days=7)


class Zoned(Protocol):
    """Whatever names a time zone: a profile."""

    time_zone: str


def zone_of(profile: Zoned) -> tzinfo:
    """The user's time zone; UTC where the name is not one."""
    try:
        return ZoneInfo(profile.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local_day(now: datetime, zone: tzinfo) -> date:
    """The day it is for somebody in this zone."""
    return now.astimezone(zone).date()


def at_hour(day: date, hour: int, zone: tzinfo) -> datetime:
    """That hour of that day, in UTC. An hour that a clock change skips comes as much later as is skipped;
    of an hour that comes twice, the first is meant."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day, in UTC."""
    return at_hour(day, 0, zone)


def week_of(day: date, weekly_day: int | None) -> date:
    """The first day of the week ``day`` lies in; weeks begin on the day the weekly edition comes."""
    first = MONDAY if weekly_day is None else weekly_day
    return day - timedelta(days=(day.weekday() - first) % 7)
