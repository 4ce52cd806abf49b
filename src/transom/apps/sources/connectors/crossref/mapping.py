"""Crossref's works to papers and books with their authors. Never raises, whatever the service sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.parse.affiliation import institutions
from transom.engine.parse.model import Author, ParsedEntry
from transom.engine.text.sanitise import sanitise, to_text

SERVICE = "crossref"
MOST_AUTHORS = 50
MOST_CITED = 200
# What `select` may name; references make the most of it.
FIELDS = (
    "DOI,title,subtitle,author,editor,issued,published-online,created,type,container-title,publisher,abstract,"
    "reference"
)
BOOKS = frozenset({"book", "monograph", "edited-book", "reference-book"})
# Registered too, and nothing to read.
LEFT_OUT = frozenset(
    {"component", "journal", "journal-issue", "journal-volume", "grant", "peer-review", "database"}
)
_DOI = re.compile(r"10\.\S{3,280}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_JATS = re.compile(r"<(/?)jats:([a-z-]+)[^>]*>", re.I)
_MARKUP = {
    "p": "p",
    "title": "h4",
    "italic": "em",
    "bold": "strong",
    "sub": "sub",
    "sup": "sup",
    "list": "ul",
}
Row = Mapping[str, Any]


def records_of(rows: Iterable[Row]) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Works, everybody who wrote them, and a sentence for what makes no sense."""
    items: list[ItemRecord] = []
    people: dict[tuple[str, str], IdentityRecord] = {}
    problems: list[str] = []
    for row in rows:
        doi, title = values.text(row, "DOI", most=300).lower(), _title(row)
        if values.text(row, "type") in LEFT_OUT:
            continue
        if not _DOI.fullmatch(doi) or not title:
            problems.append(f"{title[:80] or doi[:80] or 'A work'} has no DOI or no title, and was left out.")
            continue
        wrote = _authors(row, doi)
        for one in wrote:
            people.setdefault((one.service, one.account), one)
        items.append(_item(row, doi, title, wrote))
    return items, list(people.values()), problems


def _item(row: Row, doi: str, title: str, wrote: list[IdentityRecord]) -> ItemRecord:
    published = _published(row)
    where = _plain(values.get(row, "container-title", 0), 300) or _plain(values.get(row, "publisher"), 300)
    abstract = sanitise(_JATS.sub(_as_html, values.body(row, "abstract")))
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{doi}",
            title=title,
            link=f"https://doi.org/{doi}",
            published=values.midnight(published) if published else values.moment(row, "created", "date-time"),
            authors=tuple(Author(one.name, one.address) for one in wrote),
            content_html=abstract + values.paragraphs(where),
        ),
        kind="book" if values.text(row, "type") in BOOKS else "paper",
        authors=tuple((one.service, one.account) for one in wrote),
        names=(f"doi:{doi}",),
        cites=_cited(row),
    )


def _cited(row: Row) -> tuple[str, ...]:
    """The works that one cites, as far as their DOIs are known."""
    dois = (values.text(one, "DOI", most=300).lower() for one in values.rows(row, "reference"))
    known = dict.fromkeys(f"doi:{doi}" for doi in dois if _DOI.fullmatch(doi))
    return tuple(known)[:MOST_CITED]


def _title(row: Row) -> str:
    title, more = _plain(values.get(row, "title", 0), 1000), _plain(values.get(row, "subtitle", 0), 500)
    return f"{title}: {more}" if title and more and more.casefold() not in title.casefold() else title


def _authors(row: Row, doi: str) -> list[IdentityRecord]:
    """Authors, of a book without any its editors. Without an ORCID nobody is taken for another work's author."""
    found = []
    named = list(values.rows(row, "author")) or list(values.rows(row, "editor"))
    for place, one in enumerate(named[:MOST_AUTHORS], start=1):
        group = _plain(values.get(one, "name"), 200)
        name = group or " ".join(
            filter(None, (_plain(values.get(one, key), 100) for key in ("given", "family")))
        )
        if not name:
            continue
        told = _ORCID.search(values.text(one, "ORCID"))
        orcid = told[0] if told else ""
        works = institutions(
            _plain(values.get(each, "name"), 1000) for each in values.rows(one, "affiliation")
        )
        found.append(
            IdentityRecord(
                service="orcid" if orcid else SERVICE,
                account=orcid or f"{doi}:{place}"[:300],
                name=name,
                profile=f"https://orcid.org/{orcid}" if orcid else "",
                orcid=orcid,
                employments=tuple(map(Employment, works)),
                is_person=not group,
            )
        )
    return found


def _published(row: Row) -> date | None:
    """The day it appeared on the net, else as it was issued; month or year alone count from their first day."""
    for name in ("published-online", "issued"):
        parts = [values.whole(row, name, "date-parts", 0, place) for place in range(3)]
        if parts[0]:
            year, month, day = (part or 1 for part in parts)
            if found := values.day(f"{year:04}-{month:02}-{day:02}"):
                return found
    return None


def _as_html(found: re.Match[str]) -> str:
    """JATS, the journals' markup, as HTML's."""
    name = _MARKUP.get(found[2].lower(), "")
    return f"<{found[1]}{name}>" if name else ""


def _plain(value: object, most: int) -> str:
    """Titles and names come with markup and entities in them."""
    found = values.text(value, most=4000)
    return values.text(to_text(found) if re.search(r"[<&]", found) else found, most=most)
