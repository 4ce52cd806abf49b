"""An ORCID record to an identity and works. Never raises, whatever the record holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "orcid"
MOST_WORKS = 500
KINDS = {
    "book": "book",
    "edited-book": "book",
    "conference-presentation": "talk",
    "lecture-speech": "talk",
    "blog-post": "post",
    "standards-and-policy": "standard",
    "podcast": "episode",
}
Row = Mapping[str, Any]


def identity_of(record: object, orcid: str) -> IdentityRecord:
    """The person, by the name they chose to be credited with."""
    person = values.get(record, "person")
    given, family = (
        values.text(person, "name", part, "value", most=100) for part in ("given-names", "family-name")
    )
    credit = values.text(person, "name", "credit-name", "value", most=200)
    links = [
        values.address(row, "url", "value")
        for row in values.rows(person, "researcher-urls", "researcher-url")
    ]
    mails = [values.text(row, "email", most=320) for row in values.rows(person, "emails", "email")]
    return IdentityRecord(
        service=SERVICE,
        account=orcid,
        name=credit or f"{given} {family}".strip() or orcid,
        profile=f"https://orcid.org/{orcid}",
        mails=tuple(mail for mail in mails if "@" in mail),
        links=tuple(dict.fromkeys(link for link in links if link)),
        orcid=orcid,
        employments=tuple(_employments(record)),
        whole_history=True,
    )


def _employments(record: object) -> Iterator[Employment]:
    for group in values.rows(record, "activities-summary", "employments", "affiliation-group"):
        for row in values.rows(group, "summaries"):
            summary = values.get(row, "employment-summary")
            if where := values.text(summary, "organization", "name", most=300):
                yield Employment(
                    where,
                    since=date_of(values.get(summary, "start-date")),
                    until=date_of(values.get(summary, "end-date")),
                    role=values.text(summary, "role-title", most=200),
                )


def works_of(record: object, who: IdentityRecord, since: date) -> tuple[list[ItemRecord], list[str]]:
    """Works since a day, one for each group of the same work; and a sentence for what makes no sense."""
    found: list[ItemRecord] = []
    problems: list[str] = []
    for group in values.rows(record, "activities-summary", "works", "group"):
        # The first is the one its owner prefers.
        row = next(values.rows(group, "work-summary"), None)
        title, code = (
            values.text(row, "title", "title", "value", most=1000),
            values.text(row, "put-code", most=40),
        )
        if row is None or not title or not code:
            problems.append(f"{title[:80] or 'A work'} has no title or no number, and was left out.")
            continue
        published = date_of(values.get(row, "publication-date"))
        if published is not None and published >= since and len(found) < MOST_WORKS:
            found.append(_work(row, title, code, published, who))
    return found, problems


def _work(row: Row, title: str, code: str, published: date, who: IdentityRecord) -> ItemRecord:
    where = values.text(row, "journal-title", "value", most=300)
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{who.account}:{code}",
            title=title,
            link=link_of(row),
            published=values.midnight(published),
            authors=(Author(who.name, who.address),),
            content_html=values.paragraphs(where),
        ),
        kind=KINDS.get(values.text(row, "type", most=40), "paper"),
        authors=((SERVICE, who.account),),
    )


def link_of(row: Row) -> str:
    """Its DOI before any other address."""
    for one in values.rows(row, "external-ids", "external-id"):
        if values.text(one, "external-id-type").lower() == "doi":
            number = values.text(one, "external-id-value", most=300).rpartition("doi.org/")[2]
            if number.startswith("10."):
                return f"https://doi.org/{number}"
    return values.address(row, "url", "value")


def date_of(value: object) -> date | None:
    """A date of ORCID's: year, and month and day where they are given."""
    parts = [values.text(value, part, "value", most=4) for part in ("year", "month", "day")]
    if not parts[0].isdigit():
        return None
    month, day = (part.zfill(2) if part.isdigit() else "01" for part in parts[1:])
    return values.day(f"{parts[0].zfill(4)}-{month}-{day}") or values.day(f"{parts[0].zfill(4)}")
