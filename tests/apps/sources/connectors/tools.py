"""What tests of connectors share: one page or a whole round against a local server, and damage to its answers."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from tests.factories import make_user

from transom.apps.accounts.models import User
from transom.apps.library.refresh import RefreshReport, refresh_sources
from transom.apps.sources.connectors.interface import Connector, Query
from transom.apps.sources.connectors.records import NOTHING_YET, Batch, Cursor
from transom.apps.sources.connectors.serving import Running
from transom.apps.sources.models import Source
from transom.apps.sources.services import follow_connector
from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import Politeness
from transom.engine.net.port import HttpPort

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ODD: list[Any] = [
    None,
    "",
    "x",
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    {},
    [None],
    {"a": []},
    "2026-02-31",
    "\ud800\x00",
    "9" * 400,
]


def client_for(server: Running) -> AiohttpClient:
    """A client that may ask this server, as often as it likes."""
    port = int(server.base.rpartition(":")[2])
    return AiohttpClient(
        AddressGuard(allowed=frozenset({("127.0.0.1", port)})), politeness=Politeness(spacing=0)
    )


def with_client(server: Running, work: Callable[[HttpPort], Any]) -> Any:
    async def run() -> Any:
        client = client_for(server)
        try:
            return await work(client)
        finally:
            await client.aclose()

    return asyncio.run(run())


def page(
    reader: Connector, query: Query, server: Running, cursor: Cursor = NOTHING_YET, now: datetime = NOW
) -> Batch:
    """One page of what the server has; the query is asked of it."""
    checked = reader.checked({**query, "at": server.base})
    found: Batch = with_client(server, lambda client: reader.fetch(checked, cursor, client, now))
    return found


def pages(
    reader: Connector, query: Query, server: Running, cursor: Cursor = NOTHING_YET, now: datetime = NOW
) -> list[Batch]:
    """Page after page, as a round reads them."""
    found = [page(reader, query, server, cursor, now)]
    while found[-1].more:
        found.append(page(reader, query, server, found[-1].cursor, now))
        assert len(found) < 60
    return found


def followed(reader: Connector, query: Query, server: Running, user: User | None = None) -> Source:
    """The source of somebody who follows this here."""
    subscription = follow_connector(user or make_user(), reader, {**query, "at": server.base}, now=NOW)
    return subscription.source


def refreshed(server: Running, *sources: Source, now: datetime = NOW) -> RefreshReport:
    """One round over these sources."""
    return refresh_sources([source.pk for source in sources], client_for(server), now=now)


@st.composite
def damaged(draw: st.DrawFn, sound: Any) -> Any:
    """A JSON value with some of its parts replaced by odd ones, or gone."""
    value = copy.deepcopy(sound)
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(value))
        if not places:
            return draw(st.sampled_from(ODD))
        holder, key = draw(st.sampled_from(places))
        if isinstance(holder, dict) and draw(st.booleans()):
            holder.pop(key, None)
        else:
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return value


def _places(value: Any) -> Any:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from _places(value[key])
