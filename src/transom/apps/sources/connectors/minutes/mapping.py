"""Minutes to a past meeting, a text to read, and the people who were there. Never raises, whatever stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from markdown_it import MarkdownIt

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.minutes.dates import day_of_path
from transom.apps.sources.connectors.minutes.names import Attendee
from transom.apps.sources.connectors.minutes.reading import Meeting, meetings_of
from transom.apps.sources.connectors.records import (
    AttendeeRecord,
    Employment,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
)
from transom.engine.parse.model import ParsedEntry

SERVICE = "minutes"
LONGEST_TEXT = 200_000
# Parts of an address that say only that there are minutes.
PLAIN = re.compile(
    r"(?:meetings?|minutes|(?:meeting[-_])?notes|docs?|community|archive|content|src|main|master|tree|blob|head|"
    r"\d+|\d{4}[-_]\d\d|.*\.(?:md|markdown|txt))",
    re.I,
)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Minutes:
    """One document. `path` names it at its place, `link` is where a person reads it."""

    path: str
    link: str
    text: str


@dataclass(slots=True)
class Mapped:
    """Gathers the records of some documents, oldest first, so that what somebody's newest minutes say stands."""

    group: str
    place: str
    handles_at: str = ""
    events: list[EventRecord] = field(default_factory=list)
    items: list[ItemRecord] = field(default_factory=list)
    identities: dict[str, IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, minutes: Minutes) -> None:
        """All meetings of a document; one that names no day, or nobody who was there, is said and left out."""
        meetings = meetings_of(minutes.text)
        for number, meeting in enumerate(meetings):
            # A file's name is typed anew for each meeting; a heading is often copied from the last.
            by_name = day_of_path(minutes.path) if len(meetings) == 1 else None
            day = by_name or meeting.day
            if day is None:
                self.problems.append(
                    f"{minutes.path[-120:]} does not say when the meeting was, and was left out."
                )
                continue
            if not meeting.present:
                self.problems.append(f"{minutes.path[-120:]} does not say who was there.")
            self._add(
                minutes,
                meeting,
                day,
                f"{minutes.path}#{day}" if number or len(meetings) > 1 else minutes.path,
            )

    def _add(self, minutes: Minutes, meeting: Meeting, day: date, uid: str) -> None:
        title = meeting.title if self._says_something(meeting.title) else f"{self.group}: meeting"
        came = len(meeting.present)
        there = []
        for one in meeting.present:
            made = self._identity(one)
            self.identities[made.account] = made
            there.append(AttendeeRecord(SERVICE, made.account, one.organisation, one.role))
        self.events.append(
            EventRecord(
                uid=uid[-400:],
                kind=EventKind.MEETING,
                title=title,
                starts=values.midnight(day),
                all_day=True,
                address=minutes.link,
                organiser=self.group,
                description=f"{came} people were there." if came > 1 else "",
                attendees=tuple(there),
            )
        )
        self.items.append(
            ItemRecord(
                ParsedEntry(
                    id=f"{SERVICE}:{self.place}:{uid}",
                    title=f"{title}, {day:%Y-%m-%d}",
                    link=minutes.link,
                    published=values.midnight(day),
                    content_html=_MARKDOWN.render(meeting.text[:LONGEST_TEXT]),
                ),
                kind="discussion",
            )
        )

    def _says_something(self, title: str) -> bool:
        return bool(title) and not re.fullmatch(
            r"(?:meeting|minutes|notes|meeting (?:minutes|notes)|attendees|agenda)", title, re.I
        )

    def _identity(self, one: Attendee) -> IdentityRecord:
        """Somebody as this place writes them: by handle where one is given, else by name. Nobody's elsewhere."""
        key = f"@{one.handle}" if one.handle else one.name
        known = self.identities.get(f"{key.casefold()}@{self.place}"[:300])
        links = dict.fromkeys(link for link in one.links if values.address(link))
        if one.handle and self.handles_at:
            links[f"{self.handles_at}/{one.handle}"] = None
        works = (Employment(one.organisation),) if one.organisation else known.employments if known else ()
        return IdentityRecord(
            service=SERVICE,
            account=f"{key.casefold()}@{self.place}"[:300],
            name=one.name if " " in one.name or not known else known.name,
            mails=one.mails or (known.mails if known else ()),
            links=tuple(links) or (known.links if known else ()),
            employments=works,
            roles=(f"took part in {self.group}",),
        )


def group_of(place: str) -> str:
    """What to call the group whose minutes lie there: the parts of the path that say more than "minutes"."""
    parts = [one for one in place.split("/") if one and not PLAIN.fullmatch(one)]
    return " ".join(dict.fromkeys(parts))[:120] or place.partition("/")[0]


def mapped(documents: Iterable[Minutes], group: str, place: str, handles_at: str = "") -> Mapped:
    """The records of these documents, which come oldest first."""
    found = Mapped(group, place, handles_at)
    for one in documents:
        found.add(one)
    return found
