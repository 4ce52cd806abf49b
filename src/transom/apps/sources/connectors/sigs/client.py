"""Fetching a sigs.yaml: one file, asked for conditionally, worked out again every week as dates come nearer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.sigs.mapping import groups_of, is_meant, mapped
from transom.apps.sources.connectors.sigs.reading import NotReadableError, read
from transom.apps.sources.connectors.sigs.server import sample_service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

LARGEST = 4 * MIB
EXPAND_EVERY = timedelta(days=3)
FILE = "sigs.yaml"
_LIST = re.compile(r"([\w-]{1,39}/[\w.-]{1,100})(?:/([^?#]+\.ya?ml))?", re.I)
_ON_GITHUB = re.compile(
    r"https?://(?:www\.)?github\.com/([\w-]+/[\w.-]+)/blob/[^/]+/([^?#]*sigs\.ya?ml)(?:[?#].*)?"
)
_FOLDER = re.compile(
    r"https?://(?:www\.)?github\.com/(kubernetes/community)/tree/[^/]+/([\w-]+)/?(?:[?#].*)?"
)


class Groups(Connector):
    name = "sigs"
    title = "Groups of a project (sigs.yaml)"
    says = (
        "Special interest and working groups of a project such as Kubernetes: who leads them, when they meet."
    )
    asks = (
        Ask("where", "The repository with the list.", "kubernetes/community", label="Repository"),
        Ask("group", "One group only, for example security.", "security", optional=True, label="Group"),
        AT,
    )
    channel = "standards body"
    home = "https://raw.githubusercontent.com"
    every_minutes = 24 * 60
    limits = "Two months ahead. Groups that meet every other week often leave out in which; then both weeks are shown."
    sample = {"where": "shelf/community"}

    def address(self, query: Query) -> str:
        site = (query.get("at") or "https://github.com").rstrip("/")
        place, file = _parts(query["where"])
        group = f"#{query['group']}" if query.get("group") else ""
        return f"{site}/{place}/blob/HEAD/{file}{group}"

    def recognise(self, text: str) -> Meant | None:
        if found := _ON_GITHUB.fullmatch(text):
            return Meant({"where": found[1] if found[2] == FILE else f"{found[1]}/{found[2]}"})
        if (found := _FOLDER.fullmatch(text)) and re.match(r"(?:sig|wg|ug|committee)-", found[2]):
            return Meant({"where": found[1], "group": found[2]})
        return None

    def tidy(self, query: Query) -> Query:
        if found := _ON_GITHUB.fullmatch(query["where"]):
            query = {**query, "where": f"{found[1]}/{found[2]}"}
        where = query["where"].strip("/")
        if not _LIST.fullmatch(where) or ".." in where.split("/"):
            raise SourceError(
                f"{where[:100]!r} is no repository, such as kubernetes/community.", permanent=True
            )
        place, file = _parts(where)
        kept = {**query, "where": place if file == FILE else f"{place}/{file}"}
        return {**kept, "group": query["group"].lower()} if query.get("group") else kept

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        place, file = _parts(query["where"])
        url = f"{self.base(query)}/{place}/HEAD/{file}"
        remembered = asking.Remembered.of(cursor, url) if _is_fresh(cursor, now) else asking.Remembered()
        wanted = asking.Wanted(url, accept="text/plain, */*;q=0.5", remembered=remembered, max_bytes=LARGEST)
        response = await asking.ask(client, wanted)
        if response.status == 304:
            return Batch(cursor=cursor, unchanged=True)
        try:
            groups = groups_of(read(response.body.decode("utf-8-sig", "replace")))
        except NotReadableError as error:
            raise asking.unlike(url, f"it is no list of groups ({error}).") from error
        if not groups:
            raise asking.unlike(url, "no group stands in it.")
        if query.get("group"):
            groups = [one for one in groups if is_meant(one, query["group"])]
            if not groups:
                words = f"There is no group {query['group']!r} in {place}'s list."
                raise FetchError("http-status", words, url=url, status=404)
        site = self.address({**query, "group": ""}).rpartition("/")[0]
        found = mapped(groups, site, now)
        return Batch(
            events=tuple(found.events),
            identities=tuple(found.identities.values()),
            cursor={
                "seen": asking.Remembered.from_answer(response, url),
                "expanded": now.astimezone(UTC).isoformat(),
            },
            title=groups[0].says if query.get("group") else f"{place}: groups",
            site=self.address(query),
            whole_from=now,
            problems=tuple(found.problems[:20]),
        )


def _parts(where: str) -> tuple[str, str]:
    found = _LIST.fullmatch(where)
    return (found[1], found[2] or FILE) if found else (where, FILE)


def _is_fresh(cursor: Cursor, now: datetime) -> bool:
    try:
        return timedelta() <= now - datetime.fromisoformat(str(cursor.get("expanded"))) < EXPAND_EVERY
    except (ValueError, TypeError):
        return False
