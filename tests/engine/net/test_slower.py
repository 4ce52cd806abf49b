"""A domain whose terms ask for it has a spacing of its own, and one request at a time."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from tests.servers import LoopbackServer, Seen, reply

from transom.engine.net.client import AiohttpClient
from transom.engine.net.guard import AddressGuard
from transom.engine.net.politeness import SLOWER, Politeness
from transom.engine.net.port import Request

NAMES = ("export.slow.example", "www.slow.example", "quick.example")
GUARD = AddressGuard(mapping=dict.fromkeys(NAMES, "127.0.0.1"))
LEAST = 0.2


async def starts_and_most(polite: Politeness, host: str, count: int) -> tuple[list[float], int]:
    """When each request reached the server, and how many were there at once."""
    began: list[float] = []
    here, most = 0, 0

    async def handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
        nonlocal here, most
        began.append(time.monotonic())
        here += 1
        most = max(most, here)
        await asyncio.sleep(1.5 * LEAST)
        here -= 1
        writer.write(reply(200, [("Content-Type", "text/plain")], b"yes"))

    async with LoopbackServer(handler) as server, AiohttpClient(GUARD, politeness=polite) as ours:
        await asyncio.gather(*(ours.fetch(Request(server.url(f"/{n}", host))) for n in range(count)))
    return began, most


def test_it_is_asked_one_at_a_time_and_no_oftener_than_it_likes() -> None:
    polite = Politeness(spacing=0.01, slower={"slow.example": LEAST})
    began, most = asyncio.run(starts_and_most(polite, "export.slow.example", 3))
    assert most == 1
    assert all(later - earlier >= LEAST for earlier, later in pairwise(began))


def test_others_go_on_at_their_own_pace() -> None:
    polite = Politeness(spacing=0.01, slower={"slow.example": LEAST})
    began, most = asyncio.run(starts_and_most(polite, "quick.example", 4))
    assert most == 2
    assert began[1] - began[0] < LEAST


def test_arxiv_is_such_a_one() -> None:
    assert SLOWER["arxiv.org"] == 3.0
