"""Where aiohttp's own handling of requests and responses is not exact enough."""

from typing import Any

from aiohttp import ClientRequest, ClientResponse
from aiohttp.connector import Connection


class ExactRequest(ClientRequest):
    """Sends header values as the Latin-1 text they are; aiohttp would write them in UTF-8.

    Validators are opaque bytes (RFC 9110 section 8.8.3 allows 0x80 to 0xFF in an entity tag) and must come
    back to the server unchanged.
    """

    async def send(self, conn: Connection) -> ClientResponse:
        if all(value.isascii() for value in self.headers.values()):
            return await super().send(conn)
        return await super().send(_Latin1Connection(conn))  # type: ignore[arg-type]


class _Latin1Connection:
    """Stands in for a connection while a request without body is written."""

    def __init__(self, connection: Connection) -> None:
        self._connector = connection._connector
        self.protocol = _Latin1Protocol(connection.protocol)


class _Latin1Protocol:
    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol

    @property
    def transport(self) -> Any:
        transport = self._protocol.transport
        return None if transport is None else _Latin1Transport(transport)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._protocol, name)


class _Latin1Transport:
    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def is_closing(self) -> bool:
        return bool(self._transport.is_closing())

    def write(self, data: bytes) -> None:
        self._transport.write(bytes(data).decode("utf-8").encode("latin-1"))


class PlacedResponse(ClientResponse):
    """Remembers which IP address answered; the connection is gone once the body has been read."""

    from_address: str = ""

    async def start(self, connection: Connection) -> ClientResponse:
        transport = connection.transport
        if transport is not None:
            peer = transport.get_extra_info("peername")
            self.from_address = str(peer[0]) if peer else ""
        return await super().start(connection)


def lower_headers(raw: tuple[tuple[bytes, bytes], ...]) -> dict[str, str]:
    """Headers by lower-case name, values as Latin-1 text; of validators and Location the first counts."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in SINGLE:
            headers[name] += ", " + value
    return headers


SINGLE = frozenset({"etag", "last-modified", "location", "content-type", "date", "expires", "retry-after"})
