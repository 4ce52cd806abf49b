"""Reading a programme from Sessionize by the id that its organiser gives out."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.connectors.sessionize.mapping import conference_of, speakers_of, talks_of
from transom.apps.sources.connectors.sessionize.server import sample_service
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

_VIEW = re.compile(r"https?://(?:www\.)?sessionize\.com/api/v2/([A-Za-z0-9]+)(?:/.*)?")


class Programmes(Connector):
    name = "sessionize"
    title = "Conference programmes (Sessionize)"
    says = "A conference's talks and who gives them, where its organiser has made the programme readable."
    asks = (
        Ask(
            "id",
            "What follows /api/v2/ in the address that the conference's pages load.",
            "a1b2c3d4",
            label="Programme's id",
        ),
        Ask(
            "name",
            "What the conference is called; Sessionize does not say.",
            "Stacks 2027",
            True,
            label="Name",
        ),
        Ask("site", "The conference's own address.", "https://stacks.example", True, label="Site"),
        AT,
    )
    channel = "conference"
    home = "https://sessionize.com"
    every_minutes = 12 * 60
    limits = (
        "Only conferences that open their programme so. Hours are the place's own; Sessionize names no zone."
    )
    sample = {"id": "stack5x7", "name": "Stacks 2027"}

    def address(self, query: Query) -> str:
        named = "".join(f"#{query[one]}" for one in ("name", "site") if query.get(one))
        return f"{self.base(query)}/api/v2/{query['id']}/view/All{named.replace(' ', '-')}"

    def recognise(self, text: str) -> Meant | None:
        found = _VIEW.fullmatch(text)
        return Meant({"id": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        found = _VIEW.fullmatch(query["id"])
        key = found[1] if found else query["id"]
        if not re.fullmatch(r"[A-Za-z0-9]{4,24}", key):
            raise SourceError(f"{key[:80]!r} is no id of Sessionize, such as a1b2c3d4.", permanent=True)
        if query.get("site") and not addresses.is_http(query["site"]):
            raise SourceError(f"{query['site'][:100]!r} is no web address.", permanent=True)
        return {**query, "id": key}

    def understood(self, words: str) -> Query:
        """The id first; what follows it is the conference's name."""
        key, _, name = words.strip().partition(" ")
        if name and "=" not in name:
            return self.checked({"id": key, "name": name})
        return super().understood(words)

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        url = f"{self.base(query)}/api/v2/{query['id']}/view/All"
        remembered = asking.Remembered.of(cursor, url)
        told = await asking.ask_json(client, asking.Wanted(url, remembered=remembered, max_bytes=10 * MIB))
        digest = hashlib.sha256(told.response.body).hexdigest()[:32]
        if told.unchanged or cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        if not isinstance(values.get(told.value, "sessions"), list):
            raise asking.unlike(url, 'there is no list "sessions" in it.')
        name = query.get("name", "")
        speakers = speakers_of(told.value, name)
        items, problems = talks_of(told.value, speakers, query["id"])
        conference = conference_of(told.value, name, query["id"], query.get("site", ""))
        return Batch(
            items=tuple(items),
            events=(conference,) if conference else (),
            identities=tuple(speakers.values()),
            cursor={"seen": asking.Remembered.from_answer(told.response, url), "hash": digest},
            title=name or f"Sessionize {query['id']}",
            site=query.get("site", ""),
            problems=tuple(problems[:20]),
        )
