"""An item's date in words: on which day, or until when; with its hour where one was given."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo

from django.utils import formats
from django.utils.translation import gettext as _

from transom.apps.conversations.models import CLOSING, Event
from transom.apps.library.models import Item
from transom.apps.participation.calendar_file import DEADLINE


def when_text(item: Item, zone: tzinfo, *, year: int | None = None) -> str:
    """``on Tuesday 8 December, 17:30``, ``until Saturday 5 December``, ``from ... to ...``; empty without a date.

    The year is left out where it is ``year``.
    """
    if item.event_start is None:
        return ""
    start = moment_text(item.event_start, zone, floating=item.event_floating, year=year)
    if item.event_what == DEADLINE:
        return _("until %(day)s") % {"day": start}
    if item.event_end is not None and _day(item.event_end, zone, item) > _day(item.event_start, zone, item):
        end = moment_text(item.event_end, zone, floating=item.event_floating, year=year)
        return _("from %(first)s to %(last)s") % {"first": start, "last": end}
    return _("on %(day)s") % {"day": start}


def event_when_text(event: Event, zone: tzinfo, *, now: datetime, year: int | None = None) -> str:
    """The same of a date in the community's calendar: ``until ...`` of what closes, ``closes ..., on ...`` of what
    one must answer by ``now`` or later and happens after that."""
    if event.closes_at is None or (event.closes_at < now and event.kind not in CLOSING):
        return _event_day(event, zone, year)
    closes = moment_text(event.closes_at, zone, floating=event.floating, year=year)
    if event.kind in CLOSING:
        return _("until %(day)s") % {"day": closes}
    return _("closes %(day)s; %(when)s") % {"day": closes, "when": _event_day(event, zone, year)}


def _event_day(event: Event, zone: tzinfo, year: int | None) -> str:
    start = moment_text(event.starts, zone, floating=event.floating, year=year)
    last = event.ends
    if last is not None and local_time(last, zone).date() > local_time(event.starts, zone).date():
        end = moment_text(last, zone, floating=event.floating, year=year)
        return _("from %(first)s to %(last)s") % {"first": start, "last": end}
    return _("on %(day)s") % {"day": start}


def moment_text(at: datetime, zone: tzinfo, *, floating: bool = False, year: int | None = None) -> str:
    """``Tuesday 8 December 2026, 17:30``; no hour where none was given, no year where it is ``year``."""
    local = local_time(at, zone, floating=floating)
    day = formats.date_format(local, "l j F" if local.year == year else "l j F Y")
    return str(day) if is_whole_day(at) else f"{day}, {local:%H:%M}"


def local_time(at: datetime, zone: tzinfo, *, floating: bool = False) -> datetime:
    """The moment for somebody in this zone; a day without an hour, and an hour without a zone, are the same
    everywhere."""
    return at.astimezone(UTC if floating or is_whole_day(at) else zone)


def is_whole_day(at: datetime) -> bool:
    """Dates without a time of day are kept as midnight UTC."""
    return at.astimezone(UTC).time() == time(0)


def _day(at: datetime, zone: tzinfo, item: Item) -> str:
    return local_time(at, zone, floating=item.event_floating).date().isoformat()
