"""An item's date as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from transom.apps.library.models import Item
from transom.apps.participation.errors import ParticipationError
from transom.apps.participation.mailto import one_line

DEADLINE = "deadline"
REMIND_BEFORE = timedelta(days=1)
USUAL_LENGTH = timedelta(hours=1)


def calendar_file(item: Item, now: datetime) -> bytes:
    """One event with a reminder a day before; the same UID whenever it is made again.

    Raises ParticipationError for an item without a date.
    """
    if item.event_start is None:
        raise ParticipationError(_("“%(title)s” names no date to put in a calendar.") % {"title": item.title})
    calendar = Calendar()
    calendar.add("prodid", "-//Transom//Transom//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(item, item.event_start.astimezone(UTC), now.astimezone(UTC)))
    return bytes(calendar.to_ical())


def uid(item: Item) -> str:
    """Stable and unlike that of another instance's items: arrival to the microsecond, and its host."""
    return f"{item.pk}@{_host(item.address) or 'transom.invalid'}"


def is_all_day(start: datetime, end: datetime | None) -> bool:
    """Dates without a time of day are kept as midnight UTC."""
    return all(at is None or at.astimezone(UTC).time() == time(0) for at in (start, end))


def _event(item: Item, start: datetime, now: datetime) -> Event:
    event = Event()
    event.add("uid", uid(item))
    event.add("dtstamp", now)
    event.add("summary", _summary(item))
    _add_times(event, item, start)
    if item.event_place:
        event.add("location", one_line(item.event_place))
    event.add("description", "\n".join(part for part in (_source(item), item.address) if part))
    if item.address:
        event.add("url", item.address)
    event.add("transp", "TRANSPARENT" if item.event_what == DEADLINE else "OPAQUE")
    event.add_component(_alarm(item))
    return event


def _add_times(event: Event, item: Item, start: datetime) -> None:
    """``event_end`` of whole days is the last day itself; iCalendar wants the day after it.

    Hours without a time zone go out as what iCalendar calls floating: the same hour wherever it is read.
    """
    end = item.event_end.astimezone(UTC) if item.event_end and item.event_end >= start else None
    if is_all_day(start, end):
        event.add("dtstart", start.date())
        event.add("dtend", (end or start).date() + timedelta(days=1))
        return
    zone = None if item.event_floating else UTC
    event.add("dtstart", start.replace(tzinfo=zone))
    if item.event_what != DEADLINE:
        last = end if end and end > start else start + USUAL_LENGTH
        event.add("dtend", last.replace(tzinfo=zone))


def _summary(item: Item) -> str:
    title = one_line(item.title) or _("Untitled")
    return _("Closes: %(title)s") % {"title": title} if item.event_what == DEADLINE else title


def _source(item: Item) -> str:
    return one_line(str(item.home)) if item.home else ""


def _alarm(item: Item) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(item))
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
