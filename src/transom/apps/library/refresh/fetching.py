"""The network half of a refresh: runs in a thread of its own and never touches the database."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from transom.apps.library.refresh.reading import Page, Reading, read_pages
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort, Request, Response

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
MOST_WAITING = 128
LOOK_EVERY = 0.5
"""Seconds after which the reader of answers hears that none came."""
STOP_EVERY = 0.1


class ClosablePort(HttpPort, Protocol):
    """A port that can be closed when a run ends."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request brought: a response, the error instead of one, or a page of a connector's source."""

    key: int
    request: Request
    response: Response | None = None
    error: FetchError | None = None
    page: Page | None = None


Wanted = tuple[int, Request | Reading]


def fetch_all(client: HttpPort, requests: Iterable[Wanted]) -> Generator[Answer | None]:
    """Yields answers as they come; one for each request, whatever happens to it, and a reading's pages in order.

    None where nothing came for a moment, so that its reader can look at the clock. Closed early, it gives up
    what is under way.
    """
    wanted = list(requests)
    answers: queue.Queue[Answer | None] = queue.Queue(MOST_WAITING)
    stop = threading.Event()
    thread = threading.Thread(
        target=_run, args=(client, wanted, answers, stop), name="transom-fetch", daemon=True
    )
    thread.start()
    try:
        while True:
            try:
                answer = answers.get(timeout=LOOK_EVERY)
            except queue.Empty:
                yield None
                continue
            if answer is None:
                return
            yield answer
    finally:
        stop.set()
        while thread.is_alive():
            _drain(answers)
            thread.join(0.05)


def _drain(answers: queue.Queue[Answer | None]) -> None:
    """Lets a thread that waits for room go on to its end."""
    while not answers.empty():
        answers.get_nowait()


def _run(
    client: HttpPort,
    wanted: list[Wanted],
    answers: queue.Queue[Answer | None],
    stop: threading.Event,
) -> None:
    try:
        asyncio.run(_fetch_all(client, wanted, answers, stop))
    except Exception:
        log.exception("The fetching thread ended early; what it did not fetch stays due.")
    finally:
        answers.put(None)


async def _fetch_all(
    client: HttpPort,
    wanted: list[Wanted],
    answers: queue.Queue[Answer | None],
    stop: threading.Event,
) -> None:
    waiting = iter(wanted)

    async def work() -> None:
        for key, one in waiting:
            if stop.is_set():
                return
            if isinstance(one, Request):
                await hand_over(await _fetch(client, key, one))
                continue
            request = Request(one.address, purpose="connector")
            async for page in read_pages(client, one, stop=stop.is_set):
                await hand_over(Answer(key, request, page=page))

    async def hand_over(answer: Answer) -> None:
        try:
            answers.put_nowait(answer)
        except queue.Full:
            await asyncio.to_thread(answers.put, answer)

    async def watch(working: asyncio.Future[list[None]]) -> None:
        while not stop.is_set():
            await asyncio.sleep(STOP_EVERY)
        working.cancel()

    working = asyncio.gather(*(work() for _ in range(min(MOST_AT_ONCE, len(wanted)))))
    watching = asyncio.create_task(watch(working))
    try:
        with suppress(asyncio.CancelledError):
            await working
    finally:
        watching.cancel()
        await client.aclose()


async def _fetch(client: HttpPort, key: int, request: Request) -> Answer:
    try:
        return Answer(key, request, response=await client.fetch(request))
    except FetchError as error:
        return Answer(key, request, error=error)
    except Exception:
        # A fault of ours in one fetch must not cost the others theirs; the log has the traceback.
        log.exception("Fetching %s failed in an unforeseen way", request.url[:200])
        message = f"{request.url[:200]} could not be fetched because of a fault in Transom. See its log."
        return Answer(key, request, error=FetchError("protocol", message, permanent=False))
