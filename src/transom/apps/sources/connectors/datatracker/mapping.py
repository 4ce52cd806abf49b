"""Datatracker's objects to records. Links between objects are resource addresses; their last part is the key."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.ical.mapping import understood
from transom.apps.sources.connectors.records import (
    Employment,
    EventKind,
    EventRecord,
    IdentityRecord,
    ItemRecord,
)
from transom.engine.core import addresses
from transom.engine.parse.affiliation import without_mails
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "ietf"
PLACES = {
    "github_username": "https://github.com/{}",
    "gitlab_username": "https://gitlab.com/{}",
    "orcid": "https://orcid.org/{}",
    "webpage": "{}",
}
"""Kinds of places elsewhere that people name, and the address of each."""
ROLES = {
    "chair": "chair",
    "secr": "secretary",
    "ad": "area director",
    "techadv": "technical adviser",
    "delegate": "delegate",
}
Row = Mapping[str, Any]


def key_of(value: object, *path: str | int) -> str:
    """The key at the end of a resource address: "/api/v1/person/person/105/" is "105"."""
    return values.text(value, *path).rstrip("/").rpartition("/")[2]


def documents(
    rows: Iterable[Row], authors: Sequence[Row], people: Mapping[str, Row], site: str
) -> list[ItemRecord]:
    """Drafts and RFCs as items; one that has no name or title is left out."""
    by_document: dict[str, list[Row]] = defaultdict(list)
    for author in authors:
        by_document[key_of(author, "document")].append(author)
    found, profiles = [], _profiles(people, site)
    for row in rows:
        name, title = values.text(row, "name", most=200), values.text(row, "title", most=500)
        if name and title:
            wrote = sorted(by_document[name], key=lambda one: values.whole(one, "order") or 0)
            keys = [key_of(one, "person") for one in wrote]
            found.append(_document(row, name, title, keys, people, profiles, site))
    return found


def _document(
    row: Row,
    name: str,
    title: str,
    wrote: list[str],
    people: Mapping[str, Row],
    profiles: Mapping[str, str],
    site: str,
) -> ItemRecord:
    revision, page_count = values.text(row, "rev", most=10), values.whole(row, "pages")
    facts = [f"Revision {revision}" if revision else "", f"{page_count} pages" if page_count else ""]
    told = ", ".join(one for one in facts if one)
    when = values.moment(row, "time")
    known = [one for one in wrote if one in people and _name(people[one])]
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{name}",
            title=title,
            link=f"{site}/doc/{name}/",
            published=when,
            updated=when,
            authors=tuple(Author(_name(people[one]), profiles[one] or f"{SERVICE}:{one}") for one in known),
            content_html=values.paragraphs(values.body(row, "abstract"))
            + (f"<p>{told}.</p>" if told else ""),
            language="en",
        ),
        kind="standard",
        authors=tuple((SERVICE, one) for one in known),
    )


def identities(
    people: Mapping[str, Row],
    roles: Iterable[Row] | None,
    authors: Iterable[Row],
    group: str,
    site: str,
    elsewhere: Iterable[Row] = (),
) -> list[IdentityRecord]:
    """Everybody who wrote a document or holds an office in the group of this name.

    Without `roles`, on later pages of a round, nothing is said of offices: the first page told all of them.
    """
    offices: dict[str, list[str]] = defaultdict(list)
    mails: dict[str, dict[str, None]] = defaultdict(dict)
    works: dict[str, dict[str, None]] = defaultdict(dict)
    for row in roles or ():
        person, office = key_of(row, "person"), key_of(row, "name")
        if office:
            offices[person].append(f"{ROLES.get(office, office)} of {group}")
        _add_mail(mails[person], key_of(row, "email"))
    for row in authors:
        person = key_of(row, "person")
        _add_mail(mails[person], key_of(row, "email"))
        if where := without_mails(values.text(row, "affiliation", most=300)):
            works[person][where] = None
    profiles, links = _profiles(people, site), _links(elsewhere)
    return [
        IdentityRecord(
            service=SERVICE,
            account=key,
            name=_name(row),
            profile=profiles[key],
            mails=tuple(mails[key]),
            links=tuple(links[key]),
            employments=tuple(Employment(where) for where in works[key]),
            roles=tuple(dict.fromkeys(offices[key])),
            roles_told=roles is not None,
        )
        for key, row in people.items()
        if _name(row)
    ]


def meetings(raw: bytes, group: str, named: str, now: datetime) -> list[EventRecord]:
    """The group's sessions among all upcoming ones; their titles begin with its acronym, which is left out."""
    found = []
    for event in understood(raw, now).events:
        first = event.title.casefold().partition(" ")[0].rstrip(":-")
        if first == group or event.uid.casefold().endswith(f"-{group}"):
            found.append(
                replace(
                    event,
                    title=_without(group, event.title),
                    kind=EventKind.MEETING,
                    organiser=event.organiser or named or group,
                    closes_at=None,
                )
            )
    return found


def _without(group: str, title: str) -> str:
    """``CP 14: last call`` of ``cp14 - CP 14: last call``; the title as it is, where nothing else is in it."""
    found = re.fullmatch(re.escape(group) + r"\s*[-:\u2013]\s*(\S.*)", title, re.IGNORECASE)
    return found[1] if found else title


def _add_mail(mails: dict[str, None], mail: str) -> None:
    if "@" in mail:
        mails[mail] = None


def _links(elsewhere: Iterable[Row]) -> dict[str, dict[str, None]]:
    """Where people say that they are found elsewhere: claims, which join nobody unless the other place agrees."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in elsewhere:
        value, place = values.text(row, "value", most=500), PLACES.get(key_of(row, "name"))
        if place and (link := values.address({"at": place.format(value.lstrip("@"))}, "at") if value else ""):
            found[key_of(row, "person")][link] = None
    return found


def _name(row: Row) -> str:
    return values.text(row, "name", most=200) or values.text(row, "plain", most=200)


def _profiles(people: Mapping[str, Row], site: str) -> dict[str, str]:
    """The pages of these that people read; none of namesakes, who share one.

    By name: they are found by a mail address too, but those are not shown.
    """
    counts = Counter(_name(row) for row in people.values())
    found = {key: f"{site}/person/{quote(_name(row), safe='')}" for key, row in people.items()}
    return {
        key: where if counts[_name(people[key])] == 1 and addresses.is_http(where) else ""
        for key, where in found.items()
    }
