"""Commands about connectors: which there are, following with one, and trying one out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import count, print_json, tell
from transom.interfaces.cli.parser import Arguments
from transom.interfaces.cli.setting_up import open_library, set_up_django, user_named

if TYPE_CHECKING:
    from transom.apps.sources.connectors.interface import Connector, Query
    from transom.apps.sources.connectors.records import Batch
    from transom.apps.sources.connectors.serving import Running
    from transom.engine.net.port import HttpPort

T = TypeVar("T")
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
    words = _typed([*arguments.query, *(arguments.live or []), *(arguments.search or [])])
    if arguments.search is not None:
        return _search(reader, words, is_live=is_live, as_json=arguments.json)
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


def _search(reader: Connector, words: str, *, is_live: bool, as_json: bool) -> int:
    """Asks for what one could follow, and says it."""
    from transom.apps.brief.render.terminal import safe
    from transom.apps.sources.connectors.interface import ELSEWHERE
    from transom.interfaces.web.fetching import with_client

    given = reader.typed(words)
    words, at = given.get(reader.asks[0].name, ""), given.get(ELSEWHERE, "").rstrip("/")
    if not reader.finds:
        raise TransomError(f"{reader.title} cannot be searched. Name what to follow: {reader.asks[0].says}")
    if not words:
        raise TransomError(f"Say what to look for: transom sources check {reader.name} --search WORDS")
    if is_live:
        found = with_client(lambda client: reader.search(words, client, at), user_named(""))
    else:
        with _stand_in(reader) as server:
            found = asyncio.run(
                _with_stand_in(server, lambda client: reader.search(words, client, server.base))
            )
    if as_json:
        print_json([asdict(one) for one in found])
        return 0
    print(f"{reader.title}: {count(len(found), 'thing')} to follow")
    for one in found:
        query = " ".join(f'{name}="{value}"' for name, value in one.query.items())
        print(f"   {safe(one.title)}   {safe(query)}")
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
    from transom.apps.sources.connectors.records import NOTHING_YET

    with _stand_in(reader) as server:
        given = dict(reader.understood(f"{words} at={server.base}")) if words else dict(reader.sample)
        query = reader.checked({**given, "at": server.base})
        now = datetime.now(UTC)
        return query, asyncio.run(
            _with_stand_in(server, lambda client: reader.fetch(query, NOTHING_YET, client, now))
        )


@contextmanager
def _stand_in(reader: Connector) -> Iterator[Running]:
    from transom.apps.sources.connectors.serving import serving

    service = reader.service()
    if service is None:
        raise TransomError(f"{reader.title} has no stand-in. Ask the service: add --live and a query.")
    with serving(service) as server:
        yield server


async def _with_stand_in(server: Running, ask: Callable[[HttpPort], Awaitable[T]]) -> T:
    from transom.engine.net.client import AiohttpClient
    from transom.engine.net.guard import AddressGuard
    from transom.engine.net.politeness import Politeness

    host, _, port = server.base.rpartition("//")[2].partition(":")
    guard = AddressGuard(allowed=frozenset({(host, int(port))}))
    client = AiohttpClient(guard=guard, politeness=Politeness(spacing=0))
    try:
        return await ask(client)
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
