"""The few requests that a screen makes itself, because somebody waits for the answer.

Everything goes through ``engine.net`` with all its guards and limits; each call has a client of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from transom.apps.sources import services
from transom.engine.core.errors import TransomError
from transom.engine.net.port import HttpPort, Request
from transom.engine.parse.model import FeedLink
from transom.interfaces.web.images import LARGEST_PICTURE

T = TypeVar("T")

PATIENCE = 20.0  # seconds somebody waits for a list of addresses


@dataclass(frozen=True, slots=True)
class Found:
    """What stands behind an address somebody gave: feeds, or why there are none."""

    address: str
    feeds: tuple[FeedLink, ...] = ()
    problem: str = ""


def with_client(work: Callable[[HttpPort], Awaitable[T]]) -> T:
    """Runs ``work`` with an HTTP client, to its end. Raises what it raises."""

    async def run() -> T:
        async with _client() as client:
            return await work(client)

    return asyncio.run(run())


def _client() -> AbstractAsyncContextManager[Any]:
    from transom.apps.library.refresh import make_client

    return make_client()


def find_feeds(addresses: Iterable[str]) -> list[Found]:
    """Looks behind every address at once; one that does not answer costs the others nothing."""

    async def look(client: HttpPort, address: str) -> Found:
        try:
            async with asyncio.timeout(PATIENCE):
                feeds = await services.discover_feeds(address, client)
        except TransomError as error:
            return Found(address, problem=error.message)
        except TimeoutError:
            return Found(address, problem=f"{address} did not answer in time. Try again later.")
        return Found(address, tuple(feeds))

    async def look_at_all(client: HttpPort) -> list[Found]:
        return list(await asyncio.gather(*(look(client, address) for address in addresses)))

    return with_client(look_at_all)


def fetch_picture(address: str) -> bytes:
    """The bytes of a remote picture. Raises TransomError."""

    async def fetch(client: HttpPort) -> bytes:
        answer = await client.fetch(Request(address, purpose="picture", max_bytes=LARGEST_PICTURE))
        return answer.body if answer.status == HTTPStatus.OK else b""

    return with_client(fetch)
