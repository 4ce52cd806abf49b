"""Sessionize's "All" view to talks and speakers. Its hours are the place's own, whose zone it does not name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord, IdentityRecord, ItemRecord
from transom.apps.sources.connectors.talks import Talk, at_place

SERVICE = "sessionize"
Row = Mapping[str, Any]


def speakers_of(document: object, conference: str) -> dict[str, IdentityRecord]:
    """Speakers by their id; one without id or name is left out."""
    found: dict[str, IdentityRecord] = {}
    for row in values.rows(document, "speakers"):
        key = values.text(row, "id", most=100)
        name = values.text(row, "fullName", most=200) or " ".join(
            one
            for one in (values.text(row, "firstName", most=100), values.text(row, "lastName", most=100))
            if one
        )
        if key and name:
            links = dict.fromkeys(
                one for link in values.rows(row, "links") if (one := values.address(link, "url"))
            )
            roles = (f"speaker at {conference}",) if conference else ()
            found[key] = IdentityRecord(SERVICE, key, name, links=tuple(links), roles=roles)
    return found


def talks_of(
    document: object, speakers: Mapping[str, IdentityRecord], conference: str
) -> tuple[list[ItemRecord], list[str]]:
    """Talks; breaks, and what was not accepted, are none."""
    rooms = {
        values.text(row, "id"): values.text(row, "name", most=300) for row in values.rows(document, "rooms")
    }
    items, problems = [], []
    for row in values.rows(document, "sessions"):
        if values.get(row, "isServiceSession") is True:
            continue
        if values.text(row, "status").casefold() not in ("", "accepted"):
            continue
        key, title = values.text(row, "id", most=100), values.text(row, "title", most=500)
        if not key or not title:
            problems.append(f"{title[:80] or 'A session'} has no title or no number, and was left out.")
            continue
        by = [speakers[one] for one in _ids(row) if one in speakers]
        starts = values.text(row, "startsAt", most=40)
        talk = Talk(
            uid=f"{conference}:{key}",
            title=title,
            link=values.address(row, "recordingUrl") or values.address(row, "liveUrl"),
            text=values.body(row, "description", most=50_000),
            starts=at_place(starts, None),
            ends=at_place(values.text(row, "endsAt", most=40), None),
            on=starts.replace("T", ", ")[:17] if values.day(starts) else "",
            room=rooms.get(values.text(row, "roomId"), ""),
        )
        items.append(talk.item(SERVICE, by))
    return items, problems


def conference_of(document: object, title: str, key: str, address: str) -> EventRecord | None:
    """The conference, from its first to its last day; None while its programme has no dates."""
    days = [day for row in values.rows(document, "sessions") for day in _days(row)]
    if not days or not title:
        return None
    return EventRecord(
        uid=f"{SERVICE}:{key}",
        kind=EventKind.CONFERENCE,
        title=title,
        starts=values.midnight(min(days)),
        ends=values.midnight(max(days)),
        all_day=True,
        address=address,
    )


def _ids(row: Row) -> list[str]:
    """Speakers stand as ids, in some views as objects."""
    found = values.get(row, "speakers")
    rows = found if isinstance(found, list) else []
    return [one for each in rows if (one := values.text(each, "id") or values.text(each))]


def _days(row: Row) -> list[date]:
    return [day for name in ("startsAt", "endsAt") if (day := values.day(row, name))]
