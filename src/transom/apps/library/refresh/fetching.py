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
TOGETHER = 16
"""Answers handed over at once: each time, one thread wakes the other."""
MOST_WAITING = 128
LOOK_EVERY = 0.5
"""Seconds after which the reader of answers hears that none came."""
LOOK_AGAIN = 0.1
"""Seconds after which what is ready is handed over, however little, and whether to stop is looked at."""


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
Answers = queue.Queue[list[Answer] | None]
"""None at the end."""


def fetch_all(client: HttpPort, requests: Iterable[Wanted]) -> Generator[Answer | None]:
    """Yields answers as they come; one for each request, whatever happens to it, and a reading's pages in order.

    None where nothing came for a moment, so that its reader can look at the clock. Closed early, it gives up
    what is under way.
    """
    wanted = list(requests)
    answers: Answers = queue.Queue(MOST_WAITING // TOGETHER)
    stop = threading.Event()
    thread = threading.Thread(
        target=_run, args=(client, wanted, answers, stop), name="transom-fetch", daemon=True
    )
    thread.start()
    try:
        while True:
            try:
                some = answers.get(timeout=LOOK_EVERY)
            except queue.Empty:
                yield None
                continue
            if some is None:
                return
            yield from some
    finally:
        stop.set()
        while thread.is_alive():
            _drain(answers)
            thread.join(0.05)


def _drain(answers: Answers) -> None:
    """Lets a thread that waits for room go on to its end."""
    while not answers.empty():
        answers.get_nowait()


def _run(
    client: HttpPort,
    wanted: list[Wanted],
    answers: Answers,
    stop: threading.Event,
) -> None:
    try:
        asyncio.run(_fetch_all(client, wanted, answers, stop))
    except Exception:
        log.exception("The fetching thread ended early; what it did not fetch stays due.")
    finally:
        answers.put(None)


class _HandOver:
    """Hands answers to the thread that stores them, some at a time and in their order."""

    def __init__(self, answers: Answers) -> None:
        self._answers, self._ready, self._turn = answers, list[Answer](), asyncio.Lock()

    async def add(self, answer: Answer) -> None:
        """Takes one; waits where the other thread has fallen behind."""
        self._ready.append(answer)
        if len(self._ready) >= TOGETHER:
            await self.flush()

    async def flush(self) -> None:
        """Hands over what is there, however little."""
        # One after another: no page of a reading may overtake the one before.
        async with self._turn:
            if not self._ready:
                return
            some = self._ready[:]
            self._ready.clear()
            try:
                self._answers.put_nowait(some)
            except queue.Full:
                await asyncio.to_thread(self._answers.put, some)


async def _fetch_all(
    client: HttpPort,
    wanted: list[Wanted],
    answers: Answers,
    stop: threading.Event,
) -> None:
    waiting, over, finished = iter(wanted), _HandOver(answers), asyncio.Event()

    async def work() -> None:
        for key, one in waiting:
            if stop.is_set():
                return
            if isinstance(one, Request):
                await over.add(await _fetch(client, key, one))
                continue
            request = Request(one.address, purpose="connector")
            async for page in read_pages(client, one, stop=stop.is_set):
                await over.add(Answer(key, request, page=page))

    async def watch(working: asyncio.Future[list[None]]) -> None:
        while not (stop.is_set() or finished.is_set()):
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN):
                    await finished.wait()
            await over.flush()
        working.cancel()
        await over.flush()

    working = asyncio.gather(*(work() for _ in range(min(MOST_AT_ONCE, len(wanted)))))
    watching = asyncio.create_task(watch(working))
    try:
        with suppress(asyncio.CancelledError):
            await working
    finally:
        finished.set()
        await watching
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
