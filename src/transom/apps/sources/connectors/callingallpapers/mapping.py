"""An entry of CallingAllPapers to a conference and its call. Never raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord
from transom.apps.sources.connectors.talks import zone_of

FIRST_YEAR = 2000
"""Years before it stand for a date that nobody entered."""
Row = Mapping[str, Any]


def is_meant(row: Row, words: list[str]) -> bool:
    """Whether an entry has all these words, in its name, tags, place or description."""
    told = " ".join(
        (
            values.text(row, "name", most=300),
            values.text(row, "location", most=300),
            values.text(row, "description", most=5000),
            " ".join(values.texts(row, "tags")),
        )
    ).casefold()
    return all(word in told for word in words)


def events_of(row: Row) -> tuple[list[EventRecord], str]:
    """The call on its closing date and, where its days are given, the conference; or a sentence of what is wrong."""
    title, closes = values.text(row, "name", most=300), _moment(row, "dateCfpEnd")
    if not title or closes is None:
        return [], f"{title[:80] or 'An entry'} names no title or no closing date, and was left out."
    zone = values.text(row, "timezone", most=60)
    place = values.text(row, "location", most=300)
    online = place.casefold().strip() in ("online", "virtual", "remote", "worldwide")
    city, _, country = ("", "", "") if online else place.partition(",")
    site, call = values.address(row, "eventUri"), values.address(row, "uri")
    # Days are given as midnight at the place, in UTC: the evening before, where it lies east of Greenwich.
    first, last = _day(row, "dateEventStart"), _day(row, "dateEventEnd")
    known = f"{site or call or title}|{first:%Y-%m-%d}" if first else site or call or title
    found = [
        EventRecord(
            uid=f"call|{known}"[:400],
            kind=EventKind.CALL,
            title=title,
            starts=closes,
            time_zone="" if zone == "UTC" or zone_of(zone) is None else zone,
            place="" if online else place,
            city=city.strip()[:120],
            country=country.strip()[:120],
            online=online,
            address=call or site,
            closes_at=closes,
            description=values.body(row, "description", most=2000),
        )
    ]
    if first:
        found.append(
            EventRecord(
                uid=known[:400],
                kind=EventKind.CONFERENCE,
                title=title,
                starts=first,
                ends=last if last and last >= first else None,
                all_day=True,
                place="" if online else place,
                city=city.strip()[:120],
                country=country.strip()[:120],
                online=online,
                address=site,
                closes_at=closes,
            )
        )
    return found, ""


def _moment(row: Row, name: str) -> datetime | None:
    found = values.moment(row, name)
    return found if found and found.year >= FIRST_YEAR else None


def _day(row: Row, name: str) -> datetime | None:
    """The day at the place, as midnight in UTC."""
    found, place = _moment(row, name), zone_of(values.text(row, "timezone", most=60))
    if found is None:
        return None
    try:
        return values.midnight((found.astimezone(place) if place else found).date())
    except (OverflowError, ValueError):
        return None
