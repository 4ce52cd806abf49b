"""Looking before following: what a connector would bring for what was typed, or what one could follow instead."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from transom.apps.sources.connectors.interface import ELSEWHERE, Connector, Query, Suggestion
from transom.apps.sources.connectors.records import NOTHING_YET, Batch
from transom.apps.sources.errors import SourceError
from transom.engine.core import addresses
from transom.engine.core.errors import FetchError, ParseError, TransomError
from transom.engine.net.port import HttpPort

SECONDS = 20.0  # somebody waits for the page
MOST_SUGGESTED = 12
MOST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: a `batch` for a `query`, else suggestions, else the problem in words."""

    query: Query
    batch: Batch | None = None
    suggestions: tuple[Suggestion, ...] = ()
    problem: str = ""


async def look(reader: Connector, given: Mapping[str, str], client: HttpPort, now: datetime) -> Look:
    """Asks the service once. Where what was typed names nothing, it is searched for, as far as the service can."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _look(reader, given, client, now)
    except TimeoutError:
        return Look(given, problem=f"{reader.title} did not answer in time. Try again later.")


async def _look(reader: Connector, given: Mapping[str, str], client: HttpPort, now: datetime) -> Look:
    try:
        query = reader.checked(given)
        return Look(query, await reader.fetch(query, NOTHING_YET, client, now))
    except SourceError as error:
        return Look(given, suggestions=await _search(reader, given, client), problem=error.message)
    except (FetchError, ParseError) as error:
        # Only a name that nobody has is worth a search: a service that is down finds nothing either.
        if not isinstance(error, FetchError) or error.status not in (400, 404):
            return Look(given, problem=error.message)
        found = await _search(reader, given, client)
        problem = f"{reader.title}: there is nothing by this name. Check how it is spelt."
        return Look(given, suggestions=found, problem=problem)


async def _search(reader: Connector, given: Mapping[str, str], client: HttpPort) -> tuple[Suggestion, ...]:
    words = given.get(reader.asks[0].name, "").strip()[:MOST_TEXT]
    server = given.get(ELSEWHERE, "").strip().rstrip("/")[:MOST_TEXT]
    if server and not addresses.is_http(server):
        return ()
    if not reader.finds or not words:
        return ()
    try:
        return tuple((await reader.search(words, client, server))[:MOST_SUGGESTED])
    except TransomError:
        return ()
