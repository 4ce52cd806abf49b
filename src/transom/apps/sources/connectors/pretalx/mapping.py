"""A pretalx event and its submissions to a conference, talks and speakers. Never raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord, IdentityRecord, ItemRecord
from transom.engine.core import addresses
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "pretalx"
SHOWN = frozenset({"confirmed", "accepted", ""})
Row = Mapping[str, Any]


def said(value: object, *path: str | int, most: int = 300) -> str:
    """Text that may stand there in several languages: English, else the first."""
    found = values.get(value, *path)
    if isinstance(found, Mapping):
        return values.text(found, "en", most=most) or next(
            (one for name in found if (one := values.text(found, name, most=most))), ""
        )
    return values.text(value, *path, most=most)


def conference_of(event: object, base: str, slug: str) -> EventRecord | None:
    """The conference itself; None where it has no name or no date."""
    title, first, last = said(event, "name"), values.day(event, "date_from"), values.day(event, "date_to")
    if not title or first is None:
        return None
    return EventRecord(
        uid=f"{SERVICE}:{addresses.host_of(base)}:{slug}",
        kind=EventKind.CONFERENCE,
        title=title,
        starts=values.midnight(first),
        ends=values.midnight(last) if last and last >= first else None,
        time_zone=values.text(event, "timezone", most=60),
        all_day=True,
        address=values.address(event, "custom_domain") or f"{base}/{slug}/",
    )


def talks_of(
    rows: Iterable[Row], event: object, base: str, slug: str
) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Talks as items, published when the programme shows them, with their hour as the item's date."""
    items: list[ItemRecord] = []
    people: dict[str, IdentityRecord] = {}
    problems: list[str] = []
    last, named = values.day(event, "date_to"), said(event, "name", most=200) or slug
    for row in rows:
        code, title = values.text(row, "code", most=40), said(row, "title", most=500)
        if values.text(row, "state") not in SHOWN:
            continue
        if not code or not title:
            problems.append(f"{title[:80] or code or 'A talk'} has no title or no code, and was left out.")
            continue
        speakers = [
            one
            for one in (speaker_of(each, base, slug, named) for each in values.rows(row, "speakers"))
            if one
        ]
        people |= {one.account: one for one in speakers}
        items.append(_talk(row, code, title, speakers, f"{base}/{slug}/talk/{code}/", last))
    return items, list(people.values()), problems


def speaker_of(row: Row, base: str, slug: str, named: str) -> IdentityRecord | None:
    """A speaker at the conference of this name; their code is one and the same for all conferences of a server."""
    code, name = values.text(row, "code", most=40), values.text(row, "name", most=200)
    if not code or not name:
        return None
    return IdentityRecord(
        service=SERVICE,
        account=f"{code}@{addresses.host_of(base)}",
        name=name,
        profile=f"{base}/{slug}/speaker/{code}/",
        roles=(f"speaker at {named}",),
    )


def _talk(
    row: Row, code: str, title: str, speakers: list[IdentityRecord], link: str, last: date | None
) -> ItemRecord:
    slot = next(values.rows(row, "slots"), None) or values.get(row, "slot")
    starts, ends = values.moment(slot, "start"), values.moment(slot, "end")
    if starts and last and starts.date() > last + timedelta(days=1):
        starts = ends = None
    text = values.body(row, "abstract") + "\n\n" + values.body(row, "description")
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{link}",
            title=title,
            link=link,
            authors=tuple(Author(one.name, one.address) for one in speakers),
            content_html=values.paragraphs(text),
            language=values.text(row, "content_locale", most=12),
            event_start=starts,
            event_end=ends if starts and ends and ends > starts else None,
            event_place=said(slot, "room", "name") or said(slot, "room"),
        ),
        kind="talk",
        event_what="talk",
        authors=tuple((SERVICE, one.account) for one in speakers),
    )
