"""Serves the demo community over real HTTP on loopback, every site under one host and port."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType

from aiohttp import web

from transom.apps.sources.connectors.serving import Asked, Reply, Service
from transom.demo.community import load
from transom.demo.model import Community
from transom.demo.names import Names
from transom.demo.render import Document, document
from transom.demo.services.faces import face
from transom.demo.services.mounted import services

NAMED = "X-Forwarded-Host"
"""Sent by Transom's detour: speak of sites by the names they have there."""
SLOW = 4.0  # seconds that the slow site keeps its readers waiting


@dataclass(slots=True)
class DemoServer:
    """A running server; `base` is its address without a slash at the end. Close it with `stop()`."""

    community: Community
    epoch: datetime
    slow: float
    base: str = ""
    hits: list[tuple[str, int]] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _documents: dict[str, Document | None] = field(default_factory=dict)
    _services: dict[str, Service] = field(default_factory=dict)

    def set_now(self, now: datetime) -> None:
        """Lets time pass: from the next request on the community stands as it does at `now`."""
        self.community = load(now, self.epoch)
        self._documents, self._services = {}, {}

    def service_at(self, host: str) -> Service | None:
        """The service that answers at a host."""
        if not self._services:
            self._services = services(self.community, self.epoch, self.base)
        return self._services.get(host)

    def document(self, path: str) -> Document | None:
        """What stands at the path, made once."""
        if path not in self._documents:
            self._documents[path] = document(self.community, path, self.base)
        return self._documents[path]

    def stop(self) -> None:
        """Ends the server and waits until its port is free."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread:
            self._thread.join()

    def __enter__(self) -> DemoServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def answer(self, request: web.Request) -> web.Response:
        """One request: of a service whatever it answers; of a site 200, 301, 304, 404 or 410."""
        names = Names.of(self.community, self.base)
        path: str | None = request.path
        response: web.Response | None = None
        if _names_host(request.path):
            host, _, rest = request.path.lstrip("/").partition("/")
            path = names.path(host, rest)
            response = self._by_service(request, host, f"/{rest}", alone=path is None)
        if response is None:
            found = self.document(path or "")
            if found and found.delayed:
                await asyncio.sleep(self.slow)
            spoken = names.spoken if NAMED in request.headers else None
            response = _response(request, found and _in_names(found, spoken))
        self.hits.append((path or request.path, response.status))
        return response

    def _by_service(self, request: web.Request, host: str, path: str, *, alone: bool) -> web.Response | None:
        """A service's answer; None where it has none and is not `alone` at its host."""
        service = self.service_at(host)
        reply = service(_asked(request, host, path)) if service else Reply(404)
        if reply.status not in (404, 501):
            names = Names.of(self.community, self.base)
            return _sent(reply, names.spoken(reply.body) if NAMED in request.headers else reply.body)
        if not alone:
            return None
        if service is None or "text/html" in request.headers.get("Accept", ""):
            reply = face(self._services, host, path, self.base)
        return _sent(reply, reply.body)


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    now: datetime | None = None,
    epoch: datetime | None = None,
    slow: float = SLOW,
) -> DemoServer:
    """Starts the server in a thread of its own and returns once it listens (port 0: any free one).

    `epoch` is when this demo was first started, `now` the moment to show; both aware. OSError when the
    port is taken.
    """
    moment = now or datetime.now(UTC)
    server = DemoServer(load(moment, epoch), epoch or moment, slow)
    listening = threading.Event()
    failed: list[OSError] = []
    server._thread = threading.Thread(
        target=_run, args=(server, host, port, listening, failed), name="demo-community", daemon=True
    )
    server._thread.start()
    listening.wait()
    if failed:
        server._thread.join()
        raise failed[0]
    return server


def _run(server: DemoServer, host: str, port: int, listening: threading.Event, failed: list[OSError]) -> None:
    loop = server._loop
    asyncio.set_event_loop(loop)
    app = web.Application()
    app.router.add_get("/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    try:
        loop.run_until_complete(_listen(runner, server, host, port))
        listening.set()
        loop.run_forever()
    except OSError as error:
        failed.append(error)
    finally:
        loop.run_until_complete(runner.cleanup())
        loop.close()
        listening.set()


async def _listen(runner: web.AppRunner, server: DemoServer, host: str, port: int) -> None:
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    server.base = f"http://{host}:{runner.addresses[0][1]}"


def _names_host(path: str) -> bool:
    """Whether a path begins with a service's host: /api.example/... and never /style.css."""
    first, slash, _ = path.lstrip("/").partition("/")
    return bool(slash) and "." in first


def _asked(request: web.Request, host: str, path: str) -> Asked:
    query = {name: request.query.getall(name) for name in request.query}
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Asked(path, query, headers, f"https://{host}")


def _sent(reply: Reply, body: bytes) -> web.Response:
    headers = {**reply.headers, "Content-Type": reply.content_type}
    return web.Response(status=reply.status, body=body, headers=headers)


def _in_names(found: Document, spoken: Callable[[bytes], bytes] | None) -> Document:
    if (
        spoken is None
        or not found.content_type.startswith(("text/", "application/"))
        or found.body[:4] == b"%PDF"
    ):
        return found
    location = spoken(found.location.encode()).decode()
    return replace(found, body=spoken(found.body), location=location)


def _response(request: web.Request, found: Document | None) -> web.Response:
    if found is None:
        return web.Response(status=404, text="Nothing stands here.\n")
    if found.location:
        return web.Response(status=found.status, headers={"Location": found.location})
    if found.status != 200:
        return web.Response(
            status=found.status, body=found.body, headers={"Content-Type": found.content_type}
        )
    headers = _validators(found)
    if _unchanged(request, headers["ETag"], found.modified):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = found.content_type
    body = found.body
    if "gzip" in request.headers.get("Accept-Encoding", "") and found.content_type[:5] in ("text/", "appli"):
        body = gzip.compress(body, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, headers=headers)


def _validators(found: Document) -> dict[str, str]:
    return {
        "ETag": f'"{hashlib.sha256(found.body).hexdigest()[:20]}"',
        "Last-Modified": format_datetime(found.modified.astimezone(UTC), usegmt=True),
        "Vary": "Accept-Encoding",
        "Cache-Control": "max-age=60",
    }


def _unchanged(request: web.Request, etag: str, modified: datetime) -> bool:
    """As RFC 9110 has it: If-None-Match decides alone where it is given."""
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        return (
            etag in [part.strip().removeprefix("W/") for part in wanted.split(",")] or wanted.strip() == "*"
        )
    try:
        since = parsedate_to_datetime(request.headers["If-Modified-Since"])
    except (KeyError, ValueError):
        return False
    return since.tzinfo is not None and modified.replace(microsecond=0) <= since


def main() -> None:
    """Serves until interrupted: `python -m transom.demo.server`."""
    with serve(port=8765) as server:
        print(f"The demo community is at {server.base}/ (Ctrl-C ends it)")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("Closed.")


if __name__ == "__main__":
    main()
