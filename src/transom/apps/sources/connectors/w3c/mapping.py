"""W3C's objects to records. Links between objects are addresses; the last part of a user's is its key. Never raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.parse.model import ParsedEntry

SERVICE = "w3c"
TYPES = {
    "wg": "working group",
    "ig": "interest group",
    "cg": "community group",
    "bg": "business group",
    "tf": "task force",
    "other": "group",
}
_VERSION = re.compile(r"/versions/(\d{4})(\d\d)(\d\d)$")
Row = Mapping[str, Any]


def links(value: object, name: str) -> list[Row]:
    """The objects of a list, embedded or linked; both have an address, and a title or a name."""
    return list(values.rows(value, "_embedded", name)) or list(values.rows(value, "_links", name))


def key_of(row: object) -> str:
    """A user's key: the end of their address, however they are given."""
    where = values.text(row, "href") or values.text(row, "_links", "self", "href")
    return where.rstrip("/").rpartition("/")[2][:100] if "/users/" in where else ""


def name_of(row: object) -> str:
    """What a linked or embedded object is called."""
    return values.text(row, "title", most=200) or values.text(row, "name", most=200)


@dataclass(slots=True)
class People:
    """Gathers who is in a group, each once."""

    group: str
    identities: dict[str, IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, row: Row, role: str, organisation: str = "") -> None:
        """Somebody in an office or for an organisation; who has no key or no name is said and left out."""
        key, name = key_of(row), name_of(row)
        if not key or not name:
            self.problems.append(f"Somebody in {self.group} ({name or 'without a name'}) has no address.")
            return
        works = (Employment(organisation),) if organisation else ()
        known = self.identities.get(key) or IdentityRecord(SERVICE, key, name)
        self.identities[key] = replace(
            known,
            roles=tuple(dict.fromkeys((*known.roles, f"{role} {self.group}"))),
            employments=tuple(dict.fromkeys((*known.employments, *works))),
        )

    def add_all(self, rows: Iterable[Row], role: str, organisation: str = "") -> None:
        """Several in the same office."""
        for row in rows:
            self.add(row, role, organisation)

    def join(self, offices: People, *, others: bool, but: Set[str]) -> None:
        """Adds offices to those who are here; and with `others` those who are not, `but` whoever came before."""
        self.problems += offices.problems
        for key, one in offices.identities.items():
            known = self.identities.get(key)
            if known is not None:
                self.identities[key] = replace(known, roles=tuple(dict.fromkeys((*one.roles, *known.roles))))
            elif others and key not in but:
                self.identities[key] = one


def specifications(rows: Iterable[Row], group: str) -> tuple[list[ItemRecord], list[str]]:
    """Specifications as standards, on the day of their latest version; one without name or address is left out."""
    found, problems = [], []
    for row in rows:
        short, title = values.text(row, "shortname", most=100), name_of(row)
        link = values.address(row, "shortlink") or (f"https://www.w3.org/TR/{short}/" if short else "")
        version = _VERSION.search(values.text(row, "_links", "latest-version", "href"))
        day = values.day("-".join(version.groups())) if version else None
        if not short or not title or not values.address(link):
            problems.append(f"A specification of {group} ({title or 'without a title'}) was left out.")
            continue
        when = values.midnight(day) if day else None
        text = values.body(row, "description", most=20_000)
        found.append(
            ItemRecord(
                ParsedEntry(
                    id=f"{SERVICE}:{short}",
                    title=title,
                    link=link,
                    published=when,
                    updated=when,
                    content_html=text if "<" in text else values.paragraphs(text),
                    language="en",
                ),
                kind="standard",
            )
        )
    return found, problems
