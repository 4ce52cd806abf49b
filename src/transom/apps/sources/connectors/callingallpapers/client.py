"""Asking CallingAllPapers: one list of everything that is open; what is wanted of it is chosen here."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.callingallpapers.mapping import events_of, is_meant
from transom.apps.sources.connectors.callingallpapers.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.records import Batch, Cursor, EventRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

EVERYTHING = "everything"


class Calls(Connector):
    name = "callingallpapers"
    title = "Calls for papers (CallingAllPapers)"
    says = "Open calls of conferences on software, gathered from several lists, with the days they close."
    asks = (
        Ask(
            "about",
            "Words that name, tags, place or description have; or everything.",
            "security",
            label="About",
        ),
        AT,
    )
    channel = "conference"
    home = "https://api.callingallpapers.com"
    every_minutes = 12 * 60
    limits = (
        "Conferences on software, as far as the lists that it gathers name them; only calls that are open."
    )
    free_words = True
    sample = {"about": "shelves"}

    def address(self, query: Query) -> str:
        site = query["at"].rstrip("/") if query.get("at") else "https://callingallpapers.com"
        return f"{site}/#{query['about'].replace(' ', '+')}"

    def recognise(self, text: str) -> Meant | None:
        place = r"https?://(?:www\.|api\.)?callingallpapers\.com(?:/.*)?"
        return Meant({"about": EVERYTHING}) if re.fullmatch(place, text) else None

    def tidy(self, query: Query) -> Query:
        about = " ".join(query["about"].casefold().split())
        if not any(one.isalnum() for one in about):
            raise SourceError(
                f"{about!r} names nothing to look for. Say a word, or everything.", permanent=True
            )
        return {**query, "about": about}

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        url = f"{self.base(query)}/v1/cfp"
        remembered = asking.Remembered.of(cursor, url)
        told = await asking.ask_json(client, asking.Wanted(url, remembered=remembered, max_bytes=10 * MIB))
        digest = hashlib.sha256(told.response.body).hexdigest()[:32]
        if told.unchanged or cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        if not isinstance(values.get(told.value, "cfps"), list):
            raise asking.unlike(url, 'there is no list "cfps" in it.')
        words = [] if query["about"] == EVERYTHING else query["about"].split()
        events: dict[str, EventRecord] = {}
        problems: list[str] = []
        for row in values.rows(told.value, "cfps"):
            if is_meant(row, words):
                found, problem = events_of(row)
                events |= {one.uid: one for one in found}
                problems += [problem] if problem else []
        return Batch(
            events=tuple(events.values()),
            cursor={"seen": asking.Remembered.from_answer(told.response, url), "hash": digest},
            title=f"Calls: {query['about']}",
            site="https://callingallpapers.com",
            problems=tuple(problems[:20]),
        )
