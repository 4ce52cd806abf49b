"""Schedule XML to a conference, its talks and speakers. Never raises, whatever the document holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord, IdentityRecord, ItemRecord
from transom.apps.sources.connectors.talks import Talk, at_place, folded, zone_of
from transom.engine.core import addresses

SERVICE = "frab"
MOST_TALKS = 3000
_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d\d)(?::\d\d)?")


@dataclass(slots=True)
class Mapped:
    """What a programme holds. `is_schedule` is false for another document."""

    is_schedule: bool = True
    title: str = ""
    conference: EventRecord | None = None
    items: list[ItemRecord] = field(default_factory=list)
    identities: dict[str, IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def mapped(raw: bytes, where: str) -> Mapped:
    """The programme at an address. Entities are never expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or root.tag != "schedule" or root.find("conference") is None:
        return Mapped(is_schedule=False)
    about = root.find("conference")
    found = Mapped(title=_text(about, "title"))
    found.conference = _conference(about, root, where)
    place = zone_of(_text(about, "time_zone_name"))
    changes = _clock(_text(about, "day_change"))
    days = [(values.day(day.get("date")), talk) for day in root.iterfind("day") for talk in day.iter("event")]
    for number, (day, talk) in enumerate(days):
        if number >= MOST_TALKS:
            found.problems.append(f"Only the first {MOST_TALKS} talks were read.")
            break
        _add(found, talk, where, day, place, changes)
    return found


def _conference(about: Any, root: Any, where: str) -> EventRecord | None:
    title, first = _text(about, "title"), values.day(_text(about, "start"))
    held = [day for one in root.iterfind("day") if (day := values.day(one.get("date")))]
    first = first or min(held, default=None)
    last = values.day(_text(about, "end")) or max(held, default=None)
    if not title or first is None:
        return None
    city = _text(about, "city")
    return EventRecord(
        uid=f"{SERVICE}:{_text(about, 'acronym') or folded(title)}:{first}",
        kind=EventKind.CONFERENCE,
        title=title,
        starts=values.midnight(first),
        ends=values.midnight(last) if last and last >= first else None,
        time_zone=_text(about, "time_zone_name")[:60],
        all_day=True,
        place=", ".join(one for one in (_text(about, "venue"), city) if one)[:300],
        city=city[:120],
        address=values.address(_text(about, "url"))
        or values.address(_text(about, "base_url"))
        or _site(where),
    )


def _add(
    found: Mapped, talk: Any, where: str, day: date | None, place: ZoneInfo | None, changes: timedelta
) -> None:
    title, number = _text(talk, "title"), talk.get("guid") or talk.get("id") or ""
    if not title or not number:
        found.problems.append(f"{title[:80] or 'A talk'} has no title or no number, and was left out.")
        return
    host = addresses.host_of(where)
    speakers = []
    for one in talk.iterfind("persons/person"):
        if made := _speaker(one, host, found.title):
            speakers.append(made)
            found.identities[made.account] = made
    starts, on = _begin(talk, day, place, changes)
    length = _length(_text(talk, "duration"))
    made_talk = Talk(
        uid=f"{host}:{values.text(number, most=100)}",
        title=title[:500],
        link=values.address(_text(talk, "url")),
        text="\n\n".join(one for one in (_body(talk, "abstract"), _body(talk, "description")) if one),
        starts=starts,
        ends=starts + length if starts else None,
        on=on,
        room=_text(talk, "room")[:300],
        language=_text(talk, "language")[:12],
    )
    found.items.append(made_talk.item(SERVICE, speakers))


def _speaker(one: Any, host: str, conference: str) -> IdentityRecord | None:
    """A speaker: by the id that a server keeps for all its conferences, else by name."""
    name = values.text(one.text, most=200) or values.text(one.get("name"), most=200)
    key = values.text(one.get("guid") or one.get("code") or one.get("id"), most=100)
    if not name:
        return None
    return IdentityRecord(
        service=SERVICE,
        account=f"{key or folded(name)}@{host}",
        name=name,
        links=tuple(one for one in (values.address(one.get("url")),) if one),
        roles=(f"speaker at {conference}",) if conference else (),
    )


def _begin(
    talk: Any, day: date | None, place: ZoneInfo | None, changes: timedelta
) -> tuple[datetime | None, str]:
    """When it begins; and in the programme's own words, where its zone is not known."""
    if found := at_place(_text(talk, "date"), place):
        return found, ""
    start = _text(talk, "start")
    if day is None or not re.fullmatch(r"\d{1,2}:\d\d(?::\d\d)?", start):
        return None, f"{day:%Y-%m-%d}" if day else ""
    # A programme's day ends in the small hours of the next: 01:30 stands below the evening before.
    clock = _clock(start)
    shown = day + timedelta(days=1) if clock < changes else day
    found = at_place(f"{shown}T{start.zfill(5)}", place)
    return found, "" if found else f"{shown}, {start}"


def _clock(text: str) -> timedelta:
    found = re.search(r"(?:T|^)(\d{1,2}):(\d\d)", text)
    return timedelta(hours=int(found[1]), minutes=int(found[2])) if found else timedelta()


def _length(text: str) -> timedelta:
    found = _LENGTH.fullmatch(text)
    if not found:
        return timedelta()
    return timedelta(days=int(found[1] or 0), hours=int(found[2]), minutes=int(found[3]))


def _text(node: Any, path: str) -> str:
    return values.text(_inner(node, path))


def _body(node: Any, path: str) -> str:
    return values.body(_inner(node, path), most=50_000)


def _inner(node: Any, path: str) -> str:
    found = node.find(path)
    return "" if found is None else "".join(_pieces(found))


def _pieces(node: Any) -> Iterator[str]:
    try:
        yield from (str(one) for one in node.itertext())
    except ValueError:
        return


def _site(where: str) -> str:
    return "/".join(where.split("/")[:3]) + "/"
