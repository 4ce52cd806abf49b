"""One server with every fault we know: each path of `FAULTS` misbehaves in its own way.

`fault_handler` serves them all; a path below a fault's own ("/endless/7") is served by it too.
"""

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import brotli

from transom.engine.net.loopback import Handler, HangUpError, Seen, reply

FEED = (
    b"<?xml version='1.0'?><rss version='2.0'><channel><title>A feed</title><link>https://feed.example/</link>"
    b"<item><title>One</title><link>https://feed.example/1</link></item></channel></rss>"
)
BOMB_BYTES = 64 * 1024 * 1024
CHUNK = b" " * 65536
BEAT = 0.02
XML = ("Content-Type", "application/rss+xml")


@dataclass(frozen=True)
class Fault:
    """`kind` is the FetchError's kind, "" where an answer comes all the same, with `status`."""

    handler: Handler
    kind: str
    status: int = 0


@cache
def gzip_bomb_bytes() -> bytes:
    return gzip.compress(bytes(BOMB_BYTES), 9)


@cache
def brotli_bomb_bytes() -> bytes:
    return bytes(brotli.compress(bytes(BOMB_BYTES), quality=3))


def plain(*args: object, **kwargs: object) -> Handler:
    """Always the same bytes."""
    data = reply(*args, **kwargs)  # type: ignore[arg-type]
    return raw(data)


def raw(data: bytes, *, then: str = "") -> Handler:
    """These bytes; `then` "close" the connection, "reset" it, or wait in silence ("silence")."""

    async def handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then == "reset":
            await asyncio.sleep(BEAT)
            raise HangUpError
        if then == "close":
            writer.close()
        if then == "silence":
            await asyncio.sleep(3600)

    return handler


def trickle(head: bytes, piece: bytes) -> Handler:
    """A piece at a time, for ever."""

    async def handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(BEAT)

    return handler


def flood(head: bytes, piece: bytes, times: int) -> Handler:
    """As fast as the other side takes it."""

    async def handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(times):
            writer.write(piece)
            await writer.drain()

    return handler


async def endless(seen: Seen, writer: asyncio.StreamWriter) -> None:
    number = int(seen.path.rpartition("/")[2] or 0) if seen.path.count("/") > 1 else 0
    writer.write(reply(302, [("Location", f"/endless/{number + 1}")]))


async def bomb(writer: asyncio.StreamWriter, name: str, data: bytes) -> None:
    writer.write(reply(200, [XML, ("Content-Encoding", name)], data))


async def gzip_bomb(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await bomb(writer, "gzip", gzip_bomb_bytes())


async def brotli_bomb(seen: Seen, writer: asyncio.StreamWriter) -> None:
    await bomb(writer, "br", brotli_bomb_bytes())


def redirect(to: str) -> Handler:
    return plain(302, [("Location", to)])


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN_GZIP = gzip.compress(FEED)[:12] + b"\xff\xfe\x00not deflate at all" * 20
MANY_MEMBERS = gzip.compress(b"") * 2000

FAULTS: Mapping[str, Fault] = {
    "/gzip-bomb": Fault(gzip_bomb, "too-large"),
    "/brotli-bomb": Fault(brotli_bomb, "too-large"),
    "/gzip-twice": Fault(
        plain(200, [XML, ("Content-Encoding", "gzip, gzip")], gzip.compress(gzip.compress(FEED))),
        "decompression",
    ),
    "/gzip-broken": Fault(plain(200, [XML, ("Content-Encoding", "gzip")], BROKEN_GZIP), "decompression"),
    "/gzip-members": Fault(plain(200, [XML, ("Content-Encoding", "gzip")], MANY_MEMBERS), "decompression"),
    "/gzip-cut": Fault(plain(200, [XML, ("Content-Encoding", "gzip")], gzip.compress(FEED)[:-9]), "protocol"),
    "/br-broken": Fault(plain(200, [XML, ("Content-Encoding", "br")], b"\xff" * 50), "decompression"),
    "/zstd": Fault(plain(200, [XML, ("Content-Encoding", "zstd")], b"(\xb5/\xfd"), "decompression"),
    "/gzip-lie": Fault(plain(200, [XML, ("Content-Encoding", "gzip")], FEED), "", 200),
    "/huge": Fault(flood(HEAD + b"Connection: close\r\n\r\n", CHUNK, 3200), "too-large"),
    "/huge-declared": Fault(flood(HEAD + b"Content-Length: 209715200\r\n\r\n", CHUNK, 3200), "too-large"),
    "/huge-error": Fault(
        flood(b"HTTP/1.1 500 Oops\r\nContent-Length: 209715200\r\n\r\n", CHUNK, 3200), "", 500
    ),
    "/endless": Fault(endless, "too-many-redirects"),
    "/to-private": Fault(redirect("http://10.0.0.1/admin"), "forbidden-address"),
    "/to-metadata": Fault(redirect("http://169.254.169.254/latest/meta-data/"), "forbidden-address"),
    "/to-loopback": Fault(redirect("http://127.0.0.1:9/"), "forbidden-address"),
    "/to-decimal": Fault(redirect("http://2130706433/"), "odd-address"),
    "/to-file": Fault(redirect("file:///etc/passwd"), "odd-address"),
    "/to-script": Fault(redirect("javascript:alert(1)"), "odd-address"),
    "/to-nonsense": Fault(redirect("http://[half/"), "odd-address"),
    "/trickle": Fault(trickle(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), "timeout"),
    "/trickle-head": Fault(trickle(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"), "timeout"),
    "/trickle-chunks": Fault(trickle(CHUNKED, b"1\r\n \r\n"), "timeout"),
    "/hints": Fault(trickle(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), "timeout"),
    "/silent": Fault(raw(b"", then="silence"), "timeout"),
    "/silent-body": Fault(raw(HEAD + b"Content-Length: 900\r\n\r\n<rss>", then="silence"), "timeout"),
    "/reset": Fault(raw(b"", then="reset"), "refused"),
    "/reset-body": Fault(raw(HEAD + b"Content-Length: 900\r\n\r\n<rss>", then="reset"), "protocol"),
    "/hang-up": Fault(raw(b"", then="close"), "refused"),
    "/cut": Fault(raw(HEAD + b"Content-Length: 900\r\n\r\n<rss>", then="close"), "protocol"),
    "/cut-chunk": Fault(raw(CHUNKED + b"ff\r\n<rss>", then="close"), "protocol"),
    "/cut-chunks": Fault(raw(CHUNKED + b"5\r\n<rss>\r\n", then="close"), "protocol"),
    "/bad-chunk": Fault(raw(CHUNKED + b"zz\r\n<rss>\r\n0\r\n\r\n", then="close"), "protocol"),
    "/length-lie": Fault(raw(HEAD + b"Content-Length: 5\r\n\r\n<rss>surplus", then="close"), "protocol"),
    "/lengths": Fault(
        raw(HEAD + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n<rss>", then="close"), "protocol"
    ),
    "/length-negative": Fault(raw(HEAD + b"Content-Length: -1\r\n\r\n<rss>", then="close"), "protocol"),
    "/headers": Fault(flood(b"HTTP/1.1 200 OK\r\n", b"X-Flood: 1234567890\r\n" * 1000, 200), "protocol"),
    "/header-giant": Fault(flood(b"HTTP/1.1 200 OK\r\nX-Giant: ", b"x" * 65536, 200), "protocol"),
    "/status-giant": Fault(flood(b"HTTP/1.1 200 ", CHUNK, 200), "protocol"),
    "/mail-server": Fault(raw(b"220 mail.example ESMTP ready\r\n", then="close"), "protocol"),
    "/ssh": Fault(raw(b"SSH-2.0-OpenSSH_9.7\r\n", then="close"), "protocol"),
    "/noise": Fault(raw(bytes(range(256)) * 8, then="close"), "protocol"),
    "/bare": Fault(raw(FEED, then="close"), "protocol"),
    "/not-modified": Fault(plain(304), "", 304),
    "/partial": Fault(plain(206, [XML, ("Content-Range", "bytes 0-4/900")], FEED[:5]), "", 206),
    "/teapot": Fault(plain(418, [XML], b"short and stout"), "", 418),
    "/error-cut": Fault(
        raw(b"HTTP/1.1 503 Later\r\nContent-Length: 900\r\n\r\n<html>", then="close"), "", 503
    ),
}


async def fault_handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
    """Serves every fault; "/good..." is a sound small feed, anything else 404."""
    name = "/" + seen.path.split("/")[1]
    if name.startswith("/good"):
        writer.write(reply(200, [XML, ("ETag", '"good"')], FEED))
    elif name in FAULTS:
        await FAULTS[name].handler(seen, writer)
    else:
        writer.write(reply(404))


def portal_handler(login: str) -> Handler:
    """A hotel's network: everything is sent to `login`, which shows a page."""

    async def handler(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if seen.path == "/login":
            writer.write(reply(200, [("Content-Type", "text/html")], b"<html>Welcome. Sign in.</html>"))
        else:
            writer.write(reply(302, [("Location", login)]))

    return handler
