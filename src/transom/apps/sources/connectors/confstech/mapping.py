"""An entry of confs.tech to a conference and its call. Never raises, whatever the file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord


def events_of(entries: object) -> tuple[list[EventRecord], list[str]]:
    """Conferences and calls of one file, and a sentence for every entry that makes no sense."""
    if not isinstance(entries, list):
        return [], ["The file holds no list."]
    found: list[EventRecord] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        conference = conference_of(entry)
        if conference is None:
            name = values.text(entry, "name", most=80) or f"Entry {number}"
            problems.append(f"{name} names no title or no date that exists, and was left out.")
            continue
        found.append(conference)
        if call := call_of(entry, conference):
            found.append(call)
        elif values.text(entry, "cfpEndDate"):
            problems.append(f"{conference.title[:80]} names a closing date that does not exist.")
    return found, problems


def conference_of(entry: object) -> EventRecord | None:
    """The conference; None where it has no name or no date."""
    title, first = values.text(entry, "name", most=300), values.day(entry, "startDate")
    if not title or first is None or not isinstance(entry, Mapping):
        return None
    last = values.day(entry, "endDate")
    city, country = values.text(entry, "city", most=120), values.text(entry, "country", most=120)
    closes = values.day(entry, "cfpEndDate")
    if city.casefold() == "online":
        city = country = ""
    return EventRecord(
        uid=f"{title}|{first}|{city}",
        kind=EventKind.CONFERENCE,
        title=title,
        starts=values.midnight(first),
        ends=values.midnight(last) if last and last >= first else None,
        all_day=True,
        place=", ".join(one for one in (city, country) if one),
        city=city,
        country=country,
        online=_is_online(entry),
        address=values.address(entry, "url"),
        closes_at=values.last_minute(closes) if closes else None,
    )


def call_of(entry: object, conference: EventRecord) -> EventRecord | None:
    """The conference's call for proposals, on its closing date; None where there is none."""
    closes = values.day(entry, "cfpEndDate")
    if closes is None:
        return None
    return EventRecord(
        uid=f"call|{conference.uid}",
        kind=EventKind.CALL,
        title=conference.title,
        starts=values.midnight(closes),
        all_day=True,
        place=conference.place,
        city=conference.city,
        country=conference.country,
        online=conference.online,
        address=values.address(entry, "cfpUrl") or conference.address,
        closes_at=values.last_minute(closes),
    )


def _is_online(entry: Mapping[str, Any]) -> bool:
    return entry.get("online") is True or values.text(entry, "city").casefold() == "online"
