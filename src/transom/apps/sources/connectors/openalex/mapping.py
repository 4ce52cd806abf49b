"""OpenAlex's works to papers and their authors. Never raises, whatever the service sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "openalex"
MOST_AUTHORS = 50
MOST_CITED = 200
MOST_WORDS = 5000
FIELDS = (
    "id,doi,title,publication_date,language,type,authorships,primary_location,open_access,abstract_inverted_index,"
    "referenced_works"
)
_DOI = re.compile(r"10\.\d{4,9}/\S{1,280}")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
Row = Mapping[str, Any]


def records_of(rows: Iterable[Row]) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Papers, everybody who wrote them, and a sentence for what makes no sense."""
    items: list[ItemRecord] = []
    people: dict[str, IdentityRecord] = {}
    problems: list[str] = []
    for row in rows:
        key, title = key_of(row, "id"), values.text(row, "title", most=1000)
        if not key or not title:
            problems.append(f"{title[:80] or key or 'A work'} has no id or no title, and was left out.")
            continue
        wrote = [one for one in map(author_of, values.rows(row, "authorships")) if one][:MOST_AUTHORS]
        people |= {one.account: one for one in wrote}
        items.append(_item(row, key, title, wrote))
    return items, list(people.values()), problems


def author_of(row: Row) -> IdentityRecord | None:
    """One author, with the institutions named on this work."""
    key, name = key_of(row, "author", "id"), values.text(row, "author", "display_name", most=200)
    if not key or not name:
        return None
    works = [values.text(one, "display_name", most=300) for one in values.rows(row, "institutions")]
    orcid = orcid_in(values.text(row, "author", "orcid"))
    return IdentityRecord(
        service=SERVICE,
        account=key,
        name=name,
        profile=f"https://openalex.org/{key}",
        links=(f"https://orcid.org/{orcid}",) if orcid else (),
        orcid=orcid,
        employments=tuple(Employment(where) for where in dict.fromkeys(works) if where),
    )


def _item(row: Row, key: str, title: str, wrote: list[IdentityRecord]) -> ItemRecord:
    published = values.day(row, "publication_date")
    journal = values.text(row, "primary_location", "source", "display_name", most=300)
    body = values.paragraphs(abstract_of(values.get(row, "abstract_inverted_index")))
    is_open = values.get(row, "open_access", "is_oa")
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{key}",
            title=title,
            link=values.address(row, "doi")
            or values.address(row, "primary_location", "landing_page_url")
            or f"https://openalex.org/{key}",
            published=values.midnight(published) if published else None,
            authors=tuple(Author(one.name, one.address) for one in wrote),
            content_html=body + (values.paragraphs(journal) if journal else ""),
            language=values.text(row, "language", most=12),
        ),
        kind="paper",
        access="paid" if is_open is False else "open",
        authors=tuple((SERVICE, one.account) for one in wrote),
        names=(f"{SERVICE}:{key}", *((f"doi:{doi}",) if (doi := doi_in(values.text(row, "doi"))) else ())),
        cites=cited_by(row),
    )


def cited_by(row: Row) -> tuple[str, ...]:
    """The works that one cites, by their numbers there."""
    found = values.get(row, "referenced_works")
    keys = (key_of(one) for one in found[:MOST_CITED]) if isinstance(found, list) else ()
    return tuple(dict.fromkeys(f"{SERVICE}:{key}" for key in keys if key))


def doi_in(given: str) -> str:
    """The DOI in an address or a text, in small letters; "" where there is none."""
    found = _DOI.search(given)
    return found[0].lower() if found else ""


def abstract_of(index: object) -> str:
    """The abstract from the places of its words; "" where there is none, or none that can be."""
    if not isinstance(index, Mapping):
        return ""
    placed: dict[int, str] = {}
    for word, places in index.items():
        if isinstance(word, str) and isinstance(places, list):
            placed |= {place: word for place in places if isinstance(place, int) and 0 <= place < MOST_WORDS}
    return values.body(" ".join(placed[place] for place in sorted(placed)))


def key_of(value: object, *path: str | int) -> str:
    """ "https://openalex.org/W123" is "W123"; "" for anything else."""
    found = values.text(value, *path).rpartition("/")[2]
    return found if re.fullmatch(r"[A-Z]\d{1,15}", found) else ""


def orcid_in(given: str) -> str:
    """The ORCID in a text; "" where there is none."""
    found = _ORCID.search(given)
    return found[0] if found else ""
