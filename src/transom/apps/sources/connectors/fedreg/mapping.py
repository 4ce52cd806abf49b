"""A document of the Federal Register to a consultation and its closing date. Never raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import EventKind, EventRecord, ItemRecord
from transom.engine.parse.model import Author, ParsedEntry

ZONE = "America/New_York"
FIELDS = (
    *(
        "document_number",
        "title",
        "type",
        "abstract",
        "action",
        "agencies",
        "publication_date",
        "comments_close_on",
    ),
    *("comment_url", "dates", "docket_ids", "html_url", "pdf_url", "topics"),
)


def records_of(rows: list[Mapping[str, Any]]) -> tuple[list[ItemRecord], list[EventRecord], list[str]]:
    """The documents that ask for comments, their closing dates, and a sentence for each that makes no sense."""
    items: list[ItemRecord] = []
    events: list[EventRecord] = []
    problems: list[str] = []
    for row in rows:
        if not values.text(row, "comments_close_on"):
            continue
        number, title = values.text(row, "document_number", most=60), values.text(row, "title", most=500)
        closes, link = values.day(row, "comments_close_on"), values.address(row, "html_url")
        if not number or not title or closes is None:
            problems.append(
                f"{title[:80] or number or 'A document'} names no number, title or date that exists."
            )
            continue
        items.append(_item(row, number, title, closes, link))
        events.append(_event(row, number, title, closes, link))
    return items, events, problems


def end_of(day: date) -> datetime:
    """Comments are taken until the end of the day in Washington."""
    return datetime.combine(day, time(23, 59), ZoneInfo(ZONE)).astimezone(UTC)


def _item(row: Mapping[str, Any], number: str, title: str, closes: date, link: str) -> ItemRecord:
    published = values.day(row, "publication_date")
    comment = values.address(row, "comment_url")
    body = values.paragraphs(values.body(row, "abstract"))
    body += values.paragraphs(values.body(row, "dates", most=5000))
    body += f"<p>Comments close on {closes:%Y-%m-%d}.</p>"
    body += f"<p>{values.linked(comment, 'Comment')}</p>" if comment else ""
    return ItemRecord(
        ParsedEntry(
            id=f"fr:{number}",
            title=title,
            link=link,
            published=values.midnight(published) if published else None,
            authors=tuple(Author(name) for name in agencies(row)[:1]),
            content_html=body,
            tags=values.texts(row, "topics"),
            language="en",
            event_start=end_of(closes),
        ),
        kind="consultation",
        event_what="deadline",
    )


def _event(row: Mapping[str, Any], number: str, title: str, closes: date, link: str) -> EventRecord:
    return EventRecord(
        uid=f"fr:{number}",
        kind=EventKind.CONSULTATION,
        title=title[:300],
        starts=end_of(closes),
        time_zone=ZONE,
        country="United States",
        online=True,
        address=values.address(row, "comment_url") or link,
        closes_at=end_of(closes),
        organiser=(agencies(row) or [""])[0],
        description=values.body(row, "abstract", most=2000),
    )


def agencies(row: Mapping[str, Any]) -> list[str]:
    """Names of the agencies, the one that wrote it (the last and most special) first."""
    found = [
        values.text(one, "name", most=200) or values.text(one, "raw_name", most=200)
        for one in values.rows(row, "agencies")
    ]
    return [name for name in reversed(found) if name]
