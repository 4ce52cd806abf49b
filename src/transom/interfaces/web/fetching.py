"""The few requests that a screen makes itself, because somebody waits for the answer.

Everything goes through ``engine.net`` with all its guards and limits; each call has a client of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from django.utils import timezone

from transom.apps.library.refresh import make_client
from transom.apps.library.refresh.contacts import count_contacts
from transom.apps.library.refresh.fetching import Answer
from transom.apps.sources import services
from transom.engine.core.errors import FetchError, TransomError
from transom.engine.net.port import HttpPort, Request, Response
from transom.engine.parse.model import FeedLink
from transom.interfaces.web.images import LARGEST_PICTURE

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

T = TypeVar("T")

PATIENCE = 20.0  # seconds somebody waits for a list of addresses


@dataclass(frozen=True, slots=True)
class Found:
    """What stands behind an address somebody gave: feeds, or why there are none."""

    address: str
    feeds: tuple[FeedLink, ...] = ()
    problem: str = ""


class _Counting:
    """A port that keeps account of what it asked, for the page that shows what leaves this computer."""

    def __init__(self, port: HttpPort) -> None:
        self._port = port
        self.answers: list[Answer] = []

    async def fetch(self, request: Request) -> Response:
        try:
            response = await self._port.fetch(request)
        except FetchError as error:
            self.answers.append(Answer(0, request, error=error))
            raise
        self.answers.append(Answer(0, request, response))
        return response

    async def aclose(self) -> None:
        await self._port.aclose()


def with_client(work: Callable[[HttpPort], Awaitable[T]], user: User) -> T:
    """Runs ``work`` with an HTTP client, to its end, and counts its requests as the user's. Raises what it raises."""
    counting = _Counting(make_client())

    async def run() -> T:
        try:
            return await work(counting)
        finally:
            await counting.aclose()

    try:
        return asyncio.run(run())
    finally:
        count_contacts(counting.answers, timezone.now(), user.pk)


def find_feeds(addresses: Iterable[str], user: User) -> list[Found]:
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

    return with_client(look_at_all, user)


def fetch_picture(address: str, user: User) -> bytes:
    """The bytes of a remote picture, for one reader. Raises TransomError."""

    async def fetch(client: HttpPort) -> bytes:
        answer = await client.fetch(Request(address, purpose="picture", max_bytes=LARGEST_PICTURE))
        return answer.body if answer.status == HTTPStatus.OK else b""

    return with_client(fetch, user)
