"""Commands about connectors: which there are, following with one, and trying one out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import count, print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import open_library, set_up_django, user_named

if TYPE_CHECKING:
    from transom.apps.sources.connectors.interface import Connector, Query
    from transom.apps.sources.connectors.records import Batch
    from transom.apps.sources.connectors.serving import Running

MOST_SHOWN = 5


def connectors(arguments: Arguments) -> int:
    """Lists the connectors, and what each asks for."""
    set_up_django()
    from transom.apps.sources.connectors.registry import connectors as all_of_them

    found = all_of_them()
    if arguments.json:
        print_json([_about(one) for one in found])
        return 0
    for one in found:
        print(f"{one.name}: {one.title}")
        print(f"   {one.says}")
        for ask in one.asks:
            example = f" For example {ask.example}." if ask.example else ""
            print(f"   {ask.name}{' (not needed)' if ask.optional else ''}: {ask.says}{example}")
    tell("\nFollow with one: transom follow --connector NAME QUERY")
    return 0


def _about(one: Connector) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "says": one.says,
        "asks": [asdict(ask) for ask in one.asks],
        "every_minutes": one.every_minutes,
    }


def follow(arguments: Arguments) -> int:
    """Follows what a connector reads for a query."""
    user = user_named(arguments.user)
    from transom.apps.sources.connectors.registry import connector
    from transom.apps.sources.services import follow_connector

    reader = connector(arguments.connector)
    query = reader.understood(_typed(arguments.addresses))
    now = datetime.now(UTC)
    how = {"folder": arguments.folder, "private": arguments.private, "now": now}
    subscription = follow_connector(user, reader, query, **how)
    address = subscription.source.address
    if arguments.json:
        print_json([{"connector": reader.name, "query": dict(query), "followed": address, "problem": ""}])
        return 0
    own = " It stays yours alone." if subscription.source.owner_id is not None else ""
    print(f"You follow {address} through {reader.title}.{own}")
    tell("It is fetched by the worker, or now: transom refresh")
    return 0


def check(arguments: Arguments) -> int:
    """Asks once and says what was understood: the service itself with --live, else a stand-in on this computer."""
    is_live = arguments.live is not None
    (open_library if is_live else set_up_django)()
    from transom.apps.sources.connectors.registry import connector

    reader = connector(arguments.name)
    words = _typed([*arguments.query, *(arguments.live or [])])
    if is_live:
        if not words:
            raise TransomError(f"Say what to ask for: transom sources check {reader.name} --live QUERY")
        query, batch = reader.understood(words), _live(reader, reader.understood(words))
    else:
        query, batch = _rehearsed(reader, words)
    if arguments.json:
        print_json({"connector": reader.name, "query": dict(query), **_facts(batch)})
        return 0
    _say(reader, query, batch)
    return 0


def _typed(arguments: Iterable[str]) -> str:
    """Arguments as one would type them in a line: the shell has taken away the quotes around several words."""
    return " ".join(re.sub(r'^(\w+)=([^"]*\s[^"]*)$', r'\1="\2"', one) for one in arguments)


def _live(reader: Connector, query: Query) -> Batch:
    from transom.apps.sources.connectors.records import NOTHING_YET
    from transom.interfaces.web.fetching import with_client

    now = datetime.now(UTC)
    return with_client(lambda client: reader.fetch(query, NOTHING_YET, client, now), user_named(""))


def _rehearsed(reader: Connector, words: str) -> tuple[Query, Batch]:
    with _stand_in(reader) as server:
        if server is None:
            raise TransomError(f"{reader.title} has no stand-in. Ask the service: add --live and a query.")
        given = dict(reader.understood(f"{words} at={server.base}")) if words else dict(reader.sample)
        query = reader.checked({**given, "at": server.base})
        return query, asyncio.run(_ask_stand_in(reader, query, server))


def _stand_in(reader: Connector) -> AbstractContextManager[Running | None]:
    from transom.apps.sources.connectors.serving import serving

    service = reader.service()
    return serving(service) if service is not None else nullcontext()


async def _ask_stand_in(reader: Connector, query: Query, server: Running) -> Batch:
    from transom.apps.sources.connectors.records import NOTHING_YET
    from transom.engine.net.client import AiohttpClient
    from transom.engine.net.guard import AddressGuard
    from transom.engine.net.politeness import Politeness

    host, _, port = server.base.rpartition("//")[2].partition(":")
    guard = AddressGuard(allowed=frozenset({(host, int(port))}))
    client = AiohttpClient(guard=guard, politeness=Politeness(spacing=0))
    try:
        return await reader.fetch(query, NOTHING_YET, client, datetime.now(UTC))
    finally:
        await client.aclose()


def _facts(batch: Batch) -> dict[str, Any]:
    return {
        "title": batch.title,
        "items": [one.entry.title or one.entry.link for one in batch.items],
        "events": [{"title": one.title, "kind": str(one.kind), "starts": one.starts} for one in batch.events],
        "people": [one.name for one in batch.identities],
        "pointed_at": len(batch.endorsements),
        "more": batch.more,
        "problems": list(batch.problems),
    }


def _say(reader: Connector, query: Query, batch: Batch) -> None:
    from transom.apps.brief.render.terminal import safe

    print(f"{reader.title}: {safe(batch.title or reader.address(query))}")
    _some("articles or posts", [one.entry.title or one.entry.link for one in batch.items])
    _some("dates", [f"{one.starts:%Y-%m-%d} {one.kind}: {one.title}" for one in batch.events])
    _some("people", [one.name for one in batch.identities])
    if batch.endorsements:
        print(f"   Pointed at {count(len(batch.endorsements), 'thing')}.")
    if batch.more:
        print("   There is more; following it reads on.")
    if not len(batch):
        print("   Nothing new.")
    for problem in batch.problems:
        tell(f"  ! {safe(problem)}")


def _some(what: str, found: list[str]) -> None:
    from transom.apps.brief.render.terminal import safe

    if found:
        print(f"   {len(found)} {what}:")
        print("\n".join(f"      {safe(one)}" for one in found[:MOST_SHOWN]))
    if len(found) > MOST_SHOWN:
        print(f"      ... and {len(found) - MOST_SHOWN} more")
