"""Asking Datatracker's read-only interface (Tastypie): pages by `meta.next`, no key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.datatracker.mapping import documents, identities, key_of, meetings
from transom.apps.sources.connectors.datatracker.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor, EventRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort

PAGE = 50
BACK = timedelta(days=730)
API = "/api/v1"
Row = Mapping[str, Any]


class WorkingGroups(Connector):
    name = "datatracker"
    title = "IETF working groups (Datatracker)"
    says = "A working group's documents as they change, who chairs it and who writes, and when it meets."
    asks = (Ask("group", "The group's acronym, for example httpbis.", "httpbis", label="Group"), AT)
    channel = "standards body"
    home = "https://datatracker.ietf.org"
    every_minutes = 12 * 60
    limits = "Two years back. What is said on a group's mailing list is not part of it."
    sample = {"group": "stacks"}

    def address(self, query: Query) -> str:
        return f"{self.base(query)}/group/{query['group']}/about/"

    def recognise(self, text: str) -> Meant | None:
        place = r"https?://datatracker\.ietf\.org/(?:wg|rg|group)/([A-Za-z0-9-]+)(?:/.*)?"
        found = re.fullmatch(place, text)
        return Meant({"group": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        group = query["group"].lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", group):
            raise SourceError(f"{group[:80]!r} is no acronym of a group, such as httpbis.", permanent=True)
        return {**query, "group": group}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        parameters = {"name__icontains": words.strip(), "state": "active", "limit": "20"}
        rows = await _rows(client, f"{server or self.home}{API}/group/group/", parameters)
        return [
            Suggestion(
                {"group": acronym},
                values.text(row, "name", most=200),
                values.text(row, "description", most=300),
            )
            for row in rows
            if (acronym := values.text(row, "acronym", most=40))
        ]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page of documents, oldest change first; the first page brings the group, its officers and meetings too."""
        site, group = self.base(query), query["group"]
        since = values.moment(cursor.get("since")) or now - BACK
        offset, first = values.whole(cursor.get("offset")) or 0, not cursor.get("more")
        wanted = asking.Wanted(f"{site}{API}/doc/document/", _changed(group, since, offset))
        told = await asking.ask_json(client, wanted)
        rows = asking.rows_of(told.value, told.response.url, "objects")
        names = [name for row in rows if (name := values.text(row, "name", most=200))]
        authors = await _all(client, f"{site}{API}/doc/documentauthor/", "document__name__in", names)
        about, roles, events, problems = (
            await self._group(client, site, group, now) if first else ({}, None, [], [])
        )
        people = await _people(client, site, [*authors, *(roles or ())])
        elsewhere = await _elsewhere(client, site, list(people))
        more = bool(values.text(told.value, "meta", "next"))
        newest = max([when for row in rows if (when := values.moment(row, "time"))], default=since)
        return Batch(
            items=tuple(documents(rows, authors, people, site)),
            events=tuple(events),
            identities=tuple(
                identities(
                    people, roles, authors, values.text(about, "name", most=200) or group, site, elsewhere
                )
            ),
            cursor=_next(since, newest, offset, more),
            more=more and bool(rows),
            title=values.text(about, "name", most=200),
            site=self.address(query),
            language="en",
            problems=tuple(problems),
        )

    async def _group(
        self, client: HttpPort, site: str, group: str, now: datetime
    ) -> tuple[Row, list[Row], list[EventRecord], list[str]]:
        found = await _rows(client, f"{site}{API}/group/group/", {"acronym": group})
        if not found:
            url = f"{site}/group/{group}/"
            raise FetchError("http-status", f"Datatracker knows no group {group!r}.", url=url, status=404)
        roles = await _rows(client, f"{site}{API}/group/role/", {"group__acronym": group, "limit": "100"})
        try:
            wanted = asking.Wanted(
                f"{site}/meeting/upcoming.ics", {"show": group}, accept="text/calendar, */*;q=0.5"
            )
            body = (await asking.ask(client, wanted)).body
            events, problems = meetings(body, group, values.text(found[0], "name", most=200), now), []
        except FetchError as error:
            events, problems = [], [f"Its meetings could not be read: {error.message}"]
        return found[0], roles, events, problems


def _next(since: datetime, newest: datetime, offset: int, more: bool) -> Cursor:
    """Goes on by time, so that a document that changes meanwhile makes none be skipped; by place within one second."""
    stuck = more and int(newest.timestamp()) == int(since.timestamp())
    return {"since": newest.isoformat(), "offset": offset + PAGE if stuck else 0, "more": more}


def _changed(group: str, since: datetime, offset: int) -> dict[str, str | list[str]]:
    return {
        "group__acronym": group,
        "type__in": ["draft", "rfc"],
        "time__gte": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "order_by": "time",
        "limit": str(PAGE),
        "offset": str(offset),
        "format": "json",
    }


async def _people(client: HttpPort, site: str, rows: Iterable[Row]) -> dict[str, Row]:
    keys = list(dict.fromkeys(key for row in rows if (key := key_of(row, "person")).isdigit()))
    found = await _all(client, f"{site}{API}/person/person/", "id__in", keys)
    return {str(number): row for row in found if (number := values.whole(row, "id")) is not None}


async def _elsewhere(client: HttpPort, site: str, keys: list[str]) -> list[Row]:
    """What these say of themselves elsewhere; none where the service does not tell, which costs nothing else."""
    try:
        return await _all(client, f"{site}{API}/person/personextresource/", "person__id__in", keys)
    except (FetchError, ParseError):
        return []


async def _all(client: HttpPort, url: str, name: str, keys: list[str]) -> list[Row]:
    """The objects with one of these keys, some at a time; none are asked for where there are no keys."""
    found: list[Row] = []
    for start in range(0, len(keys), PAGE):
        found += await _rows(client, url, {name: ",".join(keys[start : start + PAGE]), "limit": "500"})
    return found


async def _rows(client: HttpPort, url: str, parameters: Mapping[str, str]) -> list[Row]:
    told = await asking.ask_json(client, asking.Wanted(url, {**parameters, "format": "json"}))
    return asking.rows_of(told.value, told.response.url, "objects")
