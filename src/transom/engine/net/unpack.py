"""Undoing Content-Encoding piece by piece, so that a small body cannot swell without end."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

from transom.engine.core.errors import FetchError

PIECE = 256 * 1024
MOST_MEMBERS = 1000
PLAIN = frozenset({"", "identity", "none", "utf-8", "utf8", "binary", "8bit", "7bit", "text"})
TEXT_STARTS = frozenset(bytes([byte]) for byte in b"<{[ \t\r\n\xef\xfe\xff")
GZIP_MAGIC = b"\x1f\x8b"


class Unpacker(Protocol):
    """Takes packed pieces and gives plain ones, each at most PIECE bytes."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def ended_early(self) -> bool: ...


class DamagedError(Exception):
    """The packed bytes cannot be unpacked."""


def unpacker_for(content_encoding: str, url: str) -> Unpacker | None:
    """What undoes `content_encoding`; None where nothing is packed. Raises FetchError for what is unknown."""
    names = [name for name in (part.strip().lower() for part in content_encoding.split(",")) if name]
    packed = [name for name in names if name not in PLAIN]
    if not packed:
        return None
    if len(packed) == 1 and packed[0] in ("gzip", "x-gzip", "deflate"):
        return Zlib(packed[0])
    if packed == ["br"]:
        return Brotli()
    raise FetchError(
        "decompression",
        f'The answer from {url[:200]} is packed as "{content_encoding[:60]}", which Transom did not ask for '
        "and cannot unpack. Tell whoever runs the site, or follow another address of it.",
        url=url,
    )


class Zlib:
    """gzip (several members too), zlib and bare deflate, told apart by their first bytes (RFC 1950 to 1952).

    Servers name the wrong one, and say "gzip" about plain text, which stays as it is.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._head = b""
        self._engine: zlib._Decompress | None = None
        self._window = 0
        self._members = 0
        self._is_plain = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._is_plain:
            yield data
            return
        if self._engine is None:
            self._head += data
            if len(self._head) < 2:
                return
            data, self._head = self._head, b""
            self._choose(data)
            if self._is_plain:
                yield data
                return
        yield from self._inflate(data)

    def ended_early(self) -> bool:
        return bool(self._head) or (self._engine is not None and not self._engine.eof)

    def _choose(self, data: bytes) -> None:
        if data.startswith(GZIP_MAGIC):
            self._window = 31
        elif data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0:
            self._window = 15
        elif self._name == "deflate" and data[:1] not in TEXT_STARTS:
            self._window = -15
        else:
            self._is_plain = True
            return
        self._engine = zlib.decompressobj(self._window)

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        while data:
            engine = self._engine
            assert engine is not None
            if engine.eof:
                if not data.startswith(GZIP_MAGIC):
                    return
                self._members += 1
                if self._members > MOST_MEMBERS:
                    raise DamagedError("more than a thousand gzip members")
                engine = self._engine = zlib.decompressobj(self._window)
            try:
                piece = engine.decompress(data, PIECE)
            except zlib.error as error:
                raise DamagedError(str(error)) from error
            data = engine.unused_data if engine.eof else engine.unconsumed_tail
            if piece:
                yield piece


class Brotli:
    """br, RFC 7932."""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._engine.is_finished():
            return
        try:
            piece = self._engine.process(data, output_buffer_limit=PIECE)
            while piece:
                yield piece
                if len(piece) < PIECE and self._engine.can_accept_more_data():
                    return
                piece = self._engine.process(b"", output_buffer_limit=PIECE)
        except brotli.error as error:
            raise DamagedError(str(error)) from error

    def ended_early(self) -> bool:
        return not self._engine.is_finished()
