"""A calendar's bytes to events. Never raises, whatever the calendar holds."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.ical.reading import Sound, read
from transom.apps.sources.connectors.records import EventKind, EventRecord
from transom.engine.core import addresses

log = logging.getLogger(__name__)

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
MOST_OF_ONE, MOST_SERIES, MOST_PARTS, MOST = 70, 500, 500, 1000
WINDOWS = (-BACK, timedelta(days=15), timedelta(days=60), timedelta(days=200), AHEAD)
CALL = re.compile(r"\b(call for|cfp|cfa|submission|abstracts? due|deadline|einreichung|appel à)\b", re.I)
CONSULTATION = re.compile(r"\b(consultation|public comment|comment period|last call|ballot closes)\b", re.I)
WEBINAR = re.compile(r"\b(webinar|webcast|online seminar|web seminar)\b", re.I)
CONFERENCE = re.compile(
    r"\b(conference|congress|summit|symposium|convention|annual meeting|konferenz|kongress|tagung|congrès|colloque)\b",
    re.I,
)
ONLINE = re.compile(
    r"(zoom\.us|teams\.microsoft|meet\.google|webex\.com|gotowebinar|jitsi|\bonline\b|\bvirtual\b)", re.I
)
CREDITS = re.compile(
    r"\b(\d+(?:[.,]\d+)?)\s*(?:hours?\s+of\s+)?(CPE|CEU|CME|CNE|CPD|PDU|CE|contact hour|ICRM|CRA)s?\b"
    r"(?:\s+(?:credits?|hours?|points?|units?))?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Understood:
    events: tuple[EventRecord, ...]
    title: str = ""
    whole: bool = False
    is_calendar: bool = True
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Bounds:
    total: int = 0
    cut: int = 0


def understood(raw: bytes, now: datetime) -> Understood:
    """Every occurrence from a month ago to some 400 days ahead, within bounds."""
    try:
        sound = read(raw)
    except Exception:
        log.exception("A calendar could not be read because of a fault in Transom.")
        return Understood((), is_calendar=False)
    if sound is None:
        return Understood((), is_calendar=False)
    events = list(_events(sound, now))
    return Understood(tuple(events), sound.title, sound.whole, problems=tuple(sound.problems[:20]))


def _events(sound: Sound, now: datetime) -> Iterator[EventRecord]:
    bounds = _Bounds()
    # By time, so that the many single dates of one calendar do not crowd out what repeats.
    found = [
        (_utc(one["DTSTART"].dt), number, one) for number, one in enumerate(_occurrences(sound, now, bounds))
    ]
    for _, _, component in sorted(found):
        record = _safely(component, sound)
        if record is None:
            continue
        yield record
        bounds.total += 1
        if bounds.total >= MOST:
            sound.problems.append(f"The calendar holds very much; the next {MOST} dates are kept.")
            sound.whole = False
            return
    if bounds.cut:
        sound.problems.append(
            f"{bounds.cut} entries repeat very often; the next {MOST_OF_ONE} of each are kept."
        )


def _occurrences(sound: Sound, now: datetime, bounds: _Bounds) -> Iterator[Any]:
    """Single dates, then series, each by itself, so that one that is broken costs only itself."""
    single, series = _sorted_out(sound)
    for component in single:
        begins = _utc(component["DTSTART"].dt)
        if now - BACK <= (_end(component, False) or begins) and begins <= now + AHEAD:
            yield component
    for number, parts in enumerate(series):
        if number >= MOST_SERIES:
            sound.problems.append(f"Only the first {MOST_SERIES} repeating entries are kept.")
            sound.whole = False
            return
        yield from _of_series(parts, sound, now, bounds)


def _sorted_out(sound: Sound) -> tuple[list[Any], list[list[Any]]]:
    """Dates that stand alone, and what belongs to one series: its rule and its exceptions."""
    by_uid: dict[str, list[Any]] = {}
    # Not what stands inside of another by mistake: that was looked at for itself.
    events = [one for one in sound.calendar.subcomponents if one.name == "VEVENT"]
    for number, component in enumerate(events):
        by_uid.setdefault(_plain(component, "UID") or f" {number}", []).append(component)
    single, series = [], []
    for parts in by_uid.values():
        if any(_repeats(one) for one in parts):
            series.append(parts)
        else:
            # Of two with one name the later revision counts.
            single.append(max(parts, key=_revision))
    return single, series


def _of_series(parts: list[Any], sound: Sound, now: datetime, bounds: _Bounds) -> Iterator[Any]:
    alone = Calendar()
    for part in parts[:MOST_PARTS]:
        alone.add_component(part)
    left = MOST_OF_ONE
    try:
        dates = recurring_ical_events.of(alone, keep_recurrence_attributes=True, skip_bad_series=True)
        for begin, end in pairwise(WINDOWS):
            # The library counts what lasts into a window; here only where it begins.
            for component in dates.between(now + begin, now + end):
                if now + begin <= _utc(component["DTSTART"].dt) < now + end:
                    left -= 1
                    if left < 0:
                        bounds.cut += 1
                        return
                    yield component
    except Exception as error:
        log.warning("Repeating dates of a calendar could not be worked out: %s", type(error).__name__)
        sound.whole = False
        sound.problems.append("Some repeating dates of the calendar could not be worked out.")


def _revision(component: Any) -> int:
    with suppress(Exception):
        return int(component.get("SEQUENCE", 0))
    return 0


def _safely(component: Any, sound: Sound) -> EventRecord | None:
    try:
        return _record(component, sound)
    except Exception as error:
        log.warning("An entry of a calendar could not be understood: %s", type(error).__name__)
        sound.problems.append("An entry of the calendar could not be understood.")
        return None


def _record(component: Any, sound: Sound) -> EventRecord:
    begins = component["DTSTART"].dt
    all_day = not isinstance(begins, datetime)
    starts, ends = _utc(begins), _end(component, all_day)
    title = values.text(_plain(component, "SUMMARY"), most=300) or "Untitled"
    place, about = values.text(_plain(component, "LOCATION"), most=300), _plain(component, "DESCRIPTION")
    where = _web(_plain(component, "URL")) or _web(place)
    kind = kind_of(title, starts, ends, all_day)
    told = CREDITS.search(f"{title}\n{about[:5000]}")
    uid = _plain(component, "UID") or title
    return EventRecord(
        uid=values.text(f"{uid}/{starts:%Y%m%dT%H%M}" if _repeats(component) else uid, most=400),
        kind=kind,
        title=title,
        starts=starts,
        ends=ends,
        time_zone=_zone_name(begins),
        all_day=all_day,
        place="" if _web(place) else place,
        online=bool(ONLINE.search(place)) or kind is EventKind.WEBINAR,
        address=where,
        closes_at=(ends or starts) if kind in (EventKind.CALL, EventKind.CONSULTATION) else None,
        organiser=_organiser(component),
        recurrence=_rule(component),
        credits=values.text(told[0], most=60) if told else "",
        description=values.body(about, most=2000),
        cancelled=_plain(component, "STATUS").upper() == "CANCELLED",
    )


def kind_of(title: str, starts: datetime, ends: datetime | None, all_day: bool) -> EventKind:
    """What sort of date it is, from its title and length."""
    for pattern, kind in (
        (CALL, EventKind.CALL),
        (CONSULTATION, EventKind.CONSULTATION),
        (WEBINAR, EventKind.WEBINAR),
    ):
        if pattern.search(title):
            return kind
    long = ends is not None and ends - starts >= timedelta(days=1)
    return EventKind.CONFERENCE if CONFERENCE.search(title) or (all_day and long) else EventKind.MEETING


def _plain(component: Any, name: str) -> str:
    found = component.get(name)
    if isinstance(found, list):
        found = found[0] if found else ""
    with suppress(Exception):
        return str(found or "").encode("utf-8", "replace").decode()
    return ""


def _utc(when: date) -> datetime:
    if isinstance(when, datetime):
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return values.midnight(when)


def _end(component: Any, all_day: bool) -> datetime | None:
    """iCalendar's end of whole days is the day after; here it is the last day itself."""
    with suppress(Exception):
        end = component["DTEND"].dt
        if all_day and not isinstance(end, datetime):
            end = max(end - timedelta(days=1), component["DTSTART"].dt)
        return _utc(end)
    return None


def _zone_name(begins: date) -> str:
    info = begins.tzinfo if isinstance(begins, datetime) else None
    name = str(getattr(info, "key", "") or "")
    return "" if name in ("UTC", "Etc/UTC") else name[:60]


def _repeats(component: Any) -> bool:
    return "RRULE" in component or "RECURRENCE-ID" in component or "RDATE" in component


def _rule(component: Any) -> str:
    with suppress(Exception):
        rule = component["RRULE"]
        return values.text(rule.to_ical().decode(), most=200)
    return ""


def _organiser(component: Any) -> str:
    with suppress(Exception):
        return values.text(str(component["ORGANIZER"].params.get("CN", "")), most=200)
    return ""


def _web(given: str) -> str:
    found = given.strip()
    return found[:2000] if addresses.is_http(found) else ""
