"""Events as an iCalendar file (RFC 5545): times in the zone they were given in, with its rules beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar
from icalendar import Event as Component

from transom.apps.conversations.models import CLOSING, Event

REMIND_BEFORE = timedelta(days=1)
USUAL_LENGTH = timedelta(hours=1)
REFRESH_HOURS = 6
LONGEST_ABOUT = 1500


def calendar_file(events: Iterable[Event], now: datetime, *, name: str = "") -> bytes:
    """All events with the same UIDs whenever they are made again; with a name, a calendar to subscribe to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Transom//Transom//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=REFRESH_HOURS))
        calendar.add("x-published-ttl", f"PT{REFRESH_HOURS}H")
    for event in events:
        calendar.add_component(_component(event, now.astimezone(UTC)))
    calendar.add_missing_timezones(last_date=(now + timedelta(days=800)).date())
    return bytes(calendar.to_ical())


def zone_of(event: Event) -> ZoneInfo | None:
    """The zone its times were given in, None where it is UTC, unknown, or none was."""
    try:
        return ZoneInfo(event.time_zone) if event.time_zone and event.time_zone != "UTC" else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _component(event: Event, now: datetime) -> Component:
    closes = event.kind in CLOSING and event.closes_at is not None
    summary = _("Closes: %(title)s") % {"title": _line(event.title)} if closes else _line(event.title)
    made = Component()
    made.add("uid", f"event-{event.pk}-{event.created_at:%Y%m%d%H%M%S}@transom.invalid")
    made.add("dtstamp", now)
    made.add("last-modified", event.changed_at.astimezone(UTC))
    made.add("summary", summary)
    _add_times(made, event, closes=closes)
    if where := _where(event):
        made.add("location", where)
    if about := _about(event):
        made.add("description", about)
    if event.address:
        made.add("url", event.address)
    if event.cancelled or event.gone_at:
        made.add("status", "CANCELLED")
    made.add("transp", "TRANSPARENT" if closes or event.all_day else "OPAQUE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -REMIND_BEFORE)
    made.add_component(alarm)
    return made


def _add_times(made: Component, event: Event, *, closes: bool) -> None:
    """Of whole days iCalendar wants the day after the last. Hours without a zone go out as floating."""
    at = event.closes_at if closes and event.closes_at else event.starts
    if event.all_day:
        last = event.ends if event.ends and not closes else at
        made.add("dtstart", _day(at))
        made.add("dtend", max(_day(last), _day(at)) + timedelta(days=1))
        return
    made.add("dtstart", _local(event, at))
    if not closes:
        ends = event.ends if event.ends and event.ends > at else at + USUAL_LENGTH
        made.add("dtend", _local(event, ends))


def _local(event: Event, at: datetime) -> datetime:
    if event.floating:
        return at.astimezone(UTC).replace(tzinfo=None)
    return at.astimezone(zone_of(event) or UTC)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _where(event: Event) -> str:
    parts = dict.fromkeys(_line(one) for one in (event.place, event.city, event.country) if one)
    return ", ".join(parts) or (_("Online") if event.online else "")


def _about(event: Event) -> str:
    parts = [event.description[:LONGEST_ABOUT], event.credits, event.organiser, event.address]
    return "\n".join(part for part in parts if part)


def _line(text: str) -> str:
    return " ".join(text.split())
