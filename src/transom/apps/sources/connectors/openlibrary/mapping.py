"""Open Library's works to books and those who wrote them. Never raises, whatever the service sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import IdentityRecord, ItemRecord
from transom.engine.core.months import month_number
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "openlibrary"
SITE = "https://openlibrary.org"
FIELDS = ",".join(
    (
        *("key", "title", "subtitle", "author_key", "author_name", "first_publish_year", "publish_date"),
        *("publisher", "isbn", "subject", "first_sentence"),
    )
)
MOST_AUTHORS = 20
_WORK, _AUTHOR = re.compile(r"OL\d{1,12}W"), re.compile(r"OL\d{1,12}A")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_WRITTEN = re.compile(r"(?:(\d{1,2})\.? )?([^\W\d]{3,12})\.?(?: (\d{1,2}))?,? (\d{4})")
Row = Mapping[str, Any]


def records_of(rows: Iterable[Row]) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Books, everybody who wrote them, and a sentence for what makes no sense."""
    items: list[ItemRecord] = []
    people: dict[str, IdentityRecord] = {}
    problems: list[str] = []
    for row in rows:
        key, title = values.text(row, "key").rpartition("/")[2], values.text(row, "title", most=500)
        if not _WORK.fullmatch(key) or not title:
            problems.append(
                f"{title[:80] or key[:40] or 'A book'} has no number or no title, and was left out."
            )
            continue
        wrote = _authors(row)
        people |= {one.account: one for one in wrote}
        items.append(_item(row, key, title, wrote))
    return items, list(people.values()), problems


def author_of(record: object) -> IdentityRecord | None:
    """Somebody's own record, with the pages it links to."""
    key, name = author_key(values.text(record, "key")), values.text(record, "name", most=200)
    if not key or not name:
        return None
    links = [where for one in values.rows(record, "links") if (where := values.address(one, "url"))]
    told = _ORCID.fullmatch(values.text(record, "remote_ids", "orcid"))
    return IdentityRecord(
        service=SERVICE,
        account=key,
        name=name,
        profile=f"{SITE}/authors/{key}",
        links=tuple(dict.fromkeys(links))[:20],
        orcid=told[0] if told else "",
    )


def author_key(given: str) -> str:
    """ "/authors/OL1A" and its page's address are "OL1A"; "" for anything else."""
    found = re.search(r"(?:^|/)(OL\d{1,12}A)(?:$|[/?#.])", given.strip())
    return found[1] if found else ""


def _authors(row: Row) -> list[IdentityRecord]:
    keys, names = values.get(row, "author_key"), values.get(row, "author_name")
    if not isinstance(keys, list) or not isinstance(names, list):
        return []
    pairs = [(values.text(key), values.text(name, most=200)) for key, name in zip(keys, names, strict=False)]
    return [
        IdentityRecord(SERVICE, key, name, profile=f"{SITE}/authors/{key}")
        for key, name in pairs[:MOST_AUTHORS]
        if _AUTHOR.fullmatch(key) and name
    ]


def _item(row: Row, key: str, title: str, wrote: list[IdentityRecord]) -> ItemRecord:
    more = values.text(row, "subtitle", most=500)
    published = _published(row)
    isbn = next((one for one in values.texts(row, "isbn") if re.fullmatch(r"97[89]\d{10}", one)), "")
    told = (values.text(row, "first_sentence", 0, most=1000), values.text(row, "publisher", 0, most=200))
    said = "\n\n".join(filter(None, (*told, f"ISBN {isbn}" if isbn else "")))
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{key}",
            title=f"{title}: {more}" if more else title,
            link=f"{SITE}/works/{key}",
            published=values.midnight(published) if published else None,
            authors=tuple(Author(one.name, one.address) for one in wrote),
            summary_html=values.paragraphs(said),
            tags=values.texts(row, "subject", most=10),
        ),
        kind="book",
        access="paid",
        authors=tuple((SERVICE, one.account) for one in wrote),
    )


def _published(row: Row) -> date | None:
    """The first edition's day where one of that year is dated, else the first day of the year."""
    year = values.whole(row, "first_publish_year")
    first = values.day(f"{year:04}") if year is not None and 0 < year < 10_000 else None
    if first is None:
        return None
    days = [
        when for one in values.texts(row, "publish_date") if (when := _day(one)) and when.year == first.year
    ]
    return min(days, default=first)


def _day(written: str) -> date | None:
    """ "Mar 5, 2026", "5 March 2026", "March 2026" or as ISO has it; None where only the year stands there."""
    if re.fullmatch(r"\d{4}-\d\d(?:-\d\d)?", written):
        return values.day(written)
    found = _WRITTEN.fullmatch(written)
    month = month_number(found[2]) if found else 0
    return (
        values.day(f"{found[4]}-{month:02}-{int(found[1] or found[3] or 1):02}") if found and month else None
    )
