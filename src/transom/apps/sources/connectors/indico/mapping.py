"""Indico's export to events, contributions and the people who chair and speak. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.ical.mapping import kind_of
from transom.apps.sources.connectors.records import (
    Employment,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
)
from transom.apps.sources.connectors.talks import Talk, at_place, folded, zone_of
from transom.engine.core import addresses

SERVICE = "indico"
_ONLINE = re.compile(r"\b(zoom|online|virtual|videoconference|remote|webinar|teams|webex)\b", re.I)
_TITLES = re.compile(r"^(?:(?:Mr|Mrs|Ms|Mx|Dr|Prof)\.?\s+)+", re.I)
Row = Mapping[str, Any]


@dataclass(slots=True)
class Mapped:
    """What a page of the export holds."""

    host: str
    events: list[EventRecord] = field(default_factory=list)
    items: list[ItemRecord] = field(default_factory=list)
    identities: dict[str, IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """One event with what stands in it; one without title or date is said and left out."""
        title, starts = values.text(row, "title", most=300), moment(row, "startDate")
        number = values.text(row, "id", most=40)
        if not title or not number or starts is None:
            self.problems.append(f"{title[:80] or 'An event'} has no title or no date, and was left out.")
            return
        ends = moment(row, "endDate")
        for who in values.rows(row, "chairs"):
            self._person(who, f"chair of {title}")
        self.events.append(self._event(row, number, title, starts, ends if ends and ends > starts else None))
        for talk in values.rows(row, "contributions"):
            self._contribution(talk, number, title)

    def _event(
        self, row: Row, number: str, title: str, starts: datetime, ends: datetime | None
    ) -> EventRecord:
        kind = values.text(row, "type")
        # A lecture is a meeting here; what a meeting's title says of itself counts.
        sort = EventKind.CONFERENCE if kind == "conference" else kind_of(title, starts, ends, False)
        place = ", ".join(
            dict.fromkeys(one for name in ("room", "location") if (one := values.text(row, name, most=140)))
        )
        zone = values.text(row, "startDate", "tz", most=60)
        return EventRecord(
            uid=f"{SERVICE}:{self.host}:{number}",
            kind=sort,
            title=title,
            starts=starts,
            ends=ends,
            time_zone="" if zone == "UTC" else zone,
            place=place,
            online=bool(_ONLINE.search(f"{place} {title}")),
            address=values.address(row, "url"),
            closes_at=(ends or starts) if sort in (EventKind.CALL, EventKind.CONSULTATION) else None,
            organiser=values.text(row, "category", most=200),
            description=re.sub(r"<[^>]*>", " ", values.body(row, "description", most=4000))[:2000].strip(),
        )

    def _contribution(self, row: Row, event: str, conference: str) -> None:
        title, number = values.text(row, "title", most=500), values.text(row, "id", most=40)
        if not title or not number:
            self.problems.append(f"A contribution to {conference[:80]} has no title, and was left out.")
            return
        rows = list(values.rows(row, "speakers")) or list(values.rows(row, "primaryauthors"))
        by = [one for who in rows if (one := self._person(who, f"speaker at {conference}"))]
        talk = Talk(
            uid=f"{self.host}:{event}:{number}",
            title=title,
            link=values.address(row, "url"),
            text=values.body(row, "description", most=50_000),
            starts=moment(row, "startDate"),
            ends=moment(row, "endDate"),
            room=values.text(row, "room", most=200) or values.text(row, "location", most=200),
        )
        self.items.append(talk.item(SERVICE, by))

    def _person(self, row: Row, role: str) -> IdentityRecord | None:
        """Somebody by the digest of their mail address, which is the same all over a server; else by name."""
        name = name_of(row)
        if not name:
            return None
        digest = values.text(row, "emailHash", most=64)
        key = digest if re.fullmatch(r"[0-9a-f]{32,64}", digest) else folded(name)
        account = f"{key}@{self.host}"
        works = values.text(row, "affiliation", most=300)
        known = self.identities.get(account) or IdentityRecord(SERVICE, account, name)
        self.identities[account] = replace(
            known,
            roles=tuple(dict.fromkeys((*known.roles, role)))[:20],
            employments=(Employment(works),) if works else known.employments,
        )
        return self.identities[account]


def mapped(rows: Iterable[Row], base: str) -> Mapped:
    """A page of results."""
    found = Mapped(addresses.host_of(base))
    for row in rows:
        found.add(row)
    return found


def moment(row: object, name: str) -> datetime | None:
    """A time as Indico writes it: date, time and zone apart."""
    day, clock = values.text(row, name, "date"), values.text(row, name, "time") or "00:00:00"
    place = zone_of(values.text(row, name, "tz")) or ZoneInfo("UTC")
    return at_place(f"{day}T{clock.partition('.')[0]}", place) if day else None


def name_of(row: object) -> str:
    """A name in its usual order: Indico writes "QUILL, Hester" or "Dr. Quill, Hester" where it gives one field only."""
    parts = (values.text(row, "first_name", most=100), values.text(row, "last_name", most=100))
    if all(parts):
        return " ".join(parts)
    whole = _TITLES.sub("", values.text(row, "fullName", most=200) or values.text(row, "name", most=200))
    last, comma, first = whole.partition(",")
    last = last.title() if last.isupper() else last
    return f"{first.strip()} {last.strip()}".strip() if comma else whole
