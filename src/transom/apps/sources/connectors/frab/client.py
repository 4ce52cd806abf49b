"""Fetching a programme: one document, asked for conditionally."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.frab.mapping import mapped
from transom.apps.sources.connectors.frab.server import sample_service
from transom.apps.sources.connectors.interface import Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.apps.sources.privacy import carries_secret
from transom.engine.core import addresses
from transom.engine.core.errors import ParseError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

LARGEST = 15 * MIB


class Schedules(Connector):
    name = "frab"
    title = "Conference programmes (schedule XML)"
    says = (
        "A conference whose programme is published as schedule.xml: its dates, its talks and who gives them."
    )
    asks = (
        Ask(
            "address",
            "The programme's address; it often ends in schedule.xml.",
            "https://conference.example/2027/schedule.xml",
            label="Address",
        ),
    )
    channel = "conference"
    every_minutes = 12 * 60
    limits = "Talks once their programme is published."
    sample = {"address": "/2027/schedule.xml"}

    def address(self, query: Query) -> str:
        return query["address"]

    def recognise(self, text: str) -> Meant | None:
        named = addresses.is_http(text) and re.search(
            r"/(?:schedule|pentabarf)[\w.-]*\.xml$", urlsplit(text).path
        )
        return Meant({"address": text}) if named else None

    def tidy(self, query: Query) -> Query:
        given = query["address"].partition("#")[0]
        if query.get("at") and given.startswith("/"):
            given = query["at"].rstrip("/") + given
        if not addresses.is_http(given):
            raise SourceError(f"{given[:200]!r} is no address. It begins with https://.", permanent=True)
        return {"address": given}

    def is_private(self, query: Query) -> bool:
        return carries_secret(query["address"])

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        url = query["address"]
        wanted = asking.Wanted(
            url,
            accept="application/xml, text/xml, */*;q=0.5",
            remembered=asking.Remembered.of(cursor, url),
            max_bytes=LARGEST,
        )
        response = await asking.ask(client, wanted)
        digest = hashlib.sha256(response.body).hexdigest()[:32]
        if response.status == 304 or cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        found = mapped(response.body, url)
        if not found.is_schedule:
            raise ParseError(f"{url[:200]} is no conference's programme as schedule XML.", looks_like="")
        return Batch(
            items=tuple(found.items),
            events=(found.conference,) if found.conference else (),
            identities=tuple(found.identities.values()),
            cursor={"seen": asking.Remembered.from_answer(response, url), "hash": digest},
            title=found.title,
            problems=tuple(found.problems[:20]),
        )
