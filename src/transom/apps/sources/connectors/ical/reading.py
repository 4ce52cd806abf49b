"""A calendar's text to sound components: half files, wrong zones and invalid dates are normal input."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from icalendar import Calendar

from transom.apps.sources.connectors.ical.zones import repaired, zone

LARGEST_PIECE = 200_000
MOST_EVENTS = 20_000
OPTIONAL = ("DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "EXRULE")
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
MOST_A_DAY = 8
_TZID = re.compile(r'(TZID=)("[^"\r\n]*"|[^:;\r\n]+)', re.I)
_DEFINED = re.compile(r"^TZID(?:;[^:\r\n]*)?:(.+)$", re.M | re.I)
_EVENT = re.compile(r"^BEGIN:VEVENT\b.*?^END:VEVENT\b[^\n]*", re.M | re.S | re.I)
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\b.*?^END:VTIMEZONE\b[^\n]*", re.M | re.S | re.I)


@dataclass(slots=True)
class Sound:
    """What could be read. `whole` where nothing seems to be missing."""

    calendar: Any
    title: str = ""
    zone_name: str = ""
    whole: bool = True
    problems: list[str] = field(default_factory=list)


def read(raw: bytes) -> Sound | None:
    """The calendar; None where there is none at all."""
    text = raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if "BEGIN:VCALENDAR" not in text.upper():
        return None
    odd: dict[str, None] = {}
    text = _with_repaired_zones(text, odd)
    sound = Sound(_new_calendar(), problems=[f"The time zone {name!r} is not known." for name in odd])
    sound.whole = text.rstrip().upper().endswith("END:VCALENDAR")
    for component in _components(text, sound):
        _take(component, sound)
    if not sound.whole:
        sound.problems.append("The calendar ends in the middle; nothing was taken for cancelled.")
    return sound


def _with_repaired_zones(text: str, odd: dict[str, None]) -> str:
    defined = {name.strip().strip('"') for name in _DEFINED.findall(text)}

    def repair(found: re.Match[str]) -> str:
        name = found[2].strip('"')
        if name in defined:
            return found[0]
        meant = repaired(name)
        if not meant:
            odd[name[:80]] = None
        return f"{found[1]}{meant}" if meant else found[0]

    return _TZID.sub(repair, text)


def _components(text: str, sound: Sound) -> list[Any]:
    if sound.whole:
        with suppress(Exception):
            return list(Calendar.from_ical(text, multiple=True))
    return _piece_by_piece(text, sound)


def _piece_by_piece(text: str, sound: Sound) -> list[Any]:
    """Where the whole cannot be read: every event that is complete by itself."""
    head = text.partition("BEGIN:VEVENT")[0]
    names = "\n".join(line for line in head.split("\n") if line.upper().startswith("X-WR-"))
    zones = "\n".join(one for one in _ZONE.findall(text) if len(one) < LARGEST_PIECE)
    found, lost = [], 0
    for piece in _EVENT.findall(text)[:MOST_EVENTS]:
        whole = f"BEGIN:VCALENDAR\nVERSION:2.0\n{names}\n{zones}\n{piece}\nEND:VCALENDAR\n"
        try:
            found.append(Calendar.from_ical(whole if len(piece) < LARGEST_PIECE else ""))
        except Exception:
            lost += 1
    if lost:
        sound.problems.append(f"{lost} entries of the calendar could not be read.")
        sound.whole = False
    return found


def _take(component: Any, sound: Sound) -> None:
    with suppress(Exception):
        sound.title = sound.title or str(component.get("X-WR-CALNAME", "") or component.get("NAME", ""))[:300]
        sound.zone_name = sound.zone_name or repaired(str(component.get("X-WR-TIMEZONE", "")))
    for one in component.walk("VTIMEZONE"):
        sound.calendar.add_component(one)
    for one in component.walk("VEVENT"):
        problem = _mended(one, sound.zone_name)
        if problem:
            sound.problems.append(f"{_name_of(one)}: {problem}")
        if "DTSTART" in one and len(sound.calendar.subcomponents) < MOST_EVENTS:
            sound.calendar.add_component(one)


def _mended(event: Any, zone_name: str) -> str:
    """Drops what is broken; without a sound beginning the event goes. What was wrong, in words."""
    if not isinstance(_when(event, "DTSTART"), date):
        event.pop("DTSTART", None)
        return "it names no date that exists, and was left out."
    said = ""
    for name in OPTIONAL:
        if name in event and not _is_sound(event, name):
            event.pop(name, None)
            said = f"its {name} cannot be read, and was left out."
    if _ends_too_early(event):
        event.pop("DTEND", None)
        said = "it ends before it begins; the end was left out."
    if _repeats_too_often(event):
        event.pop("RRULE", None)
        said = "it repeats many times a day; only the first is kept."
    if _float_to_zone(event, zone_name):
        said = said or ("" if zone_name else "it names no time zone; UTC is assumed.")
    return said


def _when(event: Any, name: str) -> Any:
    with suppress(Exception):
        found = event.get(name).dt
        if isinstance(found, datetime):
            found.timestamp()
        if isinstance(found, date) and not 1900 <= found.year <= 2200:
            return None
        return found
    return None


def _is_sound(event: Any, name: str) -> bool:
    if name in ("DTEND", "DURATION", "RECURRENCE-ID"):
        return _when(event, name) is not None
    try:
        return bool(event[name].to_ical()) and not isinstance(event[name], str)
    except Exception:
        return isinstance(event[name], list)


def _ends_too_early(event: Any) -> bool:
    start, end = _when(event, "DTSTART"), _when(event, "DTEND")
    if end is None:
        return False
    if isinstance(start, datetime) != isinstance(end, datetime):
        return True
    if isinstance(start, datetime) and (start.tzinfo is None) != (end.tzinfo is None):
        return True
    return bool(end < start)


def _repeats_too_often(event: Any) -> bool:
    with suppress(Exception):
        rules = event["RRULE"] if isinstance(event["RRULE"], list) else [event["RRULE"]]
        return any(_is_too_often(rule) for rule in rules)
    return False


def _is_too_often(rule: Any) -> bool:
    a_day = 1
    for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        a_day *= max(1, len(rule.get(part, [])))
    return a_day > MOST_A_DAY or any(str(one).upper() in TOO_OFTEN for one in rule.get("FREQ", []))


def _float_to_zone(event: Any, zone_name: str) -> bool:
    """A time without zone is the calendar's own. Whether there was one."""
    floating = False
    where = zone(zone_name or "UTC")
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
        found = _when(event, name)
        if isinstance(found, datetime) and found.tzinfo is None:
            floating = True
            event.pop(name)
            event.add(name, found.replace(tzinfo=where))
    return floating


def _name_of(event: Any) -> str:
    with suppress(Exception):
        return " ".join(str(event.get("SUMMARY", "")).split())[:80] or "An entry without a title"
    return "An entry"


def _new_calendar() -> Any:
    made = Calendar()
    made.add("prodid", "-//Transom//Transom//EN")
    made.add("version", "2.0")
    return made
