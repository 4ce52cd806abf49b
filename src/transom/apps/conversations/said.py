"""From what lists say to what an event says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from transom.apps.conversations.models import CLOSING, Event, EventSighting
from transom.apps.library.store.attendance import event_key
from transom.apps.sources.connectors.records import EventRecord
from transom.apps.sources.models import Source
from transom.engine.core import addresses
from transom.engine.graph.same_event import EventFacts, event_address

LONGEST = {
    "kind": 20,
    "title": 300,
    "time_zone": 60,
    "place": 300,
    "city": 120,
    "country": 120,
    "address": 2000,
    "organiser": 200,
    "recurrence": 200,
    "credits": 60,
    "description": 5000,
}
TIMES = ("starts", "ends", "closes_at")
FLAGS = ("all_day", "online", "cancelled", "floating")
# Taken from another list where the one that speaks is silent. A time is never mixed from two.
FILLED = (
    "place",
    "city",
    "country",
    "address",
    "closes_at",
    "organiser",
    "recurrence",
    "credits",
    "description",
)
DESCRIBED = [*LONGEST, *TIMES, *FLAGS, "day", "listed_at", "series", "gone_at", "changed_at"]


def uid_of(record: EventRecord) -> str:
    """What a list's date is known by, in the calendar and where who was there is kept."""
    return event_key(record.uid)


def said_of(record: EventRecord) -> dict[str, Any]:
    """A record as it is kept: plain values, shortened."""
    said = asdict(record)
    # Who was there is kept by the library, where it goes with whoever is forgotten.
    del said["uid"], said["attendees"]
    for name, most in LONGEST.items():
        said[name] = str(said[name])[:most]
    for name in TIMES:
        said[name] = said[name].isoformat() if said[name] else None
    return said


def facts_of(said: dict[str, Any]) -> EventFacts:
    """What is compared."""
    return EventFacts(
        kind=said["kind"],
        title=said["title"],
        starts=datetime.fromisoformat(said["starts"]),
        all_day=said["all_day"],
        address=event_address(said["address"]),
        city=said["city"],
        country=said["country"],
        online=said["online"],
    )


def describe(event: Event, sightings: Sequence[EventSighting], now: datetime) -> None:
    """Writes into the event what its lists say; the one at the event's own site speaks first, then the oldest."""
    live = [one for one in sightings if one.gone_at is None]
    ordered = sorted(live or sightings, key=lambda one: (not _at_home(one), one.pk or 1 << 62))
    main = ordered[0].said
    values = {name: main.get(name, "") for name in (*LONGEST, *TIMES)}
    # What was kept by an earlier version does not say every flag.
    values |= {name: bool(main.get(name)) for name in FLAGS}
    for name in FILLED:
        values[name] = next((one.said[name] for one in ordered if one.said[name]), values[name])
    for name in TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values[name] else None
    for name, value in values.items():
        setattr(event, name, value)
    event.online = any(one.said["online"] for one in ordered)
    event.day = event.starts.date()
    event.listed_at, event.series = listed_at(event), series_of(event)
    event.gone_at = None if live else max(one.gone_at for one in ordered if one.gone_at)
    event.changed_at = now


def listed_at(event: Event) -> datetime:
    """The moment a calendar lists it under: of what one must answer until then, when it closes."""
    return event.closes_at if event.kind in CLOSING and event.closes_at else event.starts


def series_of(event: Event) -> str:
    """What all dates of one repeating entry share; empty for what does not repeat."""
    if not event.recurrence:
        return ""
    told = "\n".join((event.kind, event.title.casefold(), event.recurrence, event.organiser, event.address))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _at_home(sighting: EventSighting) -> bool:
    source: Source = sighting.source
    domain = addresses.registrable_domain(addresses.host_of(sighting.said["address"] or ""))
    return bool(domain) and domain == addresses.registrable_domain(source.host)
