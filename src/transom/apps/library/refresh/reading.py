"""Reading a connector's source, page by page: part of the network half, and never touches the database."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transom.apps.sources.connectors.interface import Connector, Query
from transom.apps.sources.connectors.records import NOTHING_YET, Batch, Cursor
from transom.engine.core.addresses import host_of
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.net.port import HttpPort, Request, Response

log = logging.getLogger(__name__)

MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Traffic:
    """One request that was made: to whom, why, how much came."""

    host: str
    purpose: str
    size: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read: a connector's query, from a cursor on."""

    connector: Connector
    query: Query
    cursor: Cursor
    address: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One batch, or the error instead of one. `last` where no further page of the source comes in this round."""

    traffic: tuple[Traffic, ...]
    batch: Batch | None = None
    error: FetchError | ParseError | None = None
    last: bool = True


class Missing(Connector):
    """Stands for a connector that is not installed any more: its sources say so, and are tried again later."""

    name, title, asks = "missing", "A connector that is not installed", ()

    def __init__(self, why: str) -> None:
        self._why = why

    def address(self, query: Query) -> str:
        return ""

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        raise ParseError(self._why)


class CountingPort:
    """A port that keeps account of what was asked, redirects included, and of no answer."""

    def __init__(self, port: HttpPort) -> None:
        self._port = port
        self._traffic: list[Traffic] = []

    async def fetch(self, request: Request) -> Response:
        size, hops = 0, []
        try:
            response = await self._port.fetch(request)
            size, hops = len(response.body), [host_of(hop.url) for hop in response.redirects]
        finally:
            self._traffic.append(Traffic(host_of(request.url), request.purpose, size))
            self._traffic += [Traffic(host, request.purpose, 0) for host in hops]
        return response

    async def aclose(self) -> None:
        """The port belongs to the round, which closes it."""

    def taken(self) -> tuple[Traffic, ...]:
        """What was asked since this was last called."""
        traffic, self._traffic = tuple(self._traffic), []
        return traffic


def cursor_of(kept: str) -> Cursor:
    """A stored cursor; the beginning where it cannot be read."""
    try:
        found: Any = json.loads(kept) if kept else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else NOTHING_YET


async def read_pages(
    client: HttpPort, reading: Reading, *, stop: Callable[[], bool], most: int = MOST_PAGES
) -> AsyncIterator[Page]:
    """Page after page until there are no more, something fails, or it was enough for one round."""
    port, cursor = CountingPort(client), reading.cursor
    for number in range(1, most + 1):
        batch, error = await _batch(port, reading, cursor)
        more = batch is not None and batch.more and batch.cursor != cursor
        last = not more or number == most or stop()
        yield Page(port.taken(), batch, error, last)
        if last or batch is None:
            return
        cursor = batch.cursor


async def _batch(
    port: CountingPort, reading: Reading, cursor: Cursor
) -> tuple[Batch | None, FetchError | ParseError | None]:
    try:
        return await reading.connector.fetch(reading.query, cursor, port, reading.now), None
    except (FetchError, ParseError) as error:
        return None, error
    except Exception:
        # A fault in one connector must not cost the others theirs; the log has the traceback.
        log.exception("The connector %s failed in an unforeseen way", reading.connector.name)
        message = (
            f"{reading.address[:200]} could not be read because of a fault in the connector "
            f"{reading.connector.name}. See Transom's log."
        )
        return None, FetchError("protocol", message, url=reading.address, permanent=False)
