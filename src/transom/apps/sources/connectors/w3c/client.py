"""Asking W3C's read-only interface (HAL): no key, pages by number."""

from __future__ import annotations

import re
from datetime import datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor, ItemRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.w3c.mapping import (
    TYPES,
    People,
    Row,
    key_of,
    links,
    name_of,
    specifications,
)
from transom.apps.sources.connectors.w3c.server import sample_service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort

PAGE, MOST_PAGES, ORGANISATIONS = 200, 10, 20
AT_FIRST = 5
"""Somebody may be waiting for the first page; every organisation is a question of its own."""


class Groups(Connector):
    name = "w3c"
    title = "W3C groups"
    says = "A working, interest or community group's specifications, its chairs, and who takes part for whom."
    asks = (
        Ask("group", "Kind and short name, for example wg/aria.", "wg/aria", label="Group"),
        AT,
    )
    channel = "standards body"
    home = "https://api.w3.org"
    every_minutes = 7 * 24 * 60
    limits = "When a group meets stands in its calendar, which can be followed as one."
    sample = {"group": "wg/shelves"}

    def address(self, query: Query) -> str:
        site = (query.get("at") or "https://www.w3.org").rstrip("/")
        return f"{site}/groups/{query['group']}/"

    def recognise(self, text: str) -> Meant | None:
        kinds = "|".join(TYPES)
        found = re.fullmatch(rf"https?://(?:www|api)\.w3\.org/groups/((?:{kinds})/[\w.-]+)(?:/.*)?", text)
        if found:
            return Meant({"group": found[1]})
        found = re.fullmatch(r"https?://www\.w3\.org/community/([\w.-]+)(?:/.*)?", text)
        return Meant({"group": f"cg/{found[1]}"}) if found and found[1] != "groups" else None

    def tidy(self, query: Query) -> Query:
        group = query["group"].lower().strip("/")
        if not re.fullmatch(rf"(?:{'|'.join(TYPES)})/[\w.-]{{1,80}}", group):
            raise SourceError(f"{group[:80]!r} is no group of W3C, such as wg/aria.", permanent=True)
        return {**query, "group": group}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        """Groups whose name has these words: the list is asked for whole, as it cannot be searched."""
        wanted = words.casefold().split()
        found = []
        for row in await _all(client, f"{server or self.home}/groups", "groups"):
            name = name_of(row)
            where = re.search(r"/groups/([a-z]+/[\w.-]+)$", values.text(row, "href"))
            if where and all(word in name.casefold() for word in wanted):
                found.append(Suggestion({"group": where[1]}, name))
        return found[:20]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """Some organisations' members and officers a page; the first page brings the specifications too."""
        url = f"{self.base(query)}/groups/{query['group']}"
        begin = (values.whole(cursor.get("place")) or 0) if cursor.get("more") else 0
        about = (await asking.ask_json(client, asking.Wanted(url))).value
        title = name_of(about)
        if not title:
            raise asking.unlike(url, "it sent a group without a name.")
        items, odd = await _specifications(client, url, title) if not begin else ([], [])
        people = People(title)
        rows = await _all(client, f"{url}/participations", "participations", embed=True)
        end = begin + (ORGANISATIONS if cursor else AT_FIRST)
        for row in rows[begin:end]:
            await _member(client, row, people, self.base(query))
        more = end < len(rows)
        offices = await _offices(client, url, title)
        # What one page says of somebody takes the place of what another said, so offices go with membership; those
        # who hold one without being listed as members come last.
        known = values.texts(cursor.get("come"), most=500) if begin else ()
        come = {*known, *people.identities} & offices.identities.keys()
        people.join(offices, others=not more, but=come)
        following: Cursor = {"place": end, "come": sorted(come), "more": True}
        return Batch(
            items=tuple(items),
            identities=tuple(people.identities.values()),
            cursor=following if more else {"more": False},
            more=more,
            title=title,
            site=self.address(query),
            language="en",
            problems=tuple([*people.problems, *odd][:20]),
        )


async def _specifications(client: HttpPort, url: str, title: str) -> tuple[list[ItemRecord], list[str]]:
    return specifications(await _all(client, f"{url}/specifications", "specifications", embed=True), title)


async def _offices(client: HttpPort, url: str, title: str) -> People:
    found = People(title)
    found.add_all(await _all(client, f"{url}/chairs", "chairs"), "chair of")
    found.add_all(await _all(client, f"{url}/team-contacts", "team-contacts"), "team contact of")
    return found


async def _member(client: HttpPort, row: Row, people: People, base: str) -> None:
    """One participation: somebody for themselves, or everybody whom an organisation sends."""
    user = values.get(row, "_links", "user")
    if key_of(user):
        invited = values.get(row, "invited-expert") is True
        people.add(user, "invited expert in" if invited else "member of")
        return
    organisation = values.text(row, "_links", "organization", "title", most=300)
    where = re.search(
        r"/participations/\d+/participants$", values.text(row, "_links", "participants", "href")
    )
    if not organisation or not where:
        people.problems.append(f"A member of {people.group} names neither a person nor an organisation.")
        return
    # On the server that was asked, whatever host the link names.
    people.add_all(await _all(client, f"{base}{where[0]}", "participants"), "member of", organisation)


async def _all(client: HttpPort, url: str, name: str, *, embed: bool = False) -> list[Row]:
    """All objects of a list, page after page; none where the group has no such list."""
    found: list[Row] = []
    for number in range(1, MOST_PAGES + 1):
        parameters: dict[str, str | list[str]] = {"items": str(PAGE), "page": str(number)}
        if embed:
            parameters["embed"] = "1"
        try:
            told = await asking.ask_json(client, asking.Wanted(url, parameters))
        except FetchError as error:
            if error.status == 404 and number == 1:
                return []
            raise
        if not isinstance(told.value, dict):
            raise asking.unlike(url, "it sent no object.")
        found += links(told.value, name)
        if number >= (values.whole(told.value, "pages") or 1):
            break
    return found
