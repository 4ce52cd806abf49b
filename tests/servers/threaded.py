"""A loopback server beside synchronous code, for tests that go through Django or the command line."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from transom.engine.net.loopback import Handler, LoopbackServer


@contextmanager
def in_thread(handler: Handler, *, tls: ssl.SSLContext | None = None) -> Iterator[LoopbackServer]:
    """Serves `handler` from a thread of its own while the `with` block runs."""
    server = LoopbackServer(handler, tls=tls)
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("The loopback server did not start within ten seconds.")
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
