"""What connectors of conference programmes share: a talk as an item, a speaker's key, a place's own hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.ical.zones import zone
from transom.apps.sources.connectors.records import IdentityRecord, ItemRecord
from transom.engine.parse.model import Author, ParsedEntry


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk. `starts` is None where the hour cannot be known; `on` then says it in the programme's own words."""

    uid: str
    title: str
    link: str = ""
    text: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    on: str = ""
    room: str = ""
    language: str = ""

    def item(self, service: str, speakers: Sequence[IdentityRecord]) -> ItemRecord:
        """The talk as an item by its speakers."""
        when = f"<p>{escape(self.on)}</p>" if self.on and self.starts is None else ""
        return ItemRecord(
            ParsedEntry(
                id=f"{service}:{self.uid}",
                title=self.title,
                link=self.link,
                authors=tuple(Author(one.name, one.address) for one in speakers),
                content_html=when + (self.text if "<" in self.text else values.paragraphs(self.text)),
                language=self.language,
                event_start=self.starts,
                event_end=self.ends if self.starts and self.ends and self.ends > self.starts else None,
                event_place=self.room,
            ),
            kind="talk",
            event_what="talk",
            authors=tuple((one.service, one.account) for one in speakers),
        )


def folded(name: str) -> str:
    """A name as a key: without case and needless spaces."""
    return " ".join(name.casefold().split())[:150]


def zone_of(name: str) -> ZoneInfo | None:
    """The zone that a programme names; None where it names none that is known."""
    return zone(name.strip()) if name.strip() else None


def at_place(text: str, place: ZoneInfo | None) -> datetime | None:
    """A time in UTC. One without zone is the place's own, and none at all where the place's zone is not known."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is None and place is None:
        return None
    when = when.replace(tzinfo=place) if when.tzinfo is None else when
    try:
        found = when.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return found if values.FIRST_YEAR <= found.year <= values.LAST_YEAR else None
