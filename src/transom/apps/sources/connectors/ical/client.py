"""Fetching a subscribed calendar."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.ical.mapping import BACK, understood
from transom.apps.sources.connectors.ical.server import sample_service
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
EXPAND_EVERY = timedelta(days=7)


class Calendars(Connector):
    name = "ical"
    title = "Calendars (iCalendar)"
    says = "A calendar that can be subscribed to: of a society, a committee, a venue, a colleague."
    asks = (
        Ask(
            "address",
            "The calendar's address; it often ends in .ics.",
            "https://example.org/events.ics",
            label="Address",
        ),
    )
    channel = "calendar"
    limits = "It brings dates. What its keeper leaves out or enters wrongly is missing or wrong here."
    sample = {"address": "/committee.ics"}

    def address(self, query: Query) -> str:
        return query["address"]

    def tidy(self, query: Query) -> Query:
        given = query["address"]
        for scheme in ("webcals:", "webcal:"):
            if given.lower().startswith(scheme):
                given = "https:" + given[len(scheme) :]
        if query.get("at") and given.startswith("/"):
            given = query["at"].rstrip("/") + given
        if not addresses.is_http(given):
            raise SourceError(
                f"{given[:200]!r} is no calendar's address. It begins with https://.", permanent=True
            )
        return {"address": given.partition("#")[0]}

    def recognise(self, text: str) -> Meant | None:
        is_calendar = text.lower().startswith(("webcal:", "webcals:"))
        named = addresses.is_http(text) and urlsplit(text).path.lower().endswith((".ics", ".ical"))
        return Meant({"address": text}) if is_calendar or named else None

    def is_private(self, query: Query) -> bool:
        return carries_secret(query["address"]) or "/private-" in query["address"]

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        url = query["address"]
        remembered = asking.Remembered.of(cursor, url) if _is_fresh(cursor, now) else asking.Remembered()
        wanted = asking.Wanted(
            url, accept="text/calendar, */*;q=0.5", remembered=remembered, max_bytes=LARGEST
        )
        response = await asking.ask(client, wanted)
        if response.status == 304:
            return Batch(cursor=cursor, unchanged=True)
        digest = hashlib.sha256(response.body).hexdigest()[:32]
        if _is_fresh(cursor, now) and cursor.get("hash") == digest:
            return Batch(cursor=cursor, unchanged=True)
        found = understood(response.body, now)
        if not found.is_calendar:
            raise ParseError(
                f"{url[:200]} is no calendar. Look for an address that ends in .ics.", looks_like=""
            )
        seen = asking.Remembered.from_answer(response, url)
        return Batch(
            events=found.events,
            cursor={"seen": seen, "hash": digest, "expanded": now.astimezone(UTC).isoformat()},
            title=found.title,
            whole_from=now - BACK if found.whole else None,
            problems=found.problems,
        )


def _is_fresh(cursor: Cursor, now: datetime) -> bool:
    """Whether repeating dates were worked out lately; else they must be again, though nothing changed."""
    try:
        return timedelta() <= now - datetime.fromisoformat(str(cursor.get("expanded"))) < EXPAND_EVERY
    except (ValueError, TypeError):
        return False
