"""A small HTTP server on this computer that answers from a script and remembers byte for byte what it was asked.

The self-test and the tests use it; it serves no user.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

HOST = "127.0.0.1"
LONGEST_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: `target` is the path with its query, `headers` raw and in order."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> bytes | None:
        """The raw value of the first header of that name, None where it was not sent."""
        wanted = name.lower().encode("ascii")
        return next((value for key, value in self.headers if key.lower() == wanted), None)


Handler = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


class HangUpError(Exception):
    """A handler raises it to have the connection reset."""


def reply(
    status: int = 200,
    headers: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]] = (),
    body: bytes = b"",
    *,
    length: int | None = None,
) -> bytes:
    """A whole HTTP/1.1 answer. Text values are sent as Latin-1; `length` may lie about the body's."""
    pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
    if status != HTTPStatus.NOT_MODIFIED:
        pairs.append(("Content-Length", str(len(body) if length is None else length)))
    lines = [f"HTTP/1.1 {status} {_phrase(status)}".encode("ascii")]
    for name, value in pairs:
        lines.append(
            name.encode("ascii") + b": " + (value if isinstance(value, bytes) else value.encode("latin-1"))
        )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class LoopbackServer:
    """Serves `handler` on a free port of 127.0.0.1 while its `async with` block runs; `seen` is the log."""

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.seen: list[Seen] = []
        self.port = 0

    async def __aenter__(self) -> "LoopbackServer":
        self._server = await asyncio.start_server(self._serve, HOST, 0, ssl=self._tls, limit=LONGEST_HEAD)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    def url(self, path: str = "/", host: str = HOST) -> str:
        """The address of `path` here, under any host name that resolves to this computer."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while (seen := await _read_request(reader)) is not None:
                self.seen.append(seen)
                await self._handler(seen, writer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, HangUpError):
            writer.transport.abort()
        except asyncio.CancelledError:  # the server is closing; asyncio would log it as a fault
            writer.transport.abort()
        finally:
            self._open.discard(writer)
            with suppress(OSError):
                writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head[:-4].split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    pairs = (line.split(b":", 1) for line in rest)
    return Seen(method, target, tuple((name, value.strip(b" \t")) for name, value in pairs))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"
