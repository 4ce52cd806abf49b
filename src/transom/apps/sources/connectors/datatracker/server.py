"""A Datatracker with one group: Tastypie's pages and look-ups, as far as the connector uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.ical.server import calendar
from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]
# How the filters of each look-up are found in an object: by the key at the end of its links.
PLAIN = {"acronym", "state"}


@dataclass(slots=True)
class World:
    """What this Datatracker knows, by kind of object."""

    groups: list[Row] = field(default_factory=list)
    roles: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    authors: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    elsewhere: list[Row] = field(default_factory=list)
    meetings: bytes = b""


def service(world: World) -> Service:
    """Serves a world."""
    tables = {
        "/api/v1/group/group/": world.groups,
        "/api/v1/group/role/": world.roles,
        "/api/v1/doc/document/": world.documents,
        "/api/v1/doc/documentauthor/": world.authors,
        "/api/v1/person/person/": world.people,
        "/api/v1/person/personextresource/": world.elsewhere,
    }

    def answer(asked: Asked) -> Reply:
        if asked.path == "/meeting/upcoming.ics":
            return Reply(body=world.meetings, content_type="text/calendar; charset=utf-8")
        if asked.path not in tables:
            return not_found()
        rows = [row for row in tables[asked.path] if _fits(row, asked.query)]
        if order := asked.one("order_by"):
            rows.sort(key=lambda row: str(row[order]))
        return _page(rows, asked)

    return answer


def _page(rows: list[Row], asked: Asked) -> Reply:
    limit, offset = asked.number("limit", 20), asked.number("offset", 0)
    more = offset + limit < len(rows)
    meta = {
        "limit": limit,
        "offset": offset,
        "next": f"{asked.path}?limit={limit}&offset={offset + limit}" if more else None,
        "previous": None,
        "total_count": len(rows),
    }
    shown = [
        {name: value for name, value in row.items() if name[0] != "_"}
        for row in rows[offset : offset + limit]
    ]
    return as_json({"meta": meta, "objects": shown})


def _fits(row: Row, query: Mapping[str, list[str]]) -> bool:
    for name, given in query.items():
        if name == "time__gte" and str(row["time"])[:19] < given[0]:
            return False
        if name in ("acronym", "state") and row.get(name) != given[0]:
            return False
        if name == "group__acronym" and row.get("_group") != given[0]:
            return False
        if name == "name__icontains" and given[0].casefold() not in str(row["name"]).casefold():
            return False
        if name == "id__in" and str(row["id"]) not in given[0].split(","):
            return False
        if name == "person__id__in" and str(row["person"]).split("/")[-2] not in given[0].split(","):
            return False
        if name == "document__name__in" and row.get("_document") not in given[0].split(","):
            return False
    return True


def person(number: int, name: str) -> Row:
    uri = f"/api/v1/person/person/{number}/"
    return {"id": number, "name": name, "ascii": name, "plain": "", "biography": "", "resource_uri": uri}


def elsewhere(number: int, who: int, kind: str, value: str) -> Row:
    return {
        "id": number,
        "person": f"/api/v1/person/person/{who}/",
        "name": f"/api/v1/name/extresourcename/{kind}/",
        "value": value,
        "display_name": "",
    }


def role(number: int, who: int, office: str, mail: str, group: str) -> Row:
    return {
        "id": number,
        "person": f"/api/v1/person/person/{who}/",
        "name": f"/api/v1/name/rolename/{office}/",
        "email": f"/api/v1/person/email/{mail}/",
        "group": "/api/v1/group/group/1/",
        "_group": group,
    }


def document(name: str, title: str, when: datetime, group: str, rev: str = "00") -> Row:
    return {
        "name": name,
        "title": title,
        "rev": rev,
        "pages": 23,
        "abstract": f"What {title} is about.\n\nAnd why.",
        "time": when.isoformat(),
        "group": "/api/v1/group/group/1/",
        "type": "/api/v1/name/doctypename/draft/",
        "resource_uri": f"/api/v1/doc/document/{name}/",
        "_group": group,
    }


def author(name: str, who: int, order: int, affiliation: str, mail: str) -> Row:
    return {
        "document": f"/api/v1/doc/document/{name}/",
        "person": f"/api/v1/person/person/{who}/",
        "email": f"/api/v1/person/email/{mail}/",
        "affiliation": affiliation,
        "country": "",
        "order": order,
        "_document": name,
    }


def sample(now: datetime | None = None) -> World:
    """A group that writes about stacks: two drafts, a chair, and a meeting in a week."""
    now = now or datetime.now(UTC)
    begins = now + timedelta(days=7)
    meeting = [
        *("UID:interim-2026-stacks-01-stacks", "SUMMARY:stacks - Keeping Stacks"),
        *(f"DTSTART:{begins:%Y%m%dT%H%M%SZ}", f"DTEND:{begins + timedelta(hours=2):%Y%m%dT%H%M%SZ}"),
    ]
    other = [
        "UID:interim-2026-other-01-other",
        "SUMMARY:other - Something Else",
        f"DTSTART:{begins:%Y%m%dT%H%M%SZ}",
    ]
    return World(
        groups=[
            {
                "id": 1,
                "acronym": "stacks",
                "name": "Keeping Stacks",
                "description": "How stacks are kept.",
                "state": "active",
                "list_email": "stacks@ietf.example",
                "resource_uri": "/api/v1/group/group/1/",
            }
        ],
        roles=[role(1, 105, "chair", "hester@dry.example", "stacks")],
        documents=[
            document("draft-ietf-stacks-drift", "Drift of Shelves", now - timedelta(days=20), "stacks", "03"),
            document("draft-ietf-stacks-damp", "Damp and its Measure", now - timedelta(days=5), "stacks"),
        ],
        authors=[
            author("draft-ietf-stacks-drift", 105, 1, "Dry Rooms Ltd", "hester@dry.example"),
            author("draft-ietf-stacks-drift", 106, 2, "Veldhaven Lab", "kofi@veld.example"),
            author("draft-ietf-stacks-damp", 106, 1, "Veldhaven Lab", "kofi@veld.example"),
        ],
        people=[person(105, "Hester Quill"), person(106, "Kofi Adjei")],
        elsewhere=[
            elsewhere(1, 105, "github_username", "hester"),
            elsewhere(2, 105, "webpage", "https://dry.example/hester"),
        ],
        meetings=calendar([meeting, other]),
    )


def sample_service(now: datetime | None = None) -> Service:
    return service(sample(now))
