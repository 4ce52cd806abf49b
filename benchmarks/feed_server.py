"""Serves generated feeds on loopback from a process of its own, for the benchmarks of refreshing.

    python -m benchmarks.feed_server FEEDS ITEMS     # prints its port, then serves until its input ends

Feed number n is `/n.xml` under every host name; each has an ETag and a Last-Modified and answers 304 to whoever
brings them back. Texts are pseudo-words by Zipf's law, the same for the same number. Every tenth feed is Atom.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import accumulate

HOSTS = 200
NEWEST = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MODIFIED = format_datetime(NEWEST, usegmt=True)
VOCABULARY = 20_000
PARAGRAPHS, PARAGRAPH_WORDS = 4, 65
START, MIDDLE, END = "b br c d f g h j k l m n p r s st t tr v w".split(), "aeiou", "l m n r s t th x".split()


def host_of(number: int) -> str:
    """The host name under which feed `number` is followed."""
    return f"h{number % HOSTS:03d}.example.org"


def addresses(feeds: int, port: int) -> list[str]:
    """All addresses of a world of `feeds`."""
    return [f"http://{host_of(number)}:{port}/{number}.xml" for number in range(feeds)]


class World:
    """The documents, made when first asked for."""

    def __init__(self, feeds: int, items: int) -> None:
        self.feeds, self.items = feeds, items
        self._words = _vocabulary()
        self._weights = list(accumulate(1.0 / (rank + 8.0) for rank in range(VOCABULARY)))

    def document(self, number: int) -> bytes:
        """Feed `number`: about 20 kB where it has ten items."""
        chance = random.Random(number)
        entries = [self._entry(number, item, chance) for item in range(self.items)]
        shape = _atom if number % 10 == 0 else _rss
        return shape(number, entries).encode()

    def _entry(self, number: int, item: int, chance: random.Random) -> tuple[str, str, str, datetime]:
        title = " ".join(self._draw(chance, 7)).capitalize()
        body = "".join(self._paragraph(number, chance) for _ in range(PARAGRAPHS))
        published = NEWEST - timedelta(hours=item * 20 + number % 19)
        return f"http://{host_of(number)}/{number}/{item}", title, body, published

    def _paragraph(self, number: int, chance: random.Random) -> str:
        words = self._draw(chance, PARAGRAPH_WORDS)
        words[9] = f"<em>{words[9]}</em>"
        words[20] = (
            f'<a href="http://h{chance.randrange(HOSTS):03d}.example.org/about/{words[20]}">{words[20]}</a>'
        )
        return f"<p>{' '.join(words).capitalize()}.</p>\n"

    def _draw(self, chance: random.Random, count: int) -> list[str]:
        return chance.choices(self._words, cum_weights=self._weights, k=count)


def _vocabulary() -> list[str]:
    chance = random.Random(1)
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        parts = chance.randrange(1, 4)
        words[
            "".join(chance.choice(START) + chance.choice(MIDDLE) for _ in range(parts)) + chance.choice(END)
        ] = None
    return list(words)


def _rss(number: int, entries: Sequence[tuple[str, str, str, datetime]]) -> str:
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
        f"<dc:creator>Author {number}</dc:creator><pubDate>{format_datetime(published)}</pubDate>"
        f"<description>{escape(body)}</description></item>\n"
        for link, title, body, published in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Feed {number}</title><link>http://{host_of(number)}/{number}/</link>"
        f"<description>Generated</description>\n{items}</channel></rss>"
    )


def _atom(number: int, entries: Sequence[tuple[str, str, str, datetime]]) -> str:
    items = "".join(
        f'<entry><title>{escape(title)}</title><link href="{link}"/><id>{link}</id>'
        f"<updated>{published.isoformat()}</updated><published>{published.isoformat()}</published>"
        f'<content type="html">{escape(body)}</content></entry>\n'
        for link, title, body, published in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>Feed {number}</title><link href="http://{host_of(number)}/{number}/"/>'
        f"<id>urn:feed:{number}</id><updated>{NEWEST.isoformat()}</updated>"
        f"<author><name>Author {number}</name></author>\n{items}</feed>"
    )


class _Protocol(asyncio.Protocol):
    """Just enough HTTP/1.1: GETs, kept alive."""

    def __init__(self, documents: Sequence[bytes]) -> None:
        self._documents, self._buffer = documents, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        number = head[5 : head.index(b".xml")]
        etag = b'"feed-' + number + b'"'
        fields = b"ETag: " + etag + b"\r\nLast-Modified: " + MODIFIED.encode() + b"\r\n"
        if etag in head:
            return b"HTTP/1.1 304 Not Modified\r\n" + fields + b"\r\n"
        body = self._documents[int(number)]
        fields += b"Content-Type: application/xml; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
        return b"HTTP/1.1 200 OK\r\n" + fields + b"\r\n" + body


async def _serve(feeds: int, items: int) -> None:
    world = World(feeds, items)
    documents = [world.document(number) for number in range(feeds)]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Protocol(documents), "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


@contextmanager
def serving(feeds: int, items: int) -> Iterator[int]:
    """Serves such a world from a process of its own; gives its port."""
    command = [sys.executable, "-m", "benchmarks.feed_server", str(feeds), str(items)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
